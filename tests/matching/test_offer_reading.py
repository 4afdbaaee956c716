"""Offers read many at once are read as each by itself."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.profiles import an_offer
from volunteer_match.matching import offer_reading
from volunteer_match.matching.case_files import read_cases
from volunteer_match.matching.concepts import concept_book
from volunteer_match.matching.kind_reading import Side, examples
from volunteer_match.matching.lexical import times_said, words_of
from volunteer_match.matching.offer_reading import NO_KIND, OfferReadings, concept_ids, kind_ids, read_offers
from volunteer_match.matching.profiles import OfferProfile

OWN = read_cases(Path(__file__).parent / "data/development").offers
TEXTS = [example.text for example in examples()]
PHRASES = [wording.text.strip("=*") for wording in concept_book().of_offers.wordings]
TURNED = ("ikke", "uden", "men", "without", "the", "and we", ",", ".", "\n")

some_words = st.lists(st.sampled_from(PHRASES) | st.sampled_from(TURNED), max_size=12).map(" ".join)
some_text = st.just("") | st.sampled_from(TEXTS) | some_words


@st.composite
def offers(draw: st.DrawFn) -> OfferProfile:
    return an_offer(
        title=draw(some_text),
        text=draw(some_text),
        organisation=draw(some_text),
        organisation_kind=draw(st.sampled_from(("citizen", "church"))),
        kinds=draw(st.lists(st.sampled_from((*kind_ids()[:20], "unheard_of")), max_size=2)),
    )


def assert_read_as_each_by_itself(found: list[OfferProfile], read: OfferReadings) -> None:
    for row, offer in enumerate(found):
        name = "" if offer.organisation_kind == "citizen" else offer.organisation
        expected = concept_book().read_offer(offer.title, offer.text, offer.kinds, name)
        said = slice(*read.concepts.start[row : row + 2])
        concepts = [concept_ids()[number] for number in read.concepts.number[said]]
        sure = {concept: np.float32(value) for concept, value in expected.items()}
        assert dict(zip(concepts, read.concepts.value[said], strict=True)) == {"": 0.0, **sure}
        assert read.main_kind[row] == main_kind(expected, offer)
        counted = slice(*read.words.start[row : row + 2])
        words = [read.vocabulary[number] for number in read.words.number[counted]]
        times = Counter(words_of(f"{offer.title}. {offer.text}"))
        counts = {word: np.float32(times_said(np.array([n]))[0]) for word, n in times.items()}
        assert dict(zip(words, read.words.value[counted], strict=True)) == counts


def main_kind(found: dict[str, float], offer: OfferProfile) -> int:
    if offer.kinds:
        return kind_ids().index(offer.kinds[0]) if offer.kinds[0] in kind_ids() else NO_KIND
    surest = sorted((-sure, concept) for concept, sure in found.items() if concept in kind_ids())
    return kind_ids().index(surest[0][1]) if surest else NO_KIND


@settings(max_examples=50, deadline=None)
@given(st.lists(offers(), min_size=1, max_size=4))
def test_what_is_read_of_many_is_what_is_read_of_each(found: list[OfferProfile]) -> None:
    assert_read_as_each_by_itself(found, read_offers(found))


def test_the_projects_own_offers_and_examples_are_read_alike() -> None:
    said = [example.text for example in examples() if example.side is Side.OFFER]
    found = [*OWN, *(an_offer(title=text[:40], text=text) for text in said)]
    assert_read_as_each_by_itself(found, read_offers(found))


def test_parts_read_apart_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offer_reading, "BATCH", 7)
    monkeypatch.setattr(offer_reading, "WORTH_PROCESSES", 1)
    assert_read_as_each_by_itself(list(OWN), read_offers(OWN, processes=2))
