"""Measures a ranking of graded cases against plain text similarity and chance, and what each step of it adds.

All engines rank the same eligible offers of each need. A relevant offer that a rule bars can't be shown, so it counts
neither for nor against anybody; a need without any relevant eligible offer is left out of the means.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from math import log2
from pathlib import Path

import numpy as np

from volunteer_match.matching.baselines import BASELINES, SEED
from volunteer_match.matching.case_files import CaseSet
from volunteer_match.matching.eligibility import is_eligible
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.lexical import offer_wording
from volunteer_match.matching.model import PRIOR_BASELINE, PRIOR_WEIGHTS, PairModel
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.ranking import Ranker, ScoredOffer

MODEL = "model"
RELEVANT, JUST_RIGHT = 1, 2
RESAMPLES = 1000
INTERVAL = (2.5, 97.5)

_STEPS: Mapping[str, tuple[ReasonKey, ...]] = {
    "wording": (ReasonKey.WORDING,),
    "topics": (ReasonKey.SHARED_TOPIC, ReasonKey.AGAINST_WISH),
    "need_links": (ReasonKey.NEED_LINK,),
    "family": (ReasonKey.SAME_FAMILY,),
    "examples": (ReasonKey.USUAL_HELP,),
}
_IN_STEPS = frozenset(chain.from_iterable(_STEPS.values()))
ABLATION_STEPS: Mapping[str, tuple[ReasonKey, ...]] = {
    **_STEPS,
    "all_features": tuple(key for key in FEATURES if key not in _IN_STEPS),
}
"""What each step of the ablation adds to the one before; the last adds all that is left."""

Engine = Callable[[NeedProfile], list[ScoredOffer]]
"""Every eligible offer of a need, best first."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine on one need; None where the need has nothing to find."""

    ndcg: float | None
    recall: float | None
    reciprocal_rank: float | None
    ineligible: int


@dataclass(frozen=True, slots=True)
class Mean:
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Result:
    ndcg: Mean
    recall: Mean
    mrr: Mean
    ineligible: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    k: int
    needs: int
    offers: int
    results: Mapping[str, Result]

    def as_json(self) -> dict[str, object]:
        return {name: self._row(result) for name, result in self.results.items()} | {
            "needs": self.needs,
            "offers": self.offers,
        }

    def _row(self, result: Result) -> dict[str, float | int]:
        return {
            f"ndcg@{self.k}": result.ndcg.value,
            f"recall@{self.k}": result.recall.value,
            "mrr": result.mrr.value,
            f"ineligible@{self.k}": result.ineligible,
        }


def evaluate(cases: CaseSet, *, k: int = 10) -> Evaluation:
    results = {name: _measure_all(cases, engine, k) for name, engine in engines(cases).items()}
    return Evaluation(k, len(cases.needs), len(cases.offers), results)


def ablate(cases: CaseSet, *, k: int = 10) -> Evaluation:
    """The reasoned weights, step by step from wording alone to all features, each weight not yet added being zero."""
    kept = zip(ABLATION_STEPS, accumulate(ABLATION_STEPS.values()), strict=True)
    results = {step: _measure_all(cases, _ranking_by(cases, keys), k) for step, keys in kept}
    return Evaluation(k, len(cases.needs), len(cases.offers), results)


def _ranking_by(cases: CaseSet, kept: Collection[ReasonKey]) -> Engine:
    weights = {key: weight if key in kept else 0.0 for key, weight in PRIOR_WEIGHTS.items()}
    model = PairModel.of_weights(weights, PRIOR_BASELINE, version="ablation")
    return Ranker.fit(cases.offers, model=model).scores


def engines(cases: CaseSet) -> dict[str, Engine]:
    """The model first, then every baseline, ranking the same offers."""
    return {MODEL: Ranker.fit(cases.offers).scores} | {name: _baseline(name, cases) for name in BASELINES}


def _baseline(name: str, cases: CaseSet) -> Engine:
    score = BASELINES[name]([offer_wording(offer) for offer in cases.offers])

    def rank(need: NeedProfile) -> list[ScoredOffer]:
        pairs = zip(cases.offers, score(need.text), strict=True)
        found = [ScoredOffer(offer.id, float(likeness)) for offer, likeness in pairs if is_eligible(need, offer)]
        return sorted(found, key=lambda offer: (-offer.score, offer.offer_id))

    return rank


def write_run(path: Path, cases: CaseSet, *, depth: int) -> None:
    """The model's ranking as TREC lines: every eligible offer of every need, best first, down to the depth."""
    rank = Ranker.fit(cases.offers).scores
    with path.open("w", encoding="utf-8") as run:
        for need in cases.needs:
            run.writelines(_trec_lines(need, rank(need)[:depth]))


def _trec_lines(need: NeedProfile, ranked: Sequence[ScoredOffer]) -> Iterator[str]:
    for place, offer in enumerate(ranked, start=1):
        yield f"{need.id} Q0 {offer.offer_id} {place} {offer.score:.6f} ours\n"


def _measure_all(cases: CaseSet, engine: Engine, k: int) -> Result:
    offers = {offer.id: offer for offer in cases.offers}
    measured = []
    for need in cases.needs:
        allowed = {id_ for id_, offer in offers.items() if is_eligible(need, offer)}
        ranked = [offer.offer_id for offer in engine(need)]
        grades = {id_: grade for id_, grade in cases.grades.get(need.id, {}).items() if id_ in allowed}
        measured.append(measure(ranked, grades, allowed=allowed, k=k))
    return Result(
        ndcg=_mean([m.ndcg for m in measured]),
        recall=_mean([m.recall for m in measured]),
        mrr=_mean([m.reciprocal_rank for m in measured]),
        ineligible=sum(m.ineligible for m in measured),
    )


def measure(ranked: Sequence[str], grades: Mapping[str, int], *, allowed: set[str], k: int) -> Measured:
    """One ranking against the grades of its eligible offers."""
    relevant = {id_ for id_, grade in grades.items() if grade >= RELEVANT}
    just_right = {id_ for id_, grade in grades.items() if grade >= JUST_RIGHT}
    top = ranked[:k]
    return Measured(
        ndcg=ndcg(ranked, grades, k=k) if relevant else None,
        recall=len(relevant.intersection(top)) / len(relevant) if relevant else None,
        reciprocal_rank=_reciprocal_rank(ranked, just_right) if just_right else None,
        ineligible=sum(id_ not in allowed for id_ in top),
    )


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], *, k: int) -> float:
    """The grade itself is the gain, discounted by the logarithm of the place; 1.0 is the best order there is."""
    best = _discounted(sorted(grades.values(), reverse=True)[:k])
    return _discounted([grades.get(id_, 0) for id_ in ranked[:k]]) / best


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, start=1))


def _reciprocal_rank(ranked: Sequence[str], wanted: set[str]) -> float:
    return next((1.0 / place for place, id_ in enumerate(ranked, start=1) if id_ in wanted), 0.0)


def _mean(values: Sequence[float | None]) -> Mean:
    """With a 95 % interval from resampling the needs."""
    known = np.array([value for value in values if value is not None])
    if not known.size:
        return Mean(0.0, 0.0, 0.0)
    draws = np.random.default_rng(SEED).integers(known.size, size=(RESAMPLES, known.size))
    low, high = np.percentile(known[draws].mean(axis=1), INTERVAL)
    return Mean(float(known.mean()), float(low), float(high))
