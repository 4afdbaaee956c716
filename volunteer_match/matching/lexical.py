"""How alike a need and an offer are worded: a weak signal, as each side uses its own words, but the only one left where
no concept is met.

Two cosines of the TF-IDF kind are added, one by the letters of words (so that *gymnastiktræner* is like *gymnastik*),
one by stems. Both are sums over the words of the offer, so an offer is stored as its words alone: for each need the
likeness of every known *word* is worked out once, and an offer's is the sum over its own.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from volunteer_match.matching.batches import in_batches
from volunteer_match.matching.profiles import OfferProfile
from volunteer_match.matching.wording import WORD, Word, danish_stem, fold, is_small, tokens
from volunteer_match.vocabulary.taxonomy import taxonomy

SHOWN_WORDS = 4
# What letters and stems count: letters carry compounds and spelling, stems the rest.
BY_LETTERS, BY_STEM = 0.75, 0.25
# Texts whose lengths are worked out at once, or words whose pieces are.
BATCH = 5_000
# In a short question the small words are a good part of what there is; beside many telling ones they tell little.
SMALL_WORDS_COUNT = 0.3
FEW_TELLING, MANY_TELLING = 4, 10
SHORTEST_PIECE, LONGEST_PIECE = 3, 5
NO_STEM = -1
# Words whose parts are kept in memory.
MOST_KEPT = 20_000

Floats = NDArray[np.float64]
Ids = NDArray[np.int32]


@lru_cache(maxsize=4096)
def stems(text: str) -> tuple[str, ...]:
    """The telling words of a text by their Danish stems."""
    return tuple(word.danish for word in tokens(text) if not word.small)


def offer_wording(offer: OfferProfile) -> str:
    return f"{offer.title}. {offer.text}"


def words_of(text: str) -> list[str]:
    """Every word of a text in lower case, as often as it stands there."""
    return WORD.findall(text.lower())


@lru_cache(maxsize=100_000)
def pieces(word: str) -> Mapping[str, int]:
    """The runs of three to five letters in a word with a blank on either side, and how often each occurs."""
    padded = f" {fold(word)} "
    found: Counter[str] = Counter()
    for length in range(SHORTEST_PIECE, LONGEST_PIECE + 1):
        if len(padded) <= length:
            found[padded] += 1
            break
        found.update(padded[start : start + length] for start in range(len(padded) - length + 1))
    return found


def stem_of(word: str) -> str | None:
    """The stem of a word; none for the small words that tell nothing."""
    return None if is_small(word) else danish_stem(word)


def ranges(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of all the ranges, one range after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))


class Parts(NamedTuple):
    """Numbers of the pieces, or of the stem, that a word is made of, and how often each is in it."""

    numbers: NDArray[np.int64]
    counts: Floats


@dataclass(frozen=True, slots=True)
class Weighing:
    """What `fit` takes from all texts: how telling each piece and each stem is (squared inverse document frequency)."""

    piece_ids: Mapping[str, int]
    piece_weight: Floats
    stem_ids: Mapping[str, int]
    stem_weight: Floats
    _parts: dict[str, tuple[Parts, Parts]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def fit(cls, documents_with: Mapping[str, int], documents: int) -> "Weighing":
        """`documents_with`: in how many of the `documents` each word occurs."""
        in_pieces: Counter[str] = Counter()
        in_stems: Counter[str] = Counter()
        for word, number in documents_with.items():
            for piece in pieces(word):
                in_pieces[piece] += number
            stem = stem_of(word)
            if stem is not None:
                in_stems[stem] += number
        return cls(*_numbered(in_pieces, documents), *_numbered(in_stems, documents))

    @property
    def weights(self) -> tuple[Floats, Floats]:
        return self.piece_weight, self.stem_weight

    def parts_of(self, word: str) -> tuple[Parts, Parts]:
        """What is known of a word by letters and by stem. Worked out once: most needs are made of the same words."""
        found = self._parts.get(word)
        if found is None:
            if len(self._parts) >= MOST_KEPT:
                self._parts.clear()
            stem = stem_of(word)
            of_stem = {} if stem is None else {stem: 1}
            found = self._parts[word] = _known(pieces(word), self.piece_ids), _known(of_stem, self.stem_ids)
        return found


def _known(counts: Mapping[str, int], ids: Mapping[str, int]) -> Parts:
    numbered = [(ids[name], count) for name, count in counts.items() if name in ids]
    table = np.array(numbered, dtype=np.int64).reshape(-1, 2)
    return Parts(table[:, 0], table[:, 1].astype(np.float64))


def _numbered(counts: Mapping[str, int], documents: int) -> tuple[dict[str, int], Floats]:
    names = sorted(counts)
    # A piece that several words of one text share is counted once for each: no more than there are texts.
    having = np.minimum(np.array([counts[name] for name in names], dtype=np.float64), documents)
    weight = np.log((1.0 + documents) / (1.0 + having)) + 1.0
    return {name: number for number, name in enumerate(names)}, weight**2


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of a set of offers, and by which pieces and stems they are met.

    By piece they are postings: the words with the piece `p` are the entries `piece_start[p]:piece_start[p+1]`.
    """

    piece_start: NDArray[np.int64]
    piece_words: Ids
    piece_counts: NDArray[np.float32]
    stem_ids: Ids

    @classmethod
    def of(cls, words: Sequence[str], weighing: Weighing) -> "WordTable":
        piece_ids, stem_ids = weighing.piece_ids, weighing.stem_ids
        known = in_batches(lambda batch: _pieces_known(words, batch, piece_ids), len(words), size=BATCH)
        piece, word, count = np.concatenate([np.zeros((3, 0), np.int32), *known], axis=1)
        order = np.argsort(piece, kind="stable")
        start = np.searchsorted(piece[order], np.arange(len(piece_ids) + 1))
        stems_ = np.array([stem_ids.get(stem_of(word) or "", NO_STEM) for word in words], dtype=np.int32)
        return cls(
            piece_start=start.astype(np.int64),
            piece_words=word[order],
            piece_counts=count[order].astype(np.float32),
            stem_ids=stems_,
        )

    def lengths(
        self,
        starts: NDArray[np.int64],
        words: Ids,
        times: NDArray[np.float32],
        weighing: Weighing,
        *,
        threads: int = 1,
    ) -> NDArray[np.float32]:
        """The lengths of texts by letters and by stem, a line each; text `i` has the words `starts[i]:starts[i+1]`."""
        pieces_of_words = csc_array(
            (self.piece_counts, self.piece_words, self.piece_start),
            shape=(len(self.stem_ids), len(self.piece_start) - 1),
        ).tocsr()
        known = np.flatnonzero(self.stem_ids != NO_STEM)
        stems_of_words = csr_array(
            (np.ones(len(known)), (known, self.stem_ids[known])), shape=(len(self.stem_ids), len(weighing.stem_weight))
        )
        texts = csr_array((times, words, starts), shape=(len(starts) - 1, len(self.stem_ids)))
        by = ((pieces_of_words, weighing.piece_weight), (stems_of_words, weighing.stem_weight))

        def of_rows(rows: slice) -> NDArray[np.float32]:
            some = texts[rows]
            return np.stack([_lengths(some, parts, weight) for parts, weight in by])

        found = in_batches(of_rows, texts.shape[0], size=BATCH, threads=threads)
        return np.concatenate(found, axis=1) if found else np.empty((2, 0), dtype=np.float32)


