"""Withdrawn is withdrawn now: what pages call whenever something that proposals rest on is taken away.

Each function has the lower package take it away and, in the same transaction, stops open proposals, pauses
running matches, kills links, stops mails that wait, and tells the caseworkers.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from volunteer_match.audit.trail import Actor
from volunteer_match.cases import guardian_consent, intake
from volunteer_match.cases.models import Case, GuardianConsent, Need
from volunteer_match.cases.states import TaskKind
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.organisations import consent as volunteer_consent
from volunteer_match.organisations import self_service, vetting
from volunteer_match.organisations.models import CertificateConfirmation, ContactPerson, Offer, Organisation
from volunteer_match.people.models import User

from .lifecycle import cancel, is_known_to_contact, move, silence
from .locks import lock_needs, lock_offers
from .models import Proposal
from .request_mail import say_withdrawn
from .requests import tell_caseworker
from .states import BEFORE_ANSWER, OPEN, RUNNING, CancelReason, PauseReason, ProposalAction, ProposalState


class Cause(NamedTuple):
    """What was taken away, as an open proposal, a running match and the caseworker's page name it."""

    cancelled: CancelReason
    paused: PauseReason
    task: TaskKind


VOLUNTEER_CONSENT_WITHDRAWN = Cause(
    CancelReason.VOLUNTEER_CONSENT_WITHDRAWN,
    PauseReason.VOLUNTEER_CONSENT_WITHDRAWN,
    TaskKind.VOLUNTEER_WITHDREW_CONSENT,
)
GUARDIAN_CONSENT_WITHDRAWN = Cause(
    CancelReason.GUARDIAN_CONSENT_WITHDRAWN,
    PauseReason.GUARDIAN_CONSENT_WITHDRAWN,
    TaskKind.GUARDIAN_WITHDREW_CONSENT,
)
OFFER_PAUSED = Cause(CancelReason.OFFER_PAUSED, PauseReason.OFFER_WITHDRAWN, TaskKind.OFFER_WITHDRAWN)
OFFER_WITHDRAWN = Cause(CancelReason.OFFER_WITHDRAWN, PauseReason.OFFER_WITHDRAWN, TaskKind.OFFER_WITHDRAWN)
OFFER_BLOCKED = Cause(CancelReason.OFFER_BLOCKED, PauseReason.OFFER_BLOCKED, TaskKind.OFFER_BLOCKED)
CERTIFICATE_REVOKED = Cause(CancelReason.CERTIFICATE_REVOKED, PauseReason.OFFER_BLOCKED, TaskKind.OFFER_BLOCKED)


def withdraw_volunteer_consent(*, contact: ContactPerson, by: Actor, now: datetime) -> None:
    """The contact person takes their consent back. Raises organisations.consent.NoConsent."""
    proposals = _open_of_offers(Offer.contact_id == contact.id)
    volunteer_consent.withdraw_consent(contact=contact, by=by, now=now)
    _stop(proposals, VOLUNTEER_CONSENT_WITHDRAWN, by=by, now=now)


def pause_offer(*, offer: Offer, by: Actor, now: datetime) -> None:
    """No new children for now. Requests not yet answered stop; what was agreed goes on. Raises MoveRefused."""
    proposals = _open_of_offers(Offer.id == offer.id)
    self_service.pause_offer(offer=offer, by=by, now=now)
    unanswered = [proposal for proposal in proposals if proposal.state in BEFORE_ANSWER]
    _stop(unanswered, OFFER_PAUSED, by=by, now=now)


def withdraw_offer(*, offer: Offer, by: Actor, now: datetime) -> None:
    """The offer is no more. Raises MoveRefused."""
    proposals = _open_of_offers(Offer.id == offer.id)
    self_service.withdraw_offer(offer=offer, by=by, now=now)
    _stop(proposals, OFFER_WITHDRAWN, by=by, now=now)


def block_offer(*, offer: Offer, reason: str, by: User, now: datetime) -> None:
    """An admin takes an offer out. Raises MoveRefused, organisations.vetting.ReasonMissing."""
    proposals = _open_of_offers(Offer.id == offer.id)
    vetting.block_offer(offer=offer, reason=reason, by=by, now=now)
    _stop(proposals, OFFER_BLOCKED, by=by.actor, now=now)


