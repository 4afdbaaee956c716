"""The rules of `packed_eligibility`, row by row in machine code: the same rows.

Stands on numba, as `compiled` does.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.compiled import in_machine_code, read_only
from volunteer_match.matching.eligibility import Bar
from volunteer_match.matching.packed_eligibility import (
    Stretches,
    blocked_rows,
    covered_kinds,
    languages_asked,
    slots_asked,
)
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.segments import BIT, FORM_BITS, Segment

RULES = (Bar.AGE, Bar.SLOTS, Bar.CONTACT_FORM, Bar.LANGUAGE, Bar.RECIPIENT_NOT_COVERED, Bar.DISTANCE, Bar.BLOCKED)

Rows = NDArray[np.int64]


def rows_barred(need: NeedProfile, segment: Segment, among: Stretches, *, never: int, fewest: int, most: int) -> Rows:
    """The rows of these stretches that no rule in `never` bars, and at least and at most so many others."""
    columns = segment.columns
    of_offers = read_only(
        columns.barred,
        columns.age_min,
        columns.age_max,
        columns.slots,
        columns.forms,
        columns.languages,
        columns.organisation_kind,
        columns.radius_km,
    )
    asked = (
        np.int64(need.age),
        slots_asked(need),
        np.int64(FORM_BITS[need.contact_form]),
        languages_asked(need, segment),
        np.inf if need.transport_agreed else 0.0,
        np.inf if need.max_km is None else float(need.max_km),
    )
    always = 0 if need.guardian_consent else BIT[Bar.GUARDIAN_CONSENT]
    wanted = (always, never, fewest, most)
    km, covered, blocked = segment.distances(need), covered_kinds(need, segment), blocked_rows(need, segment)
    bits = tuple(BIT[bar] for bar in RULES)
    found: Rows = _rows_barred(tuple(among), of_offers, asked, km, covered, blocked, bits, wanted)
    return found


@in_machine_code
def _rows_barred(
    among: Any, of_offers: Any, asked: Any, km: Any, covered: Any, blocked: Any, bits: Any, wanted: Any
) -> Any:
    places, begins, ends = among
    barred, low, high, slots, forms, languages, organisation_kind, radius_km = of_offers
    always, never, fewest, most = wanted
    age = asked[0]
    rows, found = np.empty((ends - begins).sum(), dtype=np.int64), 0
    for stretch in range(len(places)):
        away = km[places[stretch]]
        for row in range(begins[stretch], ends[stretch]):
            bars = barred[row] | always
            bars |= bits[0] * ((low[row] > age) | (high[row] < age))
            if bars & never:
                continue
            bars |= _bars_of_person(slots[row], forms[row], languages[row], asked, bits)
            bars |= _bars_of_place(covered[organisation_kind[row]], away, radius_km[row], asked, bits)
            bars |= bits[6] * _among(blocked, row)
            if not bars & never and fewest <= _number_of(bars) <= most:
                rows[found] = row
                found += 1
    return rows[:found]


@in_machine_code
def _bars_of_person(slots: int, form: int, languages: Any, asked: Any, bits: Any) -> int:
    _, slots_asked, form_asked, languages_asked, _, _ = asked
    bars: int = bits[1] * ((slots != 0) & (slots_asked != 0) & ((slots & slots_asked) == 0))
    bars |= bits[2] * ((form & form_asked) == 0)
    bars |= bits[3] * ((languages & languages_asked) == 0)
    return bars


@in_machine_code
def _bars_of_place(covered: bool, away: float, radius_km: float, asked: Any, bits: Any) -> int:
    at_least, at_most = asked[4:]
    bars: int = bits[4] * (not covered)
    bars |= bits[5] * (away > at_most or away > max(radius_km, at_least))
    return bars


@in_machine_code
def _number_of(bars: int) -> int:
    number = 0
    while bars:
        bars &= bars - 1
        number += 1
    return number


@in_machine_code
def _among(blocked: Any, row: int) -> bool:
    found = False
    for other in blocked:
        found |= other == row
    return found
