"""Machine code says what numpy says. Where numba is not installed there is nothing to test."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.profiles import a_need
from volunteer_match.matching.case_files import read_cases
from volunteer_match.matching.features import FEATURES, features_of_rows
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.ranking import Ranker

pytest.importorskip("numba", reason="numba is in the dependency group benchmark")

CASES = read_cases(Path(__file__).parent / "data/development")
PLAIN = Ranker.fit(CASES.offers)
COMPILED = Ranker(PLAIN._base, PLAIN._fitted, compiled=True)
WEIGHTS = np.linspace(-2.0, 9.0, len(FEATURES))
TODAY = date(2026, 11, 26)
LIKED, NOT_WANTED = frozenset({CASES.offers[0].id, CASES.offers[3].id}), frozenset({CASES.offers[5].id})

# More than are fetched together.
rows = st.lists(st.integers(0, len(PLAIN._base) - 1), max_size=300)
needs = st.sampled_from(
    [
        *CASES.needs,
        *(replace(need, more_like=LIKED, less_like=NOT_WANTED) for need in CASES.needs[:5]),
        a_need(text=""),
        a_need(text="Vil ikke spille fodbold og hader svømning."),
    ]
)


@settings(max_examples=60, deadline=None)
@given(needs, rows, st.sampled_from([None, TODAY]))
def test_features_and_logits_are_the_same(need: NeedProfile, chosen: list[int], today: date | None) -> None:
    segment, at = PLAIN._base, np.array(chosen, dtype=np.int64)
    plain, compiled = (
        Ranker(segment, PLAIN._fitted, compiled=compiled, today=today)._asked(need) for compiled in (False, True)
    )
    expected = features_of_rows(plain, segment, at)
    np.testing.assert_allclose(features_of_rows(compiled, segment, at), expected, rtol=1e-12, atol=1e-12)
    logits = compiled.in_machine_code(segment).logits(at, WEIGHTS, -6.0)
    np.testing.assert_allclose(logits, expected @ WEIGHTS - 6.0, rtol=1e-12, atol=1e-12)


def test_lists_are_the_same_from_an_opened_index_too(tmp_path: Path) -> None:
    PLAIN.save(tmp_path / "offers")
    opened = Ranker.open(tmp_path / "offers", compiled=True)
    for need in CASES.needs[:20]:
        expected, found = PLAIN.rank(need), opened.rank(need)
        assert [s.offer_id for s in found.suggestions] == [s.offer_id for s in expected.suggestions]
        assert [s.score for s in found.suggestions] == pytest.approx([s.score for s in expected.suggestions], abs=1e-12)
        assert [m.offer_id for m in found.near_misses] == [m.offer_id for m in expected.near_misses]


def test_a_changed_copy_stays_compiled() -> None:
    without = COMPILED.without(CASES.offers[0].id)
    assert without._compiled
    assert CASES.offers[0].id not in {scored.offer_id for scored in without.scores(CASES.needs[0])}
