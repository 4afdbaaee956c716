"""The contact person's side of a proposal: read the request, say yes or no, by the mailed link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.states import TaskKind
from volunteer_match.cases.tasks import add_task
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import (
    LinkPurpose,
    LinkUnusable,
    consume_link,
    find_link,
    look_up_link,
)
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.messages import TaskWaiting
from volunteer_match.notifications.outbox import enqueue
from volunteer_match.organisations.models import ContactPerson, Offer

from .lifecycle import move, silence
from .locks import lock_pair
from .models import Proposal
from .request_mail import age_band, may_be_told, say_agreed, shared_slots
from .states import BOTH_SAID_YES, DeclineReason, ProposalAction, ProposalState


@dataclass(frozen=True)
class Request:
    """All that a contact person may see of a need: nothing here leads to the child.

    `age_band` is None, and the rest of what is told of the child empty, when there is nothing to tell (any more).
    """

    proposal_id: int
    state: ProposalState
    title: str
    external_wording: str
    age_band: tuple[int, int] | None
    postcode: str
    times: tuple[str, ...]
    answer_by: datetime | None
    caseworker_name: str | None
    caseworker_email: str | None

    @property
    def can_be_answered(self) -> bool:
        """Whether yes and no are still open."""
        return self.state is ProposalState.ASKED and self.age_band is not None


def read_request(token: str, *, now: datetime) -> Request:
    """What the link is about; leaves it unused. Also tells what was answered earlier. Raises LinkUnusable."""
    link = find_link(token, purpose=LinkPurpose.ANSWER_REQUEST)
    if link is None:
        raise LinkUnusable
    proposal = _load(link.subject_id)
    expired = link.expires_at <= now and proposal.state in BOTH_SAID_YES | {ProposalState.ASKED}
    if expired or (link.used_at is not None and proposal.state is ProposalState.ASKED):
        raise LinkUnusable
    return read_signed_in(proposal, now=now)


def read_signed_in(proposal: Proposal, *, now: datetime) -> Request:
    """The contact person's view of a proposal, with the trace of having looked."""
    actor = proposal.offer.contact.actor
    record(AuditAction.REQUEST_READ, by=actor, now=now, subject=("proposal", proposal.id))
    return as_request(proposal, now=now)


def as_request(proposal: Proposal, *, now: datetime) -> Request:
    """The contact person's view of a proposal. The child disappears from it when it came to nothing, and when the
    family's yes no longer holds.
    """
    agreed = proposal.state in BOTH_SAID_YES
    told = (agreed or proposal.state is ProposalState.ASKED) and may_be_told(proposal, now=now)
    need, case, caseworker = proposal.need, proposal.need.case, proposal.need.case.caseworker
    return Request(
        proposal_id=proposal.id,
        state=proposal.state,
        title=proposal.offer.title,
        external_wording=need.external_wording if told else "",
        age_band=age_band(case.age_on(danish_date(now))) if told else None,
        postcode=case.postcode if told else "",
        times=shared_slots(proposal) if told else (),
        answer_by=proposal.answer_by,
        caseworker_name=caseworker.name if agreed else None,
        caseworker_email=caseworker.email if agreed else None,
    )


def requests_of(contacts: Sequence[ContactPerson], *, now: datetime) -> list[Request]:
    """The requests of a contact person that wait for an answer or led to something, newest first; leaves a trace."""
    shown = BOTH_SAID_YES | {ProposalState.ASKED}
    statement = (
        _whole_proposals()
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(Offer.contact_id.in_([contact.id for contact in contacts]), Proposal.state.in_(shown))
        .order_by(Proposal.asked_at.desc())
    )
    found = db.session.scalars(statement).all()
    if found:
        details = {"proposals": sorted(proposal.id for proposal in found)}
        who = contacts[0]
        record(AuditAction.REQUEST_READ, by=who.actor, now=now, subject=("contact_person", who.id), details=details)
    return [as_request(proposal, now=now) for proposal in found]


