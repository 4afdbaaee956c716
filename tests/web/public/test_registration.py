"""Signing up, as people do it."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.visitors.browsing import Visitor
from tests.visitors.coach import TEXT, answer_all, answer_consent, answer_offer, answer_where, answer_who, sign_up
from tests.web.conftest import link_in
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import ContactPerson, Offer, Organisation, Registration
from volunteer_match.people.throttle import note_attempt
from volunteer_match.vocabulary.taxonomy import PROFESSIONAL_GROUP, taxonomy

Mails = Callable[[], list[OutboxMail]]
Clock = time_machine.Traveller


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_from_the_front_page_to_a_confirmed_offer(visitor: Visitor, app: Flask, clock: Clock, mails: Mails) -> None:
    visitor.open("/").follow("Fortæl, hvad I kan tilbyde")
    assert visitor.heading == "Hvem er I?"
    answer_who(visitor)
    assert visitor.heading == "Hvad kan I tilbyde?"
    clock.shift(timedelta(minutes=1))
    answer_offer(visitor)
    assert visitor.heading == "Hvornår og hvor?"
    answer_where(visitor)
    assert visitor.heading == "Må vi bruge det, du har skrevet?"
    answer_consent(visitor)
    assert visitor.heading == "Tjek dine svar"
    for answer in ("Asaa Idrætsforening", "12 34 56 78", "9340 Asaa", "6–9 år", "tirsdag eftermiddag", "Op til 20 km"):
        assert answer in visitor.text
    visitor.press("Send tilmeldingen")
    assert visitor.heading == "Tak – tjek din mail"

    [mail] = mails()
    assert (mail.template, mail.to_address) == ("confirm_registration", "mette@asaa-if.example")
    visitor.open(link_in(mail))
    assert count(app, Offer) == 0
    visitor.press("Bekræft tilmeldingen")
    assert visitor.heading == "Tak, fordi du vil være med"
    assert "/tilmeld/bekraeftet" in visitor.url

    with app.app_context():
        offer = db.session.scalars(select(Offer)).one()
        assert (offer.title, offer.kinds, offer.age_min, offer.age_max) == (TEXT["title"], ("gymnastik",), 6, 9)
        assert (offer.postcode, offer.radius_km, offer.slots) == ("9340", 20, ("tue-afternoon",))
        assert (offer.languages, offer.capacity) == (("da",), 2)
        assert offer.contact.phone == "+4512345678"


def test_a_citizen_is_an_organisation_of_one(visitor: Visitor, app: Flask, clock: Clock, mails: Mails) -> None:
    sign_up(visitor, clock, kind="citizen", organisation_name="", cvr="")
    visitor.open(link_in(mails()[0])).press("Bekræft tilmeldingen")

    with app.app_context():
        organisation = db.session.scalars(select(Organisation)).one()
        assert (organisation.kind.value, organisation.name) == ("citizen", "Mette Holm")


def test_the_text_suggests_kinds_on_top(visitor: Visitor) -> None:
    answer_who(visitor)
    visitor.fill(**TEXT).press("Videre til forslag")

    page = visitor.answer.get_data(as_text=True)
    assert (
        page.index("Forslag ud fra det, du skrev") < page.index('value="gymnastik"') < page.index("Idræt og bevægelse")
    )


def test_programmes_of_professionals_are_not_for_everybody_to_offer(visitor: Visitor) -> None:
    answer_who(visitor)
    visitor.fill(title="Samtaler", description="Psykolog med gruppeforløb om traumer, angst og skilsmisse.")
    visitor.press("Videre til forslag")

    programmes = {kind.id for kind in taxonomy().offers_in_group(PROFESSIONAL_GROUP)}
    offered = {value for name, value in visitor.form.choices if name == "kinds"}
    assert offered == set(taxonomy().offers) - programmes


def test_asking_for_suggestions_again_keeps_what_was_ticked(visitor: Visitor) -> None:
    answer_who(visitor)
    visitor.fill(**TEXT).press("Videre til forslag")
    visitor.tick("kinds", "gymnastik").tick("contact_form", "group").fill(age_min="6", age_max="9")
    visitor.fill(description="Vi spiller fodbold og har en træner til.").press("Find forslag igen ud fra teksten")

    assert visitor.form.values.getlist("kinds") == ["gymnastik"]
    page = visitor.answer.get_data(as_text=True)
    assert page.index('value="fodbold"') < page.index("Idræt og bevægelse")


def test_back_and_forth_loses_nothing_even_what_is_wrong(visitor: Visitor) -> None:
    answer_who(visitor, phone="1234", email="mette@")
    assert visitor.heading == "Hvem er I?"
    visitor.fill(phone="123 mangler resten").press("Tilbage")
    assert visitor.url == "/"
    visitor.open("/tilmeld")
    assert visitor.form.values["phone"] == "123 mangler resten"
    assert visitor.form.values["email"] == "mette@"

    visitor.fill(phone="12345678", email="mette@asaa-if.example").press("Videre")
    visitor.fill(**TEXT).press("Videre til forslag")
    visitor.tick("kinds", "gymnastik").fill(age_min="tolv", age_max="").press("Tilbage")
    assert visitor.heading == "Hvem er I?"
    visitor.press("Videre")
    assert visitor.form.values["age_min"] == "tolv"
    assert visitor.form.values.getlist("kinds") == ["gymnastik"]
    assert visitor.form.values["description"] == TEXT["description"]


def test_the_back_button_finds_a_page_after_something_wrong(visitor: Visitor) -> None:
    answer_who(visitor, phone="1234")
    assert "Der er problemer" in visitor.text
    assert visitor.answer.request.method == "GET"

    visitor.open("/tilmeld/hvem")
    assert visitor.form.values["phone"] == "1234"


def test_mending_an_answer_leads_back_to_check(visitor: Visitor, clock: Clock) -> None:
    answer_all(visitor, clock)
    visitor.follow("Ret telefon").fill(phone="87 65 43 21").press("Videre")

    assert visitor.heading == "Tjek dine svar"
    assert "87 65 43 21" in visitor.text


def test_mending_into_something_wrong_is_told_and_kept(visitor: Visitor, clock: Clock) -> None:
    answer_all(visitor, clock)
    visitor.follow("Ret alder").fill(age_min="12", age_max="9").press("Videre")
    assert "Den ældste alder skal være den samme som den yngste eller højere" in visitor.text

    visitor.open("/tilmeld/tjek")
    assert visitor.heading == "Hvad kan I tilbyde?"
    assert "Der er problemer" in visitor.text
    assert "Den ældste alder skal være den samme" in visitor.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"organisation_name": ""}, "Skriv navnet på foreningen, kirken eller virksomheden"),
        ({"contact_name": "  "}, "Skriv dit navn"),
        ({"email": "mette"}, "Skriv en e-mailadresse, fx navn@eksempel.dk"),
        ({"phone": "1234567"}, "Skriv et dansk telefonnummer"),
        ({"postcode": "0001"}, "Skriv et postnummer"),
        ({"cvr": "12345678"}, "CVR-nummeret findes ikke"),
        ({"contact_name": "Mette 010203-1234"}, "CPR-nummer"),
        ({"organisation_name": "x" * 121}, "Navnet må højst være på 120 tegn"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_on_top(visitor: Visitor, changes: dict[str, str], message: str) -> None:
    answer_who(visitor, **changes)

    assert visitor.heading == "Hvem er I?"
    assert visitor.text.count(message) == 2
    assert visitor.title.startswith("Fejl:")


def test_all_ways_to_write_a_phone_number_and_a_postcode_are_fine(visitor: Visitor) -> None:
    answer_who(visitor, phone="+45 12345678", postcode="9340 Asaa", cvr="13 58 56 28", email="Mette@Asaa-IF.example")

    assert visitor.heading == "Hvad kan I tilbyde?"


def test_a_cpr_number_is_stored_nowhere_not_even_in_the_draft(visitor: Visitor, app: Flask) -> None:
    answer_who(visitor)
    visitor.fill(title="Gymnastik", description="Min egen pige 010203-1234 går der også.").press("Tilbage")

    assert visitor.heading == "Hvad kan I tilbyde?"  # not lost either: it stands on the page to be mended
    assert "CPR-nummer" in visitor.text
    with app.app_context():
        draft = db.session.scalars(select(Registration)).one()
        assert "010203" not in draft.answers
        assert "Gymnastik" in draft.answers


def test_a_phone_number_that_looks_like_a_birthday_is_no_cpr_number(visitor: Visitor) -> None:
    answer_who(visitor, phone="01 02 03 12")

    assert visitor.heading == "Hvad kan I tilbyde?"


def test_steps_can_not_be_skipped(visitor: Visitor, app: Flask) -> None:
    answer_who(visitor)
    visitor.open("/tilmeld/samtykke").tick("agree", "y").press("Videre til dine svar")

    assert visitor.heading == "Hvad kan I tilbyde?"
    assert "Der er problemer" in visitor.text


def test_without_consent_there_is_no_sign_up(visitor: Visitor, clock: Clock, mails: Mails) -> None:
    answer_who(visitor)
    clock.shift(timedelta(minutes=1))
    answer_offer(visitor)
    answer_where(visitor)
    visitor.press("Videre til dine svar")

    assert "Uden det kan vi ikke tage imod tilbuddet" in visitor.text
    visitor.open("/tilmeld/tjek")
    assert visitor.heading == "Må vi bruge det, du har skrevet?"
    assert mails() == []


def test_pressing_twice_sends_once(visitor: Visitor, clock: Clock, mails: Mails, app: Flask) -> None:
    answer_all(visitor, clock)
    visitor.press("Send tilmeldingen", times=2)

    assert visitor.heading == "Tak – tjek din mail"
    assert len(mails()) == 1
    assert count(app, Registration) == 1


@pytest.mark.slow
def test_twenty_at_once_send_once(visitor: Visitor, clock: Clock, mails: Mails, app: Flask) -> None:
    answer_all(visitor, clock)
    form = visitor.form.values
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None

    def send(_number: int) -> int:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        return client.post("/tilmeld/tjek", data=form).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(send, range(20)))

    assert set(statuses) == {302}
    assert len(mails()) == 1


def test_after_sending_the_browsers_back_leads_to_the_receipt(visitor: Visitor, clock: Clock) -> None:
    sign_up(visitor, clock)
    for path in ("/tilmeld", "/tilmeld/samtykke", "/tilmeld/tjek"):
        assert visitor.open(path).heading == "Tak – tjek din mail"


def test_a_mistyped_address_can_be_mended(visitor: Visitor, clock: Clock, mails: Mails) -> None:
    sign_up(visitor, clock, email="forkert@asaa-if.example")
    visitor.press("Ret mine svar").fill(email="mette@asaa-if.example").press("Videre").press("Send tilmeldingen")

    wrong, right = mails()
    assert right.to_address == "mette@asaa-if.example"
    assert visitor.open(link_in(wrong)).status == 410
    visitor.open(link_in(right)).press("Bekræft tilmeldingen")
    assert visitor.heading == "Tak, fordi du vil være med"


def test_one_more_offer_starts_empty(visitor: Visitor, clock: Clock) -> None:
    sign_up(visitor, clock)
    visitor.press("Tilmeld et tilbud mere")

    assert visitor.heading == "Hvem er I?"
    assert visitor.form.values["email"] == ""


def test_a_lost_session_starts_over_kindly(visitor: Visitor) -> None:
    answer_who(visitor)
    visitor.client.delete_cookie("session")
    visitor.open("/tilmeld/tilbud")

    assert visitor.heading == "Hvem er I?"
    assert "Vi kunne ikke finde det, du var i gang med" in visitor.text


def test_a_draft_that_was_removed_starts_over_kindly(visitor: Visitor, app: Flask) -> None:
    answer_who(visitor)
    with app.app_context():
        db.session.execute(db.delete(Registration))
        db.session.commit()

    assert "Vi kunne ikke finde det" in visitor.open("/tilmeld/tjek").text


def test_looking_stores_nothing(visitor: Visitor, app: Flask) -> None:
    for path in ("/", "/tilmeld", "/tilmeld/tilbud", "/tilmeld/tjek", "/tilmeld/tak", "/privatliv", "/was"):
        visitor.open(path)

    assert count(app, Registration) == 0


def test_a_known_and_an_unknown_address_get_the_same_answer(app: Flask, clock: Clock, mails: Mails) -> None:
    first, second, stranger = (Visitor(app.test_client()) for _person in range(3))
    sign_up(first, clock)
    first.open(link_in(mails()[0])).press("Bekræft tilmeldingen")
    sign_up(second, clock)
    sign_up(stranger, clock, email="jens@asaa-if.example")

    def answer(person: Visitor, email: str) -> tuple[int, str, list[str]]:
        headers = [name for name, _value in person.answer.headers]
        return person.status, person.text.replace(email, "…"), headers

    assert answer(second, "mette@asaa-if.example") == answer(stranger, "jens@asaa-if.example")
    assert [mail.template for mail in mails()] == ["confirm_registration"] * 3
    assert [mail.subject for mail in mails()] == [mails()[0].subject] * 3


def test_the_same_again_is_recognised_and_said_only_to_the_mailbox(app: Flask, clock: Clock, mails: Mails) -> None:
    for _time in range(2):
        person = Visitor(app.test_client())
        sign_up(person, clock)
        person.open(link_in(mails()[-1])).press("Bekræft tilmeldingen")

    assert "Tilbuddet kendte vi i forvejen" in person.text
    assert count(app, Offer) == 1


def test_a_robot_gets_the_receipt_and_nothing_else(visitor: Visitor, clock: Clock, mails: Mails) -> None:
    answer_all(visitor, clock)
    visitor.fill(homepage="https://spam.example").press("Send tilmeldingen")

    assert visitor.heading == "Tak – tjek din mail"
    assert mails() == []


def test_the_trap_of_the_first_step_is_remembered(visitor: Visitor, clock: Clock, mails: Mails) -> None:
    sign_up(visitor, clock, homepage="https://spam.example")

    assert visitor.heading == "Tak – tjek din mail"
    assert mails() == []


def test_nobody_is_that_fast(visitor: Visitor, mails: Mails) -> None:
    answer_who(visitor)
    answer_offer(visitor)
    answer_where(visitor)
    answer_consent(visitor)
    visitor.press("Send tilmeldingen")

    assert visitor.heading == "Tak – tjek din mail"
    assert mails() == []


def test_one_mailbox_is_not_filled_and_no_draft_is_lost(app: Flask, clock: Clock, mails: Mails) -> None:
    for _time in range(3):
        sign_up(Visitor(app.test_client()), clock)
    fourth = Visitor(app.test_client())
    sign_up(fourth, clock)

    assert (fourth.status, fourth.heading) == (429, "Vent lidt, og send så igen")
    assert len(mails()) == 3
    clock.shift(timedelta(hours=1))
    fourth.follow("Til dine svar").press("Send tilmeldingen")
    assert fourth.heading == "Tak – tjek din mail"
    assert len(mails()) == 4


def test_one_address_can_not_flood_us(app: Flask, clock: Clock, mails: Mails) -> None:
    with app.app_context():
        for _time in range(29):
            note_attempt("sign_up", "127.0.0.1", now=utc_now())
        db.session.commit()
    for email, status in (("30@x.example", 200), ("31@x.example", 429)):
        person = Visitor(app.test_client())
        sign_up(person, clock, email=email)
        assert person.status == status
    assert [mail.to_address for mail in mails()] == ["30@x.example"]


def test_nobody_can_send_more_than_the_questions_ask(visitor: Visitor, app: Flask, clock: Clock, mails: Mails) -> None:
    extra = {"state": "approved", "id": "1", "organisation_id": "1", "places_taken": "0", "decided_by_id": "1"}
    answer_all(visitor, clock)
    visitor.follow("Ret telefon")
    visitor.form.values.update(extra)
    visitor.press("Videre")
    visitor.form.values.update(extra)
    visitor.press("Send tilmeldingen")
    visitor.open(link_in(mails()[0]))
    visitor.form.values.update(extra)
    visitor.press("Bekræft tilmeldingen")

    with app.app_context():
        offer = db.session.scalars(select(Offer)).one()
        assert (offer.state.value, offer.organisation.state.value, offer.decided_by_id) == ("new", "new", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("kind", "professional"), ("kind", "admin"), ("kind", "sports_club\x00")],
)
def test_a_choice_that_is_not_there_is_refused(visitor: Visitor, name: str, value: str) -> None:
    visitor.open("/tilmeld")
    visitor.form.values[name] = value
    visitor.press("Videre")

    assert visitor.status == 200
    assert visitor.heading == "Hvem er I?"


@pytest.mark.parametrize(
    "value", ["\x00", "\ud7ff" * 300, "9" * 400, "-1", "1e9", "٣", "' OR 1=1 --", "%s%n", "{{7*7}}"]
)
def test_odd_answers_are_never_too_much(visitor: Visitor, value: str) -> None:
    answer_who(visitor)
    visitor.fill(**TEXT).press("Videre til forslag")
    for name in list(visitor.form.names - {"csrf_token"}):
        visitor.form.values[name] = value
    for name in ("kinds", "contact_form"):
        visitor.form.values.setlist(name, [value, value])
    visitor.press("Videre")
    assert visitor.status == 200
    assert visitor.open("/tilmeld/tilbud").status == 200
    assert visitor.open("/tilmeld/tjek").status == 200


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ config }}",
    "<!--",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(visitor: Visitor, clock: Clock, mails: Mails, words: str) -> None:
    answer_who(visitor, organisation_name=f"Klub {words}", contact_name=f"Mette {words}")
    clock.shift(timedelta(minutes=1))
    answer_offer(visitor, description=f"Vi har plads på holdet {words}", title=f"Hold {words}")
    answer_where(visitor)
    answer_consent(visitor)

    assert f"Klub {words}" in visitor.text
    assert f"Hold {words}" in visitor.text
    _assert_harmless(visitor, words)
    visitor.press("Send tilmeldingen")
    _assert_harmless(visitor, words)
    assert words not in mails()[0].html_body or "<" not in words


def _assert_harmless(visitor: Visitor, words: str) -> None:
    if "<" in words:
        assert words not in visitor.answer.get_data(as_text=True)


def test_no_address_bar_holds_anything_personal(visitor: Visitor, clock: Clock) -> None:
    seen: list[str] = []
    answer_all(visitor, clock)
    for path in ("/tilmeld/hvem", "/tilmeld/tilbud", "/tilmeld/tid-og-sted", "/tilmeld/samtykke", "/tilmeld/tjek"):
        page = visitor.open(path)
        seen += [url for _label, url in page.page.links] + [form.action for form in page.page.forms] + [page.title]
    joined = " ".join(seen)
    for personal in ("mette", "Mette", "12345678", "Idrætsforening", "Gymnastik"):
        assert personal not in joined


def test_pages_can_be_had_in_english_and_the_mail_follows(visitor: Visitor, clock: Clock, mails: Mails) -> None:
    visitor.open("/tilmeld").press("English")
    assert visitor.url == "/tilmeld/hvem"
    assert '<html lang="en">' in visitor.answer.get_data(as_text=True)


def test_one_contact_one_organisation(visitor: Visitor, clock: Clock, mails: Mails, app: Flask) -> None:
    sign_up(visitor, clock)
    visitor.open(link_in(mails()[0])).press("Bekræft tilmeldingen")
    visitor.press("Tilmeld et tilbud mere")
    answer_who(visitor)
    clock.shift(timedelta(minutes=1))
    answer_offer(visitor, kinds=("fodbold",), title="Fodbold for alle")
    answer_where(visitor)
    answer_consent(visitor)
    visitor.press("Send tilmeldingen").open(link_in(mails()[1])).press("Bekræft tilmeldingen")

    assert (count(app, Organisation), count(app, ContactPerson), count(app, Offer)) == (1, 1, 2)


def test_no_log_holds_anything_personal(
    visitor: Visitor, clock: Clock, mails: Mails, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sign_up(visitor, clock, email="kanarie@x.example", contact_name="Kanarie\u200b Fugl", phone="87 65 43 21")
        visitor.open(link_in(mails()[0])).press("Bekræft tilmeldingen")
        visitor.open("/min-side/link").fill(email="kanarie@x.example").press("Send mig et link")
        visitor.open(link_in(mails()[-1])).press("Åbn min side")

    assert visitor.url == "/min-side"
    tokens = [link_in(mail).rsplit("/", 1)[1] for mail in mails()]
    for secret in ("kanarie", "Kanarie", "87654321", "87 65 43 21", *tokens):
        assert secret not in caplog.text
