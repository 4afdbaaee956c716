"""Offers packed into columns, in an order in which every need's offers are a few contiguous runs.

Offers lie by place (postcode), in a place those first that nothing about the offer itself bars, and of these the ones
that reach furthest first. So "in reach and open" is, for each place, a run from its beginning. A segment is never
changed: what changes about an offer goes to a newer segment (`ranking.Ranker`), so any number of processes can read
the same files.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from math import asin
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from volunteer_match.matching.batches import in_batches
from volunteer_match.matching.concepts import DECLARED
from volunteer_match.matching.eligibility import Bar, bars_of_offer, standing_of
from volunteer_match.matching.kind_reading import Side, Told, kind_reader, shortened
from volunteer_match.matching.lexical import Weighing, WordTable
from volunteer_match.matching.offer_reading import (
    OfferReadings,
    Runs,
    concept_ids,
    kind_ids,
    kind_numbers,
    one_after_the_other,
)
from volunteer_match.matching.profiles import OfferProfile
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.places import EARTH_RADIUS_KM, on_globe
from volunteer_match.vocabulary.slots import SLOTS

BIT: Mapping[Bar, int] = {bar: 1 << place for place, bar in enumerate(Bar)}
FORM_BITS: Mapping[ContactForm, int] = {ContactForm.ONE_TO_ONE: 1, ContactForm.GROUP: 2, ContactForm.EITHER: 3}
SLOT_BITS: Mapping[str, int] = {slot: 1 << place for place, slot in enumerate(SLOTS)}
MOST_LANGUAGES = 64
# How many different radii are told apart; more than these are rounded up here and looked at one by one.
MOST_LEVELS = 256
NO_DATE = -1
# Offers whose kinds are worked out at once: a number for each and every kind.
KINDS_AT_ONCE = 5_000
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place offers lie at."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry an offer. Bits: `barred` by `BIT`, `forms` by `FORM_BITS`, `slots` by `SLOT_BITS` (0: none given)."""

    ids: NDArray[np.bytes_]
    place: NDArray[np.int32]
    radius_km: NDArray[np.float64]
    barred: NDArray[np.uint16]
    age_min: NDArray[np.uint8]
    age_max: NDArray[np.uint8]
    slots: NDArray[np.uint32]
    languages: NDArray[np.uint64]
    forms: NDArray[np.uint8]
    organisation_kind: NDArray[np.int16]
    free_places: NDArray[np.int32]
    updated_on: NDArray[np.int32]
    kind_declared: NDArray[np.bool_]


@dataclass(frozen=True)
class Segment:
    """`first`: where each place begins. `reaching[p, l]`: how many open offers at `p` have a radius of `levels[l-1]`
    or more. `by_id`: the rows in the order of their ids. `languages`, `organisation_kinds`: what bits and numbers mean.
    """

    columns: Columns
    spots: tuple[Spot, ...]
    first: NDArray[np.int64]
    levels: NDArray[np.float64]
    reaching: NDArray[np.int64]
    by_id: NDArray[np.int64]
    languages: tuple[str, ...]
    organisation_kinds: tuple[str, ...]
    concepts: Runs
    concept_length: NDArray[np.float32]
    words: Runs
    word_lengths: NDArray[np.float32]
    table: WordTable
    main_kind: NDArray[np.int16]
    kinds: Runs
    _distances: dict[tuple[float, float], NDArray[np.float64]] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.columns.place)

    def id_of(self, row: int) -> str:
        return bytes(self.columns.ids[row]).decode()

    def row_of(self, offer_id: str) -> int | None:
        wanted = offer_id.encode()
        lowest, beyond = 0, len(self.by_id)
        while lowest < beyond:
            middle = (lowest + beyond) // 2
            if self.columns.ids[self.by_id[middle]] < wanted:
                lowest = middle + 1
            else:
                beyond = middle
        found = lowest < len(self.by_id) and self.columns.ids[self.by_id[lowest]] == wanted
        return int(self.by_id[lowest]) if found else None

    def distances(self, spot: Any) -> NDArray[np.float64]:
        """Kilometres to each place: to the last bit what `places.distance_km` says."""
        key = (spot.lat, spot.lon)
        if key not in self._distances:
            away = self._spots_on_globe - np.array([on_globe(spot)])
            squares = away * away
            halves = np.minimum(1.0, np.sqrt(squares[:, 0] + squares[:, 1] + squares[:, 2]) / 2)
            # numpy's own arcsin differs in the last bit from the one of the plain rule.
            self._distances[key] = np.array(list(map(asin, halves.tolist()))) * (2 * EARTH_RADIUS_KM)
        return self._distances[key]

    @cached_property
    def concepts_of_rows(self) -> csr_array:
        """`concepts` as a matrix over the same arrays: it hands out the entries of some rows at once."""
        return _matrix(self.concepts, len(concept_ids()))

    @cached_property
    def words_of_rows(self) -> csr_array:
        return _matrix(self.words, len(self.table.stem_ids))

    @cached_property
    def kinds_of_rows(self) -> csr_array:
        return _matrix(self.kinds, len(kind_ids()))

    @cached_property
    def _spots_on_globe(self) -> NDArray[np.float64]:
        return np.array([on_globe(spot) for spot in self.spots]).reshape(-1, 3)


