"""What waits today, and who may see which proposal."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta

import pytest

from tests.factories.cases import ready_need, write_need_in
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in
from tests.factories.statements import counted_statements
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases import intake
from volunteer_match.cases.models import Need
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.follow_ups import QUIET_AFTER
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.queries import (
    TodayKind,
    proposals_of_case,
    proposals_of_need,
    read_proposal,
    todays_work,
    visible_follow_up,
    visible_proposal,
)
from volunteer_match.proposals.states import ProposalState

S = ProposalState


def _day(number: int) -> datetime:
    return NOW + timedelta(days=number)


@pytest.mark.parametrize(
    ("state", "day", "kind"),
    [
        (S.ASKED, 1, TodayKind.WAITING_FOR_ANSWER),
        (S.ACCEPTED, 1, TodayKind.ARRANGE_INTRODUCTION),
        (S.INTRODUCED, 1, TodayKind.READY_TO_START),
        (S.ACTIVE, 14, TodayKind.FOLLOW_UP_DUE),
        (S.ACTIVE, 28, TodayKind.QUIET),
        (S.PAUSED, 1, TodayKind.PAUSED),
        (S.REJECTED, 1, TodayKind.NO_PROPOSAL_YET),
        (S.DECLINED, 1, TodayKind.NO_PROPOSAL_YET),
        (S.EXPIRED, 15, TodayKind.NO_PROPOSAL_YET),
        (S.CANCELLED, 1, TodayKind.NO_PROPOSAL_YET),
        (S.ENDED, 1, TodayKind.NO_PROPOSAL_YET),
    ],
)
def test_each_kind_of_work(
    need: Need, offer: Offer, anna: User, state: ProposalState, day: int, kind: TodayKind
) -> None:
    proposal = proposal_in(state, need=need, offer=offer, by=anna)
    (item,) = todays_work(anna, _day(day))
    assert (item.kind, item.need_id, item.case_id, item.pseudonym) == (
        kind,
        need.id,
        need.case_id,
        need.case.pseudonym,
    )
    assert item.proposal_id == (None if kind is TodayKind.NO_PROPOSAL_YET else proposal.id)


@pytest.mark.parametrize("day", [0, 13])
def test_a_match_that_goes_well_waits_for_nothing(need: Need, offer: Offer, anna: User, day: int) -> None:
    proposal_in(S.ACTIVE, need=need, offer=offer, by=anna)
    assert todays_work(anna, _day(day)) == []


def test_what_is_only_proposed_still_waits_for_a_decision(need: Need, offer: Offer, anna: User) -> None:
    """It must not hide that nobody has been asked."""
    proposal_in(S.PROPOSED, need=need, offer=offer, by=anna)
    assert [item.kind for item in todays_work(anna, _day(1))] == [TodayKind.DECIDE_PROPOSAL]


def test_the_most_urgent_first_and_then_what_waited_longest(anna: User, admin: User) -> None:
    places = approved_offer(admin, capacity=20)
    states = [S.ASKED, S.PAUSED, S.INTRODUCED, S.ACCEPTED, S.ACTIVE]
    for state in states:
        proposal_in(state, need=ready_need(anna), offer=places, by=anna)
    older = ready_need(anna, now=_day(-3))
    newer = ready_need(anna, now=_day(-1))
    later = proposal_in(S.ACCEPTED, need=ready_need(anna), offer=places, by=anna, now=_day(1))
    work = todays_work(anna, _day(14))
    assert [item.kind for item in work] == [
        TodayKind.FOLLOW_UP_DUE,
        TodayKind.ARRANGE_INTRODUCTION,
        TodayKind.ARRANGE_INTRODUCTION,
        TodayKind.READY_TO_START,
        TodayKind.PAUSED,
        TodayKind.WAITING_FOR_ANSWER,
        TodayKind.NO_PROPOSAL_YET,
        TodayKind.NO_PROPOSAL_YET,
    ]
    assert work[2].proposal_id == later.id
    assert [item.need_id for item in work[-2:]] == [older.id, newer.id]


def test_a_need_with_two_matches_is_told_of_twice(need: Need, anna: User, admin: User) -> None:
    for _ in range(2):
        proposal_in(S.ACCEPTED, need=need, offer=approved_offer(admin), by=anna)
    assert [item.kind for item in todays_work(anna, _day(1))] == [TodayKind.ARRANGE_INTRODUCTION] * 2


def test_others_work_and_closed_cases_are_not_mine(need: Need, offer: Offer, anna: User, bente: User) -> None:
    proposal_in(S.ACCEPTED, need=need, offer=offer, by=anna)
    closed = write_need_in(ready_need(bente).case, by=bente)
    intake.close_case(case=closed.case, by=bente, now=NOW)
    assert todays_work(bente, _day(1)) == []
    assert len(todays_work(anna, _day(1))) == 1


def _selects(step: Callable[[], object]) -> int:
    with counted_statements() as sent:
        step()
    return len(sent)


def test_much_work_takes_as_many_queries_as_little(anna: User, admin: User) -> None:
    anna_id, admin_id = anna.id, admin.id
    counts = []
    for _ in range(2):
        user = db.session.get_one(User, anna_id)
        places = approved_offer(db.session.get_one(User, admin_id), capacity=20)
        for state in (S.ASKED, S.ACTIVE, S.ACTIVE, S.PAUSED):
            proposal_in(state, need=ready_need(user), offer=places, by=user)
        ready_need(user)
        counts.append(_selects(lambda: todays_work(db.session.get_one(User, anna_id), _day(14))))
    assert counts[0] == counts[1] < 8


def _tell(proposals: Sequence[Proposal]) -> list[tuple[str, str]]:
    return [(proposal.offer.organisation.name, proposal.need.external_wording) for proposal in proposals]


def test_many_proposals_of_a_need_take_as_many_queries_as_one(need: Need, anna: User, admin: User) -> None:
    need_id, case_id, anna_id, admin_id = need.id, need.case_id, anna.id, admin.id
    for read, number in ((proposals_of_need, need_id), (proposals_of_case, case_id)):
        counts = []
        for _ in range(2):
            user, vetter = db.session.get_one(User, anna_id), db.session.get_one(User, admin_id)
            found = db.session.get_one(Need, need_id)
            for _ in range(2):
                proposal_in(S.ASKED, need=found, offer=approved_offer(vetter), by=user)
            counts.append(_selects(lambda read=read, number=number: _tell(read(number))))  # type: ignore[misc]
        assert counts[0] == counts[1], read.__name__


def test_the_latest_proposal_comes_first(need: Need, anna: User, admin: User) -> None:
    old, new = (proposal_in(S.ASKED, need=need, offer=approved_offer(admin), by=anna, now=_day(day)) for day in (0, 1))
    assert list(proposals_of_need(need.id)) == list(proposals_of_case(need.case_id)) == [new, old]


def test_another_caseworkers_proposal_is_as_if_it_were_not_there(
    need: Need, offer: Offer, anna: User, bente: User, admin: User
) -> None:
    proposal = proposal_in(S.ACTIVE, need=need, offer=offer, by=anna)
    follow_up = proposal.follow_ups[0]
    assert visible_proposal(anna, proposal.id) is proposal
    assert visible_follow_up(anna, follow_up.id) is follow_up
    for stranger in (bente, admin, hire("Ib", Role.INTAKE), hire("Pia", Role.PROFESSIONAL)):
        assert visible_proposal(stranger, proposal.id) is None
        assert read_proposal(stranger, proposal.id, now=NOW) is None
        assert visible_follow_up(stranger, follow_up.id) is None
    assert visible_proposal(anna, proposal.id + 1) is None
    assert visible_follow_up(anna, 9999) is None


def test_the_team_leader_sees_it_too(need: Need, offer: Offer, anna: User) -> None:
    proposal = proposal_in(S.ACTIVE, need=need, offer=offer, by=anna)
    assert visible_proposal(hire("Lone", Role.TEAM_LEADER), proposal.id) is proposal


def test_a_caseworker_who_left_sees_nothing(need: Need, offer: Offer, anna: User) -> None:
    proposal = proposal_in(S.ACTIVE, need=need, offer=offer, by=anna)
    anna.active = False
    assert visible_proposal(anna, proposal.id) is None


def test_looking_at_it_leaves_a_trace_and_not_being_allowed_to_leaves_none(
    need: Need, offer: Offer, anna: User, bente: User
) -> None:
    proposal = proposal_in(S.ASKED, need=need, offer=offer, by=anna)
    read_proposal(bente, proposal.id, now=NOW)
    read_proposal(anna, proposal.id, now=NOW)
    db.session.commit()
    entries = db.session.query(AuditEntry).filter_by(action="proposal_read").all()
    assert [(entry.actor_id, entry.subject_id) for entry in entries] == [(anna.id, proposal.id)]


@pytest.mark.parametrize("late", [time(0, 30), time(12), time(22, 30)])
def test_silence_counts_from_the_follow_up_that_nobody_held(need: Need, offer: Offer, anna: User, late: time) -> None:
    proposal = proposal_in(ProposalState.ACTIVE, need=need, offer=offer, by=anna, now=NOW)
    first_due = min(item.due_on for item in proposal.follow_ups)
    day = first_due + QUIET_AFTER

    [waiting] = todays_work(anna, datetime.combine(day, late, UTC))

    assert waiting.kind is TodayKind.QUIET
    assert danish_date(waiting.since) == first_due
