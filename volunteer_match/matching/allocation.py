"""Which offer for which need, when all needs are looked at together: the best total that the places allow.

A pair is worth its score plus what the need's waiting is worth, which grows by the week and never levels off. An
offer gets at most as many needs as it has places, a need at most one offer. Exact: no other choice adds up to more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

# What a week of waiting is worth beside a score, which lies between 0 and 1. Ten weeks more outweigh any difference.
WORTH_OF_A_WEEK = 0.1
DAYS_A_WEEK = 7
# Values are counted in millionths, as whole numbers, so that sums are exact and equal is equal.
UNITS = 1_000_000
# Whole numbers up to here are exact in the solver's floats, with room for its sums.
MOST_UNITS = 2**50


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A need may get this offer. `value`: what that is worth; at or below 0 it is never chosen."""

    need: str
    offer: str
    value: float


@dataclass(frozen=True, slots=True)
class Allocation:
    """`offer_of`: need → offer. `total`: the sum of the chosen values."""

    offer_of: Mapping[str, str]
    total: float


def pair_value(score: float, *, days_waited: float) -> float:
    """Score plus a tenth for every week. Linear, so that a lead in waiting stays worth the same however long others
    wait: who has waited ten weeks longer goes first whatever the scores, and nobody can be passed for ever.
    """
    return score + WORTH_OF_A_WEEK * max(days_waited, 0.0) / DAYS_A_WEEK


def allocate(edges: Iterable[Edge], capacities: Mapping[str, int]) -> Allocation:
    """The best total. The order of the input makes no difference, also among choices worth the same.

    An offer that `capacities` does not name has no place. Raises ValueError for values that are no numbers or too
    large to add up exactly.
    """
    ordered = sorted(_worth_taking(edges, capacities))
    units = {(edge.need, edge.offer): _units(edge.value) for edge in ordered}
    own, contended = _without_rivalry(ordered, units, capacities)
    chosen = {**own, **_assigned(own, contended, units, capacities)}
    return Allocation(chosen, sum(units[pair] for pair in chosen.items()) / UNITS)


def greedy(edges: Iterable[Edge], capacities: Mapping[str, int]) -> Allocation:
    """The most valuable pair first, then the next that is still possible: what taking one at a time comes to."""
    left = Counter(dict(capacities))
    chosen: dict[str, str] = {}
    total = 0
    for edge in sorted(_worth_taking(edges, capacities), key=lambda edge: (-_units(edge.value), edge)):
        if edge.need not in chosen and left[edge.offer] > 0:
            chosen[edge.need] = edge.offer
            left[edge.offer] -= 1
            total += _units(edge.value)
    return Allocation(chosen, total / UNITS)


def _worth_taking(edges: Iterable[Edge], capacities: Mapping[str, int]) -> list[Edge]:
    """One edge for each pair, the better one where it is named twice."""
    best: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        if not isfinite(edge.value):
            raise ValueError(f"need {edge.need}, offer {edge.offer}: the value is no number")
        known = best.get((edge.need, edge.offer))
        if capacities.get(edge.offer, 0) > 0 and edge.value > 0 and (known is None or known.value < edge.value):
            best[edge.need, edge.offer] = edge
    return list(best.values())


def _units(value: float) -> int:
    return round(value * UNITS)


def _without_rivalry(
    edges: Sequence[Edge], units: Mapping[tuple[str, str], int], capacities: Mapping[str, int]
) -> tuple[dict[str, str], list[Edge]]:
    """What every need can have for itself, and the edges to offers that are short of places.

    An offer with a place for everybody who could want it is nobody's loss. A need keeps the best of those in hand,
    and wants others only where they are worth more; that leaves fewer rivals, so more offers have room for all. Large
    capacities vanish here instead of being copied place by place.
    """
    in_hand: dict[str, Edge] = {}
    contended = list(edges)
    while True:
        wanted = Counter(edge.offer for edge in contended)
        roomy = [edge for edge in contended if wanted[edge.offer] <= capacities[edge.offer]]
        if not roomy:
            return {need: edge.offer for need, edge in in_hand.items()}, contended
        for edge in roomy:
            held = in_hand.get(edge.need)
            if held is None or units[held.need, held.offer] < units[edge.need, edge.offer]:
                in_hand[edge.need] = edge
        freed = {(edge.need, edge.offer) for edge in roomy}
        contended = [
            edge
            for edge in contended
            if (edge.need, edge.offer) not in freed and _beats(edge, in_hand.get(edge.need), units)
        ]


def _beats(edge: Edge, held: Edge | None, units: Mapping[tuple[str, str], int]) -> bool:
    return held is None or units[edge.need, edge.offer] > units[held.need, held.offer]


def _assigned(
    own: Mapping[str, str],
    contended: Sequence[Edge],
    units: Mapping[tuple[str, str], int],
    capacities: Mapping[str, int],
) -> dict[str, str]:
    """The needs that get a contended offer. Rows are needs; the columns are places, and one for each need in which it
    keeps what it has in hand, or nothing.
    """
    if not contended:
        return {}
    needs = sorted({edge.need for edge in contended})
    row_of = {need: row for row, need in enumerate(needs)}
    places, first_place = _places(contended, capacities)
    rows, columns, worth = [], [], []
    for row, need in enumerate(needs):
        rows.append(row)
        columns.append(row)
        worth.append(units[need, own[need]] if need in own else 0)
    for edge in contended:
        for place in range(first_place[edge.offer], first_place[edge.offer] + places[edge.offer]):
            rows.append(row_of[edge.need])
            columns.append(len(needs) + place)
            worth.append(units[edge.need, edge.offer])
    offer_at = [offer for offer in first_place for _ in range(places[offer])]
    matched = _solve(rows, columns, worth, shape=(len(needs), len(needs) + len(offer_at)))
    return {
        need: offer_at[column - len(needs)]
        for need, column in zip(needs, matched.tolist(), strict=True)
        if column >= len(needs)
    }


def _places(contended: Iterable[Edge], capacities: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """How many places of each offer are fought over, and the number of its first one."""
    seekers: dict[str, int] = defaultdict(int)
    for edge in contended:
        seekers[edge.offer] += 1
    places = {offer: min(capacities[offer], seekers[offer]) for offer in sorted(seekers)}
    first, count = {}, 0
    for offer, size in places.items():
        first[offer] = count
        count += size
    return places, first


def _solve(
    rows: Sequence[int], columns: Sequence[int], worth: Sequence[int], *, shape: tuple[int, int]
) -> NDArray[np.int32]:
    """The column of each row in the best full matching; there always is one, for every row has a column of its own."""
    if max(worth) * shape[0] > MOST_UNITS:
        raise ValueError("the values are too large to be added up exactly")
    # One more than needed everywhere: the solver takes a stored 0 for no edge, and all rows are matched anyway.
    values = np.asarray(worth, dtype=np.float64) + 1.0
    graph = coo_array((values, (rows, columns)), shape=shape).tocsr()
    found = min_weight_full_bipartite_matching(graph, maximize=True)
    return np.asarray(found[1][np.argsort(found[0])], dtype=np.int32)
