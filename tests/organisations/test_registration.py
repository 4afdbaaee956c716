"""From a draft to an offer."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.organisations.conftest import COACH, NOW, coach, signed_up, submitted, token_in
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations import registration
from volunteer_match.organisations.consent import TEXT_VERSION, consent_in_force
from volunteer_match.organisations.models import ContactPerson, Offer, Organisation, Registration
from volunteer_match.organisations.offer_details import InvalidOffer
from volunteer_match.organisations.self_service import withdraw_offer
from volunteer_match.organisations.sign_up import SignUp
from volunteer_match.organisations.states import OrganisationKind, RegistrationState, Vetting

Mails = Callable[[], list[OutboxMail]]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_draft_is_found_by_its_key_and_keeps_what_was_typed_as_it_was_typed() -> None:
    draft, key = registration.start(language="da", now=NOW)
    registration.save_answers(registration=draft, step="who", answers={"email": ["mette@"]}, now=NOW)
    registration.save_answers(registration=draft, step="offer", answers={"kinds": ["a", "b"]}, now=NOW)

    found = registration.find(key)

    assert found is draft
    assert registration.typed(draft) == {"who": {"email": ["mette@"]}, "offer": {"kinds": ["a", "b"]}}
    assert registration.find("another key") is None
    assert key not in draft.key_hash


def test_answers_lie_encrypted() -> None:
    draft, _key = registration.start(language="da", now=NOW)
    registration.save_answers(registration=draft, step="who", answers={"email": ["mette@asaa-if.example"]}, now=NOW)

    stored = db.session.execute(db.text("SELECT answers FROM registration")).scalar_one()

    assert "mette" not in stored


def test_submitting_twice_mails_once(mails: Mails) -> None:
    draft, _key = registration.start(language="da", now=NOW)

    first = registration.submit(registration=draft, sign_up=COACH, language="en", now=NOW)
    second = registration.submit(registration=draft, sign_up=COACH, language="en", now=NOW)

    assert (first, second) == (True, False)
    assert [(mail.template, mail.to_address, mail.language) for mail in mails()] == [
        ("confirm_registration", COACH.email, "en")
    ]


def test_a_submitted_registration_can_not_be_typed_in_any_more() -> None:
    draft, _key = registration.start(language="da", now=NOW)
    registration.submit(registration=draft, sign_up=COACH, language="da", now=NOW)

    with pytest.raises(MoveRefused):
        registration.save_answers(registration=draft, step="who", answers={}, now=NOW)


def test_nothing_exists_until_the_link_is_used() -> None:
    submitted(COACH)

    assert (count(Organisation), count(ContactPerson), count(Offer)) == (0, 0, 0)


def test_the_link_makes_organisation_contact_offer_and_consent() -> None:
    confirmed = signed_up()

    offer, contact = confirmed.offer, confirmed.offer.contact
    assert not confirmed.recognised
    assert (offer.title, offer.state, offer.kinds) == ("Gymnastik for begyndere", Vetting.NEW, ("gymnastik",))
    assert (contact.name, contact.email, contact.phone) == ("Mette Holm", "mette@asaa-if.example", "+4512345678")
    assert (contact.organisation.name, contact.organisation.state) == ("Asaa Idrætsforening", Vetting.NEW)
    consent = consent_in_force(contact, now=NOW)
    assert consent is not None
    assert consent.text_version == TEXT_VERSION


def test_a_confirmed_registration_keeps_no_second_copy_of_the_answers() -> None:
    signed_up()

    row = db.session.scalars(select(Registration)).one()
    assert (row.state, row.answers) == (RegistrationState.CONFIRMED, "{}")


def test_the_link_works_once() -> None:
    token = submitted(COACH)
    registration.confirm(token=token, now=NOW)

    with pytest.raises(LinkUnusable):
        registration.confirm(token=token, now=NOW)
    assert count(Offer) == 1


def test_the_link_stops_working_after_a_week() -> None:
    token = submitted(COACH)

    with pytest.raises(LinkUnusable):
        registration.confirm(token=token, now=NOW + registration.LIFETIME)


def test_reopening_kills_the_mailed_link_and_stops_the_mail(mails: Mails) -> None:
    draft, _key = registration.start(language="da", now=NOW)
    registration.save_answers(registration=draft, step="who", answers={"email": ["wrong@x.example"]}, now=NOW)
    registration.submit(registration=draft, sign_up=coach(email="wrong@x.example"), language="da", now=NOW)
    token = token_in(mails()[0])

    registration.reopen(registration=draft, now=NOW)

    assert registration.typed(draft)["who"] == {"email": ["wrong@x.example"]}
    assert mails()[0].state is MailState.CANCELLED
    with pytest.raises(LinkUnusable):
        registration.confirm(token=token, now=NOW)
    assert registration.submit(registration=draft, sign_up=COACH, language="da", now=NOW)


def test_the_same_person_for_the_same_club_adds_an_offer() -> None:
    first = signed_up().offer
    second = signed_up(coach(title="Fodbold", kinds=("fodbold",), email=" Mette@ASAA-if.example")).offer

    assert second.contact_id == first.contact_id
    assert second.organisation_id == first.organisation_id
    assert (count(Organisation), count(Offer)) == (1, 2)


@pytest.mark.parametrize("name", ["ASAA  idrætsforening", "Asaa Idrætsforening.", "asaa-idrætsforening"])
def test_a_name_is_the_same_however_it_is_written(name: str) -> None:
    signed_up()

    assert signed_up(coach(organisation_name=name)).recognised


def test_the_very_same_offer_is_recognised_and_not_doubled() -> None:
    first = signed_up()
    again = signed_up(coach(title="gymnastik for BEGYNDERE"))

    assert again.recognised
    assert again.offer is first.offer
    assert count(Offer) == 1


def test_a_withdrawn_offer_can_be_offered_again() -> None:
    first = signed_up().offer
    withdraw_offer(offer=first, by=first.contact.actor, now=NOW)

    again = signed_up()

    assert not again.recognised
    assert again.offer is not first


def test_the_same_club_from_another_address_is_never_joined_silently() -> None:
    first = signed_up().offer
    other = signed_up(coach(email="fremmed@x.example", contact_name="En fremmed")).offer

    assert other.organisation_id != first.organisation_id
    assert other.organisation.possible_duplicate_of_id == first.organisation_id
    assert [contact.email for contact in first.organisation.contacts] == [COACH.email]


def test_a_cvr_number_decides_where_both_have_one() -> None:
    signed_up(coach(cvr="26829388"))

    renamed = signed_up(
        coach(cvr="26829388", organisation_name="AIF", postcode="9330", title="Bold", kinds=("fodbold",))
    )
    another = signed_up(coach(cvr="29189846"))

    assert renamed.offer.organisation.name == "Asaa Idrætsforening"
    assert another.offer.organisation_id != renamed.offer.organisation_id
    assert another.offer.organisation.possible_duplicate_of_id is None


def test_one_address_may_speak_for_a_club_and_for_a_citizen() -> None:
    signed_up()
    citizen = signed_up(coach(kind=OrganisationKind.CITIZEN, organisation_name="Asaa Idrætsforening")).offer

    assert citizen.organisation.kind is OrganisationKind.CITIZEN
    assert count(ContactPerson) == 2
    assert citizen.organisation.possible_duplicate_of_id is None


def test_what_a_person_says_last_about_themselves_holds() -> None:
    contact = signed_up().offer.contact
    signed_up(coach(phone="+4587654321", title="Fodbold", kinds=("fodbold",)))

    assert contact.phone == "+4587654321"


def test_everything_leaves_a_trace(actions: Callable[[], list[str]]) -> None:
    signed_up()

    assert actions() == ["registration_submitted", "volunteer_consent_given", "registration_confirmed"]


def test_what_was_never_confirmed_is_removed_after_a_week() -> None:
    signed_up()
    submitted(coach(email="b@x.example"))
    registration.start(language="da", now=NOW)
    later = NOW + timedelta(days=6)
    registration.start(language="da", now=later)

    assert registration.purge_unconfirmed(now=later) == 0
    assert registration.purge_unconfirmed(now=NOW + registration.LIFETIME) == 2
    assert count(Registration) == 2


def test_a_link_to_a_removed_registration_is_unusable() -> None:
    token = submitted(COACH)
    db.session.delete(db.session.scalars(select(Registration)).one())
    db.session.flush()

    with pytest.raises(LinkUnusable):
        registration.confirm(token=token, now=NOW)


def test_a_sign_up_survives_its_way_through_json() -> None:
    assert SignUp.from_data(json.loads(json.dumps(COACH.as_data()))) == COACH


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "   "),
        ("title", "a" * 201),
        ("description", ""),
        ("kinds", ()),
        ("kinds", ("no_such_kind",)),
    ],
)
def test_no_offer_comes_in_that_no_form_lets_through(field: str, value: object) -> None:
    with pytest.raises(InvalidOffer) as refused:
        coach(**{field: value})
    assert refused.value.field == field