def _matrix(runs: Runs, width: int) -> csr_array:
    # Numbers and starts of one width, or scipy copies both.
    small = runs.start[-1] <= np.iinfo(runs.number.dtype).max
    start = runs.start.astype(runs.number.dtype) if small else runs.start
    return csr_array((runs.value, runs.number, start), shape=(len(runs.start) - 1, width))


def pack(
    offers: Sequence[OfferProfile],
    readings: OfferReadings,
    weighing: Weighing,
    telling: NDArray[np.float64],
    *,
    threads: int = 1,
) -> Segment:
    """`telling`: how much each concept tells, for the length of an offer's concepts."""
    numbers: dict[tuple[float, float], int] = {}
    place = _numbers(map(attrgetter("lat", "lon"), offers), numbers)
    languages, kinds = _numbers_of_names(offers)
    columns = _columns(offers, place, languages, kinds)
    order = np.lexsort((-columns.radius_km, columns.barred > 0, place))
    columns = Columns(**{column.name: getattr(columns, column.name)[order] for column in fields(Columns)})
    table = WordTable.of(readings.vocabulary, weighing)
    concepts, words = readings.concepts.in_order(order), readings.words.in_order(order)
    levels = _levels(columns.radius_km)
    return Segment(
        columns=columns,
        spots=tuple(Spot(*at) for at in numbers),
        first=np.searchsorted(columns.place, np.arange(len(numbers) + 1)),
        levels=levels,
        reaching=_reaching(columns, levels, len(numbers)),
        by_id=np.argsort(columns.ids, kind="stable"),
        languages=tuple(languages),
        organisation_kinds=tuple(kinds),
        concepts=concepts,
        concept_length=_lengths(concepts, telling**2),
        words=words,
        word_lengths=table.lengths(words.start, words.number, words.value, weighing, threads=threads),
        table=table,
        main_kind=readings.main_kind[order],
        kinds=kinds_pointed_to(offers, readings, threads=threads).in_order(order),
    )


def kinds_pointed_to(offers: Sequence[OfferProfile], readings: OfferReadings, *, threads: int = 1) -> Runs:
    """How strongly each offer points to each kind, by its texts and by what somebody ticked."""
    points_of = kind_reader().points(Told(readings.vocabulary, readings.words, readings.concepts), Side.OFFER)

    def of_rows(rows: slice) -> Runs:
        points = points_of(rows)
        for row, offer in enumerate(offers[rows]):
            for kind in offer.kinds:
                points[row, kind_numbers()[kind]] = DECLARED
        strong = shortened(points)
        owner, kinds = np.nonzero(strong)
        start = np.searchsorted(owner, np.arange(len(points) + 1))
        return Runs(start, kinds.astype(np.int32), strong[owner, kinds].astype(np.float32))

    return one_after_the_other(in_batches(of_rows, len(offers), size=KINDS_AT_ONCE, threads=threads))


