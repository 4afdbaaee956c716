import math
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.matching.profiles import a_need, an_offer
from volunteer_match.matching import ranking
from volunteer_match.matching.case_files import read_cases
from volunteer_match.matching.eligibility import Bar, is_eligible
from volunteer_match.matching.explanations import ReasonKey, Unknown
from volunteer_match.matching.offer_reading import NO_KIND
from volunteer_match.matching.profiles import NeedProfile, OfferProfile
from volunteer_match.matching.ranking import MENDABLE, SAME_KIND_COST, Ranker, _Scored, _varied

CASES = read_cases(Path(__file__).parent / "data/development")
RANKER = Ranker.fit(CASES.offers)
FOOTBALL = an_offer(id="football", title="Fodbold", text="Vi spiller fodbold.", kinds=["fodbold"])
GYMNASTICS = an_offer(id="gymnastics", title="Gymnastik", text="Spring og rul.", kinds=["gymnastik"])
GRIEF = an_offer(id="grief", title="Sorggruppe", text="For børn, der har mistet.", kinds=["sorggruppe"])

MANY = Ranker.fit(
    an_offer(id=f"o{number}", kinds=[kind] if kind else [], title="Vi ses", text="Kom og vær med.")
    for number in range(160)
    for kind in [("fodbold", "gymnastik", "sorggruppe", None)[number % 7 % 4]]
)


def order(text: str, *offers: OfferProfile, **need: Any) -> list[str]:
    ranking = Ranker.fit(offers).rank(a_need(text=text, **need))
    return [suggestion.offer_id for suggestion in ranking.suggestions]


def test_what_the_child_likes_comes_first() -> None:
    assert order("Slår kolbøtter dagen lang", FOOTBALL, GRIEF, GYMNASTICS)[0] == "gymnastics"


def test_what_the_child_needs_comes_first() -> None:
    assert order("Mor døde i vinter", FOOTBALL, GRIEF, GYMNASTICS)[0] == "grief"
    assert order("Intet", FOOTBALL, GRIEF, GYMNASTICS, codes=["sorg"])[0] == "grief"


def test_what_the_child_does_not_want_comes_last() -> None:
    assert order("Har godt af sport, men gider ikke fodbold.", FOOTBALL, GRIEF, GYMNASTICS)[-1] == "football"


def test_near_comes_before_far_when_all_else_is_equal() -> None:
    near, far = (
        replace(FOOTBALL, id="near"),
        an_offer(
            id="far", title="Fodbold", text="Vi spiller fodbold.", kinds=["fodbold"], postcode="9700", radius_km=60.0
        ),
    )
    assert order("Elsker fodbold", far, near) == ["near", "far"]


@pytest.mark.parametrize("need", CASES.needs, ids=lambda need: need.id)
def test_only_eligible_offers_are_suggested(need: NeedProfile) -> None:
    offers = {offer.id: offer for offer in CASES.offers}
    ranking = RANKER.rank(need, limit=len(offers), near_misses=len(offers))
    assert {s.offer_id for s in ranking.suggestions} == {o.id for o in CASES.offers if is_eligible(need, o)}
    assert not any(is_eligible(need, offers[miss.offer_id]) for miss in ranking.near_misses)


@pytest.mark.parametrize("need", CASES.needs[:12], ids=lambda need: need.id)
def test_reasons_add_up_to_the_score(need: NeedProfile) -> None:
    for suggestion in RANKER.rank(need, limit=len(CASES.offers)).suggestions:
        logit = math.fsum(reason.contribution for reason in suggestion.reasons)
        assert suggestion.score == pytest.approx(1.0 / (1.0 + math.exp(-logit)), abs=1e-12)
        assert ReasonKey.BASELINE in {reason.key for reason in suggestion.reasons}


