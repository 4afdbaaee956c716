"""Every action from every state: what the table allows happens, anything else is refused and changes nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in
from tests.proposals.conftest import use_test_site
from volunteer_match.audit.models import AuditEntry
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import lifecycle, requests
from volunteer_match.proposals.gates import GateClosed
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import (
    BEFORE_ANSWER,
    BOTH_SAID_YES,
    CLOSED,
    HOLDS_PLACE,
    OPEN,
    PROPOSAL_MOVES,
    CancelReason,
    DeclineReason,
    EndedBy,
    EndReason,
    PauseReason,
    ProposalAction,
    ProposalState,
    RejectReason,
)

S, A = ProposalState, ProposalAction
LATER = NOW + timedelta(hours=1)
# Told from the states by hand, so that a slip in the table shows.
ALLOWED: dict[ProposalAction, tuple[set[ProposalState], ProposalState]] = {
    A.APPROVE: ({S.PROPOSED}, S.ASKED),
    A.REJECT: ({S.PROPOSED, S.EXPIRED, S.ENDED, S.CANCELLED}, S.REJECTED),
    A.ACCEPT: ({S.ASKED}, S.ACCEPTED),
    A.DECLINE: ({S.ASKED}, S.DECLINED),
    A.INTRODUCE: ({S.ACCEPTED}, S.INTRODUCED),
    A.START: ({S.INTRODUCED}, S.ACTIVE),
    A.PAUSE: ({S.ACTIVE}, S.PAUSED),
    A.RESUME: ({S.PAUSED}, S.ACTIVE),
    A.END: ({S.ACCEPTED, S.INTRODUCED, S.ACTIVE, S.PAUSED}, S.ENDED),
    A.CANCEL: ({S.PROPOSED, S.APPROVED, S.ASKED, S.ACCEPTED, S.INTRODUCED}, S.CANCELLED),
    A.PROPOSE_AGAIN: ({S.REJECTED, S.EXPIRED, S.ENDED, S.CANCELLED}, S.PROPOSED),
}
# Not steps that a caseworker takes by themselves. The leader's is tried in test_laying_before.
INSIDE = {A.PROPOSE, A.ASK, A.EXPIRE, A.LAY_BEFORE}

Step = Callable[[Proposal, User], object]


def _end(proposal: Proposal, by: User) -> None:
    reason, ended_by = EndReason.AGREED_END, EndedBy.FAMILY
    lifecycle.end(proposal, reason=reason, ended_by=ended_by, ever_met=True, by=by, now=LATER)


STEPS: dict[ProposalAction, Step] = {
    A.APPROVE: lambda proposal, by: lifecycle.approve(proposal, by=by, now=LATER),
    A.REJECT: lambda proposal, by: lifecycle.reject(
        need=proposal.need, offer=proposal.offer, reason=RejectReason.OTHER, by=by, now=LATER
    ),
    A.ACCEPT: lambda proposal, _by: requests.accept_signed_in(proposal=proposal, now=LATER),
    A.DECLINE: lambda proposal, _by: requests.decline_signed_in(
        proposal=proposal, reason=DeclineReason.OTHER, now=LATER
    ),
    A.INTRODUCE: lambda proposal, by: lifecycle.introduce(proposal, by=by, now=LATER),
    A.START: lambda proposal, by: lifecycle.start(proposal, by=by, now=LATER),
    A.PAUSE: lambda proposal, by: lifecycle.pause(proposal, reason=PauseReason.ILLNESS, by=by, now=LATER),
    A.RESUME: lambda proposal, by: lifecycle.resume(proposal, by=by, now=LATER),
    A.END: _end,
    A.CANCEL: lambda proposal, by: lifecycle.cancel_by_caseworker(proposal, by=by, now=LATER),
    A.PROPOSE_AGAIN: lambda proposal, by: lifecycle.propose(need=proposal.need, offer=proposal.offer, by=by, now=LATER),
}


@pytest.fixture(params=ProposalState)
def proposal(request: pytest.FixtureRequest, need: Need, offer: Offer, anna: User) -> Proposal:
    """One in each state."""
    return proposal_in(request.param, need=need, offer=offer, by=anna)


def _everything(proposal: Proposal) -> dict[str, Any]:
    db.session.expire_all()
    columns = {column.key: getattr(proposal, column.key) for column in Proposal.__table__.columns}
    return {**columns, "moves": len(proposal.moves), "taken": proposal.offer.places_taken, "need": proposal.need.state}


def _allowed(proposal: Proposal, action: ProposalAction) -> bool:
    states, _target = ALLOWED[action]
    # Rejecting for the same reason again is no second rejection; for another one it is a change of mind.
    return proposal.state in states or (action is A.REJECT and proposal.state is S.REJECTED)


def _refusal(state: ProposalState, action: ProposalAction) -> type[Exception]:
    # Who said no to this child is barred from it for good, which says more than that the move is not possible.
    return GateClosed if (state, action) == (S.DECLINED, A.PROPOSE_AGAIN) else MoveRefused


def test_all_actions_are_tried() -> None:
    assert set(STEPS) == set(ALLOWED) == set(A) - INSIDE


def test_every_action_from_this_state(proposal: Proposal, anna: User) -> None:
    state = proposal.state
    for action, step in STEPS.items():
        before = _everything(proposal)
        savepoint = db.session.begin_nested()
        if _allowed(proposal, action):
            step(proposal, anna)
            assert proposal.state is ALLOWED[action][1], action
            assert proposal.moves[-1].state is proposal.state, action
            assert proposal.offer.places_taken == (proposal.state in HOLDS_PLACE), action
        else:
            with pytest.raises(_refusal(state, action)):
                step(proposal, anna)
            if action is not A.REJECT:  # it asks first whether it may propose anew, and refuses that
                assert proposal.state is state, action
        savepoint.rollback()
        assert _everything(proposal) == before, action


def test_a_refusal_leaves_nothing_behind(proposal: Proposal, anna: User) -> None:
    for action, step in STEPS.items():
        if _allowed(proposal, action):
            continue
        before = _everything(proposal)
        with pytest.raises(_refusal(proposal.state, action)), attempt():
            step(proposal, anna)
        assert _everything(proposal) == before, action


def test_every_move_leaves_its_trace(need: Need, offer: Offer, anna: User) -> None:
    proposal = proposal_in(S.ENDED, need=need, offer=offer, by=anna)
    proposal_in(S.PROPOSED, need=need, offer=offer, by=anna)
    db.session.commit()
    entries = db.session.query(AuditEntry).filter_by(subject_kind="proposal", action="proposal_moved").all()
    walked = [A.PROPOSE, A.APPROVE, A.ASK, A.ACCEPT, A.INTRODUCE, A.START, A.END, A.PROPOSE_AGAIN]
    assert [move.action for move in proposal.moves] == walked
    assert [entry.details["action"] for entry in entries] == walked


def test_the_same_pair_is_taken_up_again_not_doubled(need: Need, offer: Offer, anna: User) -> None:
    first = proposal_in(S.ENDED, need=need, offer=offer, by=anna)
    again = lifecycle.choose(need=need, offer=offer, by=anna, now=LATER)
    assert again is first
    assert (again.asked_at, again.accepted_at, again.started_at, again.ended_by) == (LATER, None, None, None)


def test_rejecting_twice_is_rejecting_once(need: Need, offer: Offer, anna: User) -> None:
    proposal = proposal_in(S.REJECTED, need=need, offer=offer, by=anna)
    before = _everything(proposal)
    lifecycle.reject(need=need, offer=offer, reason=RejectReason(proposal.reason or ""), by=anna, now=LATER)
    assert _everything(proposal) == before


def test_the_groups_of_states_divide_them() -> None:
    assert set(S) == OPEN | CLOSED
    assert not OPEN & CLOSED
    assert BEFORE_ANSWER | BOTH_SAID_YES == OPEN
    assert not BEFORE_ANSWER & BOTH_SAID_YES
    assert {target for _, target in PROPOSAL_MOVES.table.values()} == set(S)


WHOLE: dict[str, Any] = {
    "reason": "other",
    "asked_at": "2026-11-21 10:00:00+00:00",
    "answer_by": "2026-12-05 10:00:00+00:00",
    "started_at": "2026-11-21 10:00:00+00:00",
    "ended_at": None,
    "ended_by": None,
    "ever_met": None,
}
ENDED: dict[str, Any] = {**WHOLE, "ended_at": "2026-11-21 10:00:00+00:00", "ended_by": "child", "ever_met": True}
NEEDS_A_REASON = {S.REJECTED, S.DECLINED, S.CANCELLED, S.ENDED, S.PAUSED}


def _illegal_rows() -> list[tuple[str, dict[str, Any]]]:
    rows = [
        *(
            (f"{state} without a reason", {**(ENDED if state is S.ENDED else WHOLE), "state": state, "reason": None})
            for state in sorted(NEEDS_A_REASON)
        ),
        ("no such state", {**WHOLE, "state": "married"}),
        ("asked at no time", {**WHOLE, "state": S.ASKED, "asked_at": None}),
        ("asked without a deadline", {**WHOLE, "state": S.ASKED, "answer_by": None}),
        ("active but never started", {**WHOLE, "state": S.ACTIVE, "started_at": None}),
        ("paused but never started", {**WHOLE, "state": S.PAUSED, "started_at": None}),
        *(
            (f"ended without {name}", {**ENDED, "state": S.ENDED, name: None})
            for name in ("ended_at", "ended_by", "ever_met")
        ),
        ("active but ended", {**ENDED, "state": S.ACTIVE}),
        ("ended by nobody we know", {**ENDED, "state": S.ENDED, "ended_by": "fate"}),
    ]
    return [
        (why, {key: str(value) if isinstance(value, S) else value for key, value in row.items()}) for why, row in rows
    ]


def _write(proposal_id: int, row: dict[str, Any]) -> None:
    assignments = ", ".join(f"{name} = :{name}" for name in row)
    db.session.execute(text(f"UPDATE proposal SET {assignments} WHERE id = :id"), {**row, "id": proposal_id})  # noqa: S608 - names from above


def _takes(proposal_id: int, row: dict[str, Any]) -> bool:
    try:
        with attempt():
            _write(proposal_id, row)
    except IntegrityError:
        return False
    return True


@pytest.fixture
def row(session_on_each: Session) -> int:
    """The id of a proposal, on each kind of database."""
    use_test_site()
    admin, anna = hire("Ditte", Role.ADMIN), hire("Anna", Role.CASEWORKER)
    proposal = lifecycle.propose(need=ready_need(anna), offer=approved_offer(admin), by=anna, now=NOW)
    return proposal.id


def test_the_database_refuses_what_no_move_leads_to(row: int) -> None:
    assert [why for why, illegal in _illegal_rows() if _takes(row, illegal)] == []


def test_the_database_takes_a_whole_row_of_every_state(row: int) -> None:
    for state in S:
        _write(row, {**(ENDED if state is S.ENDED else WHOLE), "state": state.value})


def test_the_database_keeps_one_proposal_for_each_pair(row: int) -> None:
    columns = "need_id, offer_id, state, created_at, changed_at"
    with pytest.raises(IntegrityError), attempt():
        db.session.execute(
            text(f"INSERT INTO proposal ({columns}) SELECT {columns} FROM proposal WHERE id = :id"),  # noqa: S608
            {"id": row},
        )


def test_the_database_never_gives_out_more_places_than_there_are(row: int) -> None:
    for wrong in ("capacity + 1", "-1"):
        with pytest.raises(IntegrityError), attempt():
            db.session.execute(text(f"UPDATE offer SET places_taken = {wrong}"))  # noqa: S608 - from above


def test_nobody_moves_what_is_not_there_any_more(need: Need, offer: Offer, anna: User) -> None:
    """A stale copy of the row decides nothing: the database does."""
    proposal = proposal_in(S.ASKED, need=need, offer=offer, by=anna)
    db.session.execute(text("UPDATE proposal SET state = 'expired'"))
    db.session.execute(text("UPDATE offer SET places_taken = 0"))
    assert proposal.state is S.ASKED
    with pytest.raises(MoveRefused):
        lifecycle.cancel_by_caseworker(proposal, by=anna, now=LATER)
    assert offer.places_taken == 0


def test_the_move_before_the_last_is_no_secret(need: Need, offer: Offer, anna: User) -> None:
    """Stale the other way: proposed in our copy, asked in the database – its place must come back."""
    proposal = proposal_in(S.PROPOSED, need=need, offer=offer, by=anna)
    db.session.execute(text("UPDATE proposal SET state = 'asked', asked_at = created_at, answer_by = created_at"))
    db.session.execute(text("UPDATE offer SET places_taken = 1"))
    assert proposal.state is S.PROPOSED
    lifecycle.cancel_by_caseworker(proposal, by=anna, now=LATER)
    assert (proposal.state, proposal.reason) == (S.CANCELLED, CancelReason.BY_CASEWORKER)
    assert offer.places_taken == 0


def test_expiry_is_a_move_of_its_own(need: Need, offer: Offer, anna: User) -> None:
    proposal = proposal_in(S.ASKED, need=need, offer=offer, by=anna)
    lifecycle.move(proposal, A.EXPIRE, by=SYSTEM, now=_day(14))
    assert (proposal.state, proposal.offer.places_taken) == (S.EXPIRED, 0)


def _day(number: int) -> datetime:
    return NOW + timedelta(days=number)
