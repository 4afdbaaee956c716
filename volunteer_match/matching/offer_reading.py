"""What the engine takes from the texts of offers, read once: concepts, the main kind, and the words themselves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from volunteer_match.matching.concepts import concept_book
from volunteer_match.matching.lexical import ranges, times_said, words_of
from volunteer_match.matching.many_texts import ManyTexts, numbered, read_texts
from volunteer_match.matching.packed_concepts import PackedConcepts, Said
from volunteer_match.matching.profiles import OfferProfile
from volunteer_match.vocabulary.taxonomy import taxonomy

# Offers read in one go.
BATCH = 10_000
# Starting another process costs more than reading this many offers.
WORTH_PROCESSES = 20_000
NO_KIND = -1
# Title and text are an offer's own words; the third, the organisation's name, only tells what it does.
OWN_TEXTS = 2

Texts = tuple[str, str, tuple[str, ...], str]
"""Title, text, declared kinds and the organisation's name, which tells what it does (*Vrå Skakklub*)."""


@cache
def concept_ids() -> tuple[str, ...]:
    """Every concept by its number. Number 0 is nothing: every offer has it at 0.0, so that none has no entry."""
    return ("", *sorted(concept_book().concepts))


@cache
def concept_numbers() -> Mapping[str, int]:
    return {concept: number for number, concept in enumerate(concept_ids())}


@cache
def kind_ids() -> tuple[str, ...]:
    return tuple(taxonomy().offers)


@cache
def kind_numbers() -> Mapping[str, int]:
    return {kind: number for number, kind in enumerate(kind_ids())}