def _pieces_known(words: Sequence[str], batch: slice, piece_ids: Mapping[str, int]) -> Ids:
    """The pieces of some of the words: a line each for the piece, the word and how often the one is in the other."""
    entries = [
        (piece_ids[piece], number, count)
        for number, word in enumerate(words[batch], batch.start)
        for piece, count in pieces(word).items()
        if piece in piece_ids
    ]
    return np.array(entries, dtype=np.int32).reshape(-1, 3).T


def _lengths(texts: csr_array, parts_of_words: csr_array, weight: Floats) -> NDArray[np.float32]:
    parts = texts @ parts_of_words
    parts.data *= parts.data
    return np.asarray(np.sqrt(parts @ weight), dtype=np.float32)


def times_said(count: NDArray[np.float64] | NDArray[np.float32]) -> Floats:
    """What a word counts in a text where it stands so often."""
    return 1.0 + np.log(np.asarray(count, dtype=np.float64))


class WordedNeed:
    """A need's text, ready to be compared with any table of words that was weighed alike."""

    def __init__(self, words: Sequence[Word], said: Mapping[str, float], weighing: Weighing) -> None:
        """`words`: all of the text; `said`: those that count, in lower case, and what they count."""
        self._weighing = weighing
        times = _small_words_lessened(said)
        by_letters, by_stem = zip(*map(weighing.parts_of, said), strict=True) if said else ((), ())
        self._pieces = _told(by_letters, times, weighing.piece_weight, BY_LETTERS)
        self._stems = _told(by_stem, times, weighing.stem_weight, BY_STEM)
        self._words = words
        self._telling_words: list[tuple[str, int]] | None = None

    def likeness_of_words(self, table: WordTable) -> tuple[Floats, Floats]:
        """For each word of the table its part in the likeness of an offer, by letters and by stem."""
        starts, ends = table.piece_start[self._pieces.numbers], table.piece_start[self._pieces.numbers + 1]
        entries = ranges(starts, ends)
        values = np.repeat(self._pieces.counts, ends - starts) * table.piece_counts[entries]
        by_letters = np.bincount(table.piece_words[entries], weights=values, minlength=len(table.stem_ids))
        # The last is for words without a stem.
        of_stem = np.zeros(len(self._weighing.stem_weight) + 1)
        of_stem[self._stems.numbers] = self._stems.counts
        return by_letters.astype(np.float64), of_stem[table.stem_ids]

    def shared_words(self, stem_ids: Collection[int]) -> tuple[str, ...]:
        """The need's words, as written, of the stems given, most telling first."""
        if self._telling_words is None:
            self._telling_words = self._most_telling_first()
        shared = (surface for surface, stem in self._telling_words if stem in stem_ids)
        return tuple(islice(shared, SHOWN_WORDS))

    def _most_telling_first(self) -> list[tuple[str, int]]:
        """The need's words, each once as written, with their stems."""
        known, weight = self._weighing.stem_ids, self._weighing.stem_weight
        words = {
            word.surface: known[word.danish]
            for word in self._words
            if not (word.small or word.turns) and word.danish in known
        }
        return sorted(words.items(), key=lambda pair: (-float(weight[pair[1]]), pair[0]))


