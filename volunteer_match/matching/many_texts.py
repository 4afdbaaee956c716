"""Many texts read at once: the words of all of them, one after the other, as numbers.

What a word is by itself (its forms, the lists of small words it stands in) is worked out once for each different word.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.wording import WORD, Word, ends_clause, ends_sentence, known_word

# Between two texts, and in none of them: no word, no end of a clause or sentence, as the one it is replaced by.
BETWEEN, IN_A_TEXT = "\0", "\1"

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
    joined = BETWEEN.join(text.replace(BETWEEN, IN_A_TEXT) for text in texts)
    found = WORD.split(joined)
    surfaces, word = numbered(found[1::2])
    gaps, gap = numbered(found[0:-1:2])
    known = tuple(map(known_word, surfaces))
    begins = np.array([gap.count(BETWEEN) for gap in gaps], dtype=np.int64)[gap]
    new_sentence = _each(map(ends_sentence, gaps))[gap] | (begins > 0)
    new_clause = _each(map(ends_clause, gaps))[gap] | (begins > 0) | _each(word.opens_clause for word in known)[word]
    text = np.cumsum(begins)
    leans = np.array([word.leans for word in known], dtype=np.int64)[word]
    return ManyTexts(
        known=known,
        word=word,
        text=text,
        clause=np.cumsum(new_clause),
        sentence=np.cumsum(new_sentence),
        english=np.bincount(text, weights=leans, minlength=len(texts)) > 0,
    )


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