def _numbers(keys: Iterable[Key], numbers: dict[Key, int]) -> NDArray[np.int32]:
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int32)


def _numbers_of_names(offers: Sequence[OfferProfile]) -> tuple[dict[str, int], dict[str, int]]:
    languages = sorted(frozenset[str]().union(*{offer.languages for offer in offers}))
    if len(languages) > MOST_LANGUAGES:
        raise ValueError(f"{len(languages)} languages do not fit into {MOST_LANGUAGES} bits")
    kinds = sorted({offer.organisation_kind for offer in offers})
    return {name: n for n, name in enumerate(languages)}, {name: n for n, name in enumerate(kinds)}


def _columns(
    offers: Sequence[OfferProfile], place: NDArray[np.int32], languages: Mapping[str, int], kinds: Mapping[str, int]
) -> Columns:
    # Most offers share their times, languages and standing with many others: each mask is made once.
    slots = _Remembered(lambda given: sum(SLOT_BITS[slot] for slot in given))
    spoken = _Remembered(lambda given: sum(1 << languages[language] for language in given))

    def column(values: Iterable[Any], dtype: Any) -> NDArray[Any]:
        return np.fromiter(values, dtype=dtype, count=len(offers))

    def given(name: str) -> Iterator[Any]:
        return map(attrgetter(name), offers)

    return Columns(
        ids=np.array([offer.id.encode() for offer in offers], dtype=np.bytes_),
        place=place,
        radius_km=column(given("radius_km"), np.float64),
        barred=column(_barred(offers), np.uint16),
        age_min=column(given("age_min"), np.uint8),
        age_max=column(given("age_max"), np.uint8),
        slots=column(map(slots.__getitem__, given("slots")), np.uint32),
        languages=column(map(spoken.__getitem__, given("languages")), np.uint64),
        forms=column(map(FORM_BITS.__getitem__, given("contact_form")), np.uint8),
        organisation_kind=column(map(kinds.__getitem__, given("organisation_kind")), np.int16),
        free_places=column(given("free_places"), np.int32),
        updated_on=column((NO_DATE if day is None else day.toordinal() for day in given("updated_on")), np.int32),
        kind_declared=column(map(bool, given("kinds")), np.bool_),
    )


def _barred(offers: Sequence[OfferProfile]) -> Iterator[int]:
    """The bars of each offer as bits. Few standings are different, so the rules are asked once for each."""
    known: dict[Any, int] = {}
    for offer in offers:
        bits = known.get(standing := standing_of(offer))
        if bits is None:
            bits = known[standing] = sum(BIT[bar] for bar in bars_of_offer(offer))
        yield bits


class _Remembered(dict[Any, int]):
    """A function of something hashable, worked out once for each."""

    def __init__(self, work_out: Callable[[Any], int]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: Any) -> int:
        self[key] = self._work_out(key)
        return self[key]


def _levels(radius_km: NDArray[np.float64]) -> NDArray[np.float64]:
    """The different radii, the longest first; of very many, some."""
    different = np.unique(radius_km)[::-1]
    if len(different) <= MOST_LEVELS:
        return different
    return different[np.linspace(0, len(different) - 1, MOST_LEVELS).astype(np.int64)]


def _reaching(columns: Columns, levels: NDArray[np.float64], places: int) -> NDArray[np.int64]:
    is_open = columns.barred == 0
    # The first level that is no longer than the radius: from there on the offer counts.
    level = np.searchsorted(-levels, -columns.radius_km[is_open])
    counts = np.zeros((places, len(levels) + 1), dtype=np.int64)
    np.add.at(counts, (columns.place[is_open], np.minimum(level + 1, len(levels))), 1)
    return counts.cumsum(axis=1)


def _lengths(runs: Runs, weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """The length of each offer's vector, whose every entry weighs as given."""
    squares = np.bincount(
        runs.owners(), weights=runs.value.astype(np.float64) ** 2 * weights[runs.number], minlength=len(runs.start) - 1
    )
    return np.sqrt(squares).astype(np.float32)
