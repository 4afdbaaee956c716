"""The best total assignment, checked against trying everything."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.matching.allocation import UNITS, Edge, allocate, greedy, pair_value

NEEDS = ["n1", "n2", "n3", "n4", "n5"]
OFFERS = ["a", "b", "c", "d"]

values = st.integers(-300_000, 2_000_000).map(lambda units: units / UNITS)
tied_values = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Edge], dict[str, int]]:
    worth = draw(st.sampled_from([values, tied_values]))
    pairs = draw(st.lists(st.tuples(st.sampled_from(NEEDS), st.sampled_from(OFFERS)), unique=True, max_size=14))
    edges = [Edge(need, offer, draw(worth)) for need, offer in pairs]
    return edges, draw(st.fixed_dictionaries({offer: st.integers(0, 3) for offer in OFFERS}))


def best_by_trying_everything(edges: list[Edge], capacities: dict[str, int]) -> int:
    """In millionths."""
    choices: dict[str, list[Edge | None]] = {need: [None] for need in NEEDS}
    for edge in edges:
        choices[edge.need].append(edge)
    best = 0
    for chosen in product(*choices.values()):
        taken = [edge for edge in chosen if edge is not None]
        filled = Counter(edge.offer for edge in taken)
        if all(filled[offer] <= capacities[offer] for offer in filled):
            best = max(best, sum(round(edge.value * UNITS) for edge in taken))
    return best


@given(problems())
def test_no_other_choice_adds_up_to_more(problem: tuple[list[Edge], dict[str, int]]) -> None:
    edges, capacities = problem
    assert round(allocate(edges, capacities).total * UNITS) == best_by_trying_everything(edges, capacities)


@given(problems())
def test_no_place_is_given_twice_and_no_pair_is_made_up(problem: tuple[list[Edge], dict[str, int]]) -> None:
    edges, capacities = problem
    found = allocate(edges, capacities)
    filled = Counter(found.offer_of.values())
    assert all(filled[offer] <= capacities[offer] for offer in filled)
    worth = {(edge.need, edge.offer): edge.value for edge in edges}
    assert sum(worth[pair] for pair in found.offer_of.items()) == pytest.approx(found.total)
    assert all(worth[pair] > 0 for pair in found.offer_of.items())


@given(problems(), st.sampled_from(OFFERS))
def test_one_place_more_never_lowers_the_total(problem: tuple[list[Edge], dict[str, int]], offer: str) -> None:
    edges, capacities = problem
    more = {**capacities, offer: capacities[offer] + 1}
    assert allocate(edges, more).total >= allocate(edges, capacities).total


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_makes_no_difference(problem: tuple[list[Edge], dict[str, int]], random: object) -> None:
    edges, capacities = problem
    shuffled, places = list(edges), list(capacities.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    random.shuffle(places)  # type: ignore[attr-defined]  # the same
    assert allocate(shuffled, dict(places)) == allocate(edges, capacities)


@given(problems())
def test_one_at_a_time_keeps_the_same_rules_and_is_never_better(problem: tuple[list[Edge], dict[str, int]]) -> None:
    edges, capacities = problem
    found = greedy(edges, capacities)
    filled = Counter(found.offer_of.values())
    assert all(filled[offer] <= capacities[offer] for offer in filled)
    assert found.total <= allocate(edges, capacities).total


def test_who_can_go_elsewhere_does_so() -> None:
    """One at a time, the first need takes the only place of the second."""
    edges = [Edge("flexible", "gym", 0.9), Edge("flexible", "swim", 0.8), Edge("only-gym", "gym", 0.7)]
    places = {"gym": 1, "swim": 1}
    assert allocate(edges, places).offer_of == {"flexible": "swim", "only-gym": "gym"}
    assert greedy(edges, places).offer_of == {"flexible": "gym"}


def test_ten_weeks_go_before_three_and_three_before_one() -> None:
    waited = {"one": 1, "three": 3, "ten": 10}
    for places, served in ((1, {"ten"}), (2, {"ten", "three"}), (3, {"ten", "three", "one"})):
        edges = [Edge(need, "coach", pair_value(0.6, days_waited=7 * weeks)) for need, weeks in waited.items()]
        assert set(allocate(edges, {"coach": places}).offer_of) == served


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 2000))
def test_a_lead_of_ten_weeks_outweighs_any_score_however_long_both_have_waited(
    older: float, newer: float, days: int
) -> None:
    edges = [
        Edge("older", "coach", pair_value(older, days_waited=days + 71)),
        Edge("newer", "coach", pair_value(newer, days_waited=days)),
    ]
    assert set(allocate(edges, {"coach": 1}).offer_of) == {"older"}


def test_newcomers_with_better_scores_do_not_pass_a_child_for_ever() -> None:
    """Every week a place opens and somebody new arrives who fits it perfectly."""
    waiting = {"patient": (0, 0.3)}
    for week in range(30):
        waiting[f"new-{week}"] = (week, 1.0)
        edges = [
            Edge(need, "coach", pair_value(score, days_waited=7 * (week - since)))
            for need, (since, score) in waiting.items()
        ]
        (served,) = allocate(edges, {"coach": 1}).offer_of
        del waiting[served]
        if served == "patient":
            assert week <= 8
            return
    raise AssertionError("passed for ever")


def test_large_capacities_are_not_copied_place_by_place() -> None:
    edges = [Edge(f"n{n}", offer, 0.5 + n / 1000) for n in range(300) for offer in ("hall", "field")]
    found = allocate(edges, {"hall": 10**12, "field": 10**12})
    assert len(found.offer_of) == 300


def test_a_pair_named_twice_counts_as_the_better_one() -> None:
    assert allocate([Edge("n1", "a", 0.2), Edge("n1", "a", 0.6)], {"a": 2}).total == 0.6


def test_nothing_to_allocate() -> None:
    assert allocate([], {"a": 1}).offer_of == {}
    assert allocate([Edge("n1", "a", 0.4)], {}).offer_of == {}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no number"):
        allocate([Edge("n1", "a", value)], {"a": 1})


def test_values_too_large_to_add_up_exactly_are_refused() -> None:
    edges = [Edge("n1", "a", 2e9), Edge("n2", "a", 1.0)]
    with pytest.raises(ValueError, match="too large"):
        allocate(edges, {"a": 1})
