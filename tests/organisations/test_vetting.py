"""The municipality's decisions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.organisations.conftest import GYMNASTICS, NOW, coach, signed_up
from volunteer_match.foundation.database import db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.self_service import change_offer, withdraw_offer
from volunteer_match.organisations.states import OrganisationKind, Vetting
from volunteer_match.organisations.vetting import (
    AlreadyConfirmed,
    CertificateDateRefused,
    CertificateStatus,
    ChangedMeanwhile,
    ReasonMissing,
    approve_offer,
    approve_organisation,
    block_offer,
    block_organisation,
    certificate_status,
    confirm_certificate,
    revoke_certificate,
    waiting_offers_mark,
)
from volunteer_match.people.models import User

TODAY = date(2026, 11, 21)
Mails = Callable[[], list[OutboxMail]]


def test_approving_an_organisation_tells_every_contact_person_and_leaves_its_offers_waiting(
    offer: Offer, admin: User, mails: Mails
) -> None:
    approve_organisation(organisation=offer.organisation, by=admin, now=NOW)

    assert offer.organisation.state is Vetting.APPROVED
    assert (offer.organisation.decided_at, offer.organisation.decided_by_id) == (NOW, admin.id)
    assert mails()[-1].template == "organisation_approved"
    assert offer.state is Vetting.NEW


def test_its_waiting_offers_are_approved_along_only_when_asked(offer: Offer, admin: User, mails: Mails) -> None:
    gone = signed_up(coach(title="Fodbold", kinds=("fodbold",))).offer
    withdraw_offer(offer=gone, by=gone.contact.actor, now=NOW)
    db.session.expire(offer.organisation)

    approve_organisation(organisation=offer.organisation, by=admin, now=NOW, with_offers=True)

    assert (offer.state, gone.state) == (Vetting.APPROVED, Vetting.NEW)
    assert mails()[-1].template == "offer_approved"


@pytest.mark.parametrize("decide", ["organisation", "offer"])
def test_the_same_decision_is_not_made_twice(decide: str, offer: Offer, admin: User, mails: Mails) -> None:
    def approve() -> None:
        if decide == "offer":
            approve_offer(offer=offer, by=admin, now=NOW)
        else:
            approve_organisation(organisation=offer.organisation, by=admin, now=NOW)

    approve()
    sent = len(mails())
    with pytest.raises(MoveRefused):
        approve()
    assert len(mails()) == sent


def test_a_decision_made_elsewhere_meanwhile_is_not_overwritten(offer: Offer, admin: User) -> None:
    table = Offer.__table__
    db.session.execute(db.update(table).values(state="blocked", state_reason="x", decided_at=NOW))
    assert offer.state is Vetting.NEW  # as this request read it

    with pytest.raises(MoveRefused):
        block_offer(offer=offer, reason="Andet", by=admin, now=NOW)
    assert offer.state_reason == "x"


def test_who_is_blocked_is_told_why(offer: Offer, admin: User, mails: Mails) -> None:
    block_organisation(organisation=offer.organisation, reason=" Vi kan ikke finde jer. ", by=admin, now=NOW)
    block_offer(offer=offer, reason="Det er ikke for børn.", by=admin, now=NOW)

    assert [mail.template for mail in mails()[-2:]] == ["organisation_blocked", "offer_blocked"]
    assert "Vi kan ikke finde jer." in mails()[-2].text_body
    assert "Det er ikke for børn." in mails()[-1].text_body
    assert offer.state_reason == "Det er ikke for børn."


def test_nobody_is_blocked_without_a_reason(offer: Offer, admin: User) -> None:
    with pytest.raises(ReasonMissing):
        block_offer(offer=offer, reason="  ", by=admin, now=NOW)
    with pytest.raises(ReasonMissing):
        block_organisation(organisation=offer.organisation, reason="", by=admin, now=NOW)


def test_blocked_can_become_approved_and_the_reason_goes(offer: Offer, admin: User) -> None:
    block_offer(offer=offer, reason="Mangler", by=admin, now=NOW)
    approve_offer(offer=offer, by=admin, now=NOW + timedelta(hours=1))

    assert (offer.state, offer.state_reason) == (Vetting.APPROVED, None)


def test_only_what_was_read_is_approved(offer: Offer, admin: User) -> None:
    seen = offer.changed_at
    changed = GYMNASTICS.__class__(**{**_as_dict(offer), "title": "Noget helt andet"})
    change_offer(offer=offer, details=changed, by=offer.contact.actor, now=NOW + timedelta(minutes=1))

    with pytest.raises(ChangedMeanwhile):
        approve_offer(offer=offer, by=admin, now=NOW + timedelta(minutes=2), seen_as_of=seen)
    assert offer.state is Vetting.NEW
    approve_offer(offer=offer, by=admin, now=NOW + timedelta(minutes=2), seen_as_of=offer.changed_at)


def test_a_withdrawn_offer_can_not_be_approved(offer: Offer, admin: User) -> None:
    withdraw_offer(offer=offer, by=offer.contact.actor, now=NOW)

    with pytest.raises(MoveRefused):
        approve_offer(offer=offer, by=admin, now=NOW)


def test_decisions_leave_a_trace(offer: Offer, admin: User, actions: Callable[[], list[str]]) -> None:
    approve_organisation(organisation=offer.organisation, by=admin, now=NOW, with_offers=True)
    block_offer(offer=offer, reason="Nej", by=admin, now=NOW)
    confirmation = confirm_certificate(contact=offer.contact, confirmed_on=TODAY, by=admin, now=NOW)
    revoke_certificate(confirmation=confirmation, by=admin, now=NOW)

    assert actions()[3:] == [
        "organisation_approved",
        "offer_approved",
        "offer_blocked",
        "certificate_confirmed",
        "certificate_revoked",
    ]


def test_without_confirmation_the_certificate_is_missing(offer: Offer) -> None:
    assert certificate_status(offer, on=TODAY) is CertificateStatus.MISSING


def test_a_confirmation_counts_until_its_review_two_years_on(offer: Offer, admin: User) -> None:
    confirm_certificate(contact=offer.contact, confirmed_on=TODAY, by=admin, now=NOW)
    review = date(2028, 11, 21)

    assert certificate_status(offer, on=TODAY - timedelta(days=1)) is CertificateStatus.MISSING
    assert certificate_status(offer, on=TODAY) is CertificateStatus.CONFIRMED
    assert certificate_status(offer, on=review - timedelta(days=1)) is CertificateStatus.CONFIRMED
    assert certificate_status(offer, on=review) is CertificateStatus.EXPIRED


def test_a_revoked_confirmation_counts_no_more(offer: Offer, admin: User) -> None:
    confirmation = confirm_certificate(contact=offer.contact, confirmed_on=TODAY, by=admin, now=NOW)

    assert revoke_certificate(confirmation=confirmation, by=admin, now=NOW)
    assert not revoke_certificate(confirmation=confirmation, by=admin, now=NOW + timedelta(days=3))
    assert confirmation.revoked_on == TODAY
    assert certificate_status(offer, on=TODAY) is CertificateStatus.MISSING


def test_a_newer_confirmation_counts_beside_an_expired_one(offer: Offer, admin: User) -> None:
    confirm_certificate(contact=offer.contact, confirmed_on=date(2023, 1, 1), by=admin, now=NOW)
    db.session.expire(offer.contact)
    assert certificate_status(offer, on=TODAY) is CertificateStatus.EXPIRED

    confirm_certificate(contact=offer.contact, confirmed_on=TODAY, by=admin, now=NOW)
    db.session.expire(offer.contact)
    assert certificate_status(offer, on=TODAY) is CertificateStatus.CONFIRMED


@pytest.mark.parametrize(
    "dates",
    [
        {"confirmed_on": TODAY + timedelta(days=1)},
        {"confirmed_on": TODAY, "next_review_on": TODAY},
    ],
)
def test_impossible_dates_are_refused(dates: dict[str, date], offer: Offer, admin: User) -> None:
    with pytest.raises(CertificateDateRefused):
        confirm_certificate(contact=offer.contact, by=admin, now=NOW, **dates)


def test_goods_need_no_certificate() -> None:
    bicycles = signed_up(coach(title="Brugte cykler", kinds=("cykel_computer",))).offer

    assert certificate_status(bicycles, on=TODAY) is CertificateStatus.NOT_REQUIRED


def test_a_citizen_alone_with_a_child_needs_a_certificate_like_everybody(admin: User) -> None:
    citizen = signed_up(
        coach(kind=OrganisationKind.CITIZEN, organisation_name="Mette Holm", title="Voksenven", kinds=("voksenven",))
    ).offer

    assert certificate_status(citizen, on=TODAY) is CertificateStatus.MISSING
    confirm_certificate(contact=citizen.contact, confirmed_on=TODAY, by=admin, now=NOW)
    assert certificate_status(citizen, on=TODAY) is CertificateStatus.CONFIRMED


def _as_dict(offer: Offer) -> dict[str, Any]:
    return {name: getattr(offer, name) for name in GYMNASTICS.__slots__}


def test_the_same_confirmation_is_noted_once_while_it_counts(offer: Offer, admin: User) -> None:
    first = confirm_certificate(contact=offer.contact, confirmed_on=TODAY, by=admin, now=NOW)
    with pytest.raises(AlreadyConfirmed):
        confirm_certificate(contact=offer.contact, confirmed_on=TODAY, by=admin, now=NOW)
    revoke_certificate(confirmation=first, by=admin, now=NOW)
    confirm_certificate(contact=offer.contact, confirmed_on=TODAY, by=admin, now=NOW)
    assert len(offer.contact.certificates) == 2


def test_offers_that_were_not_read_are_not_approved_along(offer: Offer, admin: User) -> None:
    seen = waiting_offers_mark(offer.organisation)
    signed_up(coach(title="Fodbold", kinds=("fodbold",)))
    with pytest.raises(ChangedMeanwhile):
        approve_organisation(organisation=offer.organisation, by=admin, now=NOW, with_offers=True, offers_as_seen=seen)
    assert offer.organisation.state is Vetting.NEW

    seen = waiting_offers_mark(offer.organisation)
    approve_organisation(organisation=offer.organisation, by=admin, now=NOW, with_offers=True, offers_as_seen=seen)
    assert {each.state for each in offer.organisation.offers} == {Vetting.APPROVED}
