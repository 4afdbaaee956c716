"""Groups are counted from what was shown and decided; small ones are put together or hidden."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.cases import open_case_for, ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in
from tests.proposals.conftest import use_test_site
from volunteer_match.cases.models import Need
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.candidates import suggest
from volunteer_match.proposals.fairness import OTHERS, TOTAL, About, Dimension, Fairness, Figure, Row, read_fairness
from volunteer_match.proposals.states import ProposalState

F = Figure


def row(report: Fairness, about: About, dimension: Dimension, group: str) -> Row:
    table = next(one for one in report.tables if (one.about, one.dimension) == (about, dimension))
    return next(one for one in (*table.rows, table.total) if one.group == group)


def needs_in(postcode: str, number: int, *, by: User, days: int = 0) -> list[Need]:
    then = NOW - timedelta(days=days)
    return [ready_need(by, case=open_case_for(by, postcode=postcode, now=then), now=then) for _ in range(number)]


@pytest.fixture
def offers(admin: User) -> list[Offer]:
    return [approved_offer(admin, capacity=20, now=NOW - timedelta(days=90)) for _ in range(6)]


def test_nothing_is_counted_where_nothing_is(anna: User) -> None:
    assert read_fairness(now=NOW).tables == ()


def test_children_are_counted_by_area_with_how_long_they_wait(anna: User, offers: list[Offer]) -> None:
    for days in (10, 20, 30, 40, 50):
        needs_in("9340", 1, by=anna, days=days)
    needs_in("9700", 5, by=anna, days=3)
    found = read_fairness(now=NOW)
    asaa = row(found, About.NEEDS, Dimension.AREA, "9340")
    assert (asaa.figures[F.COUNTED], asaa.figures[F.WAITING], asaa.median_days, asaa.longest_days) == (5, 5, 30, 50)
    assert row(found, About.NEEDS, Dimension.AREA, "9700").longest_days == 3
    everyone = row(found, About.NEEDS, Dimension.AREA, TOTAL)
    assert (everyone.figures[F.WAITING], everyone.longest_days) == (10, 50)


def test_what_became_of_them_is_counted_on_both_sides(anna: User, offers: list[Offer]) -> None:
    needs = needs_in("9340", 12, by=anna)
    for need in needs[:6]:
        proposal_in(ProposalState.ACTIVE, need=need, offer=offers[0], by=anna)
    for need in needs[6:]:
        proposal_in(ProposalState.DECLINED, need=need, offer=offers[1], by=anna)
    found = read_fairness(now=NOW)
    for about, counted in ((About.NEEDS, 12), (About.OFFERS, 6)):
        figures = row(found, about, Dimension.AREA, TOTAL).figures
        assert (figures[F.COUNTED], figures[F.CHOSEN], figures[F.STARTED], figures[F.DECLINED]) == (counted, 12, 6, 6)
    assert row(found, About.NEEDS, Dimension.AREA, TOTAL).figures[F.WAITING] == 6


def test_a_list_shows_offers_once_a_need_at_their_best_place(anna: User, offers: list[Offer]) -> None:
    needs = needs_in("9340", 5, by=anna)
    for need in (*needs, needs[0]):
        assert len(suggest(need=need, by=anna, now=NOW).suggestions) == len(offers)
    figures = row(read_fairness(now=NOW), About.OFFERS, Dimension.LANGUAGE, "da").figures
    assert (figures[F.SHOWN], figures[F.FIRST], figures[F.TOP_THREE]) == (30, 5, 15)


def test_only_what_happened_since_is_counted_if_asked(anna: User, offers: list[Offer]) -> None:
    early, late = needs_in("9340", 5, by=anna, days=30), needs_in("9340", 6, by=anna)
    for need in early:
        suggest(need=need, by=anna, now=NOW - timedelta(days=20))
    for need in late:
        suggest(need=need, by=anna, now=NOW)
    shown = row(read_fairness(now=NOW, since=NOW - timedelta(days=7)), About.NEEDS, Dimension.AREA, TOTAL).figures
    assert (shown[F.COUNTED], shown[F.SHOWN]) == (11, 36)


def test_small_groups_are_put_together_and_stay_hidden_if_that_is_still_small(anna: User, offers: list[Offer]) -> None:
    needs_in("9340", 7, by=anna)
    needs_in("9700", 2, by=anna)
    needs_in("9330", 1, by=anna)
    found = read_fairness(now=NOW)
    table = next(one for one in found.tables if one.dimension is Dimension.AREA and one.about is About.NEEDS)
    assert [one.group for one in table.rows] == ["9340", OTHERS]
    # Seven of ten would tell that the others are three.
    assert [one.figures[F.COUNTED] for one in table.rows] == [None, None]
    assert table.total.figures[F.COUNTED] == 10
    assert table.rows[0].longest_days is None


def test_nothing_in_it_leads_to_a_person(anna: User, offers: list[Offer]) -> None:
    needs = needs_in("9340", 6, by=anna)
    written = str(read_fairness(now=NOW).as_json())
    for private in (needs[0].case.pseudonym, needs[0].text, offers[0].title, offers[0].organisation.name, "Anna"):
        assert private not in written


def test_both_databases_count_alike(session_on_each: Session) -> None:
    use_test_site()
    anna, admin = hire("Anna", Role.CASEWORKER), hire("Ditte", Role.ADMIN)
    given = [approved_offer(admin, capacity=20, now=NOW - timedelta(days=90)) for _ in range(5)]
    needs = needs_in("9340", 6, by=anna, days=14)
    suggest(need=needs[0], by=anna, now=NOW)
    ended = proposal_in(ProposalState.ENDED, need=needs[0], offer=given[0], by=anna, now=NOW - timedelta(days=4))
    assert ended.ended_at is not None
    found = row(read_fairness(now=NOW, since=NOW - timedelta(days=30)), About.NEEDS, Dimension.AGE_BAND, TOTAL)
    assert (found.figures[F.COUNTED], found.figures[F.SHOWN], found.figures[F.WAITING]) == (6, 5, 6)
    # The one whose match ended has waited since then.
    assert (found.median_days, found.longest_days) == (14, 14)