def block_organisation(*, organisation: Organisation, reason: str, by: User, now: datetime) -> None:
    """An admin takes an organisation and all it offers out. Raises MoveRefused, organisations.vetting.ReasonMissing."""
    proposals = _open_of_offers(Offer.organisation_id == organisation.id)
    vetting.block_organisation(organisation=organisation, reason=reason, by=by, now=now)
    _stop(proposals, OFFER_BLOCKED, by=by.actor, now=now)


def revoke_certificate(*, confirmation: CertificateConfirmation, by: User, now: datetime) -> None:
    """A child certificate no longer counts. Offers that need none, or rest on another one, go on."""
    proposals = _open_of_offers(Offer.contact_id == confirmation.contact_id)
    vetting.revoke_certificate(confirmation=confirmation, by=by, now=now)
    db.session.expire(confirmation.contact, ["certificates"])
    in_order = {vetting.CertificateStatus.CONFIRMED, vetting.CertificateStatus.NOT_REQUIRED}
    fallen = [
        proposal
        for proposal in proposals
        if vetting.certificate_status(proposal.offer, on=danish_date(now)) not in in_order
    ]
    _stop(fallen, CERTIFICATE_REVOKED, by=by.actor, now=now)


def withdraw_guardian_consent(*, consent: GuardianConsent, by: User, now: datetime) -> None:
    """A custody holder or the young person takes the consent back. Raises cases.guardian_consent's refusals."""
    proposals = _open_of_needs(Need.id == consent.need_id)
    guardian_consent.withdraw(consent=consent, by=by, now=now)
    _stop(proposals, GUARDIAN_CONSENT_WITHDRAWN, by=by.actor, now=now)


def close_need(*, need: Need, by: User, now: datetime) -> None:
    """Nobody is looked for any more; open requests are taken back."""
    _close_proposals(_open_of_needs(Need.id == need.id), by=by, now=now)
    intake.close_need(need=need, by=by, now=now)


def close_case(*, case: Case, by: User, now: datetime) -> None:
    """The case is closed with all its needs; open requests are taken back."""
    _close_proposals(_open_of_needs(Need.case_id == case.id), by=by, now=now)
    intake.close_case(case=case, by=by, now=now)


class MatchStillRuns(Exception):
    """End the running match first: that it ended, why and how is what we learn from."""


def _close_proposals(proposals: Sequence[Proposal], *, by: User, now: datetime) -> None:
    if any(proposal.state in RUNNING for proposal in proposals):
        raise MatchStillRuns
    for proposal in proposals:
        _cancel_and_tell(proposal, CancelReason.NEED_CLOSED, by=by.actor, now=now)


def _open_of_offers(which: ColumnElement[bool]) -> Sequence[Proposal]:
    """The open proposals of these offers. All the offers are locked first, so that no new proposal can slip in."""
    return _open(Proposal.offer_id.in_(lock_offers(which)))


def _open_of_needs(which: ColumnElement[bool]) -> Sequence[Proposal]:
    """The open proposals of these needs, which are locked first; then their offers, whose places may come back."""
    of_needs = Proposal.need_id.in_(lock_needs(which))
    lock_offers(Offer.id.in_([proposal.offer_id for proposal in _open(of_needs)]))
    return _open(of_needs)


def _open(which: ColumnElement[bool]) -> Sequence[Proposal]:
    statement = (
        select(Proposal)
        .where(which, Proposal.state.in_(OPEN))
        .options(
            joinedload(Proposal.need).joinedload(Need.case).joinedload(Case.caseworker),
            joinedload(Proposal.offer).joinedload(Offer.contact),
        )
        .order_by(Proposal.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).all()


def _stop(proposals: Iterable[Proposal], cause: Cause, *, by: Actor, now: datetime) -> None:
    for proposal in proposals:
        if proposal.state in RUNNING:
            if proposal.state is ProposalState.ACTIVE:
                move(proposal, ProposalAction.PAUSE, by=by, now=now, reason=cause.paused)
            silence(proposal, now=now)
        else:
            _cancel_and_tell(proposal, cause.cancelled, by=by, now=now)
        tell_caseworker(proposal, cause.task, now=now)


def _cancel_and_tell(proposal: Proposal, reason: CancelReason, *, by: Actor, now: datetime) -> None:
    was_told = is_known_to_contact(proposal)
    cancel(proposal, reason=reason, by=by, now=now)
    their_own_doing = by == proposal.offer.contact.actor
    if was_told and not their_own_doing:
        say_withdrawn(proposal, now=now)
