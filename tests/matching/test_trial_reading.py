"""What was read of one text is told with the words that led there, and what was not understood is told too."""

from hypothesis import given, settings
from hypothesis import strategies as st

from volunteer_match.matching.concepts import concept_book
from volunteer_match.matching.trial_reading import Met, TrialReading, try_as_need, try_as_offer


def _ids(met: tuple[Met, ...]) -> set[str]:
    return {one.concept for one in met}


def test_a_need_is_told_as_the_engine_reads_it() -> None:
    text = "Hun elsker heste. Hun vil ikke spille fodbold. Hun er meget genert."
    told, read = try_as_need(text), concept_book().read_need(text)
    assert _ids(told.named) == set(read.wishes)
    assert _ids(told.situation) == set(read.needs)
    assert _ids(told.unwanted) == set(read.aversions)
    assert "fodbold" in _ids(told.unwanted)
    assert next(one.words for one in told.named if one.concept == "ridning_heste") == ("elsker", "heste")


def test_the_kinds_it_points_to_come_strongest_first_with_their_words() -> None:
    told = try_as_need("Hun elsker heste.")
    assert told.kinds[0].kind == "ridning_heste"
    assert "heste" in told.kinds[0].words


def test_words_nobody_has_taught_it_are_told() -> None:
    told = try_as_need("Han samler på gnavpotter og elsker heste.")
    assert told.never_seen == ("gnavpotter",)
    assert "heste" not in told.only_in_examples


def test_an_offer_says_what_it_is_and_what_it_does_without() -> None:
    told = try_as_offer("Kom i mit værksted. Ingen kontingent.")
    assert "vaerksted" in _ids(told.named)
    assert "haendernes_arbejde" in _ids(told.named)
    assert "kontingent_fritidspas" in _ids(told.unwanted)
    assert told.kinds[0].kind == "vaerksted"


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_tried(text: str) -> None:
    for told in (try_as_need(text), try_as_offer(text)):
        assert all(0.0 <= one.strength <= 1.0 for one in (*told.named, *told.situation, *told.unwanted))
        assert all(word in text for word in _words_of(told))


def _words_of(told: TrialReading) -> set[str]:
    return {word for one in (*told.named, *told.situation, *told.unwanted) for word in one.words}
