"""What may be done to a proposal, by whom, and what follows from it. Every move is one conditional update."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.cases.models import Need
from volunteer_match.cases.states import NeedState
from volunteer_match.foundation.conditional_moves import make_move
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkPurpose, issue_link, revoke_links
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.matching.eligibility import Bar
from volunteer_match.notifications.outbox import cancel_queued
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User

from .follow_ups import schedule_first
from .gates import CaseGate, GateClosed, case_gates, check_gates
from .locks import lock_need, lock_offer, lock_pair
from .models import Proposal, ProposalMove
from .pairs import block_pair, blocked_offers
from .places import give_back_place, take_place
from .request_mail import ask_by_mail, say_withdrawn
from .states import (
    HOLDS_PLACE,
    OPEN,
    PROPOSAL_MOVES,
    RUNNING,
    CancelReason,
    EndedBy,
    EndReason,
    PauseReason,
    ProposalAction,
    ProposalState,
    RejectReason,
)
from .waiting_needs import may_be_laid_again, promised_places

TIME_TO_ANSWER = timedelta(days=14)


def move(
    proposal: Proposal,
    action: ProposalAction,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    **values: Any,
) -> None:
    """Makes one move, keeps the count of places right and leaves its trace. Raises MoveRefused, GateClosed.

    Call it with the offer locked: whether a place is given back depends on the state the proposal has now.
    """
    held = proposal.state in HOLDS_PLACE
    make_move(proposal, Proposal.state, PROPOSAL_MOVES, action, reason=reason, changed_at=now, **values)
    holds = proposal.state in HOLDS_PLACE
    if holds and not held:
        take_place(proposal.offer_id)
    elif held and not holds:
        give_back_place(proposal.offer_id)
    _leave_trace(proposal, action, by=by, now=now, reason=reason)


def _leave_trace(
    proposal: Proposal, action: ProposalAction, *, by: Actor, now: datetime, reason: str | None = None
) -> None:
    db.session.add(
        ProposalMove(
            proposal=proposal,
            action=action,
            state=proposal.state,
            reason=reason,
            at=now,
            actor_kind=by.kind,
            actor_id=by.id,
        )
    )
    record(
        AuditAction.PROPOSAL_MOVED,
        by=by,
        now=now,
        subject=("proposal", proposal.id),
        details={"action": action.value, "state": proposal.state.value, "reason": reason},
    )


def propose(*, need: Need, offer: Offer, by: User, now: datetime, suggestion_list_id: int | None = None) -> Proposal:
    """Brings a need and an offer together. Raises GateClosed, or MoveRefused where the pair is already under way."""
    need, offer = lock_need(need.id), lock_offer(offer.id)
    check_gates(need=need, offer=offer, blocked_offers=blocked_offers(need.case_id), by=by, now=now)
    return _pair(need, offer, by=by, now=now, suggestion_list_id=suggestion_list_id)


def lay_before(*, need: Need, offer: Offer, by: User, now: datetime, suggestion_list_id: int) -> Proposal:
    """A suggestion of the platform is put before the case's own caseworker, at a team leader's word.

    It holds no place and asks nobody: every gate is asked again when the caseworker approves. Nor is a place promised
    to more caseworkers than there are places. Raises GateClosed, or MoveRefused where people have dealt with the pair.
    """
    need, offer = lock_need(need.id), lock_offer(offer.id)
    check_laying(need=need, offer=offer, now=now)
    proposal = find_pair(need_id=need.id, offer_id=offer.id)
    if proposal is not None and not may_be_laid_again(proposal.state, proposal.reason):
        raise MoveRefused(ProposalAction.LAY_BEFORE, proposal.state)
    actions = (ProposalAction.LAY_BEFORE, ProposalAction.LAY_BEFORE)
    return _pair(need, offer, by=by, now=now, suggestion_list_id=suggestion_list_id, actions=actions)


def check_laying(*, need: Need, offer: Offer, now: datetime) -> None:
    """Raises GateClosed where nothing may be laid before the caseworker of this need. Call it with both locked."""
    open_proposals = select(Proposal.id).where(Proposal.need_id == need.id, Proposal.state.in_(OPEN))
    if db.session.scalar(open_proposals.limit(1)) is not None:
        raise GateClosed((CaseGate.HAS_OPEN_PROPOSAL,))
    if need.state is not NeedState.OPEN:
        raise GateClosed((CaseGate.NEED_NOT_OPEN,))
    check_gates(need=need, offer=offer, blocked_offers=blocked_offers(need.case_id), by=None, now=now)
    if promised_places(offer.id) >= offer.free_places:
        raise GateClosed((Bar.NO_FREE_PLACE,))


def _pair(
    need: Need,
    offer: Offer,
    *,
    by: User,
    now: datetime,
    suggestion_list_id: int | None,
    actions: tuple[ProposalAction, ProposalAction] = (ProposalAction.PROPOSE, ProposalAction.PROPOSE_AGAIN),
) -> Proposal:
    """`actions`: what it is called for a new pair, and for one that was tried before."""
    first, again = actions
    proposal = find_pair(need_id=need.id, offer_id=offer.id)
    if proposal is not None:
        move(proposal, again, by=by.actor, now=now, **_fresh(suggestion_list_id))
        return proposal
    proposal = Proposal(
        need_id=need.id,
        offer_id=offer.id,
        suggestion_list_id=suggestion_list_id,
        state=ProposalState.PROPOSED,
        created_at=now,
        changed_at=now,
    )
    db.session.add(proposal)
    db.session.flush()
    _leave_trace(proposal, first, by=by.actor, now=now)
    return proposal


def _fresh(suggestion_list_id: int | None) -> dict[str, Any]:
    """A pair that is tried again starts over; what happened before stays in its history."""
    moments = ("asked_at", "reminded_at", "answer_by", "accepted_at", "introduced_at", "started_at", "ended_at")
    return {
        **dict.fromkeys((*moments, "ended_by", "ever_met")),
        "suggestion_list_id": suggestion_list_id,
    }


def find_pair(*, need_id: int, offer_id: int) -> Proposal | None:
    """The one proposal of a need and an offer, whatever its state; read again, for others may have moved it."""
    statement = select(Proposal).where(Proposal.need_id == need_id, Proposal.offer_id == offer_id)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def approve(proposal: Proposal, *, by: User, now: datetime) -> None:
    """The caseworker's decision: takes the place and asks the contact person, all in one transaction.

    Raises GateClosed with every rule in the way, MoveRefused when somebody was quicker.
    """
    _check_again(proposal, ProposalAction.APPROVE, by=by, now=now)
    move(proposal, ProposalAction.APPROVE, by=by.actor, now=now)
    answer_by = now + TIME_TO_ANSWER
    move(proposal, ProposalAction.ASK, by=by.actor, now=now, asked_at=now, answer_by=answer_by)
    token = issue_link(purpose=LinkPurpose.ANSWER_REQUEST, subject_id=proposal.id, now=now, lifetime=TIME_TO_ANSWER)
    ask_by_mail(proposal, token=token, now=now)


def choose(*, need: Need, offer: Offer, by: User, now: datetime, suggestion_list_id: int | None = None) -> Proposal:
    """Proposes and approves in one step, as from the list of suggestions. A second click finds the first one's result.

    Raises GateClosed.
    """
    need, offer = lock_need(need.id), lock_offer(offer.id)
    proposal = find_pair(need_id=need.id, offer_id=offer.id)
    if proposal is not None and proposal.state in HOLDS_PLACE:
        _only_responsible(need, by=by)
        return proposal
    if proposal is None or proposal.state is not ProposalState.PROPOSED:
        proposal = propose(need=need, offer=offer, by=by, now=now, suggestion_list_id=suggestion_list_id)
    approve(proposal, by=by, now=now)
    return proposal


def reject(
    *,
    need: Need,
    offer: Offer,
    reason: RejectReason,
    by: User,
    now: datetime,
    block: bool = False,
    suggestion_list_id: int | None = None,
) -> Proposal:
    """Not this one: it leaves the list of this need. `block` keeps the organisation from this child for good.

    Said twice for the same reason is said once.
    Raises GateClosed when `by` is not responsible for the case, MoveRefused when the pair is past rejecting.
    """
    need, offer = lock_need(need.id), lock_offer(offer.id)
    _only_responsible(need, by=by)
    proposal = find_pair(need_id=need.id, offer_id=offer.id)
    if proposal is None or (proposal.state, proposal.reason) != (ProposalState.REJECTED, reason):
        if proposal is None or proposal.state is not ProposalState.PROPOSED:
            proposal = _pair(need, offer, by=by, now=now, suggestion_list_id=suggestion_list_id)
        move(proposal, ProposalAction.REJECT, by=by.actor, now=now, reason=reason)
    if block:
        block_pair(case=need.case, organisation=offer.organisation, by=by, now=now)
    return proposal


def _only_responsible(need: Need, *, by: User) -> None:
    if CaseGate.NOT_RESPONSIBLE in case_gates(need, by=by):
        raise GateClosed((CaseGate.NOT_RESPONSIBLE,))


def introduce(proposal: Proposal, *, by: User, now: datetime) -> None:
    """The guardian has met the contact person, staff present. Every gate is checked again.

    Raises GateClosed, MoveRefused.
    """
    _check_again(proposal, ProposalAction.INTRODUCE, by=by, now=now)
    move(proposal, ProposalAction.INTRODUCE, by=by.actor, now=now, introduced_at=now)


def start(proposal: Proposal, *, by: User, now: datetime) -> None:
    """The child has met the contact person and the match begins. Every gate is checked again.

    Raises GateClosed, MoveRefused.
    """
    need = _check_again(proposal, ProposalAction.START, by=by, now=now)
    move(proposal, ProposalAction.START, by=by.actor, now=now, started_at=now)
    need.state = NeedState.MATCHED
    schedule_first(proposal, now=now)


def _check_again(proposal: Proposal, action: ProposalAction, *, by: User, now: datetime) -> Need:
    need, offer = lock_pair(proposal)
    PROPOSAL_MOVES.target(action, proposal.state)
    check_gates(
        need=need,
        offer=offer,
        blocked_offers=blocked_offers(need.case_id),
        by=by,
        now=now,
        holds_place=proposal.state in HOLDS_PLACE,
    )
    return need


def pause(proposal: Proposal, *, reason: PauseReason, by: User, now: datetime) -> None:
    """The match rests; its place is kept. Raises GateClosed when `by` is not responsible, MoveRefused."""
    need, _offer = lock_pair(proposal)
    _only_responsible(need, by=by)
    move(proposal, ProposalAction.PAUSE, by=by.actor, now=now, reason=reason)


def resume(proposal: Proposal, *, by: User, now: datetime) -> None:
    """Goes on after a pause, if every gate holds – a withdrawn consent must be given anew first.

    Raises GateClosed, MoveRefused.
    """
    _check_again(proposal, ProposalAction.RESUME, by=by, now=now)
    move(proposal, ProposalAction.RESUME, by=by.actor, now=now)


def end(
    proposal: Proposal,
    *,
    reason: EndReason,
    ended_by: EndedBy,
    ever_met: bool,
    by: User,
    now: datetime,
) -> None:
    """The match is over. The need looks for somebody again, unless another match still runs or it is closed.

    Raises GateClosed when `by` is not responsible, MoveRefused.
    """
    need, _offer = lock_pair(proposal)
    _only_responsible(need, by=by)
    values = {"ended_at": now, "ended_by": ended_by, "ever_met": ever_met}
    move(proposal, ProposalAction.END, by=by.actor, now=now, reason=reason, **values)
    silence(proposal, now=now)
    _look_again(need)


def is_known_to_contact(proposal: Proposal) -> bool:
    """Whether the contact person of this open proposal has been asked, and so must hear when it is taken back."""
    return proposal.state not in {ProposalState.PROPOSED, ProposalState.APPROVED}


def cancel(proposal: Proposal, *, reason: CancelReason, by: Actor, now: datetime) -> None:
    """Stops an open proposal because a gate failed under it: its links die and mails that wait are not sent."""
    move(proposal, ProposalAction.CANCEL, by=by, now=now, reason=reason)
    silence(proposal, now=now)


def cancel_by_caseworker(proposal: Proposal, *, by: User, now: datetime) -> None:
    """The caseworker takes a request back before a match runs. Raises GateClosed, MoveRefused."""
    need, _offer = lock_pair(proposal)
    _only_responsible(need, by=by)
    if proposal.state in RUNNING:
        raise MoveRefused(ProposalAction.CANCEL, proposal.state)
    told = is_known_to_contact(proposal)
    cancel(proposal, reason=CancelReason.BY_CASEWORKER, by=by.actor, now=now)
    if told:
        say_withdrawn(proposal, now=now)


def silence(proposal: Proposal, *, now: datetime) -> None:
    """Nothing more is said or answered about this proposal."""
    revoke_links(purpose=LinkPurpose.ANSWER_REQUEST, subject_id=proposal.id, now=now)
    cancel_queued(about=("proposal", proposal.id), now=now)


def _look_again(need: Need) -> None:
    running = db.session.scalar(
        select(func.count()).where(Proposal.need_id == need.id, Proposal.state.in_(RUNNING)).select_from(Proposal)
    )
    if need.state is NeedState.MATCHED and not running:
        need.state = NeedState.OPEN
