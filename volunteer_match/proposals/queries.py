"""Proposals as the pages read them: what waits today, what a case has, one with its whole story."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.queries import visible_need
from volunteer_match.cases.states import CaseState, NeedState
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import ContactPerson, Offer
from volunteer_match.people.models import User

from .follow_ups import is_quiet
from .models import FollowUp, Proposal
from .states import OPEN, ProposalState

# The same day in UTC and in Denmark.
NOON = time(12, tzinfo=UTC)


class TodayKind(StrEnum):
    """Why something is on the caseworker's page, the most urgent first."""

    QUIET = "quiet"
    FOLLOW_UP_DUE = "follow_up_due"
    ARRANGE_INTRODUCTION = "arrange_introduction"
    READY_TO_START = "ready_to_start"
    DECIDE_PROPOSAL = "decide_proposal"
    PAUSED = "paused"
    WAITING_FOR_ANSWER = "waiting_for_answer"
    NO_PROPOSAL_YET = "no_proposal_yet"


URGENCY = {kind: place for place, kind in enumerate(TodayKind)}


@dataclass(frozen=True, slots=True)
class TodayItem:
    """One thing that waits. `since` is when it began to wait or fell due."""

    kind: TodayKind
    pseudonym: str
    case_id: int
    need_id: int
    proposal_id: int | None
    since: datetime


def todays_work(user: User, now: datetime) -> list[TodayItem]:
    """What waits in the caseworker's own open cases, the most urgent first and then what waited longest."""
    mine = (Case.caseworker_id == user.id, Case.state == CaseState.OPEN)
    proposals = _open_proposals(*mine)
    items = [item for proposal in proposals for item in _items_of(proposal, now=now)]
    busy = {proposal.need_id for proposal in proposals}
    items += [
        TodayItem(TodayKind.NO_PROPOSAL_YET, need.case.pseudonym, need.case_id, need.id, None, need.created_at)
        for need in _open_needs(*mine)
        if need.id not in busy
    ]
    return sorted(items, key=lambda item: (URGENCY[item.kind], item.since))


def _open_proposals(*conditions: ColumnElement[bool]) -> Sequence[Proposal]:
    return db.session.scalars(
        select(Proposal)
        .join(Proposal.need)
        .join(Need.case)
        .where(*conditions, Proposal.state.in_(OPEN))
        .options(joinedload(Proposal.need).joinedload(Need.case), selectinload(Proposal.follow_ups))
    ).all()


def _open_needs(*conditions: ColumnElement[bool]) -> Sequence[Need]:
    return db.session.scalars(
        select(Need).join(Need.case).where(*conditions, Need.state == NeedState.OPEN).options(joinedload(Need.case))
    ).all()


WAITS_BY_STATE = {
    ProposalState.PROPOSED: TodayKind.DECIDE_PROPOSAL,
    ProposalState.ACCEPTED: TodayKind.ARRANGE_INTRODUCTION,
    ProposalState.INTRODUCED: TodayKind.READY_TO_START,
    ProposalState.PAUSED: TodayKind.PAUSED,
    ProposalState.ASKED: TodayKind.WAITING_FOR_ANSWER,
}


def _items_of(proposal: Proposal, *, now: datetime) -> Iterable[TodayItem]:
    case = proposal.need.case

    def item(kind: TodayKind, since: datetime) -> TodayItem:
        return TodayItem(kind, case.pseudonym, case.id, proposal.need_id, proposal.id, since)

    if proposal.state in WAITS_BY_STATE:
        yield item(WAITS_BY_STATE[proposal.state], proposal.changed_at)
    due = due_follow_up(proposal, now=now)
    if proposal.state is ProposalState.ACTIVE and is_quiet(proposal, now=now):
        yield item(TodayKind.QUIET, _fell_due(due) if due else proposal.changed_at)
    elif proposal.state is ProposalState.ACTIVE and due is not None:
        yield item(TodayKind.FOLLOW_UP_DUE, _fell_due(due))


def _fell_due(follow_up: FollowUp) -> datetime:
    return datetime.combine(follow_up.due_on, NOON)


def due_follow_up(proposal: Proposal, *, now: datetime) -> FollowUp | None:
    """The oldest follow-up that is due and not done."""
    today = danish_date(now)
    return next((item for item in proposal.follow_ups if item.done_at is None and item.due_on <= today), None)


def proposals_of_case(case_id: int) -> Sequence[Proposal]:
    """Every proposal of a case, the latest first."""
    return db.session.scalars(
        select(Proposal)
        .join(Proposal.need)
        .where(Need.case_id == case_id)
        .options(joinedload(Proposal.offer).joinedload(Offer.organisation), joinedload(Proposal.need))
        .order_by(Proposal.changed_at.desc(), Proposal.id.desc())
    ).all()


def proposals_of_need(need_id: int) -> Sequence[Proposal]:
    """Every proposal of a need, the latest first."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.need_id == need_id)
        .options(joinedload(Proposal.offer).joinedload(Offer.organisation))
        .order_by(Proposal.changed_at.desc(), Proposal.id.desc())
    ).all()


def visible_proposal(user: User, proposal_id: int) -> Proposal | None:
    """The proposal for whoever may see its need."""
    proposal = db.session.scalar(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .options(
            joinedload(Proposal.offer).joinedload(Offer.organisation),
            joinedload(Proposal.offer).joinedload(Offer.contact).selectinload(ContactPerson.consents),
            selectinload(Proposal.moves),
            selectinload(Proposal.follow_ups),
        )
    )
    if proposal is None or visible_need(user, proposal.need_id) is None:
        return None
    return proposal


def read_proposal(user: User, proposal_id: int, *, now: datetime) -> Proposal | None:
    """`visible_proposal`, with the trace of having looked."""
    proposal = visible_proposal(user, proposal_id)
    if proposal is not None:
        record(AuditAction.PROPOSAL_READ, by=user.actor, now=now, subject=("proposal", proposal.id))
    return proposal


def visible_follow_up(user: User, follow_up_id: int) -> FollowUp | None:
    """The follow-up for whoever may see its need."""
    follow_up = db.session.get(FollowUp, follow_up_id)
    if follow_up is None or visible_proposal(user, follow_up.proposal_id) is None:
        return None
    return follow_up
