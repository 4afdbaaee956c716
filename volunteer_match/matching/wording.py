"""From written text to words that can be compared: folded, stemmed, with their clause and sentence."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

import snowballstemmer
import yaml

WORD = re.compile(r"(\d+[a-zA-ZæøåÆØÅ]\w*|[^\W\d_]+(?:[-'’][^\W\d_]+|\d+)*)")
_SENTENCE_END = re.compile(r"[.!?;\n]")
_CLAUSE_END = re.compile(r"[.!?;\n,:()–—]| - ")
_FOLDS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ü": "y", "-": "", "'": "", "’": ""})


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word as written, with the forms it is compared by and what the lists of small words say of it.

    `turns`: may make something unwanted. `contrasts`: what follows is not said together with what came before (*men*).
    `leans`: 1 towards English, -1 towards Danish, 0 neither.
    """

    surface: str
    folded: str
    danish: str
    english: str
    small: bool
    opens_clause: bool
    contrasts: bool
    turns: bool
    leans: int


class Text(NamedTuple):
    """A text as words; for each of them, the number of the clause and of the sentence it stands in.

    A sentence is what a phrase may stretch over: *bange for hunde, men elsker heste* is two.
    """

    words: list[Word]
    clauses: list[int]
    sentences: list[int]

    @property
    def english(self) -> bool:
        """By the small words; Danish when in doubt."""
        return sum([word.leans for word in self.words]) > 0

    @property
    def turned(self) -> bool:
        """Whether any of its words may make something unwanted."""
        return True in [word.turns for word in self.words]


def read_data(name: str) -> Any:
    source = files("volunteer_match.matching").joinpath(f"data/{name}.yaml").read_bytes()
    # The C loader is as safe as SafeLoader and takes a tenth of its time.
    return yaml.load(source, Loader=yaml.CSafeLoader)


@cache
def small_words() -> Mapping[str, frozenset[str]]:
    """The lists of `data/wording.yaml`, folded."""
    lists = {name: words for name, words in read_data("wording").items() if isinstance(words, list)}
    return MappingProxyType({name: frozenset(map(fold, words)) for name, words in lists.items()})


@cache
def _irregular() -> Mapping[str, str]:
    forms: dict[str, str] = read_data("wording")["irregular"]
    return MappingProxyType(forms)


def is_small(word: str) -> bool:
    return fold(word) in _small()


@cache
def _small() -> frozenset[str]:
    lists = small_words()
    return lists["stop"] | lists["danish"] | lists["english"]


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case, æ/ø/å as the ae/oe/aa some keyboards force, no accents, no hyphens."""
    plain = text.lower().translate(_FOLDS)
    if plain.isascii():
        return plain
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


# A stemmer of its own each time: snowball's keeps the word it works on, which is not safe between threads.
@lru_cache(maxsize=50_000)
def danish_stem(word: str) -> str:
    lower = word.lower()
    return fold(snowballstemmer.stemmer("danish").stemWord(_irregular().get(lower, lower)))


@lru_cache(maxsize=50_000)
def english_stem(word: str) -> str:
    return fold(snowballstemmer.stemmer("english").stemWord(word.lower()))


@lru_cache(maxsize=50_000)
def known_word(surface: str) -> Word:
    lists, folded = small_words(), fold(surface)
    return Word(
        surface=surface,
        folded=folded,
        danish=danish_stem(surface),
        english=english_stem(surface),
        small=folded in _small(),
        opens_clause=folded in lists["clause"],
        contrasts=folded in lists["contrast"],
        turns=any(folded in lists[name] for name in ("negators", "aversion", "fear")),
        leans=(folded in lists["english"]) - (folded in lists["danish"]),
    )


def ends_sentence(gap: str) -> bool:
    """Whether what stands between two words ends a sentence."""
    return _SENTENCE_END.search(gap) is not None


def ends_clause(gap: str) -> bool:
    return _CLAUSE_END.search(gap) is not None


def read_text(text: str) -> Text:
    read = Text([], [], [])
    clause = sentence = 0
    pieces = WORD.split(text)
    for gap, surface in zip(pieces[::2], pieces[1::2], strict=False):
        word = known_word(surface)
        if gap != " ":
            sentence += ends_sentence(gap) or word.contrasts
            clause += ends_clause(gap) or word.opens_clause
        elif word.opens_clause:
            clause += 1
            sentence += word.contrasts
        read.words.append(word)
        read.clauses.append(clause)
        read.sentences.append(sentence)
    return read


def tokens(text: str) -> list[Word]:
    return read_text(text).words
