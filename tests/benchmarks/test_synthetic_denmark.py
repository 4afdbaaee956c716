import numpy as np
import pytest

from volunteer_match.benchmarks.packed_rules import PackedRules, question_of
from volunteer_match.benchmarks.phrases import kind_wordings, kinds
from volunteer_match.benchmarks.synthetic_denmark import Filter, SyntheticDenmark, row_of
from volunteer_match.matching.eligibility import is_eligible


def denmark(*, seed: int = 1, offers: int = 500, filtered: Filter = Filter.NATURAL) -> SyntheticDenmark:
    return SyntheticDenmark(seed=seed, offers=offers, filtered=filtered)


def test_the_same_seed_makes_the_same_denmark_and_another_another() -> None:
    once, again, other = denmark(), denmark(), denmark(seed=2)
    texts = list(once.texts())
    assert texts == list(again.texts())
    assert texts != list(other.texts())
    assert [need.profile for need in once.needs(20)] == [need.profile for need in again.needs(20)]
    assert list(once.offers(texts)) == list(again.offers(texts))


def test_more_needs_leave_the_first_as_they_were() -> None:
    assert denmark().needs(30)[:10] == denmark().needs(10)


def test_offers_say_the_same_under_every_filter() -> None:
    said = {tuple(denmark(filtered=filtered).texts()) for filtered in Filter}
    assert len(said) == 1


def test_texts_rarely_repeat() -> None:
    texts = list(denmark(offers=3000).texts())
    assert len(set(texts)) > 0.99 * len(texts)
    assert all(said.title and said.text and "\t" not in said.title + said.text for said in texts)


def test_needs_have_words_of_their_own() -> None:
    """What an offer of a kind says and what a need says of it share no wording, unless there are too few for both."""
    shared = [
        kind for kind in kinds() if set(kind_wordings()[kind].offers["da"]) & set(kind_wordings()[kind].needs["da"])
    ]
    assert not shared


def test_every_need_has_offers_graded_for_it() -> None:
    for need in denmark().needs(200):
        assert 2 in need.grades.values()
        assert set(need.grades) <= set(range(len(kinds())))


@pytest.mark.parametrize(
    ("filtered", "share", "within"),
    [
        (Filter.NATURAL, 0.002, 0.0015),
        (Filter.HALF, 0.5, 0.02),
        (Filter.TWENTIETH, 0.05, 0.01),
        (Filter.TWO_HUNDREDTH, 0.005, 0.002),
        (Filter.NONE, 1.0, 0.0),
    ],
)
def test_each_filter_lets_through_its_share(filtered: Filter, share: float, within: float) -> None:
    town = denmark(offers=20_000, filtered=filtered)
    rules = PackedRules(town.columns)
    let = [np.mean(rules.mask(question_of(need.profile))) for need in town.needs(100)]
    assert abs(np.mean(let) - share) <= within


@pytest.mark.parametrize("filtered", Filter)
def test_the_packed_rules_say_what_the_plain_rule_says(filtered: Filter) -> None:
    town = denmark(offers=400, filtered=filtered)
    offers = list(town.offers(list(town.texts())))
    rules = PackedRules(town.columns)
    for need in town.needs(60):
        plain = [row_of(offer.id) for offer in offers if is_eligible(need.profile, offer)]
        assert np.flatnonzero(rules.mask(question_of(need.profile))).tolist() == plain
