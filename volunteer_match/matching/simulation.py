"""Made-up caseworkers whose taste is known choose from lists: does the model learn the taste, and how fast?

Each sees the list that the hand weights make, takes what seems best to them (with some chance in it), and it turns out
right with the chance that their own weights give it. Measured on needs that taught nothing.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from types import MappingProxyType

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from volunteer_match.matching.case_files import CaseSet
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.learning import Lessons, Row, TooLittle, Verdict, lessons_of_choice, row_of, teach
from volunteer_match.matching.model import PRIOR_WEIGHTS, Numbers, PairModel, prior_model
from volunteer_match.matching.ranking import Ranker

SIZES = (20, 50, 100, 300, 1000, 3000)
LIST_LENGTH = 10
SEEDS = 5
SEED = 20261125
# Half of the offers on a list would do, so that choosing matters.
SHARE_RIGHT = 0.4

# What each made-up town weighs otherwise than the hand weights do.
TASTES: Mapping[str, Mapping[ReasonKey, float]] = MappingProxyType(
    {
        "as the hand weights": {},
        "close to home": {ReasonKey.DISTANCE: 4.0, ReasonKey.TIMES: 2.5, ReasonKey.SHARED_TOPIC: 2.0},
        "the child's interest": {ReasonKey.SHARED_TOPIC: 8.0, ReasonKey.NEED_LINK: 1.0, ReasonKey.COMPANY: 2.0},
        "one steady adult": {ReasonKey.CONTACT_FORM: 3.0, ReasonKey.AGE: 2.5, ReasonKey.WORDING: 0.5},
    }
)

Scorer = Callable[[Numbers], Numbers]
"""Logits of rows of pairs."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The means of one engine after so many decisions of one town. `ndcg`: the gain is the true chance."""

    taste: str
    decisions: int
    engine: str
    ndcg: float
    log_loss: float


@dataclass(frozen=True, slots=True)
class _Town:
    """Every need's eligible pairs, in the order of the hand weights, and what the town thinks of them."""

    pairs: Mapping[str, Numbers]
    weights: Numbers
    baseline: float

    def logits(self, rows: Numbers) -> Numbers:
        return np.asarray(rows @ self.weights + self.baseline, dtype=np.float64)


def simulate(cases: CaseSet, *, sizes: Sequence[int] = SIZES, seeds: int = SEEDS) -> list[Learned]:
    """Deterministic for the same cases. Needs with fewer than two eligible offers are left out."""
    pairs = _pairs(cases)
    teaching = [need for need in sorted(pairs) if _teaches(need)]
    unseen = [pairs[need] for need in sorted(pairs) if not _teaches(need)]
    found = []
    for taste, wishes in TASTES.items():
        town = _town(pairs, wishes)
        for size in sizes:
            runs = [_run(town, teaching, unseen, size, np.random.default_rng([SEED, seed])) for seed in range(seeds)]
            found += [
                Learned(taste, size, engine, *np.mean([run[engine] for run in runs], axis=0).tolist())
                for engine in runs[0]
            ]
    return found


def _pairs(cases: CaseSet) -> dict[str, Numbers]:
    ranker = Ranker.fit(cases.offers)
    listed = {need.id: ranker.rank(need, limit=len(cases.offers), near_misses=0).suggestions for need in cases.needs}
    rows = {id_: [row_of(suggestion.features) for suggestion in found] for id_, found in listed.items()}
    return {id_: np.array(found) for id_, found in rows.items() if len(found) > 1}


def _teaches(need: str) -> bool:
    return hashlib.sha256(need.encode()).digest()[0] % 2 == 0


def _town(pairs: Mapping[str, Numbers], wishes: Mapping[ReasonKey, float]) -> _Town:
    weights = np.array([wishes.get(key, PRIOR_WEIGHTS[key]) for key in FEATURES])
    shown = np.concatenate([rows[:LIST_LENGTH] for rows in pairs.values()]) @ weights
    return _Town(pairs, weights, baseline=-float(np.quantile(shown, 1.0 - SHARE_RIGHT)))


def _run(
    town: _Town, teaching: Sequence[str], unseen: Sequence[Numbers], size: int, random: np.random.Generator
) -> dict[str, tuple[float, float]]:
    lessons = _decide(town, teaching, size, random)
    return {
        "hand weights": _measured(town, unseen, prior_model().decision_function),
        "from scratch": _measured(town, unseen, _from_scratch(lessons)),
        "this model": _measured(town, unseen, _taught(lessons).decision_function),
    }


def _decide(town: _Town, teaching: Sequence[str], size: int, random: np.random.Generator) -> Lessons:
    preferences, verdicts = [], []
    for number in range(size):
        need = teaching[int(random.integers(len(teaching)))]
        shown = town.pairs[need][:LIST_LENGTH]
        liking = town.logits(shown)
        place = int(np.argmax(liking + random.gumbel(size=len(shown))))
        rows: list[Row] = [tuple(row) for row in shown.tolist()]
        over, faint = lessons_of_choice(
            need, rows[place], above=rows[:place], below=rows[place + 1 :], choice=str(number)
        )
        came_well = bool(random.random() < expit(liking[place]))
        preferences += over
        verdicts += [*faint, Verdict(need, rows[place], good=came_well, weight=1.0)]
    return Lessons(tuple(verdicts), tuple(preferences), size)


def _taught(lessons: Lessons) -> PairModel:
    try:
        return teach(lessons)
    except TooLittle:
        return prior_model()


def _from_scratch(lessons: Lessons) -> Scorer:
    """What one would do without a prior: the chosen against what was passed over, and how the chosen went."""
    chosen = [(p.worse, 0.0, p.weight) for p in lessons.preferences]
    chosen += [(v.pair, float(v.good), v.weight) for v in lessons.verdicts]
    rows, answers, weights = zip(*chosen, strict=True)
    model = LogisticRegression(max_iter=2000).fit(np.array(rows), np.array(answers), sample_weight=np.array(weights))
    return lambda pairs: np.asarray(model.decision_function(pairs), dtype=np.float64)


def _measured(town: _Town, unseen: Sequence[Numbers], score: Scorer) -> tuple[float, float]:
    found = [(_ndcg(town, rows, score(rows)), _log_loss(town, rows[:LIST_LENGTH], score)) for rows in unseen]
    ndcg, log_loss = np.mean(found, axis=0)
    return float(ndcg), float(log_loss)


def _ndcg(town: _Town, rows: Numbers, logits: Numbers) -> float:
    gains = expit(town.logits(rows))
    return _discounted(gains[np.argsort(-logits, kind="stable")]) / _discounted(np.sort(gains)[::-1])


def _discounted(gains: Numbers) -> float:
    return sum(float(gain) / log2(place + 1) for place, gain in enumerate(gains[:LIST_LENGTH], start=1))


def _log_loss(town: _Town, rows: Numbers, score: Scorer) -> float:
    true, said = expit(town.logits(rows)), score(rows)
    return float(np.mean(true * np.logaddexp(0.0, -said) + (1.0 - true) * np.logaddexp(0.0, said)))
