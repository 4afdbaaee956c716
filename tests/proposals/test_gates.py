"""Every gate is closed in every way it can close, and every path tries to get round it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.factories.cases import ALL_KINDS, FAMILY, open_case_for, ready_need, say_yes_for_all
from tests.factories.organisations import approved_offer, club
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.cases import guardian_consent, intake
from volunteer_match.cases.intake import CaseFacts, NeedDraft
from volunteer_match.cases.models import Need
from volunteer_match.cases.states import ConsentParty
from volunteer_match.foundation.database import db
from volunteer_match.matching.eligibility import Bar
from volunteer_match.organisations import consent, self_service, vetting
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.offer_details import OfferDetails, details_of
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.people.accounts import close_account
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import lifecycle
from volunteer_match.proposals.candidates import list_by_hand, store_lines, suggest
from volunteer_match.proposals.gates import CaseGate, Gate, GateClosed
from volunteer_match.proposals.pairs import block_pair
from volunteer_match.proposals.states import HOLDS_PLACE, ProposalState
from volunteer_match.vocabulary.contact_forms import ContactForm

LATER = NOW + timedelta(days=2)
NEXT_YEAR = datetime(2027, 1, 2, 10, tzinfo=NOW.tzinfo)


@dataclass
class Pair:
    """A need and an offer that fit, and the people around them."""

    need: Need
    offer: Offer
    anna: User
    bente: User
    admin: User

    def change_need(self, **changes: Any) -> None:
        draft = {name: getattr(self.need, name) for name in NeedDraft.__slots__}
        intake.change_need(need=self.need, draft=NeedDraft(**{**draft, **changes}), by=self.anna, now=NOW)

    def change_case(self, **changes: Any) -> None:
        facts = {name: getattr(self.need.case, name) for name in CaseFacts.__slots__}
        intake.change_case(case=self.need.case, facts=CaseFacts(**{**facts, **changes}), by=self.anna, now=NOW)

    def change_offer(self, **changes: Any) -> None:
        details = {name: getattr(details_of(self.offer), name) for name in OfferDetails.__slots__}
        new = OfferDetails(**{**details, **changes})
        self_service.change_offer(offer=self.offer, details=new, by=self.offer.contact.actor, now=NOW)

    def another_need(self) -> Need:
        """Another need of the same child."""
        return ready_need(self.anna, case=self.need.case)


Closes = Callable[[Pair], object]


@dataclass(frozen=True)
class Closing:
    """A way a gate closes: something is done, or time passes."""

    gate: Gate
    how: str
    do: Closes = lambda _pair: None
    tried_at: datetime = LATER
    family: dict[str, Any] = field(default_factory=dict)
    offer: dict[str, Any] = field(default_factory=dict)
    signed_up_at: datetime = NOW
    # Not when the pair itself already holds a place.
    also_later: bool = True

    def __str__(self) -> str:
        return f"{self.gate}: {self.how}"


def _withdraw_yes(pair: Pair, party: ConsentParty) -> None:
    line = guardian_consent.deciding_line(pair.need.consents, party)
    assert line is not None
    guardian_consent.withdraw(consent=line, by=pair.anna, now=NOW)


def _cover_only_churches(pair: Pair) -> None:
    guardian_consent.record_given(
        need=pair.need,
        party=ConsentParty.CUSTODY_HOLDER_2,
        recipients=(OrganisationKind.CHURCH,),
        by=pair.anna,
        now=NOW + timedelta(hours=1),
    )


def _change_words_after_the_yes(pair: Pair) -> None:
    draft = {name: getattr(pair.need, name) for name in NeedDraft.__slots__}
    draft["external_wording"] = "Et barn vil gerne danse."
    intake.change_need(need=pair.need, draft=NeedDraft(**draft), by=pair.anna, now=NOW + timedelta(hours=1))


def _revoke_certificate(pair: Pair) -> None:
    vetting.revoke_certificate(confirmation=pair.offer.contact.certificates[0], by=pair.admin, now=NOW)


def _take_every_place(pair: Pair) -> None:
    while pair.offer.free_places:
        lifecycle.choose(need=ready_need(pair.anna), offer=pair.offer, by=pair.anna, now=NOW)


def _declined_for_a_sibling_need(pair: Pair) -> None:
    proposal_in(ProposalState.DECLINED, need=pair.another_need(), offer=pair.offer, by=pair.anna)


def _lose_role(pair: Pair) -> None:
    pair.anna.roles = []


def _hand_over_case(pair: Pair) -> None:
    pair.need.case.caseworker = pair.bente


def _lose_child_view(pair: Pair) -> None:
    pair.need.child_view = pair.need.child_view_on = pair.need.child_view_source = None


def _block(pair: Pair) -> None:
    block_pair(case=pair.need.case, organisation=pair.offer.organisation, by=pair.anna, now=NOW)


CLOSINGS = [
    Closing(CaseGate.NOT_RESPONSIBLE, "case handed over", _hand_over_case),
    Closing(CaseGate.NOT_RESPONSIBLE, "account closed", lambda p: close_account(user=p.anna, by=SYSTEM, now=NOW)),
    Closing(CaseGate.NOT_RESPONSIBLE, "no longer a caseworker", _lose_role),
    Closing(CaseGate.NEED_NOT_OPEN, "need closed", lambda p: intake.close_need(need=p.need, by=p.anna, now=NOW)),
    Closing(CaseGate.NEED_NOT_OPEN, "case closed", lambda p: intake.close_case(case=p.need.case, by=p.anna, now=NOW)),
    Closing(CaseGate.CHILD_VIEW_MISSING, "never written down", _lose_child_view),
    Closing(Bar.GUARDIAN_CONSENT, "first withdraws", lambda p: _withdraw_yes(p, ConsentParty.CUSTODY_HOLDER_1)),
    Closing(Bar.GUARDIAN_CONSENT, "second withdraws", lambda p: _withdraw_yes(p, ConsentParty.CUSTODY_HOLDER_2)),
    Closing(Bar.GUARDIAN_CONSENT, "expired", tried_at=datetime(2027, 11, 21, 10, tzinfo=NOW.tzinfo)),
    Closing(Bar.GUARDIAN_CONSENT, "words changed after the yes", _change_words_after_the_yes),
    Closing(
        Bar.GUARDIAN_CONSENT,
        "a second custody holder turns up",
        lambda p: p.change_case(custody_holders=2),
        family={"custody_holders": 1},
    ),
    Closing(
        Bar.GUARDIAN_CONSENT,
        "the child turns 15",
        tried_at=NEXT_YEAR,
        family={"birth_year": 2012},
        offer={"age_max": 17},
    ),
    Closing(
        Bar.GUARDIAN_CONSENT,
        "the young person withdraws",
        lambda p: _withdraw_yes(p, ConsentParty.YOUNG_PERSON),
        family={"birth_year": 2010},
        offer={"age_max": 17},
    ),
    Closing(Bar.RECIPIENT_NOT_COVERED, "one now says churches only", _cover_only_churches),
    Closing(
        Bar.OFFER_NOT_APPROVED,
        "offer blocked",
        lambda p: vetting.block_offer(offer=p.offer, reason="Nej", by=p.admin, now=NOW),
    ),
    Closing(
        Bar.OFFER_NOT_APPROVED,
        "organisation blocked",
        lambda p: vetting.block_organisation(organisation=p.offer.organisation, reason="Nej", by=p.admin, now=NOW),
    ),
    Closing(
        Bar.OFFER_NOT_APPROVED, "changed, so back in the queue", lambda p: p.change_offer(title="Noget helt andet")
    ),
    Closing(
        Bar.OFFER_PAUSED,
        "paused",
        lambda p: self_service.pause_offer(offer=p.offer, by=p.offer.contact.actor, now=NOW),
    ),
    Closing(
        Bar.OFFER_PAUSED,
        "withdrawn",
        lambda p: self_service.withdraw_offer(offer=p.offer, by=p.offer.contact.actor, now=NOW),
    ),
    Closing(
        Bar.VOLUNTEER_CONSENT,
        "withdrawn",
        lambda p: consent.withdraw_consent(contact=p.offer.contact, by=p.offer.contact.actor, now=NOW),
    ),
    Closing(
        Bar.VOLUNTEER_CONSENT,
        "expired",
        signed_up_at=datetime(2024, 11, 22, 10, tzinfo=NOW.tzinfo),
        offer={"next_review_on": date(2027, 11, 22)},
    ),
    Closing(Bar.CERTIFICATE_MISSING, "revoked", _revoke_certificate),
    Closing(Bar.CERTIFICATE_EXPIRED, "review overdue", offer={"next_review_on": date(2026, 11, 23)}),
    Closing(Bar.NO_FREE_PLACE, "others took the places", _take_every_place, also_later=False),
    Closing(Bar.AGE, "the child is a year older", tried_at=NEXT_YEAR, offer={"age_max": 8}),
    Closing(Bar.AGE, "year of birth corrected", lambda p: p.change_case(birth_year=2014)),
    Closing(Bar.LANGUAGE, "the family speaks Arabic", lambda p: p.change_need(languages=("ar",))),
    Closing(Bar.LANGUAGE, "the coach speaks English", lambda p: p.change_offer(languages=("en",))),
    Closing(Bar.SLOTS, "the child can on Sundays", lambda p: p.change_need(slots=("sun-morning",))),
    Closing(Bar.SLOTS, "the team trains on Mondays", lambda p: p.change_offer(slots=("mon-morning",))),
    Closing(Bar.CONTACT_FORM, "one to one is needed", lambda p: p.change_need(contact_form=ContactForm.ONE_TO_ONE)),
    Closing(Bar.DISTANCE, "the family moves", lambda p: p.change_case(postcode="9700")),
    Closing(Bar.DISTANCE, "the family's own limit", lambda p: p.change_need(max_km=5), offer={"postcode": "9330"}),
    Closing(Bar.DISTANCE, "the coach's radius", lambda p: p.change_offer(radius_km=1), offer={"postcode": "9330"}),
    Closing(Bar.BLOCKED, "kept from this organisation", _block),
    Closing(Bar.BLOCKED, "said no to this child before", _declined_for_a_sibling_need),
]


@pytest.fixture
def pair(request: pytest.FixtureRequest, anna: User, bente: User, admin: User) -> Pair:
    """Fits on the day it is made; the closing says what is special about it."""
    closing: Closing = request.getfixturevalue("closing")
    details = dict(closing.offer)
    review = details.pop("next_review_on", None)
    offer = approved_offer(admin, who=club(details), now=closing.signed_up_at, next_review_on=review)
    need = ready_need(anna, case=open_case_for(anna, **closing.family))
    return Pair(need=need, offer=offer, anna=anna, bente=bente, admin=admin)


def _refused(step: Callable[[], object]) -> tuple[Gate, ...]:
    with pytest.raises(GateClosed) as refusal:
        step()
    return refusal.value.gates


Step = Callable[..., object]


def _propose(pair: Pair, now: datetime) -> object:
    return lifecycle.propose(need=pair.need, offer=pair.offer, by=pair.anna, now=now)


def _choose(pair: Pair, now: datetime) -> object:
    return lifecycle.choose(need=pair.need, offer=pair.offer, by=pair.anna, now=now)


def _go_on(step: Step) -> Callable[[Pair, datetime], object]:
    def try_it(pair: Pair, now: datetime) -> object:
        proposal = lifecycle.find_pair(need_id=pair.need.id, offer_id=pair.offer.id)
        return step(proposal, by=pair.anna, now=now)

    return try_it


@dataclass(frozen=True)
class Path:
    """A step that a closed gate stops, and the state of the pair before it; None when there is no proposal yet."""

    step: str
    before: ProposalState | None
    take: Callable[[Pair, datetime], object]


S = ProposalState
PATHS = [
    Path("propose", None, _propose),
    Path("propose again", S.CANCELLED, _propose),
    Path("choose", None, _choose),
    Path("choose again", S.EXPIRED, _choose),
    Path("choose what is proposed", S.PROPOSED, _choose),
    Path("approve", S.PROPOSED, _go_on(lifecycle.approve)),
    Path("introduce", S.ACCEPTED, _go_on(lifecycle.introduce)),
    Path("start", S.INTRODUCED, _go_on(lifecycle.start)),
    Path("resume", S.PAUSED, _go_on(lifecycle.resume)),
]


@contextmanager
def _and_then_forgotten() -> Iterator[None]:
    savepoint = db.session.begin_nested()
    yield
    savepoint.rollback()
    db.session.expire_all()


def test_a_way_round_is_tried_for_every_gate() -> None:
    # That a need has an open proposal stops nobody but a leader; test_laying_before tries it.
    assert {closing.gate for closing in CLOSINGS} == {*CaseGate, *Bar} - {CaseGate.HAS_OPEN_PROPOSAL}


@pytest.mark.parametrize(
    "closing", [closing for closing in CLOSINGS if closing.gate is not CaseGate.NOT_RESPONSIBLE], ids=str
)
def test_no_leader_lays_a_proposal_before_a_caseworker_round_it(pair: Pair, closing: Closing) -> None:
    closing.do(pair)
    shown = store_lines(pair.need, (), model_version="test", by=pair.bente, now=closing.tried_at)
    lay = partial(lifecycle.lay_before, need=pair.need, offer=pair.offer, by=pair.bente, suggestion_list_id=shown)
    assert _refused(partial(lay, now=closing.tried_at)) == (closing.gate,)
    assert lifecycle.find_pair(need_id=pair.need.id, offer_id=pair.offer.id) is None


@pytest.mark.parametrize("closing", CLOSINGS, ids=str)
def test_no_path_leads_round_it(pair: Pair, closing: Closing) -> None:
    for path in PATHS:
        if path.before in HOLDS_PLACE and not closing.also_later:
            continue
        with _and_then_forgotten():
            if path.before is not None:
                proposal_in(path.before, need=pair.need, offer=pair.offer, by=pair.anna)
            closing.do(pair)
            gates = _refused(partial(path.take, pair, closing.tried_at))
            assert gates == (closing.gate,), path.step
            found = lifecycle.find_pair(need_id=pair.need.id, offer_id=pair.offer.id)
            assert (found and found.state) == path.before, path.step


@pytest.mark.parametrize("closing", [closing for closing in CLOSINGS if isinstance(closing.gate, Bar)], ids=str)
def test_it_is_not_listed_as_one_to_choose(pair: Pair, closing: Closing) -> None:
    for make in (suggest, list_by_hand):
        with _and_then_forgotten():
            before = make(need=pair.need, by=pair.anna, now=NOW)
            assert [line.offer for line in before.suggestions] == [pair.offer]
            closing.do(pair)
            shown = make(need=pair.need, by=pair.anna, now=closing.tried_at)
            assert shown.suggestions == ()
            assert all(line.bars == (closing.gate,) for line in shown.near_misses)


@pytest.mark.parametrize("closing", [closing for closing in CLOSINGS if closing.also_later], ids=str)
def test_a_second_click_on_choose_skips_no_gate(pair: Pair, closing: Closing) -> None:
    """It finds the first click's result, for the caseworker of the case alone, and changes nothing."""
    proposal = proposal_in(ProposalState.ASKED, need=pair.need, offer=pair.offer, by=pair.anna)
    before = len(proposal.moves)
    closing.do(pair)
    if closing.gate is CaseGate.NOT_RESPONSIBLE:
        assert _refused(partial(_choose, pair, closing.tried_at)) == (closing.gate,)
    else:
        assert _choose(pair, closing.tried_at) is proposal
    db.session.expire(proposal)
    assert (proposal.state, len(proposal.moves)) == (ProposalState.ASKED, before)