def test_removing_the_words_of_a_reason_lowers_the_score() -> None:
    """Of what a page would tell. What was learned of words is weighed by the whole text, so a rare one may rise."""
    told, kept = 0, []
    for need in CASES.needs:
        for suggestion in RANKER.rank(need, limit=3, near_misses=0).suggestions:
            for reason in suggestion.reasons:
                if reason.words and reason.contribution >= 0.4:
                    without = replace(need, text=_without(need.text, reason.words))
                    later = {offer.offer_id: offer.score for offer in RANKER.scores(without)}
                    told += 1
                    kept += [(need.id, reason)] if later[suggestion.offer_id] >= suggestion.score else []
    assert told > 250
    assert len(kept) <= 0.015 * told, kept


def test_reasons_are_the_same_for_many_as_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many offers the features of those shown are worked out again."""
    needs = CASES.needs[:12]
    few = [RANKER.rank(need, limit=20) for need in needs]
    monkeypatch.setattr(ranking, "CHUNK", 3)
    for need, ranked in zip(needs, few, strict=True):
        again = RANKER.rank(need, limit=20)
        assert [offer.offer_id for offer in again.suggestions] == [offer.offer_id for offer in ranked.suggestions]
        for one, other in zip(again.suggestions, ranked.suggestions, strict=True):
            assert one.features == pytest.approx(other.features, abs=1e-12)
            assert {r.key: (r.words, r.concepts) for r in one.reasons} == {
                r.key: (r.words, r.concepts) for r in other.reasons
            }


def _without(text: str, words: tuple[str, ...]) -> str:
    gone = set(words)
    return " ".join(word for word in text.split() if word.strip(".,;:!?()»«\"'") not in gone)


def test_the_same_question_gets_the_same_answer_from_any_order_of_offers() -> None:
    need = CASES.needs[0]
    turned = Ranker.fit(tuple(reversed(CASES.offers)))
    assert RANKER.rank(need) == RANKER.rank(need)
    assert [o.offer_id for o in turned.scores(need)] == [o.offer_id for o in RANKER.scores(need)]


def test_one_offer_can_be_added_changed_and_taken_away() -> None:
    ranker = Ranker.fit([FOOTBALL, GRIEF])
    need = a_need(text="Slår kolbøtter")
    more = ranker.with_offer(GYMNASTICS)
    assert more.rank(need).suggestions[0].offer_id == "gymnastics"
    changed = more.with_offer(replace(GYMNASTICS, paused=True))
    assert "gymnastics" not in {s.offer_id for s in changed.rank(need).suggestions}
    assert {o.offer_id for o in more.without("gymnastics").scores(need)} == {"football", "grief"}
    assert {o.offer_id for o in ranker.scores(need)} == {"football", "grief"}


def test_without_any_offer_nothing_is_suggested() -> None:
    ranking = Ranker.fit([]).rank(a_need())
    assert not ranking.suggestions
    assert not ranking.near_misses
    assert Ranker.fit([FOOTBALL]).without("football").rank(a_need()).suggestions == ()


def test_near_misses_are_the_best_barred_by_what_can_be_mended() -> None:
    far = an_offer(id="far", kinds=["gymnastik"], radius_km=1.0)
    full = replace(FOOTBALL, id="full", free_places=0)
    ranking = Ranker.fit([far, full]).rank(a_need())
    assert [(miss.offer_id, miss.bars) for miss in ranking.near_misses] == [
        ("far", (Bar.DISTANCE,)),
        ("full", (Bar.NO_FREE_PLACE,)),
    ]
    assert ranking.near_misses[0].score > ranking.near_misses[1].score


@pytest.mark.parametrize(
    "barred",
    [
        an_offer(consent=False),
        an_offer(paused=True),
        an_offer(state="new"),
        an_offer(state="blocked"),
        an_offer(age_min=14, age_max=17),
        an_offer(radius_km=1.0, free_places=0, certificate="missing"),
    ],
)
def test_what_nobody_may_or_can_mend_is_no_near_miss(barred: OfferProfile) -> None:
    assert Ranker.fit([barred]).rank(a_need()).near_misses == ()


def test_a_blocked_pair_is_no_near_miss() -> None:
    assert Ranker.fit([FOOTBALL]).rank(a_need(blocked_offers=["football"])).near_misses == ()


def test_mendable_bars_never_include_a_withdrawal() -> None:
    assert not MENDABLE & {Bar.VOLUNTEER_CONSENT, Bar.OFFER_PAUSED, Bar.BLOCKED, Bar.OFFER_NOT_APPROVED}


def test_a_list_of_one_kind_makes_room_for_another() -> None:
    teams = [replace(FOOTBALL, id=f"football{n}") for n in range(8)]
    offers = [*teams, an_offer(id="handball", title="Håndbold", text="", kinds=["haandbold"])]
    ranking = Ranker.fit(offers).rank(a_need(text="Elsker fodbold og alt med bold"), limit=4)
    shown = [suggestion.offer_id for suggestion in ranking.suggestions]
    assert shown[0].startswith("football")
    assert "handball" in shown
    assert ranking.suggestions[0].more_of_same_kind == 8 - sum(id_.startswith("football") for id_ in shown)


def test_unknowns_are_told() -> None:
    offer = an_offer(kinds=["gymnastik"], slots=["tue-afternoon"])
    unknown = Ranker.fit([offer]).rank(a_need(codes=["bevaegelse"])).suggestions[0].unknown
    assert unknown == (Unknown.NEED_TIMES,)
    vague = Ranker.fit([an_offer(title="Kom", text="")]).rank(a_need(text="Xyz.", languages=["da", "uk"]))
    assert set(vague.suggestions[0].unknown) == set(Unknown)


def test_shared_times_and_distance_are_told() -> None:
    offer = an_offer(slots=["tue-afternoon", "wed-afternoon", "mon-morning"])
    need = a_need(slots=["mon-morning", "tue-afternoon"])
    suggestion = Ranker.fit([offer]).rank(need).suggestions[0]
    assert suggestion.shared_slots == ("mon-morning", "tue-afternoon")
    assert suggestion.distance_km == pytest.approx(7.39, abs=0.01)


def test_how_fresh_an_offer_is_counts_only_from_a_given_day() -> None:
    offers = [
        replace(FOOTBALL, id="fresh", updated_on=date(2026, 11, 1)),
        replace(FOOTBALL, id="aged", updated_on=date(2024, 1, 1)),
    ]
    need = a_need(text="Elsker fodbold")
    today = Ranker.fit(offers, today=date(2026, 11, 21)).scores(need)
    assert [offer.offer_id for offer in today] == ["fresh", "aged"]
    undated = Ranker.fit(offers).scores(need)
    assert undated[0].score == undated[1].score


@pytest.mark.parametrize("limit", [1, 7, 25, 150, 200])
@pytest.mark.parametrize("seed", range(8))
def test_variety_is_the_same_whether_all_are_looked_at_or_only_the_best_of_each_kind(seed: int, limit: int) -> None:
    segment = MANY._base
    size = len(segment.main_kind)
    # Few different values, so that many are level.
    logits = np.random.default_rng(seed).integers(-3, 4, size).astype(np.float64)
    scored = _Scored(((segment, np.arange(size), logits),))
    expected = one_by_one([(each.logit, each.kind, each.row) for each in scored.best(size)], limit)
    assert [at.row for at in _varied(scored, limit)] == expected


def one_by_one(best_first: list[tuple[float, int, int]], limit: int) -> list[int]:
    """The worthiest of all is taken, again and again, as the docs say it."""
    left, seen = list(best_first), Counter[int]()
    rows: list[int] = []

    def worth(offer: tuple[float, int, int]) -> float:
        logit, kind, _ = offer
        return 1.0 / (1.0 + math.exp(-logit)) * (1.0 - SAME_KIND_COST) ** seen[kind]

    while left and len(rows) < limit:
        best = max(left, key=worth)
        left.remove(best)
        rows.append(best[2])
        seen[best[1]] += best[1] != NO_KIND
    return rows
