"""This project's engine: built on all cores, opened memory-mapped as a web worker does, asked for explained lists.

With its compiled step where numba is installed, and once more without.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark, Texts, row_of
from volunteer_match.matching.offer_reading import read_offers
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.ranking import Ranker


class Ours:
    compiled = find_spec("numba") is not None

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="benchmark-index-")

    def read(self, texts: Sequence[Texts], denmark: SyntheticDenmark) -> None:
        self._texts = texts
        self._readings = read_offers(list(denmark.offers(texts)), processes=os.cpu_count() or 1, progress=_say)

    def take(self, denmark: SyntheticDenmark) -> None:
        index = Path(self._folder.name) / "index"
        Ranker.fit(denmark.offers(self._texts), readings=self._readings, processes=os.cpu_count() or 1).save(index)
        self._ranker = Ranker.open(index, compiled=self.compiled)

    def ask(self, need: NeedProfile, k: int) -> list[int]:
        ranking = self._ranker.rank(need, limit=k, near_misses=0)
        return [row_of(suggestion.offer_id) for suggestion in ranking.suggestions]

    def close(self) -> None:
        self._folder.cleanup()


class OursPlain(Ours):
    compiled = False


def _say(read: int) -> None:
    """Not to standard output, where the measurements go."""
    sys.stderr.write(f"\rours: {read:,} offers read")
    sys.stderr.flush()
