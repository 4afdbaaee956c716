"""What decisions teach: lessons, the model taught by them, and how well it does on decisions it has not seen."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log2

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.model import Numbers, PairModel, learning_model

Row = tuple[float, ...]
"""What the model was given for a pair, in the order of `FEATURES`."""
ModelOfNeed = Callable[[str], PairModel]

# Below this much evidence nothing moves at all.
LEAST_DECISIONS, LEAST_NEEDS = 20, 10
# Twice the pull of the doubts alone: in the simulation it costs next to nothing when the prior was right all along.
STRENGTH = 2.0
FOLDS = 5
# How far slope and shift of the calibration may stray cheaply from changing nothing.
DOUBT_OF_SLOPE, DOUBT_OF_SHIFT = 0.1, 0.25
CALIBRATION_BINS = 5
# A choice is one lesson, shared out among what it passed over: what stood above it was surely read.
CHOICE, ABOVE, BELOW = 1.0, 2.0, 1.0
# Passed over is also a faint no.
FAINT_NO = 0.03
SMALLEST_CHANCE = 1e-12


class TooLittle(Exception):
    """There are too few decisions to learn from."""

    def __init__(self, decisions: int, needs: int) -> None:
        super().__init__(f"{decisions} decisions on {needs} needs; at least {LEAST_DECISIONS} on {LEAST_NEEDS}")
        self.decisions = decisions
        self.needs = needs


@dataclass(frozen=True, slots=True)
class Verdict:
    """A pair that turned out right or not, and how much that counts (1.0: a plain decision)."""

    need: str
    pair: Row
    good: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Preference:
    """One pair rather than another for the same need. `choice` names the choice where both stood on one list."""

    need: str
    better: Row
    worse: Row
    weight: float
    choice: str | None = None


@dataclass(frozen=True)
class Lessons:
    """`decisions`: what was decided; one decision may teach several lessons."""

    verdicts: tuple[Verdict, ...]
    preferences: tuple[Preference, ...]
    decisions: int

    @cached_property
    def needs(self) -> frozenset[str]:
        return frozenset(v.need for v in self.verdicts) | frozenset(p.need for p in self.preferences)

    def of(self, needs: frozenset[str]) -> "Lessons":
        return Lessons(
            tuple(verdict for verdict in self.verdicts if verdict.need in needs),
            tuple(preference for preference in self.preferences if preference.need in needs),
            self.decisions,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """How a model does: log loss and calibration error of its chances, and how it orders lists that were shown.

    `auc`: how often what was preferred is put above what was not; `ndcg`: of the chosen offer within its list.
    None where there was nothing to measure it on.
    """

    log_loss: float | None
    calibration_error: float | None
    auc: float | None
    ndcg: float | None

    def as_json(self) -> dict[str, float | None]:
        return {name: getattr(self, name) for name in ("log_loss", "calibration_error", "auc", "ndcg")}


def is_enough(lessons: Lessons) -> bool:
    return lessons.decisions >= LEAST_DECISIONS and len(lessons.needs) >= LEAST_NEEDS


def teach(lessons: Lessons, *, strength: float = STRENGTH) -> PairModel:
    """The model that these lessons make of the prior, calibrated on needs held back in turn.

    Raises TooLittle.
    """
    if not is_enough(lessons):
        raise TooLittle(lessons.decisions, len(lessons.needs))
    return _calibrated(lessons, strength)


def _calibrated(lessons: Lessons, strength: float) -> PairModel:
    taught = _taught(lessons, strength)
    models = _models_of_others(lessons, strength)
    logits = _logits(lessons.verdicts, models)
    return _scaled(taught, *_slope_and_shift(logits, lessons.verdicts))


def measure(lessons: Lessons, model_of: ModelOfNeed) -> Figures:
    """`model_of` gives the model to judge the lessons of a need with."""
    chances = expit(_logits(lessons.verdicts, model_of))
    gaps = _gaps(lessons.preferences, model_of)
    return Figures(
        log_loss=_log_loss(chances, lessons.verdicts),
        calibration_error=_calibration_error(chances, lessons.verdicts),
        auc=_share_in_order(gaps, lessons.preferences),
        ndcg=_ndcg_of_choices(gaps, lessons.preferences),
    )


def measure_unseen(lessons: Lessons, *, strength: float = STRENGTH) -> Figures:
    """Each need's decisions judged by a model taught by the others'."""
    return measure(lessons, _models_of_others(lessons, strength, calibrated=True))


def row_of(features: Mapping[ReasonKey, float] | Mapping[str, float]) -> Row:
    """What an older engine did not look at counts as nothing."""
    return tuple(float(features.get(key, 0.0)) for key in FEATURES)


def full(pair: Row, about: ReasonKey) -> Row:
    """The same pair, had this one thing been as good as it gets."""
    return tuple(1.0 if key is about else value for key, value in zip(FEATURES, pair, strict=True))


def lessons_of_choice(
    need: str, chosen: Row, *, above: Sequence[Row], below: Sequence[Row], choice: str
) -> tuple[list[Preference], list[Verdict]]:
    """What taking one offer from a list says of those that stood above and below it."""
    whole = ABOVE * len(above) + BELOW * len(below)
    shares = [(other, ABOVE) for other in above] + [(other, BELOW) for other in below]
    preferences = [Preference(need, chosen, other, CHOICE * share / whole, choice) for other, share in shares]
    return preferences, [Verdict(need, other, good=False, weight=FAINT_NO) for other in above]


def _taught(lessons: Lessons, strength: float) -> PairModel:
    verdicts, preferences = lessons.verdicts, lessons.preferences
    # "This rather than that" turned round is "that less than this"; so both answers are there.
    turned = np.resize([1.0, -1.0], len(preferences))
    gaps = _rows([p.better for p in preferences]) - _rows([p.worse for p in preferences])
    return learning_model(strength=strength).fit(
        np.vstack([_rows([v.pair for v in verdicts]), turned[:, np.newaxis] * gaps]),
        np.append([float(v.good) for v in verdicts], (turned + 1.0) / 2.0),
        sample_weight=[v.weight for v in verdicts] + [p.weight for p in preferences],
        with_baseline=np.append(np.ones(len(verdicts)), np.zeros(len(preferences))),
    )


def _rows(pairs: Sequence[Row]) -> Numbers:
    return np.array(pairs, dtype=np.float64).reshape(len(pairs), len(FEATURES))


def _models_of_others(lessons: Lessons, strength: float, *, calibrated: bool = False) -> ModelOfNeed:
    """Needs fall into folds by their name, so nobody's lessons teach the model that judges them."""
    folds = {need: _fold(need) for need in lessons.needs}
    models = {}
    for fold in sorted(set(folds.values())):
        others = lessons.of(frozenset(need for need in folds if folds[need] != fold))
        models[fold] = _calibrated(others, strength) if calibrated else _taught(others, strength)
    return lambda need: models[folds[need]]