@pytest.mark.parametrize("closing", [Closing(Bar.NO_FREE_PLACE, "own last place", offer={"capacity": 1})], ids=str)
def test_its_own_place_does_not_stand_in_its_way(pair: Pair, closing: Closing) -> None:
    proposal = proposal_in(ProposalState.ACCEPTED, need=pair.need, offer=pair.offer, by=pair.anna)
    assert pair.offer.free_places == 0
    lifecycle.introduce(proposal, by=pair.anna, now=NOW)
    lifecycle.start(proposal, by=pair.anna, now=NOW)
    assert proposal.state is ProposalState.ACTIVE


def test_a_refusal_names_every_gate_that_is_closed(need: Need, offer: Offer, anna: User) -> None:
    self_service.pause_offer(offer=offer, by=offer.contact.actor, now=NOW)
    intake.close_need(need=need, by=anna, now=NOW)
    gates = _refused(lambda: lifecycle.propose(need=need, offer=offer, by=anna, now=NOW))
    assert gates == (CaseGate.NEED_NOT_OPEN, Bar.OFFER_PAUSED)


def test_a_team_leader_reads_but_does_not_decide(need: Need, offer: Offer) -> None:
    lone = hire("Lone", Role.TEAM_LEADER)
    gates = _refused(lambda: lifecycle.choose(need=need, offer=offer, by=lone, now=NOW))
    assert gates == (CaseGate.NOT_RESPONSIBLE,)


