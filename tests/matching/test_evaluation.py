from dataclasses import replace
from math import log2
from pathlib import Path

import pytest

from tests.matching.profiles import a_need, an_offer
from volunteer_match.matching.case_files import CaseSet, read_cases
from volunteer_match.matching.eligibility import is_eligible
from volunteer_match.matching.evaluation import (
    ABLATION_STEPS,
    MODEL,
    ablate,
    engines,
    evaluate,
    measure,
    ndcg,
    write_run,
)
from volunteer_match.matching.model import PRIOR_WEIGHTS

DEVELOPMENT = read_cases(Path(__file__).parent / "data/development")


def test_ndcg_is_what_it_is_by_hand() -> None:
    grades = {"a": 2, "b": 1, "c": 1}
    by_hand = (1 / log2(2) + 0 + 2 / log2(4)) / (2 / log2(2) + 1 / log2(3) + 1 / log2(4))
    assert ndcg(["b", "x", "a", "c"], grades, k=3) == pytest.approx(by_hand)
    assert ndcg(["b", "x", "a", "c"], grades, k=3) == pytest.approx(0.6388, abs=1e-4)
    assert ndcg(["a", "b", "c", "x"], grades, k=10) == 1.0
    assert ndcg(["x", "y"], grades, k=2) == 0.0


def test_the_other_measures_are_what_they_are_by_hand() -> None:
    found = measure(["x", "b", "a", "bad"], {"a": 2, "b": 1, "c": 1}, allowed={"a", "b", "c", "x"}, k=4)
    assert found.recall == pytest.approx(2 / 3)
    assert found.reciprocal_rank == pytest.approx(1 / 3)
    assert found.ineligible == 1


def test_a_need_with_nothing_to_find_is_left_out() -> None:
    found = measure(["x"], {"x": 0}, allowed={"x"}, k=10)
    assert (found.ndcg, found.recall, found.reciprocal_rank) == (None, None, None)
    only_fair = measure(["x"], {"x": 1}, allowed={"x"}, k=10)
    assert (only_fair.ndcg, only_fair.reciprocal_rank) == (1.0, None)


def test_an_offer_that_is_barred_counts_for_nobody() -> None:
    right, barred = an_offer(id="right"), an_offer(id="barred", paused=True)
    cases = CaseSet((right, barred), (a_need(),), {"n1": {"right": 1, "barred": 2}})
    found = evaluate(cases)
    for result in found.results.values():
        assert result.ndcg.value == result.recall.value == 1.0
        assert result.ineligible == 0
        assert (result.mrr.value, result.mrr.low, result.mrr.high) == (0.0, 0.0, 0.0)


def test_all_engines_rank_the_same_offers() -> None:
    ranks = engines(DEVELOPMENT).values()
    for need in DEVELOPMENT.needs[:6]:
        eligible = {offer.id for offer in DEVELOPMENT.offers if is_eligible(need, offer)}
        for rank in ranks:
            ranked = [offer.offer_id for offer in rank(need)]
            assert len(ranked) == len(eligible)
            assert set(ranked) == eligible


def test_the_same_cases_give_the_same_figures() -> None:
    few = replace(DEVELOPMENT, needs=DEVELOPMENT.needs[:5])
    assert evaluate(few) == evaluate(few)


def test_the_interval_holds_the_mean() -> None:
    result = evaluate(replace(DEVELOPMENT, needs=DEVELOPMENT.needs[:8])).results[MODEL]
    assert result.ndcg.low < result.ndcg.value < result.ndcg.high


def test_even_words_that_tell_nothing_are_ranked() -> None:
    cases = CaseSet((an_offer(title="Og", text=""),), (a_need(text="Og så."),), {"n1": {"o1": 2}})
    assert {name: result.ndcg.value for name, result in evaluate(cases).results.items()} == dict.fromkeys(
        ("model", "char_tfidf", "word_tfidf", "bm25", "svd", "random"), 1.0
    )


def test_the_run_holds_every_eligible_offer_best_first_and_none_other(tmp_path: Path) -> None:
    write_run(tmp_path / "run", DEVELOPMENT, depth=len(DEVELOPMENT.offers))
    lines = [line.split(" ") for line in (tmp_path / "run").read_text().splitlines()]
    for need in DEVELOPMENT.needs:
        mine = [line for line in lines if line[0] == need.id]
        assert {line[2] for line in mine} == {o.id for o in DEVELOPMENT.offers if is_eligible(need, o)}
        assert [line[3] for line in mine] == [str(place) for place in range(1, len(mine) + 1)]
        assert [float(line[4]) for line in mine] == sorted((float(line[4]) for line in mine), reverse=True)
        assert {(line[1], line[5]) for line in mine} == {("Q0", "ours")}


def test_the_run_stops_at_its_depth(tmp_path: Path) -> None:
    write_run(tmp_path / "run", DEVELOPMENT, depth=3)
    assert len((tmp_path / "run").read_text().splitlines()) <= 3 * len(DEVELOPMENT.needs)


def test_an_ablation_goes_from_wording_alone_to_what_the_engine_serves() -> None:
    few = replace(DEVELOPMENT, needs=DEVELOPMENT.needs[:8])
    found = ablate(few)
    assert list(found.results) == ["wording", "topics", "need_links", "family", "examples", "all_features"]
    assert found.results["all_features"] == evaluate(few).results[MODEL]
    assert found.results["wording"].ndcg.value < found.results["all_features"].ndcg.value


def test_no_feature_is_in_two_steps_of_the_ablation() -> None:
    added = [key for keys in ABLATION_STEPS.values() for key in keys]
    assert len(added) == len(set(added)) == len(PRIOR_WEIGHTS)


def test_a_need_without_wording_in_common_is_ranked_by_what_the_words_mean() -> None:
    right = an_offer(id="right", title="Gymnastik", text="Spring.", kinds=["gymnastik"])
    cases = CaseSet(
        (an_offer(id="a", title="Sang", text=""), right), (a_need(text="Slår kolbøtter"),), {"n1": {"right": 2}}
    )
    results = ablate(cases).results
    assert results["wording"].mrr.value < results["topics"].mrr.value == 1.0
