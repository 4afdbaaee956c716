"""A leader lays a plan before the caseworkers: once, pair by pair, and nobody is asked by it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.cases import ready_need
from tests.factories.mails import mails
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in
from tests.proposals.conftest import use_test_site
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.matching.eligibility import Bar
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.self_service import reopen_offer
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import lifecycle, withdrawal
from volunteer_match.proposals.candidates import as_shown
from volunteer_match.proposals.gates import CaseGate, GateClosed
from volunteer_match.proposals.joint_plan import JointPlan, make_plan, rank_all_here
from volunteer_match.proposals.laying_before import Laid, NotALeader, lay_pairs_before
from volunteer_match.proposals.models import Proposal, SuggestionList
from volunteer_match.proposals.states import ProposalAction, ProposalState, RejectReason
from volunteer_match.proposals.waiting_needs import read_waiting

LATER = NOW + timedelta(hours=1)
S = ProposalState


@pytest.fixture
def town(session_on_each: Session) -> Iterator[Session]:
    """On both databases: this leans on locks, savepoints and counts."""
    use_test_site()
    yield session_on_each
    session_on_each.rollback()


@pytest.fixture
def lone(town: Session) -> User:
    """The team leader."""
    return hire("Lone", Role.TEAM_LEADER)


def plan_now() -> JointPlan:
    waiting = read_waiting(now=NOW)
    return make_plan(waiting, rank_all_here(waiting), now=NOW)


def lay(plan: JointPlan, by: User) -> Laid:
    found = {(pair.need.need_id, pair.offer.offer_id): pair for pair in plan.pairs}
    return lay_pairs_before(list(found), found=found, model_version=plan.model_version, by=by, now=NOW)


def test_each_pair_waits_for_its_own_caseworker(need: Need, offer: Offer, lone: User) -> None:
    laid = lay(plan_now(), lone)
    proposal = db.session.get_one(Proposal, laid.proposals[0])
    assert (proposal.state, proposal.need_id, proposal.offer_id) == (S.PROPOSED, need.id, offer.id)
    assert not [mail for mail in mails(about=proposal.id) if mail.about_kind == "proposal"]
    assert offer.places_taken == 0


def test_the_history_says_the_platform_suggested_and_who_laid_it_before(need: Need, offer: Offer, lone: User) -> None:
    laid = lay(plan_now(), lone)
    proposal = db.session.get_one(Proposal, laid.proposals[0])
    assert [(move.action, move.actor_id) for move in proposal.moves] == [(ProposalAction.LAY_BEFORE, lone.id)]
    db.session.commit()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.CASELOAD_LAID_BEFORE)).one()
    assert (entry.actor_id, entry.details["proposals"]) == (lone.id, [proposal.id])
    assert entry.details["model"] == db.session.scalars(select(SuggestionList)).one().model_version


def test_the_reasons_are_kept_for_the_caseworker_without_the_needs_words(need: Need, offer: Offer, lone: User) -> None:
    plan = plan_now()
    proposal = db.session.get_one(Proposal, lay(plan, lone).proposals[0])
    shown = as_shown(proposal, now=NOW)
    assert shown is not None
    assert shown.score == pytest.approx(plan.pairs[0].score)
    assert [reason.key for reason in shown.reasons] == [reason.key for reason in plan.pairs[0].reasons]
    assert not any(reason.words for reason in shown.reasons)


def test_the_decision_stays_with_the_caseworker(need: Need, offer: Offer, lone: User, anna: User) -> None:
    proposal = db.session.get_one(Proposal, lay(plan_now(), lone).proposals[0])
    with pytest.raises(GateClosed) as refused:
        lifecycle.approve(proposal, by=lone, now=LATER)
    assert refused.value.gates == (CaseGate.NOT_RESPONSIBLE,)
    lifecycle.approve(proposal, by=anna, now=LATER)
    assert proposal.state is S.ASKED
    assert offer.places_taken == 1


def test_twice_is_once(need: Need, offer: Offer, lone: User) -> None:
    plan = plan_now()
    lay(plan, lone)
    again = lay(plan, lone)
    assert (again.proposals, again.already, again.skipped) == ((), 1, ())
    assert not plan_now().pairs
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 1


def test_a_gate_that_closed_meanwhile_is_told_and_the_rest_goes_on(
    need: Need, offer: Offer, anna: User, admin: User, lone: User
) -> None:
    other = ready_need(anna)
    plan = plan_now()
    withdrawal.close_need(need=need, by=anna, now=NOW)
    laid = lay(plan, lone)
    assert [(line.need_id, line.gates) for line in laid.skipped] == [(need.id, (CaseGate.NEED_NOT_OPEN,))]
    assert [db.session.get_one(Proposal, number).need_id for number in laid.proposals] == [other.id]


def test_a_place_gone_meanwhile(need: Need, anna: User, admin: User, lone: User) -> None:
    last = approved_offer(admin, capacity=1)
    plan = plan_now()
    lifecycle.choose(need=ready_need(anna), offer=last, by=anna, now=NOW)
    assert [line.gates for line in lay(plan, lone).skipped] == [(Bar.NO_FREE_PLACE,)]


def test_a_place_is_promised_to_no_more_caseworkers_than_there_are_places(
    need: Need, anna: User, admin: User, lone: User
) -> None:
    last = approved_offer(admin, capacity=1)
    plan = plan_now()
    proposal_in(S.PROPOSED, need=ready_need(anna), offer=last, by=anna)
    assert [line.gates for line in lay(plan, lone).skipped] == [(Bar.NO_FREE_PLACE,)]


def test_another_proposal_came_first(need: Need, offer: Offer, anna: User, admin: User, lone: User) -> None:
    plan = plan_now()
    lifecycle.choose(need=need, offer=approved_offer(admin), by=anna, now=NOW)
    assert [line.gates for line in lay(plan, lone).skipped] == [(CaseGate.HAS_OPEN_PROPOSAL,)]


def test_the_caseworker_set_it_aside_first(need: Need, offer: Offer, anna: User, lone: User) -> None:
    plan = plan_now()
    lifecycle.reject(need=need, offer=offer, reason=RejectReason.OTHER, by=anna, now=NOW)
    laid = lay(plan, lone)
    assert (laid.proposals, [line.gates for line in laid.skipped]) == ((), [()])
    with pytest.raises(MoveRefused):
        lifecycle.lay_before(need=need, offer=offer, by=lone, now=NOW, suggestion_list_id=1)


def test_what_the_platform_does_not_suggest_any_more_is_not_laid_before_anybody(
    need: Need, offer: Offer, lone: User
) -> None:
    """A made-up pair, too: the page sends numbers, and the platform must have had the idea."""
    laid = lay_pairs_before(
        [(need.id, offer.id), (need.id, 999), (999, offer.id)], found={}, model_version="x", by=lone, now=NOW
    )
    assert not laid.proposals
    assert [line.gates for line in laid.skipped] == [(), (), ()]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.ADMIN, Role.INTAKE])
def test_only_a_leader_may(role: Role, need: Need, offer: Offer) -> None:
    with pytest.raises(NotALeader):
        lay(plan_now(), hire("Nobody", role))


def test_what_a_rule_stopped_is_laid_before_again(need: Need, offer: Offer, lone: User) -> None:
    proposal = db.session.get_one(Proposal, lay(plan_now(), lone).proposals[0])
    withdrawal.pause_offer(offer=offer, by=offer.contact.actor, now=NOW)
    assert proposal.state is S.CANCELLED
    reopen_offer(offer=offer, by=offer.contact.actor, now=NOW)
    assert lay(plan_now(), lone).proposals == (proposal.id,)
