"""What the engine takes from the texts of offers, read once: concepts, the main kind, and the words themselves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from volunteer_match.matching.concepts import concept_book
from volunteer_match.matching.lexical import ranges, times_said, words_of
from volunteer_match.matching.profiles import OfferProfile
from volunteer_match.vocabulary.taxonomy import taxonomy

BATCH = 5_000
# Starting another process costs more than reading this many offers.
WORTH_PROCESSES = 20_000
NO_KIND = -1

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


def read_offers(offers: Sequence[OfferProfile], *, processes: int = 1) -> OfferReadings:
    """In several processes where there are offers enough to be worth it."""
    texts = [(offer.title, offer.text, offer.kinds, _name_that_tells(offer)) for offer in offers]
    if processes == 1 or len(texts) < WORTH_PROCESSES:
        return _joined([_read(texts)])
    batches = (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))
    return _joined(list(Parallel(n_jobs=processes)(delayed(_read)(batch) for batch in batches)))


def _name_that_tells(offer: OfferProfile) -> str:
    """*Vrå Skakklub* plays chess; Inger Vestergaard has no farm."""
    return "" if offer.organisation_kind == "citizen" else offer.organisation


def _read(texts: Sequence[Texts]) -> OfferReadings:
    concepts, words = Entries(), Entries()
    main_kinds: list[int] = []
    vocabulary: dict[str, int] = {}
    book, numbers = concept_book(), concept_numbers()
    for title, text, declared, organisation in texts:
        found = book.read_offer(title, text, declared, organisation)
        concepts.add([0, *map(numbers.__getitem__, found)], [0.0, *found.values()])
        main_kinds.append(_main_kind(found, declared))
        said = Counter(words_of(f"{title}. {text}"))
        words.add([vocabulary.setdefault(word, len(vocabulary)) for word in said], said.values())
    counted = words.runs()
    return OfferReadings(
        concepts=concepts.runs(),
        words=Runs(counted.start, counted.number, times_said(counted.value).astype(np.float32)),
        vocabulary=tuple(vocabulary),
        main_kind=np.array(main_kinds, dtype=np.int16),
    )


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


def _main_kind(found: Mapping[str, float], declared: Sequence[str]) -> int:
    """What somebody ticked first, or else what the texts say most."""
    kinds = kind_numbers()
    if declared:
        return kinds.get(declared[0], NO_KIND)
    surest = min((kind for kind in found if kind in kinds), key=lambda kind: (-found[kind], kind), default=None)
    return NO_KIND if surest is None else kinds[surest]


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
        concepts=_one_after_the_other([part.concepts for part in parts]),
        words=_one_after_the_other(words),
        vocabulary=tuple(vocabulary),
        main_kind=np.concatenate([part.main_kind for part in parts]),
    )


def _one_after_the_other(parts: Sequence[Runs]) -> Runs:
    lengths = np.concatenate([np.diff(part.start) for part in parts])
    return Runs(
        np.concatenate(([0], np.cumsum(lengths))),
        np.concatenate([part.number for part in parts]),
        np.concatenate([part.value for part in parts]),
    )
