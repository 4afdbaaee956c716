"""The score: a logistic model on the features of a pair that starts from reasoned weights and learns from decisions."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES

VERSION = "prior-2"

# What the need asks for comes first, then what the child likes, far behind them how near and when;
# a stated "not that" outweighs them all. See docs/algorithms/matching.md.
PRIOR_WEIGHTS: Mapping[ReasonKey, float] = MappingProxyType(
    {
        ReasonKey.NEED_LINK: 3.0,
        ReasonKey.USUAL_HELP: 7.0,
        ReasonKey.SHARED_TOPIC: 4.0,
        ReasonKey.SAME_FAMILY: 0.8,
        ReasonKey.WORDING: 24.0,
        ReasonKey.AGAINST_WISH: -6.0,
        ReasonKey.COMPANY: 0.5,
        ReasonKey.DISTANCE: 0.8,
        ReasonKey.TIMES: 0.5,
        ReasonKey.AGE: 0.7,
        ReasonKey.CONTACT_FORM: 0.4,
        ReasonKey.LANGUAGE: 0.4,
        ReasonKey.FREE_PLACES: 0.2,
        ReasonKey.FRESHNESS: 0.1,
        ReasonKey.LIKE_CHOSEN: 3.0,
    }
)
PRIOR_BASELINE = -6.0
# No decisions may teach that what a child asks for speaks against an offer, nor that its own "not that" hardly counts.
AGAINST = frozenset({ReasonKey.AGAINST_WISH})
LEAST_SHARE_AGAINST = 0.5
# How sure the prior is of a weight: this share of it, and this much of any, is one standard deviation.
DOUBT_SHARE, DOUBT_LEAST, DOUBT_OF_BASELINE = 0.3, 0.5, 1.0

Numbers = NDArray[np.float64]


class PairModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Logistic regression that is pulled towards a prior, with bounds on the weights.

    `prior`, `doubt`, `lower`, `upper`: one number a feature; without them 0, 1 and no bounds. `doubt` is how far a
    weight may stray cheaply (the standard deviation of the prior); `strength` multiplies the pull.
    """

    def __init__(
        self,
        *,
        prior: Sequence[float] | None = None,
        prior_baseline: float = 0.0,
        doubt: Sequence[float] | None = None,
        doubt_of_baseline: float = 10.0,
        lower: Sequence[float] | None = None,
        upper: Sequence[float] | None = None,
        strength: float = 1.0,
        version: str = "unnamed",
    ) -> None:
        self.prior = prior
        self.prior_baseline = prior_baseline
        self.doubt = doubt
        self.doubt_of_baseline = doubt_of_baseline
        self.lower = lower
        self.upper = upper
        self.strength = strength
        self.version = version

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(
        self,
        X: ArrayLike,  # noqa: N803 - scikit-learn's signature
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        with_baseline: ArrayLike | None = None,
    ) -> "PairModel":
        """`with_baseline`: 1 for a pair that was judged, 0 for the difference of two pairs that were compared."""
        rows, target = self._checked(X, y)
        weight = _check_sample_weight(sample_weight, rows, dtype=np.float64, ensure_non_negative=True)
        ones = np.ones(len(rows)) if with_baseline is None else np.asarray(with_baseline, dtype=np.float64)
        found = self._minimise(np.column_stack([rows, ones]), target, weight)
        self.coef_, self.intercept_ = found[np.newaxis, :-1], found[-1:]
        return self

    def _checked(self, X: ArrayLike, y: ArrayLike) -> tuple[Numbers, Numbers]:  # noqa: N803
        rows, answers = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(answers)
        kind = type_of_target(answers, input_name="y")
        if kind not in {"binary", "multiclass"} or len(np.unique(answers)) > len("01"):
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        self.classes_, target = np.unique(answers, return_inverse=True)
        if len(self.classes_) < len("01"):
            raise ValueError("there is only one class in y: nothing to tell apart")
        return rows, target.astype(np.float64)

    def _minimise(self, rows: Numbers, target: Numbers, weight: Numbers) -> Numbers:
        """The most likely weights given prior and answers: one convex problem, so one solution."""
        width = rows.shape[1] - 1
        prior = np.append(_numbers(self.prior, 0.0, width), self.prior_baseline)
        pull = self.strength / np.append(_numbers(self.doubt, 1.0, width), self.doubt_of_baseline) ** 2
        lower = np.append(_numbers(self.lower, -np.inf, width), -np.inf)
        upper = np.append(_numbers(self.upper, np.inf, width), np.inf)
        signs = 2.0 * target - 1.0

        def cost(values: Numbers) -> tuple[float, Numbers]:
            margins, off = signs * (rows @ values), values - prior
            slopes = -weight * signs * expit(-margins)
            total = weight @ np.logaddexp(0.0, -margins) + 0.5 * pull @ off**2
            return float(total), rows.T @ slopes + pull * off

        solved = minimize(
            cost,
            np.clip(prior, lower, upper),
            jac=True,
            method="L-BFGS-B",
            bounds=list(zip(lower, upper, strict=True)),
            options={"maxiter": 5000, "maxfun": 20_000, "ftol": 1e-14, "gtol": 1e-8},
        )
        self.n_iter_ = max(1, int(solved.nit))
        return np.asarray(solved.x, dtype=np.float64)

    @classmethod
    def of_weights(cls, weights: Mapping[ReasonKey, float], baseline: float, *, version: str) -> "PairModel":
        """A fitted model of the engine's features whose weights are known."""
        row = np.array([[weights[key] for key in FEATURES]], dtype=np.float64)
        model = cls(prior=row[0].tolist(), prior_baseline=baseline, version=version)
        model.classes_ = np.array([0, 1])
        model.coef_, model.intercept_ = row, np.array([baseline], dtype=np.float64)
        model.n_features_in_, model.n_iter_ = len(FEATURES), 0
        return model

    def contributions(self, X: ArrayLike) -> Numbers:  # noqa: N803
        """Each feature's share of the logit; with the intercept they add up to it."""
        return np.asarray(self._rows(X) * self.coef_[0], dtype=np.float64)

    def decision_function(self, X: ArrayLike) -> Numbers:  # noqa: N803
        return np.asarray(self._rows(X) @ self.coef_[0] + self.intercept_[0], dtype=np.float64)

    def predict_proba(self, X: ArrayLike) -> Numbers:  # noqa: N803
        likely = expit(self.decision_function(X))
        return np.column_stack([1.0 - likely, likely])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        likely = self.decision_function(X) > 0.0
        return np.asarray(self.classes_[likely.astype(int)])

    def _rows(self, X: ArrayLike) -> Numbers:  # noqa: N803
        check_is_fitted(self)
        if isinstance(X, np.ndarray) and self._plainly_fits(X):
            return X
        return np.asarray(validate_data(self, X, reset=False, dtype=np.float64), dtype=np.float64)

    def _plainly_fits(self, X: NDArray[Any]) -> bool:  # noqa: N803
        """What scikit-learn's own check would hand back as it is; asking it takes longer than all the rest."""
        fits = X.dtype == np.float64 and X.ndim == len(self.coef_.shape) and X.shape[1] == self.n_features_in_
        return bool(fits and len(X) and not hasattr(self, "feature_names_in_") and np.isfinite(X).all())


def prior_model() -> PairModel:
    """What serves until something was learned and promoted."""
    return PairModel.of_weights(PRIOR_WEIGHTS, PRIOR_BASELINE, version=VERSION)


def learning_model(*, strength: float = 1.0) -> PairModel:
    """Unfitted: pulled towards the prior weights, and held to the signs that make sense."""
    prior = [PRIOR_WEIGHTS[key] for key in FEATURES]
    return PairModel(
        prior=prior,
        prior_baseline=PRIOR_BASELINE,
        doubt=[DOUBT_LEAST + DOUBT_SHARE * abs(weight) for weight in prior],
        doubt_of_baseline=DOUBT_OF_BASELINE,
        lower=[-np.inf if key in AGAINST else 0.0 for key in FEATURES],
        upper=[LEAST_SHARE_AGAINST * PRIOR_WEIGHTS[key] if key in AGAINST else np.inf for key in FEATURES],
        strength=strength,
    )


def _numbers(values: Sequence[float] | None, default: float, width: int) -> Numbers:
    return np.full(width, default) if values is None else np.asarray(values, dtype=np.float64)