def accept(*, token: str, now: datetime) -> Proposal:
    """Yes, by the mailed link. Of 20 answers at once one counts. Raises LinkUnusable, MoveRefused."""
    return _say_yes(_use(token, ProposalAction.ACCEPT, now=now), now=now)


def decline(*, token: str, reason: DeclineReason, now: datetime) -> Proposal:
    """No, by the mailed link, which is always fine. Raises LinkUnusable, MoveRefused."""
    return _say_no(_use(token, ProposalAction.DECLINE, now=now), reason=reason, now=now)


def accept_signed_in(*, proposal: Proposal, now: datetime) -> Proposal:
    """Yes, from the contact person's own page. Raises MoveRefused."""
    return _say_yes(_answerable(proposal, ProposalAction.ACCEPT, now=now), now=now)


def decline_signed_in(*, proposal: Proposal, reason: DeclineReason, now: datetime) -> Proposal:
    """No, from the contact person's own page. Raises MoveRefused."""
    return _say_no(_answerable(proposal, ProposalAction.DECLINE, now=now), reason=reason, now=now)


def own_request(proposal_id: int, *, contacts: Sequence[ContactPerson]) -> Proposal | None:
    """A proposal that was put to one of these contact persons, or None."""
    proposal = db.session.scalar(_whole_proposals().where(Proposal.id == proposal_id))
    mine = proposal is not None and proposal.offer.contact_id in {contact.id for contact in contacts}
    return proposal if mine else None


def _say_yes(proposal: Proposal, *, now: datetime) -> Proposal:
    """The caseworker gets a task, and the contact person learns who will call."""
    move(proposal, ProposalAction.ACCEPT, by=proposal.offer.contact.actor, now=now, accepted_at=now)
    say_agreed(proposal, caseworker=proposal.need.case.caseworker, now=now)
    tell_caseworker(proposal, TaskKind.REQUEST_ACCEPTED, now=now)
    return proposal


def _say_no(proposal: Proposal, *, reason: DeclineReason, now: datetime) -> Proposal:
    """The same child is not put to them again."""
    move(proposal, ProposalAction.DECLINE, by=proposal.offer.contact.actor, now=now, reason=reason)
    tell_caseworker(proposal, TaskKind.REQUEST_DECLINED, now=now)
    return proposal


def _use(token: str, action: ProposalAction, *, now: datetime) -> Proposal:
    proposal = _load(look_up_link(token, purpose=LinkPurpose.ANSWER_REQUEST, now=now))
    lock_pair(proposal)
    consume_link(token, purpose=LinkPurpose.ANSWER_REQUEST, now=now)
    return _answerable(proposal, action, now=now)


def _answerable(proposal: Proposal, action: ProposalAction, *, now: datetime) -> Proposal:
    """The proposal, locked and with nothing more to be asked about it."""
    lock_pair(proposal)
    in_time = proposal.answer_by is not None and now < proposal.answer_by
    if not (in_time and may_be_told(proposal, now=now)):
        raise MoveRefused(action, proposal.state)
    silence(proposal, now=now)
    return proposal


def _load(proposal_id: int) -> Proposal:
    return db.session.execute(_whole_proposals().where(Proposal.id == proposal_id)).scalar_one()


def _whole_proposals() -> Select[Proposal]:
    return select(Proposal).options(
        joinedload(Proposal.offer).options(joinedload(Offer.contact), joinedload(Offer.organisation)),
        joinedload(Proposal.need).joinedload(Need.case).joinedload(Case.caseworker),
        joinedload(Proposal.need).selectinload(Need.consents),
    )


def tell_caseworker(proposal: Proposal, kind: TaskKind, *, now: datetime) -> None:
    """A task on the caseworker's page, and a mail that says only that something waits."""
    case = proposal.need.case
    add_task(case=case, kind=kind, proposal_id=proposal.id, now=now)
    caseworker = case.caseworker
    enqueue(
        TaskWaiting(name=caseworker.name),
        to=caseworker.email,
        language=caseworker.language,
        about=("case", case.id),
        now=now,
    )
