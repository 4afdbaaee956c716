"""The municipality's decisions on who may be proposed, and whether a child certificate is in order."""

import hashlib
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select, update

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.clock import danish_date, years_after
from volunteer_match.foundation.conditional_moves import make_move
from volunteer_match.foundation.database import db, take_turns
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.messages import (
    Message,
    OfferApproved,
    OfferBlocked,
    OrganisationApproved,
    OrganisationBlocked,
)
from volunteer_match.notifications.outbox import enqueue
from volunteer_match.people.models import User
from volunteer_match.vocabulary.taxonomy import needs_certificate

from .models import CertificateConfirmation, ContactPerson, Offer, Organisation
from .states import VETTING_MOVES, Availability, Vetting, VettingAction

YEARS_BETWEEN_REVIEWS = 2


class ChangedMeanwhile(Exception):
    """The offer is no longer the one that was read: look again before deciding."""


class ReasonMissing(Exception):
    """Who is turned away must be told why."""


class AlreadyConfirmed(Exception):
    """The same confirmation is noted and counts."""


class CertificateDateRefused(Exception):
    """A confirmation lies in the past or today, and its review after it."""


class CertificateStatus(StrEnum):
    """What the confirmations say about an offer on a day."""

    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    MISSING = "missing"
    NOT_REQUIRED = "not_required"


def is_waiting(offer: Offer) -> bool:
    """Whether a decision on the offer is asked for."""
    return offer.state is Vetting.NEW and offer.availability is not Availability.WITHDRAWN


def waiting_offers_mark(organisation: Organisation) -> str:
    """Becomes another one as soon as an offer that waits is added, changed, decided on or withdrawn."""
    waiting = [f"{offer.id} {offer.changed_at.isoformat()}" for offer in organisation.offers if is_waiting(offer)]
    return hashlib.sha256("\n".join(waiting).encode()).hexdigest()


def approve_organisation(
    *,
    organisation: Organisation,
    by: User,
    now: datetime,
    with_offers: bool = False,
    offers_as_seen: str | None = None,
) -> None:
    """Approves, and tells its contact persons. `with_offers` also approves the offers that wait.

    With `offers_as_seen` (their mark on the page) only what was read is approved. Raises MoveRefused, ChangedMeanwhile.
    """
    if with_offers and offers_as_seen is not None:
        _lock_offers(organisation)
        if waiting_offers_mark(organisation) != offers_as_seen:
            raise ChangedMeanwhile
    _decide_organisation(organisation, VettingAction.APPROVE, reason=None, by=by, now=now)
    for contact in organisation.contacts:
        message = OrganisationApproved(contact.name, organisation.name)
        _tell(contact, message, about=("organisation", organisation.id), now=now)
    if with_offers:
        for offer in organisation.offers:
            if is_waiting(offer):
                approve_offer(offer=offer, by=by, now=now)


def block_organisation(*, organisation: Organisation, reason: str, by: User, now: datetime) -> None:
    """Blocks with a reason that its contact persons get to read. Raises MoveRefused, ReasonMissing."""
    _decide_organisation(organisation, VettingAction.BLOCK, reason=_given(reason), by=by, now=now)
    for contact in organisation.contacts:
        message = OrganisationBlocked(contact.name, organisation.name, reason.strip())
        _tell(contact, message, about=("organisation", organisation.id), now=now)


def approve_offer(*, offer: Offer, by: User, now: datetime, seen_as_of: datetime | None = None) -> None:
    """Approves an offer. With `seen_as_of` (its `changed_at` on the page) only what was read is approved.

    Raises MoveRefused, ChangedMeanwhile.
    """
    if seen_as_of is not None and _changed_since(offer, seen_as_of):
        raise ChangedMeanwhile
    if offer.availability is Availability.WITHDRAWN:
        raise MoveRefused(VettingAction.APPROVE, offer.availability)
    _decide_offer(offer, VettingAction.APPROVE, reason=None, by=by, now=now)
    _tell(offer.contact, OfferApproved(offer.contact.name, offer.title), about=("offer", offer.id), now=now)


def block_offer(*, offer: Offer, reason: str, by: User, now: datetime) -> None:
    """Blocks with a reason that the contact person gets to read. Raises MoveRefused, ReasonMissing."""
    _decide_offer(offer, VettingAction.BLOCK, reason=_given(reason), by=by, now=now)
    message = OfferBlocked(offer.contact.name, offer.title, reason.strip())
    _tell(offer.contact, message, about=("offer", offer.id), now=now)


