from volunteer_match.benchmarks.judging import Judge
from volunteer_match.benchmarks.synthetic_denmark import Filter, SyntheticDenmark
from volunteer_match.matching.eligibility import is_eligible


def test_the_best_order_is_worth_one_and_nothing_is_worth_nought() -> None:
    town = SyntheticDenmark(seed=5, offers=800, filtered=Filter.NONE)
    needs = town.needs(10)
    judge = Judge(town, needs)
    kinds = town.columns.kind.tolist()
    best = [sorted(range(len(kinds)), key=lambda row: -need.grades.get(kinds[row], 0))[:20] for need in needs]
    assert judge.verdict(best).ndcg == 1.0
    assert judge.verdict([[] for _ in needs]).ndcg == 0.0


def test_a_barred_offer_is_counted_and_earns_nothing() -> None:
    town = SyntheticDenmark(seed=5, offers=800)
    needs = town.needs(10)
    judge = Judge(town, needs)
    offers = list(town.offers(list(town.texts())))
    barred = [[row for row, offer in enumerate(offers) if not is_eligible(need.profile, offer)][:20] for need in needs]
    verdict = judge.verdict(barred)
    assert verdict.ineligible == verdict.shown == 200
    assert not verdict.ndcg
