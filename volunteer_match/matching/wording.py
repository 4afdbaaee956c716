"""From written text to words that can be compared: folded, stemmed, with their clause and sentence."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import snowballstemmer
import yaml

_WORD = re.compile(r"\d+[a-zA-ZæøåÆØÅ]\w*|[^\W\d_]+(?:[-'’][^\W\d_]+|\d+)*")
_SENTENCE_END = re.compile(r"[.!?;\n]")
_CLAUSE_END = re.compile(r"[.!?;\n,:()–—]| - ")
_FOLDS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ü": "y", "-": "", "'": "", "’": ""})


@dataclass(frozen=True, slots=True)
class Token:
    """One word as written, with the forms it is compared by and the places it stands in."""

    surface: str
    folded: str
    danish: str
    english: str
    clause: int
    sentence: int

    @property
    def small(self) -> bool:
        """Tells nothing by itself."""
        return self.folded in _small()


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


def tokens(text: str) -> list[Token]:
    found: list[Token] = []
    clause = sentence = last_end = 0
    for match in _WORD.finditer(text):
        gap = text[last_end : match.start()]
        word, folded = match.group(), fold(match.group())
        sentence += bool(_SENTENCE_END.search(gap))
        clause += bool(_CLAUSE_END.search(gap)) or folded in small_words()["clause"]
        found.append(Token(word, folded, danish_stem(word), english_stem(word), clause, sentence))
        last_end = match.end()
    return found


def is_english(words: list[Token]) -> bool:
    """By the small words; Danish when in doubt."""
    lists = small_words()
    return sum(w.folded in lists["english"] for w in words) > sum(w.folded in lists["danish"] for w in words)
