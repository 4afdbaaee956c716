"""The catalogue of English texts is whole, in step with the code, and says nothing the Danish does not hold."""

import gettext
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "volunteer_match" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
DANISH_LETTERS = re.compile(r"\w*[æøåÆØÅ]\w*")
# What the law calls it, told beside the English words.
DANISH_WORDS = {"børneattest"}

Texts = str | Sequence[str] | None


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The catalogue as it is in the repository."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _texts(texts: Texts) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


def _texts_in_code() -> set[str]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel types its other parts only
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    return {
        _texts(texts)[0]
        for folder in ("volunteer_match", "templates")
        for _file, _line, texts, _comments, _context in extract_from_dir(ROOT / folder, methods, options, keywords)
    }


def test_the_catalogue_holds_the_texts_of_the_code_and_no_others(english: Catalog) -> None:
    in_catalogue = {_texts(message.id)[0] for message in _messages(english)}

    assert in_catalogue ^ _texts_in_code() == set(), "run `make translations`, then translate what is empty"


def test_every_text_has_its_english(english: Catalog) -> None:
    empty = [message.id for message in _messages(english) if not all(_texts(message.string))]

    assert empty == []


def test_both_numbers_are_there(english: Catalog) -> None:
    uneven = [message.id for message in _messages(english) if len(_texts(message.id)) != len(_texts(message.string))]

    assert uneven == []
    assert english.plural_expr == "(n != 1)"


def test_no_english_is_only_guessed(english: Catalog) -> None:
    assert [message.id for message in _messages(english) if message.fuzzy] == []


def test_the_placeholders_are_the_same(english: Catalog) -> None:
    different = [
        message.id
        for message in _messages(english)
        for danish, text in zip(_texts(message.id), _texts(message.string), strict=True)
        if sorted(PLACEHOLDER.findall(danish)) != sorted(PLACEHOLDER.findall(text))
    ]

    assert different == []


def test_spaces_at_the_ends_are_kept(english: Catalog) -> None:
    different = [
        message.id
        for message in _messages(english)
        for danish, text in zip(_texts(message.id), _texts(message.string), strict=True)
        if (danish[:1] == " ", danish[-1:] == " ") != (text[:1] == " ", text[-1:] == " ")
    ]

    assert different == []


def test_no_danish_letters_but_in_the_words_of_the_law(english: Catalog) -> None:
    danish = {
        word
        for message in _messages(english)
        for text in _texts(message.string)
        for word in DANISH_LETTERS.findall(text)
    }

    assert danish - DANISH_WORDS == set()


def test_the_compiled_catalogue_is_the_one_that_is_read(english: Catalog) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = [
        message.id
        for message in _messages(english)
        if isinstance(message.id, str) and compiled.gettext(message.id) != message.string
    ]

    assert stale == [], "run `make setup`"
