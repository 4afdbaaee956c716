"""This project's engine, explained list and all."""

from collections.abc import Sequence

from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark, Texts, row_of
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.ranking import Ranker


class Ours:
    def read(self, texts: Sequence[Texts]) -> None:
        """Texts and rules are packed together, so the work waits for `take`."""
        self._texts = texts

    def take(self, denmark: SyntheticDenmark) -> None:
        self._ranker = Ranker.fit(denmark.offers(self._texts))

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        ranking = self._ranker.rank(need, limit=k, near_misses=0)
        return [row_of(suggestion.offer_id) for suggestion in ranking.suggestions]

    def close(self) -> None:
        """Nothing was started."""