def test_agreed_transport_opens_the_volunteers_radius(need: Need, admin: User, anna: User) -> None:
    far = approved_offer(admin, postcode="9700", radius_km=5)
    assert _refused(lambda: lifecycle.propose(need=need, offer=far, by=anna, now=NOW)) == (Bar.DISTANCE,)
    need.transport_agreed = True
    assert lifecycle.propose(need=need, offer=far, by=anna, now=NOW).state is ProposalState.PROPOSED


def test_a_renewed_yes_opens_the_gate_again(need: Need, offer: Offer, anna: User) -> None:
    line = guardian_consent.deciding_line(need.consents, ConsentParty.CUSTODY_HOLDER_1)
    assert line is not None
    guardian_consent.withdraw(consent=line, by=anna, now=NOW)
    say_yes_for_all(need, by=anna, now=LATER, recipients=ALL_KINDS)
    assert lifecycle.choose(need=need, offer=offer, by=anna, now=LATER).state is ProposalState.ASKED


def test_a_citizen_alone_waits_for_somebody_to_confirm_the_certificate(need: Need, admin: User, anna: User) -> None:
    alone = approved_offer(
        admin, who=club(kind=OrganisationKind.CITIZEN, organisation_name="Mette Holm"), certificate=False
    )
    assert _refused(lambda: lifecycle.propose(need=need, offer=alone, by=anna, now=NOW)) == (Bar.CERTIFICATE_MISSING,)


def test_only_the_sole_custody_holder_is_asked(offer: Offer, anna: User) -> None:
    need = ready_need(anna, case=open_case_for(anna, custody_holders=1))
    assert FAMILY.custody_holders == 2
    assert len(need.consents) == 1
    assert lifecycle.propose(need=need, offer=offer, by=anna, now=NOW).state is ProposalState.PROPOSED
