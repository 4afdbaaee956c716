"""The ranker a process keeps follows what changes, offer by offer, without being built anew."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.matching.profiles import a_need, an_offer
from volunteer_match.proposals.offer_pool import MOST_CHANGES, _Kept, ranker_for

OFFERS = tuple(an_offer(id=str(number), title=f"Spring {number}") for number in range(MOST_CHANGES + 10))


@pytest.fixture(autouse=True)
def nothing_kept(town: Session) -> Iterator[None]:
    _Kept.ranker = _Kept.fitted = None
    yield
    _Kept.ranker = _Kept.fitted = None


def listed() -> set[str]:
    assert _Kept.ranker is not None
    return {scored.offer_id for scored in _Kept.ranker.scores(a_need())}


def test_the_same_offers_keep_the_same_ranker() -> None:
    assert ranker_for(OFFERS) is ranker_for(tuple(reversed(OFFERS)))


def test_a_few_changes_are_laid_over_what_was_built() -> None:
    ranker_for(OFFERS)
    built = _Kept.fitted
    paused = replace(OFFERS[0], paused=True)
    ranker_for((paused, *OFFERS[2:], an_offer(id="new")))
    assert _Kept.fitted is built
    assert listed() == {offer.id for offer in OFFERS[2:]} | {"new"}
    ranker_for(OFFERS)
    assert _Kept.fitted is built
    assert listed() == {offer.id for offer in OFFERS}


def test_a_ranker_given_to_somebody_does_not_change_under_them() -> None:
    mine = ranker_for(OFFERS)
    ranker_for(OFFERS[5:])
    assert {scored.offer_id for scored in mine.scores(a_need())} == {offer.id for offer in OFFERS}


def test_many_changes_are_packed_anew() -> None:
    ranker_for(OFFERS)
    built = _Kept.fitted
    ranker_for(OFFERS[:5])
    assert _Kept.fitted is not built
    assert listed() == {offer.id for offer in OFFERS[:5]}
