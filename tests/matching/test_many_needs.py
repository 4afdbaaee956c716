"""Needs ranked part by part are ranked as one by one, wherever that happens."""

from dataclasses import replace

from tests.matching.profiles import a_need, an_offer
from volunteer_match.matching.many_needs import NEEDS_IN_A_PART, parts_by_area, rank_all
from volunteer_match.matching.ranking import Ranker

OFFERS = [
    an_offer(id="gym", title="Gymnastik", text="Vi slår kolbøtter og står på hænder.", kinds=("gymnastik",)),
    an_offer(id="food", title="Madskole", text="Vi laver mad sammen.", kinds=("madskole",)),
    an_offer(id="far", title="Fodbold", postcode="9700", radius_km=3.0, kinds=("fodbold",)),
]
NEEDS = [
    replace(a_need(postcode=postcode), id=f"{postcode}-{number:02}")
    for number in range(NEEDS_IN_A_PART + 5)
    for postcode in ("9340", "9330")
]


def test_a_part_is_one_area_and_not_too_long() -> None:
    parts = parts_by_area(NEEDS)
    assert sorted(need.id for part in parts for need in part) == sorted(need.id for need in NEEDS)
    assert all(len({need.postcode for need in part}) == 1 for part in parts)
    assert max(len(part) for part in parts) == NEEDS_IN_A_PART
    assert parts_by_area(NEEDS[::-1]) == parts


def test_two_processes_rank_as_one_does() -> None:
    ranker = Ranker.fit(OFFERS)
    here = {need_id: ranking for part in rank_all(ranker, NEEDS, limit=5) for need_id, ranking in part}
    there = {need_id: ranking for part in rank_all(ranker, NEEDS, limit=5, jobs=2) for need_id, ranking in part}
    assert here == there
    assert here["9340-00"] == ranker.rank(NEEDS[0], limit=5, near_misses=0)
    assert len(here) == len(NEEDS)
