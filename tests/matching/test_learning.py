"""What decisions teach, how it is measured, and that little evidence teaches nothing."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.lessons import lessons_about
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.learning import (
    LEAST_DECISIONS,
    Lessons,
    Preference,
    Row,
    TooLittle,
    Verdict,
    full,
    lessons_of_choice,
    measure,
    measure_unseen,
    row_of,
    teach,
)
from volunteer_match.matching.model import PRIOR_WEIGHTS, prior_model

NEAR, FAR = row_of({ReasonKey.DISTANCE: 1.0}), row_of({ReasonKey.DISTANCE: 0.1})
DISTANCE = FEATURES.index(ReasonKey.DISTANCE)


def test_what_people_choose_is_learned_and_seen_on_needs_that_taught_nothing() -> None:
    lessons = lessons_about(ReasonKey.DISTANCE)
    learned = teach(lessons)
    assert learned.coef_[0][DISTANCE] > 2 * PRIOR_WEIGHTS[ReasonKey.DISTANCE]
    before, after = measure(lessons, lambda _need: prior_model()), measure_unseen(lessons)
    assert after.auc is not None
    assert before.auc is not None
    assert after.auc > before.auc + 0.2
    assert after.ndcg is not None
    assert before.ndcg is not None
    assert after.ndcg > before.ndcg
    assert after.log_loss is not None
    assert before.log_loss is not None
    assert after.log_loss < before.log_loss


@pytest.mark.parametrize(("decisions", "needs"), [(LEAST_DECISIONS - 1, 30), (100, 5)])
def test_too_few_decisions_teach_nothing(decisions: int, needs: int) -> None:
    with pytest.raises(TooLittle, match=f"{decisions} decisions on"):
        teach(lessons_about(ReasonKey.DISTANCE, decisions=decisions, needs=needs))


def test_the_same_lessons_in_any_order_make_the_same_model() -> None:
    lessons = lessons_about(ReasonKey.TIMES)
    verdicts, preferences = list(lessons.verdicts), list(lessons.preferences)
    random.Random(1).shuffle(verdicts)
    random.Random(2).shuffle(preferences)
    one, other = teach(lessons), teach(Lessons(tuple(verdicts), tuple(preferences), lessons.decisions))
    np.testing.assert_allclose(one.coef_, other.coef_, atol=1e-3)
    np.testing.assert_array_equal(one.coef_, teach(lessons).coef_)


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 1000))
def test_calibration_keeps_signs_and_order(seed: int) -> None:
    lessons = lessons_about(ReasonKey.AGE, seed=seed)
    learned = teach(lessons)
    against = FEATURES.index(ReasonKey.AGAINST_WISH)
    assert learned.coef_[0][against] <= 0.0
    assert (np.delete(learned.coef_[0], against) >= 0.0).all()
    rows = np.array([verdict.pair for verdict in lessons.verdicts])
    np.testing.assert_allclose(
        learned.contributions(rows).sum(axis=1) + learned.intercept_[0], learned.decision_function(rows), atol=1e-9
    )


def test_too_far_teaches_distance_and_nothing_else() -> None:
    pairs = [row_of(dict.fromkeys(FEATURES, 0.05 * (number % 10))) for number in range(40)]
    said = [Preference(f"need-{n}", full(pair, ReasonKey.DISTANCE), pair, 1.0) for n, pair in enumerate(pairs)]
    learned = teach(Lessons((), tuple(said), len(said)))
    slope = learned.coef_[0][0] / PRIOR_WEIGHTS[FEATURES[0]]
    moved = [
        key for key, w in zip(FEATURES, learned.coef_[0], strict=True) if abs(w - slope * PRIOR_WEIGHTS[key]) > 1e-4
    ]
    assert moved == [ReasonKey.DISTANCE]
    assert learned.coef_[0][DISTANCE] > PRIOR_WEIGHTS[ReasonKey.DISTANCE]


def test_a_choice_counts_once_however_long_the_list() -> None:
    for above, below in (([FAR], []), ([FAR] * 4, [FAR] * 5), ([], [FAR] * 9)):
        preferences, faint = lessons_of_choice("need", NEAR, above=above, below=below, choice="1")
        assert sum(preference.weight for preference in preferences) == pytest.approx(1.0)
        assert len(faint) == len(above)


def test_a_choice_without_others_says_nothing_of_them() -> None:
    assert lessons_of_choice("need", NEAR, above=[], below=[], choice="1") == ([], [])


def _one(pair: Row, *, good: bool) -> Lessons:
    return Lessons((Verdict("need", pair, good, 1.0),), (), 1)


def test_figures_are_those_of_the_book() -> None:
    model = prior_model()
    chance = model.predict_proba(np.array([NEAR]))[0, 1]
    figures = measure(_one(NEAR, good=True), lambda _need: model)
    assert figures.log_loss == pytest.approx(-np.log(chance))
    assert figures.calibration_error == pytest.approx(1.0 - chance)
    assert (figures.auc, figures.ndcg) == (None, None)
    preferences, _ = lessons_of_choice("need", FAR, above=[NEAR], below=[], choice="1")
    figures = measure(Lessons((), tuple(preferences), 1), lambda _need: model)
    assert (figures.auc, figures.log_loss) == (0.0, None)
    assert figures.ndcg == pytest.approx(1 / np.log2(3))
    figures = measure(Lessons((), (replace(preferences[0], better=NEAR),), 1), lambda _need: model)
    assert figures.auc == 0.5
