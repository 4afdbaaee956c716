"""For engines that can ask an array which rows may be shown."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from volunteer_match.benchmarks.packed_rules import Mask, PackedRules, question_of
from volunteer_match.benchmarks.synthetic_denmark import SyntheticDenmark
from volunteer_match.matching.profiles import NeedProfile

Rows = NDArray[np.intp]
# With a larger share than this eligible, scoring every row is cheaper than gathering the eligible ones.
GATHER_AT_MOST = 0.2


class Masked:
    """`close` and the rules, for engines in this process."""

    def take(self, denmark: SyntheticDenmark) -> None:
        self._rules = PackedRules(denmark.columns)

    def mask(self, need: NeedProfile) -> Mask:
        return self._rules.mask(question_of(need))

    def close(self) -> None:
        """Nothing was started."""


def listed(rows: Rows) -> list[int]:
    numbers: list[int] = rows.tolist()
    return numbers


def best(scores: NDArray[np.floating], k: int) -> Rows:
    """The positions of the k highest scores, best first; -inf stands for a row that may not be shown."""
    some = np.argpartition(-scores, k)[:k] if len(scores) > k else np.arange(len(scores))
    ordered = some[np.argsort(-scores[some], kind="stable")]
    return ordered[scores[ordered] > -np.inf]


def over_fetched(fetch: Callable[[int], Rows], mask: Mask, k: int, *, most: int | None = None) -> list[int]:
    """For engines that can't filter: asks for so many that k should be eligible, and for more while too few are.

    `most`: where an engine must stop asking; its list is then cut short.
    """
    size = len(mask)
    limit = size if most is None else min(most, size)
    eligible = int(np.count_nonzero(mask))
    if not eligible:
        return []
    wanted = min(k, eligible)
    number = min(limit, int(2 * wanted * size / eligible) + k)
    while True:
        found = fetch(number)
        kept = found[mask[found]]
        if len(kept) >= wanted or number >= limit:
            return listed(kept[:k])
        number = min(limit, 4 * number)
