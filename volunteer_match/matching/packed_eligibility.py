"""The rules of `eligibility`, on packed columns: the same answer for every pair, whole columns at a time.

The plain rules are the home of what bars a pair; a property test holds the two together.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.eligibility import Bar
from volunteer_match.matching.lexical import ranges
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.matching.segments import BIT, FORM_BITS, MOST_LEVELS, SLOT_BITS, Segment

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

ALL_BARS = sum(BIT.values())


class Stretches(NamedTuple):
    """Rows that lie together: at each of some places from one row to before another."""

    places: Rows
    begins: Rows
    ends: Rows

    def rows(self) -> Rows:
        return ranges(self.begins, self.ends)


def eligible_rows(need: NeedProfile, segment: Segment, *, compiled: bool = False) -> Rows:
    """The rows that no rule bars, in the order of the segment. `compiled`: by machine code (`compiled_eligibility`)."""
    if not need.guardian_consent:
        return np.empty(0, dtype=np.int64)
    among = _open_in_reach(need, segment)
    if compiled:
        return _barred_in_machine_code(need, segment, among, never=ALL_BARS, fewest=0, most=0)
    rows = among.rows()
    for bar, bars in _RULES.items():
        # Where every radius is a level of its own, all that was found is in reach.
        if bar is not Bar.DISTANCE or len(segment.levels) == MOST_LEVELS:
            rows = rows[~bars(need, segment, rows)]
    return rows


def rows_barred_by_few(
    need: NeedProfile,
    segment: Segment,
    among: Stretches,
    allowed: Collection[Bar],
    most: int,
    *,
    compiled: bool = False,
) -> Rows:
    """Of these rows those that only allowed rules bar, and at least one and at most so many of them."""
    other = np.uint16(sum(bit for bar, bit in BIT.items() if bar not in allowed))
    if compiled:
        return _barred_in_machine_code(need, segment, among, never=int(other), fewest=1, most=most)
    rows = among.rows()
    of_offer = segment.columns.barred[rows]
    rows = rows[((of_offer & other) == 0) & (np.bitwise_count(of_offer) <= most)]
    # What bars for good goes first, so that there is less to count the rest of.
    for bar, bars in _RULES.items():
        if bar not in allowed:
            rows = rows[~bars(need, segment, rows)]
    found = bars_of_rows(need, segment, rows)
    few: Rows = rows[(found != 0) & ((found & other) == 0) & (np.bitwise_count(found) <= most)]
    return few


def _barred_in_machine_code(
    need: NeedProfile, segment: Segment, among: Stretches, *, never: int, fewest: int, most: int
) -> Rows:
    # numba is not installed everywhere, and takes a while to import.
    from volunteer_match.matching.compiled_eligibility import rows_barred  # noqa: PLC0415 - see above

    return rows_barred(need, segment, among, never=never, fewest=fewest, most=most)


def bars_of_rows(need: NeedProfile, segment: Segment, rows: Rows) -> NDArray[np.uint16]:
    """Every rule that bars each row, as bits."""
    found = segment.columns.barred[rows].copy()
    if not need.guardian_consent:
        found |= np.uint16(BIT[Bar.GUARDIAN_CONSENT])
    for bar, bars in _RULES.items():
        found |= np.where(bars(need, segment, rows), np.uint16(BIT[bar]), np.uint16(0))
    return found


def stretches_within(need: NeedProfile, segment: Segment, km: float) -> Stretches:
    """Every row at a place so near, barred or not."""
    near = np.flatnonzero(segment.distances(need) <= km)
    return Stretches(near, segment.first[near], segment.first[near + 1])


def _open_in_reach(need: NeedProfile, segment: Segment) -> Stretches:
    """What nothing about the offer bars and what may reach the child: at each place a run from its beginning."""
    km = segment.distances(need)
    # All radii so long, or all when transport is agreed.
    level = np.searchsorted(-segment.levels, -km, side="right")
    if need.transport_agreed:
        level = np.full(len(km), len(segment.levels))
    elif len(segment.levels) == MOST_LEVELS:
        level = np.minimum(level + 1, len(segment.levels))
    lengths = segment.reaching[np.arange(len(km)), level]
    if need.max_km is not None:
        lengths = np.where(km > need.max_km, 0, lengths)
    places = np.flatnonzero(lengths)
    return Stretches(places, segment.first[places], segment.first[places] + lengths[places])


def _age(need: NeedProfile, segment: Segment, rows: Rows) -> Mask:
    columns = segment.columns
    return (columns.age_min[rows] > need.age) | (columns.age_max[rows] < need.age)


def _language(need: NeedProfile, segment: Segment, rows: Rows) -> Mask:
    nothing_shared: Mask = (segment.columns.languages[rows] & languages_asked(need, segment)) == 0
    return nothing_shared


def languages_asked(need: NeedProfile, segment: Segment) -> np.uint64:
    """The need's languages as the bits of this segment."""
    return np.uint64(sum(1 << bit for bit, language in enumerate(segment.languages) if language in need.languages))


def slots_asked(need: NeedProfile) -> np.uint32:
    return np.uint32(sum(SLOT_BITS[slot] for slot in need.slots))


def _slots(need: NeedProfile, segment: Segment, rows: Rows) -> Mask:
    if not need.slots:
        return np.zeros(len(rows), dtype=np.bool_)
    given = segment.columns.slots[rows]
    apart: Mask = (given != 0) & ((given & slots_asked(need)) == 0)
    return apart


def _contact_form(need: NeedProfile, segment: Segment, rows: Rows) -> Mask:
    apart: Mask = (segment.columns.forms[rows] & FORM_BITS[need.contact_form]) == 0
    return apart


def _recipient(need: NeedProfile, segment: Segment, rows: Rows) -> Mask:
    if need.consented_kinds is None:
        return np.zeros(len(rows), dtype=np.bool_)
    beyond: Mask = ~covered_kinds(need, segment)[segment.columns.organisation_kind[rows]]
    return beyond


def covered_kinds(need: NeedProfile, segment: Segment) -> Mask:
    """Whether the consent covers each of the segment's kinds of organisation."""
    kinds = need.consented_kinds
    return np.array([kinds is None or kind in kinds for kind in segment.organisation_kinds], dtype=np.bool_)


def _distance(need: NeedProfile, segment: Segment, rows: Rows) -> Mask:
    km = segment.distances(need)[segment.columns.place[rows]]
    beyond_family = km > (np.inf if need.max_km is None else need.max_km)
    return beyond_family | ((km > segment.columns.radius_km[rows]) & (not need.transport_agreed))


def _blocked(need: NeedProfile, segment: Segment, rows: Rows) -> Mask:
    return np.isin(rows, blocked_rows(need, segment)) if need.blocked_offers else np.zeros(len(rows), dtype=np.bool_)


def blocked_rows(need: NeedProfile, segment: Segment) -> Rows:
    found = (segment.row_of(offer_id) for offer_id in need.blocked_offers)
    return np.array([row for row in found if row is not None], dtype=np.int64)


# The cheapest that bar most come first; each looks only at what is left.
_RULES: Mapping[Bar, Callable[[NeedProfile, Segment, Rows], Mask]] = MappingProxyType(
    {
        Bar.AGE: _age,
        Bar.SLOTS: _slots,
        Bar.CONTACT_FORM: _contact_form,
        Bar.LANGUAGE: _language,
        Bar.RECIPIENT_NOT_COVERED: _recipient,
        Bar.DISTANCE: _distance,
        Bar.BLOCKED: _blocked,
    }
)
