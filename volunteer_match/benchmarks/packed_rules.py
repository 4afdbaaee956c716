"""The hard rules for peers: as columns for those that filter by arrays, and as one WHERE for those that speak SQL.

What comes out is judged with `matching.eligibility.is_eligible`; this is only how peers get a fair chance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from volunteer_match.benchmarks.synthetic_denmark import (
    CERTIFICATES,
    FORMS,
    LANGUAGE_CODES,
    NATIONWIDE_KM,
    STATES,
    Columns,
    places,
    row_of,
)
from volunteer_match.matching.case_files import ORGANISATION_TYPES
from volunteer_match.matching.profiles import Certificate, NeedProfile, OfferState
from volunteer_match.vocabulary.places import EARTH_RADIUS_KM, Located
from volunteer_match.vocabulary.slots import SLOTS

Mask = NDArray[np.bool_]
_GOOD_CERTIFICATES = [CERTIFICATES.index(each) for each in (Certificate.CONFIRMED, Certificate.NOT_REQUIRED)]


@dataclass(frozen=True, slots=True)
class Question:
    """A need's rules in numbers. `languages`, `slots`, `forms`, `organisation_kinds` as bits."""

    guardian_consent: bool
    age: int
    place: int
    kilometres: NDArray[np.float64]
    """To each place of the table of places."""
    max_km: float
    transport_agreed: bool
    languages: int
    slots: int
    forms: int
    organisation_kinds: int
    blocked: tuple[int, ...]


def question_of(need: NeedProfile) -> Question:
    covered = ORGANISATION_TYPES if need.consented_kinds is None else need.consented_kinds
    return Question(
        guardian_consent=need.guardian_consent,
        age=need.age,
        place=_place_numbers()[need.postcode],
        kilometres=kilometres_to_places(need),
        max_km=2.0 * NATIONWIDE_KM if need.max_km is None else need.max_km,
        transport_agreed=need.transport_agreed,
        languages=sum(1 << number for number, code in enumerate(LANGUAGE_CODES) if code in need.languages),
        slots=sum(1 << number for number, slot in enumerate(SLOTS) if slot in need.slots),
        forms=sum(1 << number for number, form in enumerate(FORMS) if form.fits(need.contact_form)),
        organisation_kinds=sum(1 << number for number, kind in enumerate(ORGANISATION_TYPES) if kind in covered),
        blocked=tuple(row_of(offer) for offer in sorted(need.blocked_offers)),
    )


class PackedRules:
    """Columns no wider than they need be; what no need can change is worked out once."""

    def __init__(self, columns: Columns) -> None:
        self.standing = standing(columns)
        self._age_min = columns.age_min
        self._age_max = columns.age_max
        self._place = columns.place
        self._radius = columns.radius_km
        self._languages = columns.languages
        self._slots = columns.slots
        self._form = columns.form
        self._organisation_kind = columns.organisation_kind

    def mask(self, question: Question) -> Mask:
        """Which rows may be shown. Cheap rules first; the dear ones only on rows that are left."""
        allowed = self.standing & (self._age_min <= question.age) & (question.age <= self._age_max)
        if not question.guardian_consent:
            allowed[:] = False
        rows = np.flatnonzero(allowed)
        rows = rows[self._near(question, rows)]
        rows = rows[(self._languages[rows] & np.uint32(question.languages)) != 0]
        if question.slots:
            slots = self._slots[rows]
            rows = rows[((slots & np.uint32(question.slots)) != 0) | (slots == 0)]
        rows = rows[_has_bit(question.forms, self._form[rows])]
        rows = rows[_has_bit(question.organisation_kinds, self._organisation_kind[rows])]
        mask = np.zeros(len(self.standing), np.bool_)
        mask[rows] = True
        mask[list(question.blocked)] = False
        return mask

    def _near(self, question: Question, rows: NDArray[np.intp]) -> Mask:
        kilometres = question.kilometres[self._place[rows]]
        near = kilometres <= question.max_km
        allowed: Mask = near if question.transport_agreed else near & (kilometres <= self._radius[rows])
        return allowed


def standing(columns: Columns) -> Mask:
    """Approved, consented, not paused, with a certificate that holds and a place left."""
    approved = columns.state == STATES.index(OfferState.APPROVED)
    open_now = columns.consent & ~columns.paused & (columns.free_places > 0)
    return np.asarray(approved & open_now & np.isin(columns.certificate, _GOOD_CERTIFICATES), dtype=np.bool_)


SQL_COLUMNS = ("age_min", "age_max", "place", "radius_km", "languages", "slots", "form_bit", "organisation_kind_bit")


def sql_rows(columns: Columns) -> NDArray[np.int64]:
    """SQL_COLUMNS of every offer, and last whether it stands."""
    return np.column_stack(
        [
            columns.age_min,
            columns.age_max,
            columns.place,
            columns.radius_km,
            columns.languages,
            columns.slots,
            np.left_shift(1, columns.form.astype(np.int64)),
            np.left_shift(1, columns.organisation_kind.astype(np.int64)),
            standing(columns),
        ]
    ).astype(np.int64)


def sql_distances() -> Iterator[tuple[int, int, float]]:
    """From every place to every place: here, place, kilometres."""
    for here, place in enumerate(places()):
        for there, kilometres in enumerate(kilometres_to_places(place).tolist()):
            yield here, there, kilometres


def sql_where(question: Question) -> str:
    """Conditions on `o` (an offer) and `d` (the kilometres from the need's place to the offer's).

    Only numbers worked out here go into the text; leaving out rules that can't bite helps both databases.
    """
    rules = [
        "o.standing = 1",
        f"{question.age:d} BETWEEN o.age_min AND o.age_max",
        f"(o.languages & {question.languages:d}) <> 0",
        f"(o.form_bit & {question.forms:d}) <> 0",
        f"(o.organisation_kind_bit & {question.organisation_kinds:d}) <> 0",
        f"d.here = {question.place:d}",
        f"d.km <= {question.max_km:f}",
    ]
    if not question.guardian_consent:
        rules.append("1 = 0")
    if not question.transport_agreed:
        rules.append("d.km <= o.radius_km")
    if question.slots:
        rules.append(f"(o.slots = 0 OR (o.slots & {question.slots:d}) <> 0)")
    if question.blocked:
        rules.append(f"o.id NOT IN ({', '.join(str(row) for row in question.blocked)})")
    return " AND ".join(rules)


def _has_bit(bits: int, numbers: NDArray[np.integer]) -> Mask:
    has: Mask = np.array([bits >> number & 1 for number in range(8)], np.bool_)[numbers]
    return has


def kilometres_to_places(here: Located) -> NDArray[np.float64]:
    lat, lon = _radians_of_places()
    here_lat, here_lon = np.radians(here.lat), np.radians(here.lon)
    chord = np.sin((lat - here_lat) / 2) ** 2 + np.cos(here_lat) * np.cos(lat) * np.sin((lon - here_lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord))), dtype=np.float64)


@cache
def _place_numbers() -> Mapping[str, int]:
    return MappingProxyType({place.postcode: number for number, place in enumerate(places())})


@cache
def _radians_of_places() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return (
        np.radians(np.array([place.lat for place in places()])),
        np.radians(np.array([place.lon for place in places()])),
    )
