"""One offer and the decision on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.factories.organisations import approved_offer, club, sign_up
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.consent import withdraw_consent
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.offer_details import details_of
from volunteer_match.organisations.self_service import change_offer, withdraw_offer
from volunteer_match.organisations.states import Vetting
from volunteer_match.people.models import User

Arrange = Callable[[Callable[[User], Any]], Any]
Mails = Callable[[], list[OutboxMail]]
Trail = Callable[[], list[tuple[str, str, int | None]]]
Stored = Callable[..., Any]


def new_offer(arrange: Arrange, **details: Any) -> int:
    """The id of an offer nobody has decided on."""
    return int(arrange(lambda _: sign_up(club(details)).id))


def test_it_shows_all_the_volunteer_wrote_and_that_leaves_a_trace(
    admin: Visitor, arrange: Arrange, trail: Trail
) -> None:
    key = new_offer(arrange, title="Sorggruppe", description="Vi mødes\nhver tirsdag.", kinds=("sorggruppe",))
    text = admin.open(f"/admin/tilbud/{key}").text
    for fact in (
        "Vi mødes hver tirsdag.",
        "6–9 år",
        "I en gruppe",
        "2 af 2 ledige",
        "tirsdag eftermiddag",
        "9340 Asaa",
    ):
        assert fact in text
    assert "højst 20 km væk" in text
    assert trail()[-1][:2] == ("organisation_read", "organisation")
    assert "Sorggruppe" not in admin.title


def test_the_notes_of_its_kind_and_the_rule_on_certificates_are_in_words(admin: Visitor, arrange: Arrange) -> None:
    key = new_offer(arrange, kinds=("sorggruppe",))
    text = admin.open(f"/admin/tilbud/{key}").text
    assert "Børneattest kræves." in text
    assert "Grænse: Fællesskab om sorg – ikke psykologbehandling." in text
    assert "En henvisning afslører i sig selv noget: Viser, at barnet har mistet en" in text
    assert "kan ikke foreslås, før børneattesten er bekræftet" in text


def test_an_offer_for_older_ones_needs_no_certificate(admin: Visitor, arrange: Arrange) -> None:
    key = new_offer(arrange, age_min=15, age_max=17)
    assert "Børneattest kræves ikke" in admin.open(f"/admin/tilbud/{key}").text


def test_approving_tells_the_contact_person_and_leads_back_to_what_waits(
    admin: Visitor, arrange: Arrange, stored: Stored, mails: Mails, trail: Trail
) -> None:
    key = new_offer(arrange, title="Gymnastik")
    admin.open(f"/admin/tilbud/{key}").press("Godkend tilbuddet")
    assert stored(Offer, key).state is Vetting.APPROVED
    assert mails()[-1].template == "offer_approved"
    assert ("offer_approved", "offer", key) in trail()
    assert admin.url == "/admin/"
    assert "»Gymnastik« er godkendt" in admin.text


def test_what_was_changed_after_it_was_read_is_not_approved(
    admin: Visitor, arrange: Arrange, stored: Stored, mails: Mails
) -> None:
    key = new_offer(arrange)
    admin.open(f"/admin/tilbud/{key}")

    def change(_: User) -> None:
        offer = db.session.get_one(Offer, key)
        details = replace(details_of(offer), description="Noget helt andet end før.")
        change_offer(offer=offer, details=details, by=offer.contact.actor, now=NOW + timedelta(seconds=1))

    arrange(change)
    before = len(mails())
    admin.press("Godkend tilbuddet")
    assert admin.status == 409
    assert "Der er intet godkendt endnu" in admin.text
    assert "Noget helt andet end før." in admin.text
    assert (stored(Offer, key).state, len(mails())) == (Vetting.NEW, before)
    admin.press("Godkend tilbuddet")
    assert stored(Offer, key).state is Vetting.APPROVED


@pytest.mark.parametrize("mark", ["", "i går", "2026-11-21", "2026-11-21T10:00:00"])
def test_a_made_up_moment_of_reading_approves_nothing(
    mark: str, admin: Visitor, arrange: Arrange, stored: Stored
) -> None:
    key = new_offer(arrange)
    data = {**admin.open(f"/admin/tilbud/{key}").form.values, "seen_as_of": mark}
    assert admin.client.post(f"/admin/tilbud/{key}/godkend", data=data).status_code in (400, 409)
    assert stored(Offer, key).state is Vetting.NEW


def test_a_double_click_approves_once(admin: Visitor, arrange: Arrange, mails: Mails) -> None:
    key = new_offer(arrange)
    admin.open(f"/admin/tilbud/{key}").press("Godkend tilbuddet", times=2)
    assert "var allerede godkendt" in admin.text
    assert [mail.template for mail in mails()].count("offer_approved") == 1


def test_an_offer_withdrawn_meanwhile_is_not_approved(admin: Visitor, arrange: Arrange, stored: Stored) -> None:
    key = new_offer(arrange)
    admin.open(f"/admin/tilbud/{key}")

    def withdraw(_: User) -> None:
        offer = db.session.get_one(Offer, key)
        withdraw_offer(offer=offer, by=offer.contact.actor, now=NOW)

    arrange(withdraw)
    admin.press("Godkend tilbuddet")
    assert "er trukket tilbage og kan ikke godkendes" in admin.text
    assert stored(Offer, key).state is Vetting.NEW
    assert "Din beslutning" not in admin.text


def test_nothing_is_decided_for_one_whose_consent_is_withdrawn(
    admin: Visitor, arrange: Arrange, stored: Stored
) -> None:
    key = new_offer(arrange)
    admin.open(f"/admin/tilbud/{key}")

    def withdraw(_: User) -> None:
        contact = db.session.get_one(Offer, key).contact
        withdraw_consent(contact=contact, by=contact.actor, now=NOW)

    arrange(withdraw)
    admin.press("Godkend tilbuddet")
    assert "intet at godkende" in admin.text
    assert stored(Offer, key).state is Vetting.NEW


def test_blocking_sends_the_reason_word_for_word(
    admin: Visitor, arrange: Arrange, stored: Stored, mails: Mails
) -> None:
    key = new_offer(arrange, title="Gymnastik")
    admin.open(f"/admin/tilbud/{key}").follow("Bloker …").fill(reason="Skriv en alder på").press("Se mailen")
    assert "Skriv en alder på" in admin.text
    admin.press("Bloker, og send mailen")
    assert admin.url == "/admin/"
    assert (stored(Offer, key).state, stored(Offer, key).state_reason) == (Vetting.BLOCKED, "Skriv en alder på")
    assert mails()[-1].template == "offer_blocked"
    assert "Skriv en alder på" in mails()[-1].text_body
    assert "Begrundelsen, som kontaktpersonen har fået Skriv en alder på" in admin.open(f"/admin/tilbud/{key}").text


def test_blocking_without_a_reason_is_refused(admin: Visitor, arrange: Arrange, stored: Stored) -> None:
    key = new_offer(arrange)
    admin.open(f"/admin/tilbud/{key}/bloker").press("Se mailen")
    assert admin.status == 422
    assert "Skriv, hvorfor I siger nej" in admin.text
    assert stored(Offer, key).state is Vetting.NEW


def test_a_double_click_blocks_once(admin: Visitor, arrange: Arrange, mails: Mails) -> None:
    key = new_offer(arrange)
    admin.open(f"/admin/tilbud/{key}/bloker").fill(reason="Nej").press("Se mailen")
    admin.press("Bloker, og send mailen", times=2)
    assert "var allerede blokeret" in admin.text
    assert [mail.template for mail in mails()].count("offer_blocked") == 1


def test_a_blocked_offer_can_be_approved_and_an_approved_one_blocked(
    admin: Visitor, arrange: Arrange, stored: Stored
) -> None:
    key = arrange(lambda karin: approved_offer(karin).id)
    admin.open(f"/admin/tilbud/{key}").follow("Bloker …").fill(reason="Nej").press("Se mailen")
    admin.press("Bloker, og send mailen")
    assert stored(Offer, key).state is Vetting.BLOCKED
    admin.open(f"/admin/tilbud/{key}").press("Godkend tilbuddet")
    assert stored(Offer, key).state is Vetting.APPROVED


def test_only_the_decision_is_taken_from_the_form(admin: Visitor, arrange: Arrange, stored: Stored) -> None:
    key = new_offer(arrange, title="Gymnastik")
    extra = {"title": "Overtaget", "capacity": "99", "places_taken": "2", "availability": "withdrawn"}
    data = {**admin.open(f"/admin/tilbud/{key}").form.values, **extra}
    admin.client.post(f"/admin/tilbud/{key}/godkend", data=data)
    row = stored(Offer, key)
    assert (row.title, row.capacity, row.places_taken, row.availability.value) == ("Gymnastik", 2, 0, "open")
    assert row.state is Vetting.APPROVED


def test_one_that_is_not_there(admin: Visitor) -> None:
    for path in ("", "/bloker"):
        assert admin.client.get(f"/admin/tilbud/99{path}").status_code == 404
