"""The ledger of consent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.organisations.conftest import NOW
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations.consent import NoConsent, consent_in_force, give_consent, withdraw_consent
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.vetting import approve_organisation
from volunteer_match.people.models import User

TWO_YEARS_ON = datetime(2028, 11, 21, 10, tzinfo=UTC)


def test_consent_lasts_two_years_to_the_moment(offer: Offer) -> None:
    assert consent_in_force(offer.contact, now=TWO_YEARS_ON - timedelta(seconds=1)) is not None
    assert consent_in_force(offer.contact, now=TWO_YEARS_ON) is None


def test_consent_given_on_a_leap_day_ends_on_the_28th(offer: Offer) -> None:
    given = give_consent(contact=offer.contact, by=offer.contact.actor, now=datetime(2028, 2, 29, 8, tzinfo=UTC))

    assert given.expires_at == datetime(2030, 2, 28, 8, tzinfo=UTC)


def test_renewing_adds_a_line_and_changes_none(offer: Offer) -> None:
    first = consent_in_force(offer.contact, now=NOW)
    later = NOW + timedelta(days=700)
    second = give_consent(contact=offer.contact, by=offer.contact.actor, now=later)
    db.session.expire(offer.contact)

    assert consent_in_force(offer.contact, now=later) is second
    assert first is not None
    assert first.withdrawn_at is None


def test_withdrawing_counts_at_once_and_for_every_line(offer: Offer, mails: Callable[[], list[OutboxMail]]) -> None:
    give_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)

    withdraw_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)

    assert consent_in_force(offer.contact, now=NOW) is None
    assert all(line.withdrawn_at == NOW for line in offer.contact.consents)
    assert mails()[-1].template == "consent_withdrawn_receipt"


def test_what_waits_to_be_mailed_about_the_offers_is_stopped(
    offer: Offer, admin: User, mails: Callable[[], list[OutboxMail]]
) -> None:
    approve_organisation(organisation=offer.organisation, with_offers=True, by=admin, now=NOW)

    withdraw_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)

    states = {mail.template: mail.state for mail in mails()}
    assert states["offer_approved"] is MailState.CANCELLED
    assert states["consent_withdrawn_receipt"] is MailState.QUEUED


def test_withdrawing_twice_does_it_once(offer: Offer, mails: Callable[[], list[OutboxMail]]) -> None:
    withdraw_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)
    sent = len(mails())

    with pytest.raises(NoConsent):
        withdraw_consent(contact=offer.contact, by=offer.contact.actor, now=NOW + timedelta(minutes=1))
    assert len(mails()) == sent
    assert [line.withdrawn_at for line in offer.contact.consents] == [NOW]


def test_withdrawn_can_be_given_again(offer: Offer) -> None:
    withdraw_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)
    again = give_consent(contact=offer.contact, by=offer.contact.actor, now=NOW + timedelta(days=1))
    db.session.expire(offer.contact)

    assert consent_in_force(offer.contact, now=NOW + timedelta(days=2)) is again


def test_both_leave_a_trace(offer: Offer, actions: Callable[[], list[str]]) -> None:
    withdraw_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)

    assert actions()[-1] == "volunteer_consent_withdrawn"
