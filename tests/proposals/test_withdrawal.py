"""Withdrawn is withdrawn now, whoever withdraws and however far it had come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.factories.cases import ready_need, say_yes_for_all
from tests.factories.mails import mails
from tests.factories.organisations import approved_offer, club
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in, request_token
from volunteer_match.cases.guardian_consent import NothingToWithdraw, deciding_line
from volunteer_match.cases.models import Need, Task
from volunteer_match.cases.responsibility import NotResponsible
from volunteer_match.cases.states import CaseState, ConsentParty, NeedState, TaskKind
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.matching.eligibility import Bar
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations import consent, vetting
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import lifecycle, requests, withdrawal
from volunteer_match.proposals.candidates import list_by_hand, suggest
from volunteer_match.proposals.gates import GateClosed
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import (
    BEFORE_ANSWER,
    CLOSED,
    OPEN,
    RUNNING,
    CancelReason,
    PauseReason,
    ProposalState,
)
from volunteer_match.vocabulary.taxonomy import certificate_needed, taxonomy

S = ProposalState
LATER = NOW + timedelta(hours=1)
MUCH_LATER = NOW + timedelta(hours=2)
PASSED_ON = (S.ACCEPTED, S.INTRODUCED)


@dataclass(frozen=True)
class Pair:
    """What can be taken back, and by whom."""

    need: Need
    offer: Offer
    anna: User
    admin: User


@pytest.fixture
def pair(need: Need, offer: Offer, anna: User, admin: User) -> Pair:
    return Pair(need, offer, anna, admin)


def _volunteer_withdraws(pair: Pair) -> None:
    contact = pair.offer.contact
    withdrawal.withdraw_volunteer_consent(contact=contact, by=contact.actor, now=LATER)


def _guardian_withdraws(pair: Pair) -> None:
    line = deciding_line(pair.need.consents, ConsentParty.CUSTODY_HOLDER_2)
    assert line is not None
    withdrawal.withdraw_guardian_consent(consent=line, by=pair.anna, now=LATER)


def _offer_withdrawn(pair: Pair) -> None:
    withdrawal.withdraw_offer(offer=pair.offer, by=pair.offer.contact.actor, now=LATER)


def _offer_blocked(pair: Pair) -> None:
    withdrawal.block_offer(offer=pair.offer, reason="Nej", by=pair.admin, now=LATER)


def _organisation_blocked(pair: Pair) -> None:
    withdrawal.block_organisation(organisation=pair.offer.organisation, reason="Nej", by=pair.admin, now=LATER)


def _certificate_revoked(pair: Pair) -> None:
    confirmation = pair.offer.contact.certificates[0]
    withdrawal.revoke_certificate(confirmation=confirmation, by=pair.admin, now=LATER)


@dataclass(frozen=True)
class Kind:
    """One kind of withdrawal and what it must leave behind."""

    how: Callable[[Pair], None]
    gate: Bar
    cancelled: CancelReason
    paused: PauseReason
    task: TaskKind
    # Whether the contact person did it, and so need not be told that the request is taken back.
    own: bool = False

    def __str__(self) -> str:
        return self.how.__name__.strip("_")


KINDS = [
    Kind(
        _volunteer_withdraws,
        Bar.VOLUNTEER_CONSENT,
        CancelReason.VOLUNTEER_CONSENT_WITHDRAWN,
        PauseReason.VOLUNTEER_CONSENT_WITHDRAWN,
        TaskKind.VOLUNTEER_WITHDREW_CONSENT,
        own=True,
    ),
    Kind(
        _guardian_withdraws,
        Bar.GUARDIAN_CONSENT,
        CancelReason.GUARDIAN_CONSENT_WITHDRAWN,
        PauseReason.GUARDIAN_CONSENT_WITHDRAWN,
        TaskKind.GUARDIAN_WITHDREW_CONSENT,
    ),
    Kind(
        _offer_withdrawn,
        Bar.OFFER_PAUSED,
        CancelReason.OFFER_WITHDRAWN,
        PauseReason.OFFER_WITHDRAWN,
        TaskKind.OFFER_WITHDRAWN,
        own=True,
    ),
    Kind(
        _offer_blocked,
        Bar.OFFER_NOT_APPROVED,
        CancelReason.OFFER_BLOCKED,
        PauseReason.OFFER_BLOCKED,
        TaskKind.OFFER_BLOCKED,
    ),
    Kind(
        _organisation_blocked,
        Bar.OFFER_NOT_APPROVED,
        CancelReason.OFFER_BLOCKED,
        PauseReason.OFFER_BLOCKED,
        TaskKind.OFFER_BLOCKED,
    ),
    Kind(
        _certificate_revoked,
        Bar.CERTIFICATE_MISSING,
        CancelReason.CERTIFICATE_REVOKED,
        PauseReason.OFFER_BLOCKED,
        TaskKind.OFFER_BLOCKED,
    ),
]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=str)


def _tasks() -> list[tuple[TaskKind, int | None]]:
    return [(task.kind, task.proposal_id) for task in db.session.query(Task).order_by(Task.id) if not task.done_at]


def _queued(proposal: Proposal) -> list[str]:
    waiting = mails(state=MailState.QUEUED, about=proposal.id)
    return [mail.template for mail in waiting if mail.about_kind == "proposal"]


@each_kind
@pytest.mark.parametrize("state", sorted(OPEN - RUNNING))
def test_what_was_on_its_way_stops(pair: Pair, kind: Kind, state: ProposalState) -> None:
    proposal = proposal_in(state, need=pair.need, offer=pair.offer, by=pair.anna)
    waiting_before = len(mails("task_waiting"))
    kind.how(pair)
    assert (proposal.state, proposal.reason) == (S.CANCELLED, kind.cancelled)
    assert pair.offer.places_taken == 0
    assert _tasks()[-1] == (kind.task, proposal.id)
    assert [mail.to_address for mail in mails("task_waiting")][waiting_before:] == [pair.anna.email]
    had_heard = state in {S.ASKED, *PASSED_ON}
    assert _queued(proposal) == (["request_withdrawn"] if had_heard and not kind.own else [])


@each_kind
def test_its_link_dies(pair: Pair, kind: Kind) -> None:
    proposal = proposal_in(S.ASKED, need=pair.need, offer=pair.offer, by=pair.anna)
    kind.how(pair)
    token = request_token(proposal)
    with pytest.raises(LinkUnusable):
        requests.accept(token=token, now=MUCH_LATER)
    shown = requests.read_request(token, now=MUCH_LATER)
    assert (shown.external_wording, shown.age_band, shown.postcode) == ("", None, "")


@each_kind
def test_a_match_that_runs_is_paused(pair: Pair, kind: Kind) -> None:
    proposal = proposal_in(S.ACTIVE, need=pair.need, offer=pair.offer, by=pair.anna)
    kind.how(pair)
    assert (proposal.state, proposal.reason) == (S.PAUSED, kind.paused)
    assert pair.offer.places_taken == 1
    assert pair.need.state is NeedState.MATCHED
    assert _tasks()[-1] == (kind.task, proposal.id)
    assert _queued(proposal) == []
    with pytest.raises(GateClosed) as refusal:
        lifecycle.resume(proposal, by=pair.anna, now=MUCH_LATER)
    assert refusal.value.gates == (kind.gate,)


@each_kind
def test_a_match_that_rests_stays_at_rest(pair: Pair, kind: Kind) -> None:
    proposal = proposal_in(S.PAUSED, need=pair.need, offer=pair.offer, by=pair.anna)
    kind.how(pair)
    assert (proposal.state, proposal.reason) == (S.PAUSED, PauseReason.AGREED_BREAK)
    assert _tasks()[-1] == (kind.task, proposal.id)
    with pytest.raises(GateClosed):
        lifecycle.resume(proposal, by=pair.anna, now=MUCH_LATER)


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_what_is_over_is_left_as_it_was(pair: Pair, state: ProposalState) -> None:
    proposal = proposal_in(state, need=pair.need, offer=pair.offer, by=pair.anna)
    before, tasks = len(proposal.moves), _tasks()
    for kind in KINDS:
        savepoint = db.session.begin_nested()
        kind.how(pair)
        assert (proposal.state, len(proposal.moves), _tasks()) == (state, before, tasks), kind
        savepoint.rollback()
        db.session.expire_all()


@each_kind
def test_it_is_in_no_list_to_choose_from(pair: Pair, kind: Kind) -> None:
    kind.how(pair)
    for make in (suggest, list_by_hand):
        shown = make(need=pair.need, by=pair.anna, now=MUCH_LATER)
        assert shown.suggestions == ()
        if kind.gate not in (Bar.GUARDIAN_CONSENT, Bar.CERTIFICATE_MISSING):  # what she can do something about
            assert shown.near_misses == ()


@each_kind
def test_no_mail_that_waits_is_sent(pair: Pair, kind: Kind) -> None:
    proposal = proposal_in(S.ASKED, need=pair.need, offer=pair.offer, by=pair.anna)
    assert _queued(proposal) == ["request_for_help"]
    kind.how(pair)
    request = mails("request_for_help")[0]
    assert (request.state, request.cancelled_at) == (MailState.CANCELLED, LATER)


def test_a_renewed_consent_lets_the_match_go_on(pair: Pair) -> None:
    proposal = proposal_in(S.ACTIVE, need=pair.need, offer=pair.offer, by=pair.anna)
    _volunteer_withdraws(pair)
    _guardian_withdraws(pair)
    with pytest.raises(GateClosed) as refusal:
        lifecycle.resume(proposal, by=pair.anna, now=MUCH_LATER)
    assert refusal.value.gates == (Bar.GUARDIAN_CONSENT, Bar.VOLUNTEER_CONSENT)
    consent.give_consent(contact=pair.offer.contact, by=pair.offer.contact.actor, now=MUCH_LATER)
    say_yes_for_all(pair.need, by=pair.anna, now=MUCH_LATER)
    lifecycle.resume(proposal, by=pair.anna, now=MUCH_LATER)
    assert (proposal.state, proposal.reason) == (S.ACTIVE, None)


def test_a_person_who_withdraws_takes_all_their_offers_along(pair: Pair) -> None:
    contact = pair.offer.contact
    same = {"contact_name": contact.name, "email": contact.email, "organisation_name": contact.organisation.name}
    second = approved_offer(pair.admin, who=club({"title": "Leg i salen"}, **same), certificate=False)
    assert second.contact is contact
    both = [
        proposal_in(S.ASKED, need=need, offer=offer, by=pair.anna)
        for need, offer in ((pair.need, pair.offer), (ready_need(pair.anna), second))
    ]
    _volunteer_withdraws(pair)
    assert [proposal.state for proposal in both] == [S.CANCELLED, S.CANCELLED]


def test_others_are_not_touched(pair: Pair) -> None:
    other = proposal_in(S.ASKED, need=ready_need(pair.anna), offer=approved_offer(pair.admin), by=pair.anna)
    for kind in (_volunteer_withdraws, _guardian_withdraws, _offer_blocked):
        kind(pair)
    assert other.state is S.ASKED


def test_another_certificate_keeps_it_going(pair: Pair) -> None:
    proposal = proposal_in(S.ASKED, need=pair.need, offer=pair.offer, by=pair.anna)
    newer = vetting.confirm_certificate(
        contact=pair.offer.contact,
        confirmed_on=NOW.date(),
        next_review_on=(NOW + timedelta(days=90)).date(),
        by=pair.admin,
        now=NOW,
    )
    _certificate_revoked(pair)
    assert proposal.state is S.ASKED
    withdrawal.revoke_certificate(confirmation=newer, by=pair.admin, now=LATER)
    assert (proposal.state, proposal.reason) == (S.CANCELLED, CancelReason.CERTIFICATE_REVOKED)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_pause_stops_only_what_is_not_agreed(pair: Pair, state: ProposalState) -> None:
    proposal = proposal_in(state, need=pair.need, offer=pair.offer, by=pair.anna)
    withdrawal.pause_offer(offer=pair.offer, by=pair.offer.contact.actor, now=LATER)
    if state in BEFORE_ANSWER:
        assert (proposal.state, proposal.reason) == (S.CANCELLED, CancelReason.OFFER_PAUSED)
        assert _tasks()[-1] == (TaskKind.OFFER_WITHDRAWN, proposal.id)
    else:
        assert proposal.state is state
    for make in (suggest, list_by_hand):
        shown = make(need=ready_need(pair.anna), by=pair.anna, now=MUCH_LATER)
        assert (shown.suggestions, shown.near_misses) == ((), ())


@pytest.mark.parametrize("state", sorted(OPEN - RUNNING))
@pytest.mark.parametrize("whole_case", [False, True])
def test_closing_takes_open_requests_back(pair: Pair, state: ProposalState, whole_case: bool) -> None:
    proposal = proposal_in(state, need=pair.need, offer=pair.offer, by=pair.anna)
    if whole_case:
        withdrawal.close_case(case=pair.need.case, by=pair.anna, now=LATER)
        assert pair.need.case.state is CaseState.CLOSED
    else:
        withdrawal.close_need(need=pair.need, by=pair.anna, now=LATER)
    assert pair.need.state is NeedState.CLOSED
    assert (proposal.state, proposal.reason) == (S.CANCELLED, CancelReason.NEED_CLOSED)
    assert pair.offer.places_taken == 0
    assert _queued(proposal) == (["request_withdrawn"] if state in {S.ASKED, *PASSED_ON} else [])


@pytest.mark.parametrize("state", sorted(RUNNING))
def test_nothing_is_closed_over_a_match_that_runs(pair: Pair, state: ProposalState) -> None:
    proposal = proposal_in(state, need=pair.need, offer=pair.offer, by=pair.anna)
    with pytest.raises(withdrawal.MatchStillRuns):
        withdrawal.close_need(need=pair.need, by=pair.anna, now=LATER)
    with pytest.raises(withdrawal.MatchStillRuns):
        withdrawal.close_case(case=pair.need.case, by=pair.anna, now=LATER)
    assert (proposal.state, pair.need.state) == (state, NeedState.MATCHED)


def test_a_team_leader_takes_down_a_familys_no(pair: Pair) -> None:
    proposal = proposal_in(S.ASKED, need=pair.need, offer=pair.offer, by=pair.anna)
    line = deciding_line(pair.need.consents, ConsentParty.CUSTODY_HOLDER_1)
    assert line is not None
    withdrawal.withdraw_guardian_consent(consent=line, by=hire("Lone", Role.TEAM_LEADER), now=LATER)
    assert proposal.state is S.CANCELLED


def test_a_stranger_stops_nothing(pair: Pair, bente: User) -> None:
    proposal = proposal_in(S.ASKED, need=pair.need, offer=pair.offer, by=pair.anna)
    line = deciding_line(pair.need.consents, ConsentParty.CUSTODY_HOLDER_1)
    assert line is not None
    with pytest.raises(NotResponsible), attempt():
        withdrawal.withdraw_guardian_consent(consent=line, by=bente, now=LATER)
    with pytest.raises(NotResponsible), attempt():
        withdrawal.close_need(need=pair.need, by=bente, now=LATER)
    assert proposal.state is S.ASKED


def test_twice_is_refused_and_changes_nothing(pair: Pair) -> None:
    proposal = proposal_in(S.ASKED, need=pair.need, offer=pair.offer, by=pair.anna)
    _volunteer_withdraws(pair)
    _guardian_withdraws(pair)
    _offer_withdrawn(pair)
    before = len(proposal.moves)
    for again, refusal in (
        (_volunteer_withdraws, consent.NoConsent),
        (_guardian_withdraws, NothingToWithdraw),
        (_offer_withdrawn, MoveRefused),
    ):
        with pytest.raises(refusal), attempt():
            again(pair)
    assert len(proposal.moves) == before


def test_an_offer_without_need_of_a_certificate_goes_on(pair: Pair) -> None:
    """The same person also keeps the books: that needs no certificate."""
    kind = next(kind for kind in taxonomy().offers if not certificate_needed(kind, 6))
    contact = pair.offer.contact
    same = {"contact_name": contact.name, "email": contact.email, "organisation_name": contact.organisation.name}
    who = club({"title": "Regnskab", "kinds": (kind,)}, kind=OrganisationKind.SPORTS_CLUB, **same)
    harmless = approved_offer(pair.admin, who=who, certificate=False)
    proposal = proposal_in(S.ASKED, need=pair.need, offer=harmless, by=pair.anna)
    _certificate_revoked(pair)
    assert proposal.state is S.ASKED
