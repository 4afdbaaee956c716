"""Where an offer stands."""

from datetime import date, timedelta

from tests.organisations.conftest import NOW
from volunteer_match.organisations.consent import withdraw_consent
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.self_service import pause_offer, withdraw_offer
from volunteer_match.organisations.standing import Standing, standing
from volunteer_match.organisations.vetting import approve_organisation, block_organisation, confirm_certificate
from volunteer_match.people.models import User


def test_from_new_to_open_to_full(offer: Offer, admin: User) -> None:
    assert standing(offer, now=NOW) is Standing.WAITING_FOR_APPROVAL
    approve_organisation(organisation=offer.organisation, by=admin, now=NOW, with_offers=True)
    assert standing(offer, now=NOW) is Standing.WAITING_FOR_CERTIFICATE
    confirm_certificate(contact=offer.contact, confirmed_on=date(2026, 11, 1), by=admin, now=NOW)
    assert standing(offer, now=NOW) is Standing.OPEN
    offer.places_taken = offer.capacity
    assert standing(offer, now=NOW) is Standing.FULL


def test_an_expired_certificate_is_told_before_an_expired_consent_hides_it(offer: Offer, admin: User) -> None:
    approve_organisation(organisation=offer.organisation, by=admin, now=NOW, with_offers=True)
    confirm_certificate(contact=offer.contact, confirmed_on=date(2025, 1, 1), by=admin, now=NOW)

    assert standing(offer, now=NOW + timedelta(days=60)) is Standing.CERTIFICATE_EXPIRED
    assert standing(offer, now=NOW + timedelta(days=800)) is Standing.NO_CONSENT


def test_what_hides_what(offer: Offer, admin: User) -> None:
    pause_offer(offer=offer, by=offer.contact.actor, now=NOW)
    assert standing(offer, now=NOW) is Standing.PAUSED
    withdraw_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)
    assert standing(offer, now=NOW) is Standing.NO_CONSENT
    block_organisation(organisation=offer.organisation, reason="Nej", by=admin, now=NOW)
    assert standing(offer, now=NOW) is Standing.BLOCKED
    withdraw_offer(offer=offer, by=offer.contact.actor, now=NOW)
    assert standing(offer, now=NOW) is Standing.WITHDRAWN