def _told(words: Sequence[Parts], times: Floats, weight: Floats, counts: float) -> Parts:
    """The parts of a whole text, and what each counts in the likeness of another text that has it."""
    if not words:
        return Parts(np.empty(0, dtype=np.int64), np.empty(0))
    numbers = np.concatenate([word.numbers for word in words])
    values = np.concatenate([word.counts for word in words])
    values *= times.repeat([len(word.numbers) for word in words])
    found, place = np.unique(numbers, return_inverse=True)
    total = np.bincount(place, weights=values, minlength=len(found))
    own = weight[found]
    length = float(np.sqrt((total * total) @ own)) or 1.0
    return Parts(found, total * own * (counts / length))


def _small_words_lessened(said: Mapping[str, float]) -> Floats:
    """What each word counts in this text."""
    times = np.fromiter(said.values(), dtype=np.float64, count=len(said))
    small = np.fromiter(map(is_small, said), dtype=np.bool_, count=len(said))
    telling = len(said) - np.count_nonzero(small)
    many = min(max((telling - FEW_TELLING) / (MANY_TELLING - FEW_TELLING), 0.0), 1.0)
    times[small] *= 1.0 - (1.0 - SMALL_WORDS_COUNT) * many
    return times


def taxonomy_texts() -> list[str]:
    """Wording that is there before any offer is, so that a handful of offers doesn't decide what is telling."""
    source = taxonomy()
    kinds = [f"{kind.label.da}. {kind.example.da} {' '.join(kind.synonyms_da)}" for kind in source.offers.values()]
    needs = [
        f"{need.label.da}. {need.external_wording.da} {' '.join(need.synonyms_da)}" for need in source.needs.values()
    ]
    return [*kinds, *needs]
