"""The words of a need that led to its suggestions: numbered like footnotes, so that a reason can point at its words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Footnote:
    """The number that stands after a word. `first`: here the word stands for the first time."""

    number: int
    first: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text; all of them, one after the other, are the text. `notes`: of the words that end with it."""

    text: str
    marked: bool = False
    notes: tuple[Footnote, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberedText:
    pieces: tuple[Piece, ...]
    numbers: Mapping[str, int]

    def number_of(self, word: str) -> int | None:
        """None for a word that does not stand in the text, for instance because the text was changed since."""
        return self.numbers.get(word.casefold())


@dataclass(frozen=True, slots=True)
class Led:
    """What one word of the need led to: each reason as told, and the places on the list where it is told."""

    number: int
    word: str
    reasons: tuple[tuple[str, tuple[int, ...]], ...]


def number_words(text: str, words: Iterable[str]) -> NumberedText:
    """Marks every occurrence of these words, whole words only, numbered as they come in the text."""
    found = {word.casefold(): spans for word in words if (spans := _spans(text, word))}
    in_order = sorted(found, key=lambda word: (found[word][0], word))
    numbers = {word: number for number, word in enumerate(in_order, start=1)}
    ends: dict[int, list[Footnote]] = defaultdict(list)
    for word, number in numbers.items():
        for place, (_start, end) in enumerate(found[word]):
            ends[end].append(Footnote(number, first=place == 0))
    spans = [span for word in in_order for span in found[word]]
    return NumberedText(tuple(_pieces(text, spans, ends)), MappingProxyType(numbers))


def _spans(text: str, word: str) -> list[tuple[int, int]]:
    """Where the word stands by itself: not inside a longer one, nor as one half of a hyphenated one."""
    if not word.strip():
        return []
    whole = re.compile(rf"(?<!\w)(?<!\w[-'’]){re.escape(word)}(?![-'’]?\w)", re.IGNORECASE)
    return [match.span() for match in whole.finditer(text)]


def _pieces(text: str, spans: Sequence[tuple[int, int]], ends: Mapping[int, list[Footnote]]) -> Iterator[Piece]:
    cuts = sorted({0, len(text), *(place for span in spans for place in span)})
    for start, end in pairwise(cuts):
        marked = any(first <= start and end <= last for first, last in spans)
        yield Piece(text[start:end], marked, tuple(ends.get(end, ())) if marked else ())


def led_to(numbered: NumberedText, told: Iterable[tuple[int, str, Iterable[str]]]) -> list[Led]:
    """For each numbered word what it led to. `told`: place on the list, the reason as told, its words."""
    by_word: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, reason, words in told:
        for word in words:
            by_word[word.casefold()][reason].append(place)
    return [
        Led(number, word, tuple((reason, tuple(places)) for reason, places in by_word[word].items()))
        for word, number in numbered.numbers.items()
        if word in by_word
    ]
