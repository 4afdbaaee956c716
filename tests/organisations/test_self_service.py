"""What contact persons do with their own offers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.organisations.conftest import GYMNASTICS, NOW
from volunteer_match.foundation.database import db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.offer_details import InvalidOffer, details_of
from volunteer_match.organisations.self_service import (
    CapacityBelowPlacesTaken,
    DecidedMeanwhile,
    OfferWithdrawn,
    change_offer,
    pause_offer,
    reopen_offer,
    withdraw_offer,
)
from volunteer_match.organisations.states import Availability, Vetting
from volunteer_match.organisations.vetting import approve_offer, block_offer
from volunteer_match.people.models import User
from volunteer_match.vocabulary.contact_forms import ContactForm

LATER = NOW + timedelta(days=1)


def change(offer: Offer, **changes: Any) -> tuple[str, ...]:
    details = replace(details_of(offer), **changes)
    return change_offer(offer=offer, details=details, by=offer.contact.actor, now=LATER)


@pytest.fixture
def approved(offer: Offer, admin: User) -> Offer:
    approve_offer(offer=offer, by=admin, now=NOW)
    return offer


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Fodbold"},
        {"description": "Noget andet end det, der blev læst."},
        {"kinds": ("fodbold",)},
        {"age_min": 3},
        {"age_max": 15},
        {"contact_form": ContactForm.ONE_TO_ONE},
    ],
)
def test_another_offer_needs_another_approval(changes: dict[str, Any], approved: Offer) -> None:
    assert change(approved, **changes) == tuple(changes)
    assert (approved.state, approved.decided_at, approved.decided_by_id) == (Vetting.NEW, None, None)
    assert approved.changed_at == LATER


@pytest.mark.parametrize(
    "changes",
    [
        {"slots": ("wed-evening",)},
        {"postcode": "9330"},
        {"radius_km": 30},
        {"languages": ("da", "en")},
        {"capacity": 5},
    ],
)
def test_the_same_offer_at_another_time_or_place_stays_approved(changes: dict[str, Any], approved: Offer) -> None:
    change(approved, **changes)

    assert approved.state is Vetting.APPROVED
    assert getattr(approved, next(iter(changes))) == next(iter(changes.values()))


def test_saving_without_a_change_changes_nothing(approved: Offer, actions: Callable[[], list[str]]) -> None:
    before = len(actions())

    assert change(approved) == ()
    assert (approved.changed_at, len(actions())) == (NOW, before)


def test_a_blocked_offer_that_is_mended_is_read_again(offer: Offer, admin: User) -> None:
    block_offer(offer=offer, reason="Skriv, hvad I laver", by=admin, now=NOW)
    change(offer, title="Noget andet")

    assert offer.state is Vetting.NEW


def test_a_blocked_offer_stays_blocked_when_only_its_times_change(offer: Offer, admin: User) -> None:
    block_offer(offer=offer, reason="Skriv, hvad I laver", by=admin, now=NOW)
    change(offer, slots=("wed-evening",))

    assert offer.state is Vetting.BLOCKED


def test_places_that_are_taken_can_not_be_taken_away(approved: Offer) -> None:
    approved.places_taken = 2

    with pytest.raises(CapacityBelowPlacesTaken) as refused:
        change(approved, capacity=1, title="Fodbold")
    assert refused.value.places_taken == 2
    assert (approved.capacity, approved.title) == (2, GYMNASTICS.title)
    change(approved, capacity=3)
    assert approved.capacity == 3


def test_a_place_taken_meanwhile_counts_too(approved: Offer) -> None:
    assert approved.places_taken == 0  # as this request read it
    db.session.execute(db.update(Offer.__table__).values(places_taken=2))

    with pytest.raises(CapacityBelowPlacesTaken):
        change(approved, capacity=1)


def test_a_decision_made_while_the_form_was_open_is_not_overwritten(approved: Offer) -> None:
    details = replace(details_of(approved), title="Fodbold")  # reads the offer while it is still approved
    db.session.execute(db.update(Offer.__table__).values(state="blocked", state_reason="Nej"))

    with pytest.raises(DecidedMeanwhile):
        change_offer(offer=approved, details=details, by=approved.contact.actor, now=LATER)
    assert approved.state is Vetting.BLOCKED


def test_pause_and_reopen(approved: Offer, actions: Callable[[], list[str]]) -> None:
    pause_offer(offer=approved, by=approved.contact.actor, now=NOW)
    paused = approved.availability
    reopen_offer(offer=approved, by=approved.contact.actor, now=NOW)
    assert (paused, approved.availability) == (Availability.PAUSED, Availability.OPEN)
    assert actions()[-2:] == ["offer_paused", "offer_reopened"]


def test_withdrawn_is_for_good_and_gives_a_receipt(approved: Offer, mails: Callable[[], list[OutboxMail]]) -> None:
    withdraw_offer(offer=approved, by=approved.contact.actor, now=NOW)

    assert approved.availability is Availability.WITHDRAWN
    assert mails()[-1].template == "offer_withdrawn_receipt"
    with pytest.raises(MoveRefused):
        withdraw_offer(offer=approved, by=approved.contact.actor, now=NOW)
    with pytest.raises(MoveRefused):
        reopen_offer(offer=approved, by=approved.contact.actor, now=NOW)
    with pytest.raises(OfferWithdrawn):
        change(approved, title="Fodbold")


@pytest.mark.parametrize(
    "changes",
    [
        {"age_min": -1},
        {"age_min": 10, "age_max": 9},
        {"age_max": 18},
        {"capacity": 0},
        {"capacity": 100},
        {"postcode": "0000"},
        {"radius_km": 0},
        {"slots": ("mon-midnight",)},
        {"languages": ()},
        {"languages": ("xx",)},
    ],
)
def test_an_impossible_offer_is_refused(changes: dict[str, Any], approved: Offer) -> None:
    with pytest.raises(InvalidOffer):
        change(approved, **changes)
