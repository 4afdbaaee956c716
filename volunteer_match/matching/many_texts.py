"""Many texts read at once: the words of all of them, one after the other, as numbers.

What a word is by itself (its forms, the lists of small words it stands in) is worked out once for each different word.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.lexical import ranges
from volunteer_match.matching.wording import WORD, Word, ends_clause, ends_sentence, known_word

# Between two texts, and in none of them: what it is replaced by is no word and no end of anything either.
MARK, NO_MARK = "\0", "\1"
BETWEEN = f" {MARK} "
NO_WORD = -1

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ManyTexts:
    """`known`: each different word, as written. The arrays have an entry for each word of each text: its number in
    `known`, the text, clause and sentence it stands in. No clause or sentence goes on in the next text.

    `english`: an entry for each text.
    """

    known: tuple[Word, ...]
    word: Numbers
    text: Numbers
    clause: Numbers
    sentence: Numbers
    english: Flags

    def __len__(self) -> int:
        return len(self.english)


def read_texts(texts: Sequence[str]) -> ManyTexts:
    """The same words, clauses and sentences as `read_text` finds in each."""
    # No word goes on past a blank, and what stands between two blanks often stands there again.
    chunks, chunk = numbered(BETWEEN.join(text.replace(MARK, NO_MARK) for text in texts).split(" "))
    pieces = [_gaps_and_words(each) for each in chunks]
    gaps, gap = numbered(list(chain.from_iterable(piece[::2] for piece in pieces)))
    surfaces, word = numbered(list(chain.from_iterable(piece[1::2] for piece in pieces)))
    known = tuple(map(known_word, surfaces))
    # Each gap and the word after it, if one is: the last gap of a chunk has none.
    ends = np.cumsum(np.array([len(piece) // 2 + 1 for piece in pieces], dtype=np.int64))
    word_after = np.full(len(gap), NO_WORD)
    word_after[np.delete(np.arange(len(gap)), ends - 1)] = word
    entries = ranges(np.concatenate(([0], ends[:-1]))[chunk], ends[chunk])
    there = np.flatnonzero(word_after[entries] != NO_WORD)

    def number(begins: Flags) -> Numbers:
        return np.cumsum(begins[entries], dtype=np.int64)[there]

    opens, contrasts = (
        np.append(_each(flags), np.False_)[word_after]
        for flags in ((word.opens_clause for word in known), (word.contrasts for word in known))
    )
    new_text = _each(MARK in each for each in gaps)[gap]
    word, text = word_after[entries][there], number(new_text)
    leans = np.array([word.leans for word in known], dtype=np.int64)[word]
    return ManyTexts(
        known=known,
        word=word,
        text=text,
        clause=number(_each(map(ends_clause, gaps))[gap] | new_text | opens),
        sentence=number(_each(map(ends_sentence, gaps))[gap] | new_text | contrasts),
        english=np.bincount(text, weights=leans, minlength=len(texts)) > 0,
    )


def _gaps_and_words(chunk: str) -> list[str]:
    """A gap, a word, a gap and so on. Where there is no word, the blanks on either side belong to the gap."""
    pieces = WORD.split(chunk)
    return pieces if len(pieces) > 1 else [f" {chunk} "]


def runs_of(numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Where each run of equal numbers begins, and where it ends."""
    begins = np.flatnonzero(np.diff(numbers, prepend=-1))
    return begins, np.append(begins, len(numbers))[1:]


def numbered(names: Sequence[str]) -> tuple[list[str], Numbers]:
    """Each different name once, and the number of each name among these."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    found = np.fromiter(map(numbers.__getitem__, names), dtype=np.int64, count=len(names))
    return list(numbers), found


def _each(flags: Iterable[bool]) -> Flags:
    return np.array(list(flags), dtype=np.bool_)
