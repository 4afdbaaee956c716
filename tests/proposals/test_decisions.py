"""Which lessons the stored decisions teach, and whose teach nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW
from tests.factories.proposals import request_token
from tests.factories.statements import counted_statements
from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import db
from volunteer_match.matching.learning import FAINT_NO, Lessons
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.proposals import lessons as said
from volunteer_match.proposals import lifecycle, requests, withdrawal
from volunteer_match.proposals.candidates import list_by_hand, suggest
from volunteer_match.proposals.decisions import LASTED, gather
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import DeclineReason, EndedBy, EndReason, LessonDirection, RejectReason

LATER = NOW + LASTED + timedelta(days=1)


@pytest.fixture
def shown(admin: User, anna: User, need: Need) -> tuple[int, list[Offer]]:
    """A list of three offers, best first."""
    for postcode in ("9330", "9320", "9330"):
        approved_offer(admin, postcode=postcode)
    listed = suggest(need=need, by=anna, now=NOW)
    return listed.list_id, [candidate.offer for candidate in listed.suggestions]


@pytest.fixture
def choose(shown: tuple[int, list[Offer]], need: Need, anna: User) -> Callable[[int], Proposal]:
    """Takes the offer at that place of the list."""

    def take(place: int) -> Proposal:
        offer = shown[1][place]
        return lifecycle.choose(need=need, offer=offer, by=anna, now=NOW, suggestion_list_id=shown[0])

    return take


@pytest.fixture
def reject(shown: tuple[int, list[Offer]], need: Need, anna: User) -> Callable[[RejectReason], Lessons]:
    """Sets the first offer aside and gives what that teaches."""

    def set_aside(reason: RejectReason) -> Lessons:
        offer = shown[1][0]
        lifecycle.reject(need=need, offer=offer, reason=reason, by=anna, now=NOW, suggestion_list_id=shown[0])
        return gather(now=NOW).lessons

    return set_aside


def _verdicts(lessons: Lessons) -> list[tuple[bool, float]]:
    return [(verdict.good, verdict.weight) for verdict in lessons.verdicts]


def test_a_choice_speaks_for_the_chosen_and_faintly_against_what_stood_above(
    choose: Callable[[int], Proposal], need: Need
) -> None:
    choose(1)
    found = gather(now=NOW)
    assert _verdicts(found.lessons) == [(True, 0.5), (False, FAINT_NO)]
    assert [round(p.weight, 2) for p in found.lessons.preferences] == [0.67, 0.33]
    assert found.lessons.decisions == 1
    assert found.lessons.needs == {str(need.id)}
    assert found.kinds == {"chosen": 1}
    assert (found.decided_from, found.decided_to) == (NOW, NOW)


def _started(proposal: Proposal, anna: User) -> None:
    requests.accept(token=request_token(proposal), now=NOW)
    lifecycle.introduce(proposal, by=anna, now=NOW)
    lifecycle.start(proposal, by=anna, now=NOW)


def test_the_further_it_came_the_more_it_counts(choose: Callable[[int], Proposal], anna: User) -> None:
    proposal = choose(0)
    weights = [gather(now=NOW).lessons.verdicts[0].weight]
    requests.accept(token=request_token(proposal), now=NOW)
    weights.append(gather(now=NOW).lessons.verdicts[0].weight)
    lifecycle.introduce(proposal, by=anna, now=NOW)
    weights.append(gather(now=NOW).lessons.verdicts[0].weight)
    lifecycle.start(proposal, by=anna, now=NOW)
    weights += [gather(now=moment).lessons.verdicts[0].weight for moment in (NOW, LATER)]
    assert weights == sorted(set(weights))


@pytest.mark.parametrize(
    ("reason", "days", "good"),
    [
        (EndReason.NO_CHEMISTRY, 10, False),
        (EndReason.CHILD_STOPPED, 10, False),
        (EndReason.CHILD_STOPPED, 100, True),
        (EndReason.GOAL_REACHED, 10, True),
    ],
)
def test_how_a_match_ended_counts_unless_it_lasted(
    reason: EndReason, days: int, good: bool, choose: Callable[[int], Proposal], anna: User
) -> None:
    proposal = choose(0)
    _started(proposal, anna)
    then = NOW + timedelta(days=days)
    lifecycle.end(proposal, reason=reason, ended_by=EndedBy.CHILD, ever_met=True, by=anna, now=then)
    assert gather(now=then).lessons.verdicts[0].good is good


def test_an_end_for_other_reasons_says_nothing(choose: Callable[[int], Proposal], anna: User) -> None:
    proposal = choose(0)
    _started(proposal, anna)
    lifecycle.end(proposal, reason=EndReason.OTHER, ended_by=EndedBy.CHILD, ever_met=True, by=anna, now=NOW)
    assert gather(now=NOW).lessons.decisions == 0


@pytest.mark.parametrize("reason", RejectReason)
def test_what_a_rejection_teaches_depends_on_its_reason(
    reason: RejectReason, reject: Callable[[RejectReason], Lessons]
) -> None:
    lessons = reject(reason)
    if reason is RejectReason.KNOW_EACH_OTHER:
        assert lessons == Lessons((), (), 0)
    elif reason in {RejectReason.TOO_FAR, RejectReason.TIMES_DO_NOT_FIT}:
        (preference,) = lessons.preferences
        differs = [a != b for a, b in zip(preference.better, preference.worse, strict=True)]
        assert sum(differs) == 1
        assert not lessons.verdicts
    else:
        assert [good for good, _ in _verdicts(lessons)] == [False]


@pytest.mark.parametrize(("reason", "good"), [(DeclineReason.NO_TIME, True), (DeclineReason.NOT_RIGHT_FOR_US, False)])
def test_no_time_leaves_the_choice_standing_and_not_for_us_does_not(
    reason: DeclineReason, good: bool, choose: Callable[[int], Proposal]
) -> None:
    requests.decline(token=request_token(choose(0)), reason=reason, now=NOW)
    assert gather(now=NOW).lessons.verdicts[0].good is good


def test_more_like_this_is_a_weak_lesson(shown: tuple[int, list[Offer]], need: Need, anna: User) -> None:
    for offer, direction in zip(shown[1], (LessonDirection.MORE, LessonDirection.LESS), strict=False):
        said.say(need=need, offer=offer, direction=direction, by=anna, now=NOW, suggestion_list_id=shown[0])
    assert _verdicts(gather(now=NOW).lessons) == [(True, 0.3), (False, 0.3)]


def test_who_withdrew_teaches_nothing_any_more(
    shown: tuple[int, list[Offer]], choose: Callable[[int], Proposal], need: Need
) -> None:
    choose(1)
    passed_over, chosen = shown[1][0].contact, shown[1][1].contact
    withdrawal.withdraw_volunteer_consent(contact=passed_over, by=passed_over.actor, now=NOW)
    assert len(gather(now=NOW).lessons.preferences) == 1
    withdrawal.withdraw_volunteer_consent(contact=chosen, by=chosen.actor, now=NOW)
    assert gather(now=NOW).lessons == Lessons((), (), 0)


def test_a_family_that_withdrew_teaches_nothing_any_more(
    choose: Callable[[int], Proposal], need: Need, anna: User
) -> None:
    choose(1)
    withdrawal.withdraw_guardian_consent(consent=need.consents[0], by=anna, now=NOW)
    assert gather(now=NOW).lessons == Lessons((), (), 0)


def test_a_list_that_no_model_made_teaches_nothing(need: Need, offer: Offer, anna: User) -> None:
    listed = list_by_hand(need=need, by=anna, now=NOW)
    lifecycle.choose(need=need, offer=offer, by=anna, now=NOW, suggestion_list_id=listed.list_id)
    db.session.flush()
    assert gather(now=NOW).lessons == Lessons((), (), 0)


def test_the_number_of_queries_does_not_grow(admin: User, anna: User) -> None:
    def decide(times: int) -> int:
        for _ in range(times):
            need = ready_need(anna)
            approved_offer(admin)
            listed = suggest(need=need, by=anna, now=NOW)
            offer = listed.suggestions[0].offer
            lifecycle.choose(need=need, offer=offer, by=anna, now=NOW, suggestion_list_id=listed.list_id)
        db.session.flush()
        db.session.expunge_all()
        with counted_statements() as statements:
            gather(now=NOW)
        return len(statements)

    assert decide(1) == decide(4)
