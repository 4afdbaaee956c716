"""What an engine's lists are worth: how near the best order, and how many rows that may not be there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from volunteer_match.benchmarks.packed_rules import PackedRules, question_of
from volunteer_match.benchmarks.synthetic_denmark import GradedNeed, SyntheticDenmark, Texts
from volunteer_match.matching.eligibility import is_eligible

DEPTH = 10
NO_TEXTS = Texts("", "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ndcg` at `DEPTH`, over the needs that have something to find; None where none has."""

    ndcg: float | None
    ineligible: int
    shown: int


class Judge:
    """Judges every engine on the same needs of one filter; what could be found is worked out once for each need."""

    def __init__(self, denmark: SyntheticDenmark, needs: Sequence[GradedNeed]) -> None:
        self._denmark = denmark
        self._needs = needs
        rules = PackedRules(denmark.columns)
        self.eligible = [int(np.count_nonzero(rules.mask(question_of(need.profile)))) for need in needs]
        self._ideal = [self._best_gain(rules, need) for need in needs]

    def verdict(self, lists: Sequence[Sequence[int]]) -> Verdict:
        """`lists`: rows shown for the first needs, in order."""
        gains = [
            _discounted([self._gain(need, row) for row in shown[:DEPTH]]) / ideal
            for need, shown, ideal in zip(self._needs, lists, self._ideal, strict=False)
            if ideal
        ]
        ineligible = sum(
            not is_eligible(need.profile, self._denmark.offer(row, NO_TEXTS))
            for need, shown in zip(self._needs, lists, strict=False)
            for row in shown
        )
        return Verdict(sum(gains) / len(gains) if gains else None, ineligible, sum(map(len, lists)))

    def _gain(self, need: GradedNeed, row: int) -> int:
        """Nothing for a row that may not be shown, however well it would fit."""
        if not is_eligible(need.profile, self._denmark.offer(row, NO_TEXTS)):
            return 0
        return need.grades.get(int(self._denmark.columns.kind[row]), 0)

    def _best_gain(self, rules: PackedRules, need: GradedNeed) -> float:
        eligible = self._denmark.columns.kind[rules.mask(question_of(need.profile))]
        return _discounted(_best_grades(np.bincount(eligible.astype(np.intp)).tolist(), need.grades))


def _best_grades(offers_by_kind: Sequence[int], grades: Mapping[int, int]) -> list[int]:
    found: list[int] = []
    for kind, grade in sorted(grades.items(), key=lambda pair: -pair[1]):
        number = offers_by_kind[kind] if kind < len(offers_by_kind) else 0
        found += [grade] * min(number, DEPTH - len(found))
    return found


def _discounted(grades: Sequence[int]) -> float:
    return sum(grade / log2(position + 2) for position, grade in enumerate(grades))