@dataclass(frozen=True, slots=True)
class Runs:
    """Entries of many offers in one array: those of offer `i` are `start[i]:start[i+1]`."""

    start: NDArray[np.int64]
    number: NDArray[np.int32]
    value: NDArray[np.float32]

    def in_order(self, rows: NDArray[np.int64]) -> "Runs":
        entries = ranges(self.start[rows], self.start[rows + 1])
        lengths = self.start[rows + 1] - self.start[rows]
        return Runs(np.concatenate(([0], np.cumsum(lengths))), self.number[entries], self.value[entries])

    def owners(self) -> NDArray[np.int64]:
        """The offer of each entry."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


@dataclass(frozen=True, slots=True)
class OfferReadings:
    """`concepts`: how surely each offer is what. `words`: numbers of the vocabulary, and what each counts."""

    concepts: Runs
    words: Runs
    vocabulary: tuple[str, ...]
    main_kind: NDArray[np.int16]


def read_offers(
    offers: Sequence[OfferProfile], *, processes: int = 1, progress: Callable[[int], None] | None = None
) -> OfferReadings:
    """In several processes where there are offers enough to be worth it.

    `progress` is told how many are read, batch by batch.
    """
    batches = (_texts(offers[start : start + BATCH]) for start in range(0, len(offers), BATCH))
    if processes == 1 or len(offers) < WORTH_PROCESSES:
        read = map(_read, batches)
    else:
        read = Parallel(n_jobs=processes, return_as="generator")(delayed(_read)(batch) for batch in batches)
    parts: list[OfferReadings] = []
    for part in read:
        parts.append(part)
        if progress is not None:
            progress(min(len(parts) * BATCH, len(offers)))
    return _joined(parts or [_read([])])


def _texts(offers: Sequence[OfferProfile]) -> list[Texts]:
    return [(offer.title, offer.text, offer.kinds, _name_that_tells(offer)) for offer in offers]


def _name_that_tells(offer: OfferProfile) -> str:
    """*Vrå Skakklub* plays chess; Inger Vestergaard has no farm."""
    return "" if offer.organisation_kind == "citizen" else offer.organisation


@cache
def _packed_concepts() -> PackedConcepts:
    return PackedConcepts(concept_book(), concept_numbers())


def _read(offers: Sequence[Texts]) -> OfferReadings:
    texts = read_texts([text for title, text, _, organisation in offers for text in (title, text, organisation)])
    declared = [kinds for _, _, kinds, _ in offers]
    said = _packed_concepts().read(texts, declared)
    words, vocabulary = _words(texts, len(offers))
    return OfferReadings(
        concepts=Runs(
            start=_starts(np.bincount(said.offer, minlength=len(offers))),
            number=said.concept.astype(np.int32),
            value=said.sure.astype(np.float32),
        ),
        words=words,
        vocabulary=vocabulary,
        main_kind=_main_kinds(said, declared),
    )


def _words(texts: ManyTexts, offers: int) -> tuple[Runs, tuple[str, ...]]:
    """The words of titles and texts in lower case, and what each counts; in order within an offer."""
    lower = [words_of(word.surface) for word in texts.known]
    names, number = numbered(list(chain.from_iterable(lower)))
    bounds = _starts(np.array([len(each) for each in lower], dtype=np.int64))
    offer, part = np.divmod(texts.text, OWN_TEXTS + 1)
    counted = np.flatnonzero(part < OWN_TEXTS)
    begin, end = bounds[texts.word[counted]], bounds[texts.word[counted] + 1]
    said = number[ranges(begin, end)]
    there = np.flatnonzero(np.bincount(said, minlength=len(names)))
    pair = np.repeat(offer[counted], end - begin) * len(there) + np.searchsorted(there, said)
    different, times = np.unique(pair, return_counts=True)
    owner, word = np.divmod(different, max(1, len(there)))
    start = _starts(np.bincount(owner, minlength=offers))
    counts = times_said(times.astype(np.float64)).astype(np.float32)
    return Runs(start, word.astype(np.int32), counts), tuple(names[each] for each in there.tolist())


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(lengths)))


def _main_kinds(said: Said, declared: Sequence[Sequence[str]]) -> NDArray[np.int16]:
    """What somebody ticked first, or else what the texts say most; of several the first by name."""
    kinds = kind_numbers()
    kind_of_concept = np.array([kinds.get(concept, NO_KIND) for concept in concept_ids()], dtype=np.int16)
    is_kind = np.flatnonzero(kind_of_concept[said.concept] != NO_KIND)
    offer, concept, sure = said.offer[is_kind], said.concept[is_kind], said.sure[is_kind]
    order = np.lexsort((concept, -sure, offer))
    surest = order[np.flatnonzero(np.diff(offer[order], prepend=-1))]
    found = np.full(len(declared), NO_KIND, dtype=np.int16)
    found[offer[surest]] = kind_of_concept[concept[surest]]
    ticked = [number for number, given in enumerate(declared) if given]
    found[ticked] = [kinds.get(declared[number][0], NO_KIND) for number in ticked]
    return found


class Entries:
    """Runs while they grow."""

    def __init__(self) -> None:
        self._start = [0]
        self._numbers: list[int] = []
        self._values: list[float] = []

    def add(self, numbers: Sequence[int], values: Iterable[float]) -> None:
        self._numbers.extend(numbers)
        self._values.extend(values)
        self._start.append(len(self._numbers))

    def runs(self) -> Runs:
        return Runs(
            np.array(self._start, dtype=np.int64),
            np.array(self._numbers, dtype=np.int32),
            np.array(self._values, dtype=np.float32),
        )


def _joined(parts: Sequence[OfferReadings]) -> OfferReadings:
    """The parts' own vocabularies become one."""
    if len(parts) == 1:
        return parts[0]
    vocabulary: dict[str, int] = {}
    numbered = [
        np.array([vocabulary.setdefault(word, len(vocabulary)) for word in part.vocabulary], dtype=np.int32)
        for part in parts
    ]
    words = [
        Runs(p.words.start, number[p.words.number], p.words.value) for p, number in zip(parts, numbered, strict=True)
    ]
    return OfferReadings(
        concepts=one_after_the_other([part.concepts for part in parts]),
        words=one_after_the_other(words),
        vocabulary=tuple(vocabulary),
        main_kind=np.concatenate([part.main_kind for part in parts]),
    )


def one_after_the_other(parts: Sequence[Runs]) -> Runs:
    empty = Runs(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
    together = (empty, *parts)
    return Runs(
        _starts(np.concatenate([np.diff(part.start) for part in together])),
        np.concatenate([part.number for part in together]),
        np.concatenate([part.value for part in together]),
    )
