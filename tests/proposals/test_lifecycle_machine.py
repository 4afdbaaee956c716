"""Caseworkers, contact persons, families and time, in any order: what must hold after every step does."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import ClassVar, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.cases import open_case_for, ready_need, say_yes_for_all
from tests.factories.mails import mails
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.factories.proposals import request_token
from volunteer_match.cases.guardian_consent import NothingToWithdraw, deciding_line, required_parties
from volunteer_match.cases.models import Need, Task
from volunteer_match.cases.states import ConsentParty, NeedState, TaskKind
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.signed_links import LinkPurpose, LinkUnusable, MailedLink
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations import self_service, vetting
from volunteer_match.organisations.consent import NoConsent, give_consent
from volunteer_match.organisations.models import ContactPerson, Offer
from volunteer_match.organisations.states import Availability, Vetting
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import deadlines, lifecycle, requests, withdrawal
from volunteer_match.proposals.gates import GateClosed
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import (
    BOTH_SAID_YES,
    HOLDS_PLACE,
    OPEN,
    RUNNING,
    CancelReason,
    DeclineReason,
    EndedBy,
    EndReason,
    PauseReason,
    ProposalState,
    RejectReason,
)

S = ProposalState
REFUSALS = (GateClosed, MoveRefused, LinkUnusable, NoConsent, NothingToWithdraw, withdrawal.MatchStillRuns)
HAVE_REASONS = {S.REJECTED, S.DECLINED, S.CANCELLED, S.ENDED, S.PAUSED}
TOLD_BY_TASK = {
    S.ACCEPTED: TaskKind.REQUEST_ACCEPTED,
    S.DECLINED: TaskKind.REQUEST_DECLINED,
    S.EXPIRED: TaskKind.REQUEST_EXPIRED,
}
TASKS_OF_REASONS = {
    CancelReason.VOLUNTEER_CONSENT_WITHDRAWN: TaskKind.VOLUNTEER_WITHDREW_CONSENT,
    CancelReason.GUARDIAN_CONSENT_WITHDRAWN: TaskKind.GUARDIAN_WITHDREW_CONSENT,
    CancelReason.OFFER_PAUSED: TaskKind.OFFER_WITHDRAWN,
    CancelReason.OFFER_WITHDRAWN: TaskKind.OFFER_WITHDRAWN,
    CancelReason.OFFER_BLOCKED: TaskKind.OFFER_BLOCKED,
    CancelReason.CERTIFICATE_REVOKED: TaskKind.OFFER_BLOCKED,
}
numbers = st.integers(min_value=0, max_value=20)


class Town(NamedTuple):
    """The ids of those every walk starts with."""

    staff: list[int]
    needs: list[int]
    offers: list[int]


def _people_come() -> Town:
    admin, anna = hire("Ditte", Role.ADMIN), hire("Anna", Role.CASEWORKER)
    case = open_case_for(anna, custody_holders=1)
    needs = [ready_need(anna, case=case), ready_need(anna, case=case), ready_need(anna)]
    first = approved_offer(admin, capacity=1)
    offers = [first, approved_offer(admin, capacity=2), approved_offer(admin)]
    offers[1].contact = first.contact
    db.session.commit()
    return Town([admin.id, anna.id], [need.id for need in needs], [offer.id for offer in offers])


class Matches(RuleBasedStateMachine):
    """Three needs of two children, three offers with one or two places; two of them are one person's."""

    town: ClassVar[Town]

    @initialize(begun=st.lists(st.tuples(numbers, st.integers(min_value=1, max_value=4)), max_size=4))
    def something_has_begun(self, begun: list[tuple[int, int]]) -> None:
        self.now = NOW
        self.admin, self.anna = (db.session.get_one(User, number) for number in self.town.staff)
        self.needs = [db.session.get_one(Need, number) for number in self.town.needs]
        self.offers = [db.session.get_one(Offer, number) for number in self.town.offers]
        for number, steps in begun:
            self.a_match_comes_about(number, steps)

    def teardown(self) -> None:
        db.session.rollback()

    # What is picked may not be there or not be in the right state: then it is refused, which is a step too.

    def proposals(self) -> Sequence[Proposal]:
        return db.session.scalars(select(Proposal).order_by(Proposal.id)).all()

    def try_to(self, step: Callable[[], object]) -> None:
        try:
            with attempt():
                step()
        except REFUSALS:
            pass
        db.session.expire_all()

    def on_one(self, number: int, step: Callable[[Proposal], object], *states: ProposalState) -> None:
        """Mostly where it is possible, so that matches get far."""
        fitting = [proposal for proposal in self.proposals() if not states or proposal.state in states]
        if fitting:
            self.try_to(partial(step, fitting[number % len(fitting)]))

    def pair(self, number: int) -> tuple[Need, Offer]:
        return self.needs[number % len(self.needs)], self.offers[number // len(self.needs) % len(self.offers)]

    def contact(self, number: int) -> ContactPerson:
        return self.offers[number % len(self.offers)].contact

    # The caseworker

    @rule(number=numbers)
    def propose(self, number: int) -> None:
        need, offer = self.pair(number)
        self.try_to(lambda: lifecycle.propose(need=need, offer=offer, by=self.anna, now=self.now))

    @rule(number=numbers)
    def choose(self, number: int) -> None:
        need, offer = self.pair(number)
        self.try_to(lambda: lifecycle.choose(need=need, offer=offer, by=self.anna, now=self.now))

    @rule(number=numbers)
    def approve(self, number: int) -> None:
        self.on_one(number, lambda proposal: lifecycle.approve(proposal, by=self.anna, now=self.now), S.PROPOSED)

    @rule(number=numbers, steps=st.integers(min_value=1, max_value=4))
    def a_match_comes_about(self, number: int, steps: int) -> None:
        """Several steps at once, and every gate opened first, or hardly any walk would get as far as a match."""
        need, offer = self.pair(number)
        self.family_says_yes_again(number)
        self.volunteer_consents_again(self.offers.index(offer))
        self.offer_is_open_again(self.offers.index(offer))
        self.offer_is_approved_again(self.offers.index(offer))

        def step() -> None:
            proposal = lifecycle.choose(need=need, offer=offer, by=self.anna, now=self.now)
            if steps > 1:
                requests.accept(token=request_token(proposal), now=self.now)
            if steps > 2:
                lifecycle.introduce(proposal, by=self.anna, now=self.now)
            if steps > 3:
                lifecycle.start(proposal, by=self.anna, now=self.now)

        self.try_to(step)

    @rule(number=numbers, reason=st.sampled_from(RejectReason))
    def reject(self, number: int, reason: RejectReason) -> None:
        need, offer = self.pair(number)
        self.try_to(lambda: lifecycle.reject(need=need, offer=offer, reason=reason, by=self.anna, now=self.now))

    @rule(number=numbers)
    def go_on(self, number: int) -> None:
        steps = {S.ACCEPTED: lifecycle.introduce, S.INTRODUCED: lifecycle.start, S.PAUSED: lifecycle.resume}
        self.on_one(number, lambda proposal: steps[proposal.state](proposal, by=self.anna, now=self.now), *steps)

    @rule(number=numbers)
    def start_at_any_time(self, number: int) -> None:
        self.on_one(number, lambda proposal: lifecycle.start(proposal, by=self.anna, now=self.now))

    @rule(number=numbers)
    def pause(self, number: int) -> None:
        reason = PauseReason.AGREED_BREAK
        self.on_one(number, lambda p: lifecycle.pause(p, reason=reason, by=self.anna, now=self.now), S.ACTIVE)

    @rule(number=numbers, ever_met=st.booleans())
    def end(self, number: int, ever_met: bool) -> None:
        def step(proposal: Proposal) -> None:
            reason, ended_by = EndReason.OTHER, EndedBy.CHILD
            lifecycle.end(proposal, reason=reason, ended_by=ended_by, ever_met=ever_met, by=self.anna, now=self.now)

        self.on_one(number, step, *BOTH_SAID_YES)

    @rule(number=numbers)
    def take_request_back(self, number: int) -> None:
        self.on_one(number, lambda p: lifecycle.cancel_by_caseworker(p, by=self.anna, now=self.now), *OPEN)

    @rule(number=numbers)
    def close_need_and_write_another(self, number: int) -> None:
        place = number % len(self.needs)
        need = self.needs[place]
        self.try_to(lambda: withdrawal.close_need(need=need, by=self.anna, now=self.now))
        if need.state is NeedState.CLOSED:
            self.needs[place] = ready_need(self.anna, case=need.case, now=self.now)

    # The contact person

    @rule(number=numbers)
    def say_yes(self, number: int) -> None:
        self.on_one(number, lambda p: requests.accept(token=request_token(p), now=self.now), S.ASKED)

    @rule(number=numbers)
    def say_yes_with_an_old_link(self, number: int) -> None:
        self.on_one(
            number,
            lambda p: requests.accept(token=request_token(p), now=self.now),
            *(set(S) - {S.PROPOSED, S.REJECTED, S.ASKED, S.CANCELLED}),
        )

    @rule(number=numbers)
    def say_no(self, number: int) -> None:
        def step(proposal: Proposal) -> None:
            requests.decline_signed_in(proposal=proposal, reason=DeclineReason.NO_TIME, now=self.now)

        self.on_one(number, step, S.ASKED)

    @rule(number=numbers)
    def volunteer_withdraws(self, number: int) -> None:
        def step(proposal: Proposal) -> None:
            contact = proposal.offer.contact
            withdrawal.withdraw_volunteer_consent(contact=contact, by=contact.actor, now=self.now)

        self.on_one(number, step, *OPEN)

    @rule(number=numbers)
    def volunteer_consents_again(self, number: int) -> None:
        contact = self.contact(number)
        give_consent(contact=contact, by=contact.actor, now=self.now)

    @rule(number=numbers)
    def offer_rests(self, number: int) -> None:
        offer = self.offers[number % len(self.offers)]
        self.try_to(lambda: withdrawal.pause_offer(offer=offer, by=offer.contact.actor, now=self.now))

    @rule(number=numbers)
    def offer_is_open_again(self, number: int) -> None:
        offer = self.offers[number % len(self.offers)]
        self.try_to(lambda: self_service.reopen_offer(offer=offer, by=offer.contact.actor, now=self.now))

    # The family

    @rule(number=numbers)
    def guardian_withdraws(self, number: int) -> None:
        def step(proposal: Proposal) -> None:
            line = deciding_line(proposal.need.consents, ConsentParty.CUSTODY_HOLDER_1)
            assert line is not None
            withdrawal.withdraw_guardian_consent(consent=line, by=self.anna, now=self.now)

        self.on_one(number, step, *OPEN)

    @rule(number=numbers)
    def family_says_yes_again(self, number: int) -> None:
        say_yes_for_all(self.needs[number % len(self.needs)], by=self.anna, now=self.now)

    # The municipality, and time

    @rule(number=numbers)
    def offer_is_blocked(self, number: int) -> None:
        def step(proposal: Proposal) -> None:
            withdrawal.block_offer(offer=proposal.offer, reason="Nej", by=self.admin, now=self.now)

        self.on_one(number, step, *OPEN)

    @rule(number=numbers)
    def offer_is_approved_again(self, number: int) -> None:
        offer = self.offers[number % len(self.offers)]
        self.try_to(lambda: vetting.approve_offer(offer=offer, by=self.admin, now=self.now))

    @rule(days=st.sampled_from((1, 7, 8, 14)))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        deadlines.run_due(now=self.now)
        db.session.expire_all()

    # What must hold

    @invariant()
    def a_place_is_held_once_and_never_more_than_there_are(self) -> None:
        held = Counter(proposal.offer_id for proposal in self.proposals() if proposal.state in HOLDS_PLACE)
        for offer in getattr(self, "offers", ()):
            assert offer.places_taken == held[offer.id] <= offer.capacity

    @invariant()
    def nothing_goes_on_without_consent(self) -> None:
        for proposal in self.proposals():
            if proposal.state in OPEN - {S.PAUSED}:
                assert not _withdrawn_by_volunteer(proposal.offer.contact), proposal.state
                assert not _withdrawn_by_family(proposal.need), proposal.state

    @invariant()
    def nothing_waits_on_a_paused_or_blocked_offer(self) -> None:
        for proposal in self.proposals():
            if proposal.state in (S.PROPOSED, S.APPROVED, S.ASKED):
                assert proposal.offer.availability is Availability.OPEN
            if proposal.state in OPEN - {S.PAUSED}:
                assert proposal.offer.state is Vetting.APPROVED

    @invariant()
    def the_history_ends_where_the_proposal_is(self) -> None:
        for proposal in self.proposals():
            assert proposal.moves[-1].state is proposal.state
            assert proposal.moves[-1].reason == proposal.reason
            assert (proposal.reason is not None) == (proposal.state in HAVE_REASONS)

    @invariant()
    def only_an_asked_proposal_can_be_answered(self) -> None:
        if not hasattr(self, "now"):
            return
        alive = select(MailedLink.subject_id).where(
            MailedLink.purpose == LinkPurpose.ANSWER_REQUEST,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > self.now,
        )
        states = {proposal.id: proposal.state for proposal in self.proposals()}
        linked = set(db.session.scalars(alive))
        assert linked == {number for number, state in states.items() if state is S.ASKED}

    @invariant()
    def no_request_waits_in_the_outbox_for_what_is_no_longer_asked(self) -> None:
        states = {proposal.id: proposal.state for proposal in self.proposals()}
        for mail in mails(state=MailState.QUEUED):
            if mail.template in ("request_for_help", "request_reminder"):
                assert states[mail.about_id] is S.ASKED, mail.template
            if mail.template == "introduction_agreed":
                assert states[mail.about_id] in BOTH_SAID_YES, mail.template

    @invariant()
    def the_caseworker_has_been_told(self) -> None:
        told = {(task.proposal_id, task.kind) for task in db.session.scalars(select(Task))}
        for proposal in self.proposals():
            expected = TOLD_BY_TASK.get(proposal.state) or TASKS_OF_REASONS.get(proposal.reason)  # type: ignore[call-overload]  # any text may be asked for
            assert expected is None or (proposal.id, expected) in told, expected

    @invariant()
    def a_need_is_matched_while_a_match_runs(self) -> None:
        for need in getattr(self, "needs", ()):
            running = any(p.need_id == need.id and p.state in RUNNING for p in self.proposals())
            assert (need.state is NeedState.MATCHED) == running


def _withdrawn_by_volunteer(contact: ContactPerson) -> bool:
    return all(line.withdrawn_at is not None for line in contact.consents)


def _withdrawn_by_family(need: Need) -> bool:
    parties = required_parties(need.case, on=danish_date(need.created_at))
    lines = [deciding_line(need.consents, party) for party in parties]
    return any(line is None or line.withdrawn_at is not None for line in lines)


def test_whatever_happens_in_whatever_order(town: Session) -> None:
    Matches.town = _people_come()
    run_state_machine_as_test(
        Matches,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
