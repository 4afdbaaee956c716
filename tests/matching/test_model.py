"""The model as an estimator, and what it promises whatever it is taught."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import expit
from sklearn.utils.estimator_checks import parametrize_with_checks

from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.model import (
    PRIOR_BASELINE,
    PRIOR_WEIGHTS,
    Numbers,
    PairModel,
    learning_model,
    prior_model,
)

PRIOR = np.array([PRIOR_WEIGHTS[key] for key in FEATURES])
WIDTH = len(FEATURES)


@parametrize_with_checks([PairModel()])  # type: ignore[untyped-decorator]  # scikit-learn has no types
def test_scikit_learn_takes_it_for_one_of_its_own(estimator: PairModel, check: Any) -> None:
    check(estimator)


def _pairs(seed: int, number: int = 80) -> tuple[Numbers, Numbers]:
    """Pairs and answers of somebody to whom distance is everything."""
    random = np.random.default_rng(seed)
    rows = random.random((number, WIDTH))
    likely = expit(6.0 * rows[:, FEATURES.index(ReasonKey.DISTANCE)] - 3.0)
    answers = (random.random(number) < likely).astype(float)
    answers[:2] = (0.0, 1.0)
    return rows, answers


pairs_and_answers = st.integers(2, 25).flatmap(
    lambda number: st.tuples(
        arrays.arrays(np.float64, (number, WIDTH), elements=st.floats(0, 1)),
        arrays.arrays(np.float64, number, elements=st.sampled_from([0.0, 1.0])).filter(lambda y: len(set(y)) == 2),
    )
)


@settings(deadline=None, max_examples=40)
@given(pairs_and_answers)
def test_whatever_is_taught_the_signs_make_sense_and_the_reasons_add_up(taught: tuple[Numbers, Numbers]) -> None:
    model = learning_model(strength=0.01).fit(*taught)
    against = FEATURES.index(ReasonKey.AGAINST_WISH)
    assert model.coef_[0][against] <= PRIOR[against] / 2
    assert (np.delete(model.coef_[0], against) >= 0.0).all()
    shares = model.contributions(taught[0])
    np.testing.assert_allclose(shares.sum(axis=1) + model.intercept_[0], model.decision_function(taught[0]), atol=1e-9)
    np.testing.assert_allclose(model.predict_proba(taught[0])[:, 1], expit(model.decision_function(taught[0])))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000), st.floats(0.1, 20.0), st.floats(1.5, 50.0))
def test_the_stronger_the_pull_the_nearer_the_prior(seed: int, strength: float, times: float) -> None:
    def away(pull: float) -> float:
        model = learning_model(strength=pull).fit(*_pairs(seed))
        off = np.append(model.coef_[0] - PRIOR, model.intercept_ - PRIOR_BASELINE)
        doubt = np.append(np.array(model.doubt), model.doubt_of_baseline)
        return float(((off / doubt) ** 2).sum())

    assert away(strength * times) <= away(strength) + 1e-6


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_the_order_of_decisions_does_not_matter(seed: int, random: Any) -> None:
    rows, answers = _pairs(seed)
    order = list(range(len(rows)))
    random.shuffle(order)
    one, other = learning_model().fit(rows, answers), learning_model().fit(rows[order], answers[order])
    np.testing.assert_allclose(one.coef_, other.coef_, atol=1e-4)


def test_a_decision_with_double_weight_is_two_decisions() -> None:
    rows, answers = _pairs(1)
    once = learning_model().fit(rows, answers, sample_weight=np.full(len(rows), 2.0))
    twice = learning_model().fit(np.vstack([rows, rows]), np.append(answers, answers))
    np.testing.assert_allclose(once.coef_, twice.coef_, atol=1e-4)


def test_with_next_to_no_weight_next_to_nothing_moves() -> None:
    rows, answers = _pairs(1)
    model = learning_model().fit(rows, answers, sample_weight=np.full(len(rows), 1e-9))
    np.testing.assert_allclose(model.coef_[0], PRIOR, atol=1e-6)


def test_comparing_two_pairs_says_nothing_about_the_baseline() -> None:
    rows, answers = _pairs(1)
    model = learning_model().fit(rows, answers, with_baseline=np.zeros(len(rows)))
    assert model.intercept_[0] == PRIOR_BASELINE
    assert (model.coef_[0] != PRIOR).any()


def test_what_matters_to_people_is_learned() -> None:
    distance = FEATURES.index(ReasonKey.DISTANCE)
    learned = learning_model().fit(*_pairs(1, number=2000))
    assert learned.coef_[0][distance] > 3 * PRIOR[distance]


def test_before_anything_is_learned_the_reasoned_weights_serve() -> None:
    model = prior_model()
    np.testing.assert_array_equal(model.coef_[0], PRIOR)
    assert model.decision_function(np.zeros((1, WIDTH)))[0] == PRIOR_BASELINE


def test_pairs_with_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="features"):
        prior_model().decision_function(np.zeros((1, WIDTH + 1)))
