"""One plan for all waiting needs, from the rows to the report."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.cases import open_case_for, ready_need, say_yes_for_all, write_need_in
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW
from tests.factories.proposals import ended, proposal_in
from volunteer_match.cases.models import Need
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.proposals import lifecycle, withdrawal
from volunteer_match.proposals.joint_plan import JointPlan, WhyWithout, make_plan, rank_all_here
from volunteer_match.proposals.pairs import block_pair
from volunteer_match.proposals.states import CancelReason, ProposalState
from volunteer_match.proposals.waiting_needs import read_waiting

WEEK = timedelta(weeks=1)
S = ProposalState


def plan_now() -> JointPlan:
    waiting = read_waiting(now=NOW)
    return make_plan(waiting, rank_all_here(waiting), now=NOW)


def pairs_of(plan: JointPlan) -> set[tuple[int, int]]:
    return {(pair.need.need_id, pair.offer.offer_id) for pair in plan.pairs}


@pytest.fixture
def last_place(admin: User) -> Offer:
    """Gymnastics with one place."""
    return approved_offer(admin, capacity=1, now=NOW - 20 * WEEK)


def test_a_waiting_need_gets_its_offer(need: Need, offer: Offer) -> None:
    plan = plan_now()
    assert pairs_of(plan) == {(need.id, offer.id)}
    assert plan.pairs[0].reasons
    assert not plan.without


def test_the_plan_carries_no_words_of_the_need(need: Need, offer: Offer) -> None:
    assert not any(reason.words for pair in plan_now().pairs for reason in pair.reasons)


def test_ten_weeks_go_before_three_and_three_before_one(anna: User, last_place: Offer) -> None:
    needs = {weeks: ready_need(anna, now=NOW - weeks * WEEK) for weeks in (1, 10, 3)}
    plan = plan_now()
    assert pairs_of(plan) == {(needs[10].id, last_place.id)}
    assert [line.need.need_id for line in plan.without] == [needs[3].id, needs[1].id]
    assert [line.days_waited for line in plan.without] == [21, 7]
    assert {line.why for line in plan.without} == {WhyWithout.PLACES_TAKEN}
    assert [gone.offer_id for gone in plan.without[0].gone] == [last_place.id]


def test_waiting_counts_from_the_end_of_the_last_match(anna: User, admin: User, last_place: Offer) -> None:
    """She had somebody until last week; the other child has waited three weeks."""
    again = ready_need(anna, now=NOW - 20 * WEEK)
    other_offer = approved_offer(admin, now=NOW - 20 * WEEK)
    match = proposal_in(S.ACTIVE, need=again, offer=other_offer, by=anna, now=NOW - 10 * WEEK)
    ended(match, by=anna, now=NOW - WEEK)
    withdrawal.withdraw_offer(offer=other_offer, by=other_offer.contact.actor, now=NOW)
    waiting = ready_need(anna, now=NOW - 3 * WEEK)
    assert pairs_of(plan_now()) == {(waiting.id, last_place.id)}


def test_who_has_a_choice_leaves_the_only_one_to_who_has_not(anna: User, admin: User) -> None:
    near = approved_offer(admin, capacity=1, slots=("tue-afternoon",))
    other = approved_offer(admin, capacity=1, slots=("wed-evening",))
    flexible = ready_need(anna, slots=("tue-afternoon", "wed-evening"))
    tuesday = ready_need(anna, slots=("tue-afternoon",))
    assert pairs_of(plan_now()) == {(tuesday.id, near.id), (flexible.id, other.id)}


def test_only_needs_for_which_something_can_be_approved(anna: User, need: Need, offer: Offer) -> None:
    write_need_in(open_case_for(anna), by=anna)  # nobody has said yes
    say_yes_for_all(write_need_in(open_case_for(anna), by=anna, child_view=False), by=anna)
    plan = plan_now()
    assert [pair.need.need_id for pair in plan.pairs] == [need.id]
    assert plan.not_ready == 2


@pytest.mark.parametrize("state", [S.PROPOSED, S.ASKED, S.ACCEPTED])
def test_a_need_with_an_open_proposal_waits_for_somebody_else(
    state: ProposalState, need: Need, offer: Offer, anna: User
) -> None:
    proposal_in(state, need=need, offer=offer, by=anna)
    plan = plan_now()
    assert (plan.pairs, plan.without, plan.proposed) == ((), (), 1)


def test_a_place_laid_before_one_caseworker_is_not_promised_to_another(
    need: Need, anna: User, last_place: Offer
) -> None:
    proposal_in(S.PROPOSED, need=need, offer=last_place, by=anna)
    other = ready_need(anna)
    plan = plan_now()
    assert not plan.pairs
    assert [(line.need.need_id, line.why) for line in plan.without] == [(other.id, WhyWithout.PLACES_TAKEN)]


@pytest.mark.parametrize("state", [S.REJECTED, S.EXPIRED, S.CANCELLED, S.DECLINED])
def test_what_people_have_closed_is_not_taken_up_again(
    state: ProposalState, need: Need, offer: Offer, anna: User
) -> None:
    proposal_in(state, need=need, offer=offer, by=anna)
    plan = plan_now()
    assert [line.why for line in plan.without] == [WhyWithout.NO_OFFER_MAY]


def test_what_a_rule_stopped_may_be_taken_up_again(need: Need, offer: Offer, anna: User) -> None:
    proposal = proposal_in(S.PROPOSED, need=need, offer=offer, by=anna)
    lifecycle.cancel(proposal, reason=CancelReason.OFFER_PAUSED, by=offer.contact.actor, now=NOW)
    assert pairs_of(plan_now()) == {(need.id, offer.id)}


def test_a_blocked_organisation_is_left_out(need: Need, offer: Offer, anna: User) -> None:
    block_pair(case=need.case, organisation=offer.organisation, by=anna, now=NOW)
    assert not plan_now().pairs


def test_a_withdrawn_consent_is_not_even_read(need: Need, offer: Offer) -> None:
    withdrawal.withdraw_volunteer_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)
    assert [line.why for line in plan_now().without] == [WhyWithout.NO_OFFER_MAY]


def test_nothing_faint_is_proposed(admin: User, anna: User) -> None:
    approved_offer(admin, title="Madskole", description="Vi laver mad sammen og spiser bagefter.", kinds=("madskole",))
    ready_need(anna, text="Dreng på 8, der vil lære at svømme", codes=(), slots=())
    plan = plan_now()
    assert [line.why for line in plan.without] == [WhyWithout.ONLY_FAINT]


def test_nothing_waits_and_nothing_is_offered(town: Session, anna: User) -> None:
    assert plan_now() == JointPlan((), (), 0.0, plan_now().one_by_one, plan_now().model_version, 0, 0)
    ready_need(anna)
    assert [line.why for line in plan_now().without] == [WhyWithout.NO_OFFER_MAY]
