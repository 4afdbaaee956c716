"""A made-up Denmark of any size: offers and needs on real postcodes, the same for the same seed.

Offers are columns of numbers and two texts each; `SyntheticDenmark.offer` makes a profile of one only when asked.
What an offer really is of (`kind`) is hidden: no engine is told kinds or codes, all read the texts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from volunteer_match.benchmarks.phrases import (
    FILLINGS,
    OFFERED,
    PRACTICAL,
    SITUATION,
    TITLES,
    WISH,
    kind_wordings,
    kinds,
    need_wordings,
)
from volunteer_match.matching.case_files import ORGANISATION_TYPES
from volunteer_match.matching.profiles import Certificate, NeedProfile, OfferProfile, OfferState
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.languages import LANGUAGES
from volunteer_match.vocabulary.places import Place, built_in_places
from volunteer_match.vocabulary.slots import SLOTS
from volunteer_match.vocabulary.taxonomy import taxonomy

Numbers = NDArray[np.integer]
Flags = NDArray[np.bool_]
Generator = np.random.Generator

FORMS = tuple(ContactForm)
CERTIFICATES = tuple(Certificate)
STATES = tuple(OfferState)
LANGUAGE_CODES = tuple(LANGUAGES)
# Nobody in Denmark is farther away than this.
NATIONWIDE_KM = 500
RADII = (5, 10, 15, 20, 25, 30, 40, NATIONWIDE_KM)
RADIUS_SHARES = (0.14, 0.22, 0.22, 0.17, 0.12, 0.07, 0.055, 0.005)
YOUNGEST, OLDEST = 3, 17
CHUNK = 20_000
# Draws of chance that the texts of one offer or need take at most.
DRAWS = 40
GRADE_WISHED, GRADE_RELATED = 2, 1
WISHES_NAMED = 0.7


class Filter(StrEnum):
    """How much the hard rules let through.

    `natural`: every rule, at the rates of real life. `none`: every offer may be shown. Between them one rule alone
    bites and lets through the share in its name, rows scattered at random: each offer is for one age and one form of
    contact drawn evenly, and a need asks for one of those. So every engine meets the same rule with its own means.
    """

    NATURAL = "natural"
    HALF = "50%"
    TWENTIETH = "5%"
    TWO_HUNDREDTH = "0.5%"
    NONE = "none"

    @property
    def buckets(self) -> int:
        """Into how many equal parts the rule divides the offers."""
        return {Filter.HALF: 2, Filter.TWENTIETH: 20, Filter.TWO_HUNDREDTH: 200}.get(self, 1)


# A bucket is an age and, from a hundred on, the other form of contact.
AGES_IN_BUCKETS = 100


@dataclass(frozen=True, slots=True)
class Columns:
    """One number per offer and property: indexes into FORMS, STATES, …, `languages` and `slots` as bits."""

    kind: Numbers
    place: Numbers
    age_min: Numbers
    age_max: Numbers
    radius_km: Numbers
    free_places: Numbers
    form: Numbers
    languages: Numbers
    slots: Numbers
    organisation_kind: Numbers
    certificate: Numbers
    state: Numbers
    consent: Flags
    paused: Flags

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True)
class GradedNeed:
    """A need and the grades of the kinds of offers for it; every other kind is graded 0."""

    profile: NeedProfile
    grades: dict[int, int]


@dataclass(frozen=True, slots=True)
class Texts:
    title: str
    text: str


class SyntheticDenmark:
    """`offers`: how many there are. Needs beyond the first `needs` are for warming up and never counted."""

    def __init__(self, *, seed: int, offers: int, filtered: Filter = Filter.NATURAL) -> None:
        self.seed = seed
        self.size = offers
        self.filtered = filtered

    @cached_property
    def columns(self) -> Columns:
        kind = self._generator("kinds").integers(0, len(kinds()), self.size)
        generator = self._generator("columns")
        place = generator.choice(len(places()), self.size, p=_weights())
        natural = _natural(generator, kind, place)
        return natural if self.filtered is Filter.NATURAL else self._only_buckets(natural)

    def _only_buckets(self, natural: Columns) -> Columns:
        """The same offers with one rule left that bites."""
        size, buckets = self.size, self.filtered.buckets
        bucket = self._generator("buckets").integers(0, buckets, size)
        one_age = buckets > 1
        age = bucket % AGES_IN_BUCKETS
        danish = _bits(LANGUAGE_CODES, ("da",))
        return Columns(
            kind=natural.kind,
            place=natural.place,
            age_min=(age if one_age else np.zeros(size)).astype(np.uint8),
            age_max=(age if one_age else np.full(size, AGES_IN_BUCKETS)).astype(np.uint8),
            radius_km=np.full(size, NATIONWIDE_KM, np.uint16),
            free_places=np.ones(size, np.uint8),
            form=(bucket // AGES_IN_BUCKETS).astype(np.uint8),
            languages=np.full(size, danish, np.uint32),
            slots=np.zeros(size, np.uint32),
            organisation_kind=natural.organisation_kind,
            certificate=np.full(size, CERTIFICATES.index(Certificate.CONFIRMED), np.uint8),
            state=np.full(size, STATES.index(OfferState.APPROVED), np.uint8),
            consent=np.ones(size, np.bool_),
            paused=np.zeros(size, np.bool_),
        )

    def texts(self) -> Iterator[Texts]:
        """Title and text of every offer. The same under every filter."""
        natural = self if self.filtered is Filter.NATURAL else SyntheticDenmark(seed=self.seed, offers=self.size)
        columns, generator = natural.columns, self._generator("texts")
        for start in range(0, self.size, CHUNK):
            rows = slice(start, min(start + CHUNK, self.size))
            drawn = generator.integers(0, 1 << 31, (rows.stop - rows.start, DRAWS)).tolist()
            facts = zip(
                columns.kind[rows].tolist(),
                columns.place[rows].tolist(),
                columns.age_min[rows].tolist(),
                columns.age_max[rows].tolist(),
                drawn,
                strict=True,
            )
            for kind, place, low, high, chance in facts:
                yield _offer_texts(kind, places()[place].name, low, high, _Chance(chance))

    def offers(self, texts: Sequence[Texts]) -> Iterator[OfferProfile]:
        for row, said in enumerate(texts):
            yield self.offer(row, said)

    def offer(self, row: int, said: Texts) -> OfferProfile:
        columns = self.columns
        place = places()[int(columns.place[row])]
        return OfferProfile(
            id=offer_id(row),
            organisation=f"{place.name} {row}",
            organisation_kind=ORGANISATION_TYPES[int(columns.organisation_kind[row])],
            title=said.title,
            text=said.text,
            age_min=int(columns.age_min[row]),
            age_max=int(columns.age_max[row]),
            postcode=place.postcode,
            lat=place.lat,
            lon=place.lon,
            radius_km=float(columns.radius_km[row]),
            free_places=int(columns.free_places[row]),
            contact_form=FORMS[int(columns.form[row])],
            languages=_chosen(LANGUAGE_CODES, int(columns.languages[row])),
            slots=_chosen(SLOTS, int(columns.slots[row])),
            kinds=(),
            certificate=CERTIFICATES[int(columns.certificate[row])],
            state=STATES[int(columns.state[row])],
            consent=bool(columns.consent[row]),
            paused=bool(columns.paused[row]),
        )

    def needs(self, number: int) -> list[GradedNeed]:
        return list(islice(self._all_needs(), number))

    def _all_needs(self) -> Iterator[GradedNeed]:
        generator, number = self._generator("needs"), 0
        while True:
            code = str(generator.choice(list(need_wordings())))
            profile, grades = _need(generator, f"n{number}", code)
            yield GradedNeed(self._asking(generator, profile), grades)
            number += 1

    def _asking(self, generator: Generator, need: NeedProfile) -> NeedProfile:
        """What the need asks for beside its text."""
        rows = generator.integers(0, self.size, 3).tolist()
        if self.filtered is Filter.NATURAL:
            return _with_natural_limits(generator, need, [offer_id(row) for row in rows])
        bucket = int(generator.integers(0, self.filtered.buckets))
        form = FORMS[bucket // AGES_IN_BUCKETS] if self.filtered is not Filter.NONE else ContactForm.EITHER
        return _changed(need, age=bucket % AGES_IN_BUCKETS, contact_form=form)

    def _generator(self, purpose: str) -> Generator:
        """A source of chance of its own for each purpose, so that one does not shift the others."""
        return np.random.default_rng([self.seed, *purpose.encode()])


def offer_id(row: int) -> str:
    return f"o{row}"


def row_of(identifier: str) -> int:
    return int(identifier.removeprefix("o"))


@cache
def places() -> tuple[Place, ...]:
    return tuple(built_in_places().values())


@cache
def _weights() -> NDArray[np.float64]:
    """There is no table of people by postcode here, but the larger the town, the rounder its number.

    The streets of Copenhagen's centre, which have a postcode each, share the weight of one large town.
    """
    named: dict[str, int] = {}
    for place in places():
        named[place.name] = named.get(place.name, 0) + 1
    weights = np.array([_size_of_town(place.postcode) / named[place.name] for place in places()])
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _size_of_town(postcode: str) -> float:
    return next((size for ending, size in (("000", 10.0), ("00", 4.0), ("0", 1.5)) if postcode.endswith(ending)), 1.0)


def _natural(generator: Generator, kind: Numbers, place: Numbers) -> Columns:
    """Every column at the rates of real life."""
    size = len(kind)
    youngest, oldest = _age_limits()
    age_min = youngest[kind] + generator.integers(0, 7, size)
    age_max = np.minimum(age_min + generator.integers(2, 8, size), np.maximum(oldest[kind], age_min + 2))
    return Columns(
        kind=kind.astype(np.uint8),
        place=place.astype(np.uint16),
        age_min=age_min.astype(np.uint8),
        age_max=age_max.astype(np.uint8),
        radius_km=np.array(RADII, np.uint16)[generator.choice(len(RADII), size, p=RADIUS_SHARES)],
        free_places=generator.choice(8, size, p=(0.12, 0.4, 0.2, 0.1, 0.08, 0.04, 0.03, 0.03)).astype(np.uint8),
        form=generator.choice(len(FORMS), size, p=(0.35, 0.45, 0.2)).astype(np.uint8),
        languages=_languages(generator, size),
        slots=_slots(generator, size),
        organisation_kind=generator.choice(len(ORGANISATION_TYPES), size, p=(0.35, 0.08, 0.12, 0.2, 0.22, 0.03)).astype(
            np.uint8
        ),
        certificate=generator.choice(len(CERTIFICATES), size, p=(0.72, 0.06, 0.07, 0.15)).astype(np.uint8),
        state=generator.choice(len(STATES), size, p=(0.05, 0.93, 0.02)).astype(np.uint8),
        consent=generator.random(size) < 0.96,  # noqa: PLR2004 - a rate
        paused=generator.random(size) < 0.06,  # noqa: PLR2004 - a rate
    )


@cache
def _age_limits() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    known = [taxonomy().offers[kind] for kind in kinds()]
    return (
        np.array([min(max(kind.age_min, YOUNGEST), OLDEST - 3) for kind in known]),
        np.array([min(kind.age_max, OLDEST) for kind in known]),
    )


def _languages(generator: Generator, size: int) -> NDArray[np.uint32]:
    """Danish for nearly all, English for one in six, now and then another."""
    known = np.where(generator.random(size) < 0.985, _bits(LANGUAGE_CODES, ("da",)), 0)  # noqa: PLR2004 - a rate
    known |= np.where(generator.random(size) < 1 / 6, _bits(LANGUAGE_CODES, ("en",)), 0)
    other = np.left_shift(1, generator.integers(2, len(LANGUAGE_CODES), size))
    known |= np.where((generator.random(size) < 0.08) | (known == 0), other, 0)  # noqa: PLR2004 - a rate
    return known.astype(np.uint32)


def _slots(generator: Generator, size: int) -> NDArray[np.uint32]:
    """One to three afternoons or evenings; one offer in seven says nothing of times."""
    late = np.array([slot for slot, name in enumerate(SLOTS) if not name.endswith("-morning")])
    given = np.zeros(size, np.int64)
    for share in (1.0, 0.5, 0.25):
        slot = np.where(generator.random(size) < 0.8, generator.choice(late, size), generator.integers(0, 21, size))  # noqa: PLR2004 - a rate
        given |= np.where(generator.random(size) < share, np.left_shift(1, slot), 0)
    return np.where(generator.random(size) < 1 / 7, 0, given).astype(np.uint32)


def _with_natural_limits(generator: Generator, need: NeedProfile, some_offers: list[str]) -> NeedProfile:
    chance = generator.random(8).tolist()
    languages = frozenset({"da"})
    if chance[0] < 0.08:  # noqa: PLR2004 - a rate
        languages = frozenset({str(generator.choice(LANGUAGE_CODES[1:10])), *(("da",) if chance[1] < 0.6 else ())})  # noqa: PLR2004 - a rate
    number_of_slots = int(generator.integers(2, 7)) if chance[2] < 0.6 else 0  # noqa: PLR2004 - a rate
    transport = chance[3] < 0.03  # noqa: PLR2004 - a rate
    limited = transport or chance[4] < 0.35  # noqa: PLR2004 - a rate
    covered = None
    if chance[5] < 0.15:  # noqa: PLR2004 - a rate
        covered = frozenset(generator.choice(ORGANISATION_TYPES, 4, replace=False).tolist())
    return _changed(
        need,
        languages=languages,
        slots=frozenset(generator.choice(SLOTS, number_of_slots, replace=False).tolist()),
        contact_form=FORMS[int(generator.choice(len(FORMS), p=(0.35, 0.2, 0.45)))],
        transport_agreed=transport,
        max_km=float(generator.choice((8, 12, 20, 30))) if limited else None,
        consented_kinds=covered,
        blocked_offers=frozenset(some_offers) if chance[6] < 0.1 else frozenset(),  # noqa: PLR2004 - a rate
    )


def _changed(need: NeedProfile, **limits: object) -> NeedProfile:
    fields = {name: getattr(need, name) for name in NeedProfile.__slots__}
    return NeedProfile(**{**fields, **limits})


class _Chance:
    """Draws handed out one by one. Quicker than asking a generator for each."""

    __slots__ = ("_drawn",)

    def __init__(self, drawn: Sequence[int]) -> None:
        self._drawn = iter(drawn)

    def of(self, choices: Sequence[str]) -> str:
        return choices[next(self._drawn) % len(choices)]

    def number(self, low: int, high: int) -> int:
        return low + next(self._drawn) % (high - low + 1)


def _offer_texts(kind: int, town: str, low: int, high: int, chance: _Chance) -> Texts:
    language = "en" if chance.number(1, 10) == 1 else "da"
    words = kind_wordings()[kinds()[kind]].offers[language]
    filled = _fillings(chance, town, language) | {"low": low, "high": high}
    title = _sentence(chance, TITLES[language], words, filled)
    lines = [_sentence(chance, OFFERED[language], words, filled) for _ in range(chance.number(1, 2))]
    lines += [_sentence(chance, PRACTICAL[language], words, filled) for _ in range(chance.number(1, 2))]
    return Texts(title, " ".join(lines))


def _need_text(chance: _Chance, code: str, wished: str | None, town: str, age: int) -> str:
    language = "en" if chance.number(1, 12) == 1 else "da"
    situation = need_wordings()[code][language]
    filled = _fillings(chance, town, language) | {"age": age, "grade": max(0, age - 6)}
    lines = [_sentence(chance, SITUATION[language], situation, filled) for _ in range(chance.number(1, 2))]
    if wished is not None:
        wishes = kind_wordings()[wished].needs[language]
        lines += [_sentence(chance, WISH[language], wishes, filled) for _ in range(chance.number(1, 2))]
    return " ".join(lines)


def _fillings(chance: _Chance, town: str, language: str) -> dict[str, object]:
    lists = FILLINGS[language]
    return {
        "town": town,
        "who": chance.of(lists["who"]),
        "day": chance.of(lists["day"]),
        "street": chance.of(lists["street"]),
        "they": chance.of(lists["they"]),
        "years": chance.number(2, 30),
        "age": chance.number(5, 15),
        "people": chance.number(3, 24),
        "hour": chance.number(9, 20),
        "number": chance.number(1, 180),
        "price": 50 * chance.number(1, 30),
        "week": chance.number(2, 51),
    }


def _sentence(chance: _Chance, templates: Sequence[str], words: Sequence[str], filled: dict[str, object]) -> str:
    said = chance.of(templates).format(first=chance.of(words), second=chance.of(words), **filled)
    return said[0].upper() + said[1:]


def _need(generator: Generator, identifier: str, code: str) -> tuple[NeedProfile, dict[int, int]]:
    need = taxonomy().needs[code]
    core = [kind for kind in need.core if kind in kinds()]
    also = [kind for kind in need.also if kind in kinds()]
    wished = str(generator.choice(core)) if core and generator.random() < WISHES_NAMED else None
    age = int(generator.integers(max(need.age_min, YOUNGEST), min(need.age_max, OLDEST) + 1))
    place = places()[int(generator.choice(len(places()), p=_weights()))]
    chance = _Chance(generator.integers(0, 1 << 31, DRAWS).tolist())
    text = _need_text(chance, code, wished, place.name, age)
    profile = NeedProfile.at_postcode(id=identifier, age=age, postcode=place.postcode, text=text)
    return profile, _grades(core, also, wished)


def _grades(core: Sequence[str], also: Sequence[str], wished: str | None) -> dict[int, int]:
    """2 for the kind that was wished for, or any of the need's core; 1 for what else answers it or is akin."""
    offers = taxonomy().offers
    best = {wished} if wished is not None else set(core)
    akin = {kind for kind in kinds() if wished is not None and offers[kind].group == offers[wished].group}
    related = {*core, *also, *akin}
    return {
        number: GRADE_WISHED if kind in best else GRADE_RELATED
        for number, kind in enumerate(kinds())
        if kind in best or kind in related
    }


@lru_cache(maxsize=50_000)
def _chosen(names: tuple[str, ...], bits: int) -> frozenset[str]:
    return frozenset(name for number, name in enumerate(names) if bits >> number & 1)


def _bits(names: Sequence[str], chosen: Sequence[str]) -> int:
    return sum(1 << names.index(name) for name in chosen)
