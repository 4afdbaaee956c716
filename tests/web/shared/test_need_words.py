"""The numbered words of a need: the text stays what it is, and every word can be found again."""

import html
import re
from html.parser import HTMLParser

import pytest
from flask import Flask, get_template_attribute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from volunteer_match.web.shared.need_words import Led, led_to, number_words

TEXTS = st.text(alphabet="aåB <>&\"'/-’.,\n1", max_size=40)
NOTE = re.compile(r'<a class="need-word__number".*?</a>', re.DOTALL)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(text=TEXTS, words=st.lists(TEXTS, max_size=4))
def test_the_pieces_are_the_text(text: str, words: list[str]) -> None:
    numbered = number_words(text, words)

    assert "".join(piece.text for piece in numbered.pieces) == text
    assert sorted(numbered.numbers.values()) == list(range(1, len(numbered.numbers) + 1))
    first = [note.number for piece in numbered.pieces for note in piece.notes if note.first]
    assert sorted(first) == sorted(numbered.numbers.values()), "each number stands for the first time once"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(text=TEXTS, words=st.lists(TEXTS, max_size=3))
def test_nothing_in_the_text_becomes_html(app: Flask, text: str, words: list[str]) -> None:
    with app.test_request_context():
        shown = str(get_template_attribute("components/need_text.html", "numbered_text")(number_words(text, words)))
    reader = _Reader()
    reader.feed(NOTE.sub("", shown))
    reader.close()

    assert set(reader.tags) <= {"mark"}
    assert html.unescape(reader.text) == html.unescape(text) or reader.text == text


def _marked(text: str, *words: str) -> list[str]:
    return [piece.text for piece in number_words(text, words).pieces if piece.marked]


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("Hun slår kolbøtter.", "kolbøtter", ["kolbøtter"]),
        ("Kolbøtter! Ja, kolbøtter", "kolbøtter", ["Kolbøtter", "kolbøtter"]),
        ("fodboldbane og håndfodbold", "fodbold", []),
        ("fodbold-træning", "fodbold", []),
        ("(fodbold)", "fodbold", ["fodbold"]),
        ("bange for vand", "", []),
        ("bange for vand", "ild", []),
    ],
)
def test_whole_words_only_and_all_of_them(text: str, word: str, found: list[str]) -> None:
    assert _marked(text, word) == found


def test_words_inside_longer_phrases_keep_their_own_numbers() -> None:
    numbered = number_words("Hun vil slå kolbøtter igen", ["slå kolbøtter", "kolbøtter", "igen"])

    marked = [(piece.text, [note.number for note in piece.notes]) for piece in numbered.pieces if piece.marked]
    assert marked == [("slå ", []), ("kolbøtter", [1, 2]), ("igen", [3])]
    assert numbered.number_of("KOLBØTTER") == 2
    assert numbered.number_of("hest") is None


def test_each_word_tells_what_it_led_to() -> None:
    numbered = number_words("heste og kolbøtter", ["kolbøtter", "heste"])
    told = [(1, "Gymnastik", ["kolbøtter"]), (2, "Gymnastik", ["kolbøtter"]), (2, "Dyr", ["heste", "gone"])]

    assert led_to(numbered, told) == [
        Led(1, "heste", (("Dyr", (2,)),)),
        Led(2, "kolbøtter", (("Gymnastik", (1, 2)),)),
    ]
