"""What was learned of words: told word by word, and counted only in texts of the sort it was learned from."""

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.matching.profiles import a_need, an_offer
from volunteer_match.matching.case_files import read_cases
from volunteer_match.matching.concepts import Evidence, concept_book
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.kind_reading import (
    MOST_WORDS,
    SPEAKS_FOR,
    Example,
    KindReader,
    Side,
    kind_reader,
    shortened,
    tell,
)
from volunteer_match.matching.lexical import times_said, words_of
from volunteer_match.matching.offer_reading import kind_ids, kind_numbers
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.ranking import Ranker

NEEDS = read_cases(Path(__file__).parent / "data/development").needs[:24]
OF_OURS = "Drengen er stille i klassen og savner en voksen at gå i skoven med."
OF_COMPUTING = "Bibliotek til asynkrone netværkssocketter, kompileret med debugsymboler til testsuite"


def said_and_meant(text: str) -> tuple[dict[str, float], dict[str, Evidence]]:
    said = Counter(words_of(text))
    times = times_said(np.array(list(said.values()), dtype=np.float64)).tolist()
    reading = concept_book().read_need(text)
    return dict(zip(said, times, strict=True)), {**reading.wishes, **reading.needs}


def points_without(
    gone: Collection[str], words: Mapping[str, float], concepts: Mapping[str, Evidence]
) -> NDArray[np.float64]:
    """As if these words had never been written, read from the start."""
    kept = {word: times for word, times in words.items() if word not in gone}
    heard = {concept: {word.lower() for word in said.words} for concept, said in concepts.items()}
    told = {c: said for c, said in concepts.items() if not heard[c] or not heard[c] <= set(gone)}
    return kind_reader().of_need(kept, told).whole


def plainly_telling(
    gains: NDArray[np.float64], words: Mapping[str, float], concepts: Mapping[str, Evidence]
) -> tuple[str, ...]:
    whole = points_without((), words, concepts) @ gains
    losses = sorted((points_without({word}, words, concepts) @ gains - whole, word) for word in words)
    named = [word for loss, word in losses[:MOST_WORDS] if -loss >= SPEAKS_FOR * -losses[0][0] > 0.0]
    while named and points_without(named, words, concepts) @ gains >= whole:
        named.pop()
    return tuple(named)


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_a_need_is_read_as_the_examples_were(need: NeedProfile) -> None:
    told = tell([need.text], Side.NEED)
    points = kind_reader().points(told, Side.NEED)(slice(0, 1))
    assert kind_reader().of_need(*said_and_meant(need.text)).whole == pytest.approx(shortened(points)[0], abs=1e-6)


def test_a_word_that_offers_alone_have_used_is_a_weaker_hint_in_a_need() -> None:
    kind, other = kind_ids()[:2]

    def hint(side: Side) -> float:
        examples = [Example(side, "Xylo glavum", {kind: 2}), Example(Side.NEED, "Brokk strupp", {other: 2})]
        pointed = KindReader.fit([*examples, Example(Side.OFFER, "Vampo drillu", {other: 2})])
        return float(pointed.of_need({"glavum": 1.0}, {}).said.sum(axis=0)[kind_numbers()[kind]])

    assert hint(Side.NEED) > hint(Side.OFFER) > 0.0


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_words_told_are_those_without_which_the_need_would_point_there_less(need: NeedProfile) -> None:
    """Every kind by itself, and all of them, which single words hardly change."""
    words, concepts = said_and_meant(need.text)
    offers = np.vstack([np.eye(len(kind_ids())), np.ones(len(kind_ids()))])
    told = kind_reader().of_need(words, concepts).telling(offers, list(words))
    assert told == [plainly_telling(offer, words, concepts) for offer in offers]
    assert any(told)


def test_a_need_without_words_points_nowhere_and_tells_nothing() -> None:
    silent = kind_reader().of_need({}, {})
    assert not silent.whole.any()
    assert silent.telling(np.ones((2, len(kind_ids()))), ["hest"]) == [(), ()]


@pytest.mark.parametrize(
    ("text", "trusted"), [(OF_OURS, True), (OF_COMPUTING, False), ("", True), ("og det er en", True)]
)
def test_a_text_is_at_home_when_the_examples_know_its_telling_words(text: str, *, trusted: bool) -> None:
    assert (kind_reader().at_home(words_of(text)) == 1.0) is trusted


def test_words_the_concept_file_understands_are_known_whoever_wrote_examples() -> None:
    strange = words_of(OF_COMPUTING)
    assert kind_reader().at_home(strange, understood=strange) == 1.0


def test_a_foreign_text_is_ranked_by_its_wording_alone_until_somebody_picks_a_code() -> None:
    ranker = Ranker.fit([an_offer(id="1", text="Fodbold for alle"), an_offer(id="2", text="Kompileret bibliotek")])
    plain, coded = (ranker.rank(a_need(text=OF_COMPUTING, codes=codes)).suggestions for codes in ((), ("ensomhed",)))
    learned = {ReasonKey.NEED_LINK, ReasonKey.USUAL_HELP, ReasonKey.SHARED_TOPIC}
    assert not learned & {reason.key for each in plain for reason in each.reasons}
    assert learned & {reason.key for each in coded for reason in each.reasons}