def _fold(need: str) -> int:
    return hashlib.sha256(need.encode()).digest()[0] % FOLDS


def _logits(verdicts: Sequence[Verdict], model_of: ModelOfNeed) -> Numbers:
    models = [model_of(verdict.need) for verdict in verdicts]
    return np.array([model.coef_[0] @ v.pair + model.intercept_[0] for model, v in zip(models, verdicts, strict=True)])


def _gaps(preferences: Sequence[Preference], model_of: ModelOfNeed) -> Numbers:
    weights = np.array([model_of(preference.need).coef_[0] for preference in preferences]).reshape(-1, len(FEATURES))
    off = _rows([p.better for p in preferences]) - _rows([p.worse for p in preferences])
    return np.asarray((weights * off).sum(axis=1), dtype=np.float64)


def _slope_and_shift(logits: Numbers, verdicts: Sequence[Verdict]) -> tuple[float, float]:
    """What logits of unseen pairs must be multiplied by and moved by; few verdicts move them little."""
    signs = np.array([1.0 if verdict.good else -1.0 for verdict in verdicts])
    weights = np.array([verdict.weight for verdict in verdicts])

    def cost(values: Numbers) -> float:
        margins = signs * (exp(values[0]) * logits + values[1])
        pull = (values[0] / DOUBT_OF_SLOPE) ** 2 + (values[1] / DOUBT_OF_SHIFT) ** 2
        return float(weights @ np.logaddexp(0.0, -margins) + 0.5 * pull)

    found = minimize(cost, np.zeros(2), method="L-BFGS-B", bounds=[(-1.0, 1.0), (-3.0, 3.0)])
    return exp(found.x[0]), float(found.x[1])


def _scaled(model: PairModel, slope: float, shift: float) -> PairModel:
    """A straight line through the logits keeps their order, and the reasons still add up."""
    weights = dict(zip(FEATURES, slope * model.coef_[0], strict=True))
    return PairModel.of_weights(weights, slope * float(model.intercept_[0]) + shift, version=model.version)


def _log_loss(chances: Numbers, verdicts: Sequence[Verdict]) -> float | None:
    if not verdicts:
        return None
    right = np.array([chance if v.good else 1.0 - chance for chance, v in zip(chances, verdicts, strict=True)])
    weights = [verdict.weight for verdict in verdicts]
    return float(np.average(-np.log(np.maximum(right, SMALLEST_CHANCE)), weights=weights))


def _calibration_error(chances: Numbers, verdicts: Sequence[Verdict]) -> float | None:
    """How far said chances are from what came, in bins of equally many verdicts."""
    if not verdicts:
        return None
    good = np.array([verdict.good for verdict in verdicts], dtype=np.float64)
    weights = np.array([verdict.weight for verdict in verdicts])
    bins = np.array_split(np.argsort(chances, kind="stable"), min(CALIBRATION_BINS, len(verdicts)))
    off = [abs(float(weights[chosen] @ (chances[chosen] - good[chosen]))) for chosen in bins]
    return sum(off) / float(weights.sum())


def _share_in_order(gaps: Numbers, preferences: Sequence[Preference]) -> float | None:
    if not preferences:
        return None
    return float(np.average(np.heaviside(gaps, 0.5), weights=[preference.weight for preference in preferences]))


def _ndcg_of_choices(gaps: Iterable[float], preferences: Sequence[Preference]) -> float | None:
    places: dict[str, float] = defaultdict(lambda: 1.0)
    for gap, preference in zip(gaps, preferences, strict=True):
        if preference.choice is not None:
            places[preference.choice] += float(np.heaviside(-gap, 0.5))
    return float(np.mean([1.0 / log2(place + 1.0) for place in places.values()])) if places else None
