import pytest

from volunteer_match.matching.lexicon import Lexicon, Wording
from volunteer_match.matching.wording import read_text


def found(text: str, *wordings: str, language: str = "da") -> set[str]:
    lexicon = Lexicon(Wording(wording, wording, language) for wording in wordings)
    return {mention.concept for mention in lexicon.find(read_text(text))}


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("Hun elsker gymnastikken", "gymnastik"),
        ("Springgymnastik om tirsdagen", "gymnastik"),
        ("Hans gymnastiktræner", "gymnastik"),
        ("Han rider på hestene", "hest*"),
        ("Vi har hestestald", "hest*"),
        ("De synger i skolekor", "*kor"),
        ("Han vil svoemme", "svømme"),
        ("Hun gik til gymnsatik", "gymnastik"),
        ("Så slår hun tit kolbøtter", "slå kolbøtte"),
        ("Kolbøtter slår hun hele dagen", "slå kolbøtte"),
        ("Tør slet ikke gå til noget som helst alene", "tør … alene"),
    ],
)
def test_a_wording_is_found_as_people_write_it(text: str, wording: str) -> None:
    assert found(text, wording) == {wording}


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("Jeg så ham i går", "hammer"),
        ("Han er meget stille", "stile"),
        ("En rolig dreng", "=ro"),
        ("Krop og sjæl", "*kor"),
        ("Tidligt op", "tid"),
        ("Han hopper. Kolbøtter er gode, siger hun og slår.", "slå … kolbøtte … hopper"),
        ("Hun er bange og for alt i verden væk", "bange for mørke"),
        ("Gymnasiet", "gymnastik"),
        ("Konkurrencehold", "konkurs"),
        ("Hun har sit idrætstøj med", "støj"),
        ("Engelske stile", "stilhed"),
        ("Hytten ligger ved havet", "haven"),
        ("Duerne på tagene", "tager"),
    ],
)
def test_what_only_resembles_a_wording_is_not_found(text: str, wording: str) -> None:
    assert found(text, wording) == set()


def test_a_wording_inside_a_longer_one_is_not_counted_again() -> None:
    assert found("De skal male et værelse", "male et værelse", "male") == {"male et værelse"}
    assert found("Hun kan male. De skal male et værelse.", "male et værelse", "male") == {"male et værelse", "male"}


def test_the_same_words_say_a_thing_once() -> None:
    lexicon = Lexicon(
        [Wording("calm", "stille", "da"), Wording("calm", "=stille", "da"), Wording("calm", "helt stille", "da")]
    )
    assert [mention.positions for mention in lexicon.find(read_text("Her er helt stille, ja stille"))] == [(2, 3), (5,)]


def test_each_text_is_read_in_its_own_language() -> None:
    assert found("Der er mad", "mad") == {"mad"}
    assert found("He is mad", "mad") == set()
    assert found("She loves swimming", "swim", language="en") == {"swim"}
