"""The host plans a meeting, invites, and sees who comes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.factories.cases import open_case_for, write_need_in
from tests.factories.events import draft_event, invited, open_event
from tests.factories.incoming import postfix_bounce
from tests.factories.organisations import approved_offer, club
from tests.factories.people import hire
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW
from volunteer_match.events import due
from volunteer_match.events.audience import LeftOut
from volunteer_match.events.mailed_back import take_in
from volunteer_match.events.models import Event
from volunteer_match.events.states import EventState, InvitationSource, InvitationState, QuestionKind, Visibility
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.withdrawal import withdraw_volunteer_consent
from volunteer_match.web.admin.forms.events import AddressesForm
from volunteer_match.web.shared import event_words

Arrange = Callable[[Callable[[User], Any]], Any]
Mails = Callable[[], list[OutboxMail]]
Stored = Callable[..., Any]


def _written(admin: Visitor, **changes: str) -> Visitor:
    """The form, filled in as for the meeting of 10 January."""
    admin.open("/admin/arrangementer/nyt")
    usual = {
        "title": "Møde på Asaa Skole",
        "description": "Kom og hør om netværk og frivillighed.",
        "starts": "14.00",
        "ends": "16.00",
        "place": "Asaa Skole",
        "postcode": "9340",
        "capacity": "40",
    }
    dates = {"day-day": "10", "day-month": "1", "day-year": "2027"}
    reply = {"reply_on-day": "4", "reply_on-month": "1", "reply_on-year": "2027"}
    return admin.fill(**{**usual, **dates, **reply, **changes})


@pytest.fixture
def open_id(arrange: Arrange) -> int:
    return int(arrange(lambda karin: open_event(karin).id))


def test_there_are_words_for_everything() -> None:
    assert set(event_words.STATES) == set(EventState)
    assert set(event_words.ANSWERS) == set(InvitationState)
    assert set(event_words.SOURCES) == set(InvitationSource)
    assert set(event_words.LEFT_OUT) == set(LeftOut)
    assert set(event_words.QUESTIONS) == set(QuestionKind) - {QuestionKind.OWN}
    assert set(event_words.VISIBILITIES) == set(Visibility)


def test_the_host_notes_that_it_was_held(admin: Visitor, clock: time_machine.Traveller, arrange: Arrange) -> None:
    soon = NOW + timedelta(minutes=5)
    open_id = arrange(
        lambda karin: open_event(karin, starts_at=soon, ends_at=soon + timedelta(hours=1), reply_on=NOW.date()).id
    )
    assert "Arrangementet er begyndt" not in admin.open(f"/admin/arrangementer/{open_id}").text
    clock.move_to(soon)
    admin.open(f"/admin/arrangementer/{open_id}")
    assert "lørdag den 21. november 2026 kl. 16.05" in admin.text, "when it would happen by itself"
    admin.press("Arrangementet er holdt")
    assert "Holdt" in admin.text
    assert "Arrangementet er begyndt" not in admin.text
    assert arrange(lambda _karin: db.session.get_one(Event, open_id).state) is EventState.HELD


def test_from_a_draft_to_a_mail_that_is_sent(admin: Visitor, arrange: Arrange, mails: Mails) -> None:
    arrange(lambda karin: approved_offer(karin, who=club(organisation_name="Asaa Gymnastik"), now=NOW).id)
    admin.open("/admin/").follow("Arrangementer")
    assert "Ingen arrangementer endnu" in admin.text
    _written(admin).tick("questions", "food").press("Gem kladden")
    assert admin.heading == "Møde på Asaa Skole"
    assert "Søndag den 10. januar 2027 kl. 14.00–16.00" in admin.text
    admin.follow("Se siden som gæst")
    assert "Vil du med?" in admin.text
    admin.follow("Tilbage til overblikket").follow("Vælg gæster")
    admin.tick("kind", "sports_club").press("Se, hvor mange det er")
    assert "1 kan inviteres" in admin.text
    admin.press("Sæt 1 på listen").follow("Videre til indbydelsen")
    assert "Vi vil gerne invitere Asaa Gymnastik til Møde på Asaa Skole" in admin.text
    admin.press("Send en prøve til mig selv")
    assert "åbner arrangementet for svar, og alle kan se det på forsiden" in admin.text
    admin.press("Send 1 indbydelse", times=2)
    assert "1 indbydelse er på vej." in admin.text
    assert "Åbent for svar" in admin.text
    arrange(lambda _karin: due.run_due(now=NOW))
    test, invitation = mails()[-2:]
    assert test.to_address == "karin@brslev.example"
    assert (invitation.template, invitation.calendar_method) == ("event_invitation", "REQUEST")


def test_a_mail_that_came_back_stands_beside_its_guest(admin: Visitor, arrange: Arrange, open_id: int) -> None:
    def came_back(karin: User) -> None:
        [guest] = invited(db.session.get_one(Event, open_id), karin)
        message_id = db.session.get_one(OutboxMail, guest.mail_id).message_id
        assert take_in(postfix_bounce(message_id, to=guest.email), now=NOW)

    arrange(came_back)
    assert "Kom retur Adressen findes ikke (5.1.1)" in admin.open(f"/admin/arrangementer/{open_id}/svar").text
    assert "Kom retur 1" in admin.open(f"/admin/arrangementer/{open_id}").text
    assert "Indbydelse fra Varige Spor En, der ikke er kontaktperson i dag" in admin.open("/admin/").text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("recipient refused: 550 5.1.1", "Adressen findes ikke (5.1.1)"),
        ("4.2.2", "Postkassen er fuld eller lukket (4.2.2)"),
        ("content refused: 554 5.7.1", "Modtagerens mailserver vil ikke have mailen (5.7.1)"),
        ("5.0.0", "Mailen kunne ikke afleveres (5.0.0)"),
        ("recipient refused: 550", "Mailen kunne ikke afleveres (550)"),
        ("no connection: TimeoutError", "Mailen kunne ikke afleveres"),
        ("", "Mailen kunne ikke afleveres"),
    ],
)
def test_why_a_mail_did_not_arrive_is_told_in_words(told: str, words: str, app: Flask) -> None:
    with app.test_request_context():
        assert event_words.why_it_did_not_arrive(told) == words


def test_an_event_is_told_right(admin: Visitor) -> None:
    wrong = {
        "starts": ("25.00", "Skriv klokkeslættet med fire tal, fx 15.00"),
        "ends": ("13", "Det skal slutte, efter at det er begyndt"),
        "reply_on-day": ("11", "Svarfristen kan ikke ligge efter arrangementet"),
        "day-year": ("2025", "Tidspunktet er gået"),
        "capacity": ("0", "Skriv et helt tal mellem 1 og 5000"),
    }
    for name, (value, words) in wrong.items():
        _written(admin, **{name: value}).press("Gem kladden")
        assert words in admin.text, name
        assert admin.status == 422


def test_who_withdrew_is_left_out_and_the_page_says_so(admin: Visitor, arrange: Arrange, open_id: int) -> None:
    def withdrawn(karin: User) -> None:
        approved_offer(karin, now=NOW)
        contact = approved_offer(karin, now=NOW).contact
        withdraw_volunteer_consent(contact=contact, by=contact.actor, now=NOW)

    arrange(withdrawn)
    admin.open(f"/admin/arrangementer/{open_id}/gaester").press("Se, hvor mange det er")
    assert "1 kan inviteres" in admin.text
    assert "1 har trukket samtykket tilbage, eller det er udløbet" in admin.text


def test_what_waiting_needs_lack_is_suggested(admin: Visitor, arrange: Arrange, open_id: int) -> None:
    def wait(karin: User) -> None:
        anna, code = hire("Anna", Role.CASEWORKER, now=NOW), "laesning"
        write_need_in(open_case_for(anna, now=NOW, postcode="9320"), by=anna, now=NOW, codes=(code,))
        approved_offer(karin, who=club(postcode="9320", organisation_name="Hjallerup IF"), now=NOW)

    admin.open(f"/admin/arrangementer/{open_id}/gaester")
    assert "ingen tilbyder i nærheden" not in admin.text
    arrange(wait)
    admin.open(f"/admin/arrangementer/{open_id}/gaester")
    assert "Her mangler der mest: 9320 Hjallerup." in admin.text
    admin.follow("Vælg dem, der bor der")
    assert "1 kan inviteres" in admin.text
    admin.press("Sæt 1 på listen")
    assert "1 er på listen." in admin.text


def test_single_addresses_are_checked_line_by_line(admin: Visitor, open_id: int) -> None:
    admin.open(f"/admin/arrangementer/{open_id}/gaester")
    admin.fill(addresses="Mette Holm, mette@asaa.example\nikke en adresse").press("Sæt dem på listen")
    assert "Linje 2 er ikke en e-mailadresse: ikke en adresse" in admin.text
    admin.fill(addresses="Mette Holm, mette@asaa.example\nMETTE@asaa.example\nole@asaa.example").press(
        "Sæt dem på listen"
    )
    assert "2 er sat på listen. 1 stod der allerede." in admin.text
    admin.follow("Svar")
    assert "Mette Holm" in admin.text
    admin.press("Fjern Mette Holm")
    assert "Gæsten er taget af listen." in admin.text
    assert "Mette Holm" not in admin.text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("mette@asaa.example", [("mette@asaa.example", "")]),
        ("Holm, Mette, mette@asaa.example", [("mette@asaa.example", "Holm, Mette")]),
        (
            'Mette Holm <mette@asaa.example>; "Ole" <ole@asaa.example>',
            [("mette@asaa.example", "Mette Holm"), ("ole@asaa.example", "Ole")],
        ),
        ("mette@asaa.example, ole@asaa.example;\n\n", [("mette@asaa.example", ""), ("ole@asaa.example", "")]),
        ("mette@asaa.example, Ole Holm", None),
        ("Mette Holm <mette>", None),
        ("mette@", None),
    ],
)
def test_addresses_are_read_as_mail_programs_copy_them(
    written: str, read: list[tuple[str, str]] | None, app: Flask
) -> None:
    with app.test_request_context(method="POST", data={"addresses": written}):
        form = AddressesForm(meta={"csrf": False})
        assert form.validate() is (read is not None)
        assert read is None or form.found == read


def test_times_and_numbers_that_can_not_be_meant_are_told(admin: Visitor, arrange: Arrange) -> None:
    _written(admin, **{"reply_on-year": "2026"}, contact_phone="1234567", starts="kvart i tre", ends="=1+1").press(
        "Gem kladden"
    )
    assert "Svarfristen er gået" in admin.text
    assert "Skriv et dansk telefonnummer" in admin.text
    assert "Begynder kl.: Skriv klokkeslættet med fire tal" in admin.text, "two say the same: the summary says which"
    _written(admin, **{"day-year": "2207"}).press("Gem kladden")
    assert "Datoen ligger mere end tre år frem" in admin.text
    _written(admin, contact_phone="+45 99454545").press("Gem kladden")
    assert "99 45 45 45" in admin.text
    yesterday = NOW.date() - timedelta(days=1)
    open_id = arrange(lambda karin: open_event(karin, reply_on=yesterday).id)
    admin.open(f"/admin/arrangementer/{open_id}/ret").fill(capacity="41").press("Gem")
    assert "Ændringen er gemt." in admin.text, "what was asked for by a day that has gone may be changed still"


def test_later_is_a_day_and_a_time_to_come(admin: Visitor, open_id: int) -> None:
    admin.open(f"/admin/arrangementer/{open_id}/gaester").fill(addresses="mette@asaa.example").press(
        "Sæt dem på listen"
    )
    admin.open(f"/admin/arrangementer/{open_id}/indbydelse").tick("when", "later").fill(at="").press(
        "Send 1 indbydelse"
    )
    assert "Skriv, hvilken dag indbydelserne skal sendes" in admin.text
    assert "Skriv, hvornår indbydelserne skal sendes, fx 9.00" in admin.text
    day = {"day-day": "20", "day-month": "11", "day-year": "2026"}
    admin.fill(**day, at="9").press("Send 1 indbydelse")
    assert "Tidspunktet er gået" in admin.text
    admin.fill(**{"day-day": "31"}, at="snart").press("Send 1 indbydelse")
    assert "Datoen findes ikke" in admin.text
    assert "Skriv klokkeslættet med fire tal, fx 15.00" in admin.text
    admin.tick("when", "now").press("Send 1 indbydelse")
    assert "1 indbydelse er på vej." in admin.text, "what stands in fields that are hidden now is in nobody's way"


def test_an_unknown_field_is_named(admin: Visitor, open_id: int) -> None:
    admin.open(f"/admin/arrangementer/{open_id}/indbydelse").fill(text="Kære {fornavn}").press("Gem teksten")
    assert "Feltet {fornavn} kender vi ikke" in admin.text
    admin.fill(text="Kære {navn}, kom til {titel}.").press("Gem teksten")
    assert "Kære Karin Vestergaard, kom til Møde om Varige Spor." in admin.text


def test_words_that_were_not_saved_are_the_ones_that_are_sent(
    admin: Visitor, open_id: int, stored: Stored, mails: Mails
) -> None:
    admin.open(f"/admin/arrangementer/{open_id}/gaester").fill(addresses="mette@asaa.example")
    admin.press("Sæt dem på listen")
    page = f"/admin/arrangementer/{open_id}/indbydelse"
    admin.open(page).fill(text="Kom nu, {fornavn}").press("Send 1 indbydelse")
    assert (admin.status, admin.form.values["text"]) == (422, "Kom nu, {fornavn}"), "nothing sent, nothing lost"

    admin.fill(text="Kom nu.").press("Send en prøve til mig selv")
    assert "Kom nu." in mails()[-1].text_body
    admin.fill(text="Vi ses på skolen.").press("Send 1 indbydelse")
    assert stored(Event, open_id).invitation_text == "Vi ses på skolen."


def test_a_new_time_is_told_and_fewer_seats_than_are_taken_refused(
    admin: Visitor, arrange: Arrange, open_id: int, stored: Stored
) -> None:
    admin.open(f"/admin/arrangementer/{open_id}/ret").fill(starts="15.30", ends="17.30").press("Gem")
    assert "gæsterne får den i en mail" in admin.text
    assert stored(Event, open_id).sequence == 1


def test_an_event_is_called_off_with_a_reason(
    admin: Visitor, arrange: Arrange, open_id: int, stored: Stored, mails: Mails
) -> None:
    arrange(lambda karin: invited(_event(open_id), karin))
    admin.open(f"/admin/arrangementer/{open_id}").follow("Aflys …").press("Aflys arrangementet")
    assert "Skriv, hvorfor I aflyser" in admin.text
    admin.fill(reason="Der er snestorm.").press("Aflys arrangementet")
    assert "Der er snestorm." in admin.text
    assert stored(Event, open_id).state is EventState.CANCELLED


def test_a_copy_is_a_draft_of_its_own(admin: Visitor, open_id: int) -> None:
    admin.open(f"/admin/arrangementer/{open_id}").press("Lav en kopi")
    assert admin.heading == "Ret arrangementet"
    admin.open("/admin/arrangementer")
    assert admin.text.count("Møde om Varige Spor") == 2
    assert "Kladde" in admin.text


def test_the_number_of_queries_does_not_grow_with_the_guests(
    admin: Visitor, arrange: Arrange, open_id: int, queries: Callable[[Callable[[], Any]], int]
) -> None:
    pages = ("", "/gaester?vis=1", "/indbydelse", "/svar")
    arrange(lambda karin: invited(_event(open_id), karin, 2))
    few = [_counted(queries, admin, open_id, page) for page in pages]
    arrange(lambda karin: invited(_event(open_id), karin, 20))
    many = [_counted(queries, admin, open_id, page) for page in pages]
    assert many == few


def _counted(queries: Callable[[Callable[[], Any]], int], admin: Visitor, event_id: int, page: str) -> int:
    return queries(lambda: admin.open(f"/admin/arrangementer/{event_id}{page}"))


def test_a_draft_is_nobodys_to_see(admin: Visitor, arrange: Arrange, visitor: Visitor) -> None:
    slug = arrange(lambda karin: draft_event(karin).slug)
    assert visitor.open(f"/arrangementer/{slug}").status == 404
    assert "Møde om Varige Spor" not in visitor.open("/").text


def _event(event_id: int) -> Event:
    return db.session.get_one(Event, event_id)
