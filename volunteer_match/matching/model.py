"""The score: a logistic model on the features of a pair, with weights that were reasoned, not learned."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES

VERSION = "prior-1"

# What the need asks for comes first, then what the child likes, far behind them how near and when;
# a stated "not that" outweighs them all. See docs/algorithms/matching.md.
PRIOR_WEIGHTS: Mapping[ReasonKey, float] = {
    ReasonKey.NEED_LINK: 3.0,
    ReasonKey.SHARED_TOPIC: 4.0,
    ReasonKey.SAME_FAMILY: 0.8,
    ReasonKey.WORDING: 3.0,
    ReasonKey.AGAINST_WISH: -6.0,
    ReasonKey.COMPANY: 1.0,
    ReasonKey.DISTANCE: 0.6,
    ReasonKey.TIMES: 0.5,
    ReasonKey.AGE: 0.5,
    ReasonKey.CONTACT_FORM: 0.4,
    ReasonKey.LANGUAGE: 0.4,
    ReasonKey.FREE_PLACES: 0.2,
    ReasonKey.FRESHNESS: 0.1,
    ReasonKey.LIKE_CHOSEN: 3.0,
}
PRIOR_BASELINE = -4.0


class PairModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Whether a caseworker would find the offer right for the need; one column per member of `FEATURES`.

    `fit` takes the prior weights as they are: there are no decisions to learn from yet.
    """

    def __init__(
        self,
        weights: Mapping[ReasonKey, float] = PRIOR_WEIGHTS,
        baseline: float = PRIOR_BASELINE,
        version: str = VERSION,
    ) -> None:
        self.weights = weights
        self.baseline = baseline
        self.version = version

    def fit(self, X: Any = None, y: Any = None) -> "PairModel":  # noqa: N803 - scikit-learn's signature
        self.classes_ = np.array([0, 1])
        self.coef_ = np.array([[self.weights[key] for key in FEATURES]], dtype=np.float64)
        self.intercept_ = np.array([self.baseline], dtype=np.float64)
        self.n_features_in_ = len(FEATURES)
        return self

    def contributions(self, X: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: N803
        """Each feature's share of the logit; with the intercept they add up to it."""
        return np.asarray(X * self.coef_[0], dtype=np.float64)

    def decision_function(self, X: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: N803
        return np.asarray(self.contributions(X).sum(axis=1) + self.intercept_[0], dtype=np.float64)

    def predict_proba(self, X: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: N803
        likely = 1.0 / (1.0 + np.exp(-self.decision_function(X)))
        return np.column_stack([1.0 - likely, likely])

    def predict(self, X: NDArray[np.float64]) -> NDArray[np.int64]:  # noqa: N803
        return np.asarray(self.decision_function(X) > 0.0, dtype=np.int64)
