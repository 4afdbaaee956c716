"""What a caseworker is shown for a need, and that it is kept as it was shown."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.factories.cases import open_case_for, ready_need, say_yes_for_all, write_need_in
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW
from tests.factories.proposals import proposal_in
from tests.factories.statements import counted_statements
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import db
from volunteer_match.matching.eligibility import Bar
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.model import VERSION
from volunteer_match.organisations.models import Offer, Organisation
from volunteer_match.organisations.states import Availability, OrganisationKind, Vetting
from volunteer_match.people.models import User
from volunteer_match.proposals.candidates import (
    BY_HAND,
    LIST_LENGTH,
    NEAR_MISSES,
    ShownList,
    belongs_to,
    list_by_hand,
    suggest,
)
from volunteer_match.proposals.models import SuggestionItem, SuggestionList
from volunteer_match.proposals.pairs import block_pair
from volunteer_match.proposals.states import OPEN, ProposalState

S = ProposalState
Make = Callable[..., ShownList]
NEAR, FURTHER, FAR = "9340", "9330", "9700"


def _stored(shown: ShownList) -> SuggestionList:
    db.session.flush()
    db.session.expire_all()
    return db.session.get_one(SuggestionList, shown.list_id)


@pytest.fixture
def three(admin: User) -> list[Offer]:
    """Gymnastics near and further off, and a chess club that plays in another language."""
    return [
        approved_offer(admin, postcode=FURTHER),
        approved_offer(admin, postcode=NEAR),
        approved_offer(admin, title="Skak", description="Vi spiller skak.", kinds=("esport",), languages=("en",)),
    ]


def test_everything_shown_is_stored(need: Need, three: list[Offer], anna: User) -> None:
    shown = suggest(need=need, by=anna, now=NOW)
    stored = _stored(shown)
    assert (stored.need_id, stored.shown_to_id, stored.shown_at) == (need.id, anna.id, NOW)
    assert stored.model_version == shown.model_version == VERSION
    assert {tuple(sorted(item.features)) for item in stored.items if item.features} == {tuple(sorted(FEATURES))}
    lines = [*shown.suggestions, *shown.near_misses]
    assert len(lines) == 3
    assert [item.rank for item in stored.items] == [1, 2, 3] == [line.rank for line in lines]
    for item, line in zip(stored.items, lines, strict=True):
        assert (item.offer_id, item.score) == (line.offer.id, line.score)
        assert [reason["key"] for reason in item.reasons] == [reason.key for reason in line.reasons]
        assert [reason["contribution"] for reason in item.reasons] == [
            round(reason.contribution, 6) for reason in line.reasons
        ]
        assert (item.unknown, item.bars) == (tuple(line.unknown), tuple(line.bars))


def test_suggestions_come_with_reasons_and_near_misses_with_bars(need: Need, three: list[Offer], anna: User) -> None:
    further, near, chess = three
    shown = suggest(need=need, by=anna, now=NOW)
    assert [line.offer for line in shown.suggestions] == [near, further]
    assert all(line.reasons and line.score is not None and not line.bars for line in shown.suggestions)
    assert [(line.offer, line.bars) for line in shown.near_misses] == [(chess, (Bar.LANGUAGE,))]
    assert shown.suggestions[0].shared_slots == ("tue-afternoon",)


def test_the_look_is_in_the_trail_in_the_order_shown(need: Need, three: list[Offer], anna: User) -> None:
    shown = suggest(need=need, by=anna, now=NOW)
    db.session.commit()
    (entry,) = db.session.query(AuditEntry).filter_by(action="suggestions_shown").all()
    assert (entry.actor_id, entry.subject_kind, entry.subject_id) == (anna.id, "need", need.id)
    offers = [line.offer.id for line in (*shown.suggestions, *shown.near_misses)]
    assert entry.details == {"list": shown.list_id, "model": VERSION, "offers": offers}


def test_a_list_stays_as_it_was_shown(need: Need, three: list[Offer], anna: User) -> None:
    first = suggest(need=need, by=anna, now=NOW)
    before = [(item.offer_id, item.rank, item.score) for item in _stored(first).items]
    three[1].availability = Availability.PAUSED
    second = suggest(need=need, by=anna, now=NOW + timedelta(days=1))
    assert second.list_id != first.list_id
    assert [(item.offer_id, item.rank, item.score) for item in _stored(first).items] == before
    assert len(_stored(second).items) == 2


def test_by_hand_is_all_that_may_be_chosen_the_nearest_first(
    need: Need, three: list[Offer], anna: User, admin: User
) -> None:
    need.transport_agreed = True
    far = approved_offer(admin, postcode=FAR)
    further, near, _chess = three
    shown = list_by_hand(need=need, by=anna, now=NOW)
    assert [line.offer for line in shown.suggestions] == [near, further, far]
    assert shown.near_misses == ()
    distances = [line.distance_km for line in shown.suggestions]
    assert distances == sorted(distances)
    stored = _stored(shown)
    assert shown.by_hand
    assert stored.model_version == BY_HAND
    assert [(item.rank, item.score) for item in stored.items] == [(1, None), (2, None), (3, None)]


@pytest.mark.parametrize("state", sorted(OPEN | {S.REJECTED}))
@pytest.mark.parametrize("make", [suggest, list_by_hand])
def test_what_was_decided_on_is_set_apart(
    need: Need, three: list[Offer], anna: User, state: ProposalState, make: Make
) -> None:
    proposal = proposal_in(state, need=need, offer=three[1], by=anna)
    shown = make(need=need, by=anna, now=NOW)
    assert shown.decided == (proposal,)
    assert [line.offer for line in shown.suggestions] == [three[0]]
    assert three[1] not in [line.offer for line in shown.near_misses]


@pytest.mark.parametrize("state", [S.EXPIRED, S.ENDED, S.CANCELLED])
def test_what_came_to_nothing_may_be_tried_again(need: Need, offer: Offer, anna: User, state: ProposalState) -> None:
    proposal_in(state, need=need, offer=offer, by=anna)
    shown = suggest(need=need, by=anna, now=NOW)
    assert ([line.offer for line in shown.suggestions], shown.decided) == ([offer], ())


def test_who_said_no_to_this_child_is_not_shown_for_its_other_needs(need: Need, offer: Offer, anna: User) -> None:
    proposal_in(S.DECLINED, need=need, offer=offer, by=anna)
    sibling_need = ready_need(anna, case=need.case)
    for looked_at in (need, sibling_need):
        shown = suggest(need=looked_at, by=anna, now=NOW)
        assert (shown.suggestions, shown.near_misses) == ((), ())
    assert len(suggest(need=ready_need(anna), by=anna, now=NOW).suggestions) == 1


def test_a_blocked_organisation_is_shown_for_other_children_only(need: Need, offer: Offer, anna: User) -> None:
    block_pair(case=need.case, organisation=offer.organisation, by=anna, now=NOW)
    block_pair(case=need.case, organisation=offer.organisation, by=anna, now=NOW)
    assert suggest(need=need, by=anna, now=NOW).suggestions == ()
    assert len(suggest(need=ready_need(anna), by=anna, now=NOW).suggestions) == 1


def test_without_any_offer_the_list_is_empty(need: Need, anna: User) -> None:
    for make in (suggest, list_by_hand):
        shown = make(need=need, by=anna, now=NOW)
        assert (shown.suggestions, shown.near_misses) == ((), ())
        assert _stored(shown).items == []


def test_before_the_family_has_said_yes_the_best_are_near_misses(offer: Offer, anna: User) -> None:
    need = write_need_in(open_case_for(anna), by=anna)
    shown = suggest(need=need, by=anna, now=NOW)
    assert shown.suggestions == ()
    assert [line.bars for line in shown.near_misses] == [(Bar.GUARDIAN_CONSENT,)]
    say_yes_for_all(need, by=anna)
    assert len(suggest(need=need, by=anna, now=NOW).suggestions) == 1


def test_lists_are_of_bounded_length(need: Need, anna: User, admin: User) -> None:
    _many(admin, LIST_LENGTH + 3)
    _many(admin, NEAR_MISSES + 3, languages=("en",))
    shown = suggest(need=need, by=anna, now=NOW)
    assert (len(shown.suggestions), len(shown.near_misses)) == (LIST_LENGTH, NEAR_MISSES)
    assert len(list_by_hand(need=need, by=anna, now=NOW).suggestions) == LIST_LENGTH + 3


def _many(admin: User, number: int, **details: Any) -> None:
    """Many offers of one club each, quickly: what is looked at here is the list, not how they came about."""
    first = approved_offer(admin, **details)
    contact, organisation = first.contact, first.organisation
    for count in range(number - 1):
        copy = {
            column.key: getattr(first, column.key)
            for column in Offer.__table__.columns
            if column.key not in ("id", "registration_id", "organisation_id", "contact_id")
        }
        another = Organisation(
            kind=OrganisationKind.SPORTS_CLUB,
            name=f"{organisation.name} {count}",
            postcode=NEAR,
            state=Vetting.APPROVED,
            created_at=NOW,
            decided_at=NOW,
        )
        db.session.add(Offer(**copy, organisation=another, contact=contact))
    db.session.flush()


@pytest.mark.parametrize("make", [suggest, list_by_hand])
def test_sixty_offers_take_as_many_queries_as_five(need: Need, anna: User, admin: User, make: Make) -> None:
    counts, need_id, anna_id, admin_id = [], need.id, anna.id, admin.id
    for more in (5, 55):
        _many(db.session.get_one(User, admin_id), more - 2)
        for _ in range(2):
            approved_offer(db.session.get_one(User, admin_id))
        with counted_statements() as sent:
            found, user = db.session.get_one(Need, need_id), db.session.get_one(User, anna_id)
            shown = make(need=found, by=user, now=NOW)
            for line in (*shown.suggestions, *shown.near_misses):
                assert line.offer.organisation.name
        # What is stored is written in one statement for many rows or one for each, as the driver likes it.
        counts.append(len([statement for statement in sent if statement.startswith("SELECT")]))
    assert counts[0] == counts[1] < 20


def test_only_a_list_that_was_shown_to_me_for_this_need_is_mine(
    need: Need, offer: Offer, anna: User, bente: User
) -> None:
    shown = suggest(need=need, by=anna, now=NOW)
    assert belongs_to(shown.list_id, need=need, user=anna) == shown.list_id
    assert belongs_to(shown.list_id, need=need, user=bente) is None
    assert belongs_to(shown.list_id, need=ready_need(anna), user=anna) is None
    assert belongs_to(shown.list_id + 1, need=need, user=anna) is None
    assert belongs_to(None, need=need, user=anna) is None


def test_an_offer_nobody_approved_is_not_even_read(need: Need, offer: Offer, anna: User) -> None:
    offer.state, offer.decided_at = Vetting.NEW, None
    shown = suggest(need=need, by=anna, now=NOW)
    assert (shown.suggestions, shown.near_misses) == ((), ())
    assert db.session.query(SuggestionItem).count() == 0
