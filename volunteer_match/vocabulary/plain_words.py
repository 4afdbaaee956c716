"""Words we would rather not use about children and families, and what to write instead."""

import re
from dataclasses import dataclass
from functools import cache

from volunteer_match.vocabulary.taxonomy import taxonomy

# "bruger" is mostly a verb in running text.
_TOO_COMMON = frozenset({"bruger"})
_NOT_A_WORD = re.compile(r"[(:/]")
# Advice for those who write this program, not for its users.
_ABOUT_THE_PROGRAM = ("brugergrænsefladen", "systemet")


@dataclass(frozen=True, slots=True)
class BetterWord:
    """A word as it was written, and the advice."""

    word: str
    use: str


def better_words(text: str) -> list[BetterWord]:
    """Each word of the list found in the text, once, with what to write instead. Advice only, it stops nothing."""
    found: dict[str, str] = {}
    for match in _pattern().finditer(text):
        found.setdefault(match[1].casefold(), match[0])
    return [BetterWord(word, _advice()[folded]) for folded, word in found.items()]


@cache
def _advice() -> dict[str, str]:
    return {
        word.casefold(): term.use
        for term in taxonomy().avoid_terms
        if not any(place in term.where for place in _ABOUT_THE_PROGRAM)
        for word in term.avoid.split(", ")
        if not _NOT_A_WORD.search(word) and word not in _TOO_COMMON
    }


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(_advice(), key=len, reverse=True)
    # A short ending is the same word: "klienten", "tosprogede".
    return re.compile(rf"\b({'|'.join(map(re.escape, words))})\w{{0,4}}\b", re.IGNORECASE)