def confirm_certificate(
    *, contact: ContactPerson, confirmed_on: date, by: User, now: datetime, next_review_on: date | None = None
) -> CertificateConfirmation:
    """Notes that a certificate without remarks was seen. Raises CertificateDateRefused, AlreadyConfirmed."""
    review_on = next_review_on or years_after(confirmed_on, YEARS_BETWEEN_REVIEWS)
    if confirmed_on > danish_date(now) or review_on <= confirmed_on:
        raise CertificateDateRefused
    take_turns(f"certificates of contact person {contact.id}")
    db.session.expire(contact, ["certificates"])
    if any(_says(line, confirmed_on, review_on) for line in contact.certificates):
        raise AlreadyConfirmed
    confirmation = CertificateConfirmation(
        contact=contact,
        confirmed_on=confirmed_on,
        next_review_on=review_on,
        confirmed_by_id=by.id,
        recorded_at=now,
    )
    db.session.add(confirmation)
    db.session.flush()
    record(
        AuditAction.CERTIFICATE_CONFIRMED,
        by=by.actor,
        now=now,
        subject=("contact_person", contact.id),
        details={"confirmed_on": confirmed_on.isoformat(), "next_review_on": review_on.isoformat()},
    )
    return confirmation


def revoke_certificate(*, confirmation: CertificateConfirmation, by: User, now: datetime) -> bool:
    """Takes a confirmation back from today; False when somebody already has."""
    db.session.flush()
    changed = db.session.scalars(
        update(CertificateConfirmation)
        .where(CertificateConfirmation.id == confirmation.id, CertificateConfirmation.revoked_on.is_(None))
        .values(revoked_on=danish_date(now))
        .returning(CertificateConfirmation.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.refresh(confirmation)
    if changed:
        subject = ("contact_person", confirmation.contact_id)
        record(AuditAction.CERTIFICATE_REVOKED, by=by.actor, now=now, subject=subject)
    return bool(changed)


def certificate_status(offer: Offer, *, on: date) -> CertificateStatus:
    """Whether the person behind an offer is in order on a day. On the day of the review it no longer is."""
    if not needs_certificate(offer.kinds, offer.age_min):
        return CertificateStatus.NOT_REQUIRED
    standing = [
        line
        for line in offer.contact.certificates
        if line.confirmed_on <= on and (line.revoked_on is None or on < line.revoked_on)
    ]
    if any(on < line.next_review_on for line in standing):
        return CertificateStatus.CONFIRMED
    return CertificateStatus.EXPIRED if standing else CertificateStatus.MISSING


def _says(line: CertificateConfirmation, confirmed_on: date, review_on: date) -> bool:
    return line.revoked_on is None and (line.confirmed_on, line.next_review_on) == (confirmed_on, review_on)


def _lock_offers(organisation: Organisation) -> None:
    db.session.expire(organisation, ["offers"])
    db.session.scalars(
        select(Offer)
        .where(Offer.organisation_id == organisation.id)
        .order_by(Offer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _decide_organisation(
    organisation: Organisation, action: VettingAction, *, reason: str | None, by: User, now: datetime
) -> None:
    decision = {"state_reason": reason, "decided_at": now, "decided_by_id": by.id}
    make_move(organisation, Organisation.state, VETTING_MOVES, action, **decision)
    done = {
        VettingAction.APPROVE: AuditAction.ORGANISATION_APPROVED,
        VettingAction.BLOCK: AuditAction.ORGANISATION_BLOCKED,
    }
    record(done[action], by=by.actor, now=now, subject=("organisation", organisation.id))


def _decide_offer(offer: Offer, action: VettingAction, *, reason: str | None, by: User, now: datetime) -> None:
    decision = {"state_reason": reason, "decided_at": now, "decided_by_id": by.id}
    make_move(offer, Offer.state, VETTING_MOVES, action, **decision)
    done = {VettingAction.APPROVE: AuditAction.OFFER_APPROVED, VettingAction.BLOCK: AuditAction.OFFER_BLOCKED}
    record(done[action], by=by.actor, now=now, subject=("offer", offer.id))


def _given(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def _changed_since(offer: Offer, moment: datetime) -> bool:
    db.session.refresh(offer, with_for_update=True)
    return offer.changed_at != moment


def _tell(contact: ContactPerson, message: Message, *, about: tuple[str, int], now: datetime) -> None:
    enqueue(message, to=contact.email, language=contact.language, about=about, now=now)
