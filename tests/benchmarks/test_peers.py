"""Every engine that is installed obeys the rules; one that is not is said to be unchecked."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.not_checked import not_checked
from volunteer_match.benchmarks.judging import Judge
from volunteer_match.benchmarks.peers import PEERS, make_peer
from volunteer_match.benchmarks.peers.masked import over_fetched
from volunteer_match.benchmarks.peers.peer import NotPossible, Peer
from volunteer_match.benchmarks.synthetic_denmark import Filter, SyntheticDenmark

K = 20
OFFERS = 600


@pytest.fixture
def peer() -> Iterator[Callable[[str], Peer]]:
    made: list[Peer] = []

    def make(name: str) -> Peer:
        try:
            made.append(make_peer(name))
        except NotPossible as reason:
            not_checked(f"benchmark peer {name}: {reason}")
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", PEERS)
def test_no_engine_shows_what_a_rule_bars(name: str, peer: Callable[[str], Peer]) -> None:
    engine = peer(name)
    natural = SyntheticDenmark(seed=3, offers=OFFERS)
    engine.read(list(natural.texts()), natural)
    for filtered in (Filter.NATURAL, Filter.TWENTIETH, Filter.NONE):
        town = SyntheticDenmark(seed=3, offers=OFFERS, filtered=filtered)
        needs = town.needs(25)
        engine.take(town)
        lists = [engine.ask(need.profile, K) for need in needs]
        assert Judge(town, needs).verdict(lists).ineligible == 0
        assert all(len(rows) == len(set(rows)) <= K for rows in lists)
        if filtered is Filter.NONE:
            assert all(lists)


def test_fetching_goes_on_until_enough_may_be_shown() -> None:
    mask = np.zeros(1000, np.bool_)
    mask[[997, 998, 999]] = True
    asked: list[int] = []

    def fetch(number: int) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
        asked.append(number)
        return np.arange(number)

    assert over_fetched(fetch, mask, 2) == [997, 998]
    assert asked[-1] == 1000
    assert over_fetched(fetch, mask, 2, most=100) == []
    assert over_fetched(fetch, np.zeros(1000, np.bool_), 2) == []
