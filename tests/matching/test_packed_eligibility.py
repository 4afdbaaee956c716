"""The packed rules answer as the plain ones do, for every pair."""

from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.profiles import a_need, an_offer
from volunteer_match.matching.eligibility import Bar, bars, is_eligible
from volunteer_match.matching.packed_eligibility import (
    bars_of_rows,
    eligible_rows,
    rows_barred_by_few,
    stretches_within,
)
from volunteer_match.matching.profiles import Certificate, NeedProfile, OfferProfile, OfferState
from volunteer_match.matching.ranking import MENDABLE, Ranker
from volunteer_match.matching.segments import BIT, MOST_LEVELS, Segment
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.places import built_in_places, distance_km, lookup
from volunteer_match.vocabulary.slots import SLOTS

POSTCODES = ("9700", "9320", "9330", "9340", "9740", "9000", "2100", "3700")
KINDS = ("sports_club", "church", "citizen")
LANGUAGES = ("da", "en", "uk", "ar")

# Not installed everywhere: without it there is one way only.
NUMBA = find_spec("numba") is not None

some_slots = st.sets(st.sampled_from(SLOTS), max_size=3)
some_languages = st.sets(st.sampled_from(LANGUAGES), min_size=1, max_size=2)
ages = st.integers(0, 17)


def _exactly_as_far(offer: OfferProfile) -> OfferProfile:
    """Its radius is just the distance to the needs of Asaa: neither a hair less nor more."""
    asaa = lookup("9340")
    assert asaa is not None
    return replace(offer, radius_km=distance_km(asaa, offer))


@st.composite
def offers(draw: st.DrawFn) -> OfferProfile:
    low, high = sorted((draw(ages), draw(ages)))
    offer = an_offer(
        id="",
        postcode=draw(st.sampled_from(POSTCODES)),
        age_min=low,
        age_max=high,
        radius_km=draw(st.sampled_from((1.0, 10.0, 15.5, 40.0, 400.0))),
        organisation_kind=draw(st.sampled_from(KINDS)),
        free_places=draw(st.integers(0, 2)),
        contact_form=draw(st.sampled_from(ContactForm)),
        languages=draw(some_languages),
        slots=draw(some_slots),
        certificate=draw(st.sampled_from(Certificate)),
        state=draw(st.sampled_from(OfferState)),
        consent=draw(st.booleans()),
        paused=draw(st.booleans()),
    )
    return _exactly_as_far(offer) if draw(st.booleans()) else offer


@st.composite
def needs(draw: st.DrawFn) -> NeedProfile:
    return a_need(
        age=draw(ages),
        postcode=draw(st.sampled_from(POSTCODES)),
        languages=draw(some_languages),
        slots=draw(some_slots),
        contact_form=draw(st.sampled_from(ContactForm)),
        max_km=draw(st.sampled_from((None, 0.0, 12.0, 60.0))),
        guardian_consent=draw(st.booleans()),
        transport_agreed=draw(st.booleans()),
        consented_kinds=draw(st.none() | st.sets(st.sampled_from(KINDS), min_size=1)),
        blocked_offers=draw(st.sets(st.integers(0, 8).map(str), max_size=2)),
    )


def packed(found: list[OfferProfile]) -> Segment:
    return Ranker.fit(found)._base


def named(segment: Segment, rows: Any) -> set[str]:
    return {segment.id_of(int(row)) for row in rows}


@settings(max_examples=60, deadline=None)
@given(st.lists(offers(), min_size=1, max_size=9), st.lists(needs(), min_size=1, max_size=4))
def test_the_same_offers_are_eligible_and_barred_by_the_same_rules(
    found: list[OfferProfile], asked: list[NeedProfile]
) -> None:
    numbered = {str(number): replace(offer, id=str(number)) for number, offer in enumerate(found)}
    segment = packed(list(numbered.values()))
    for need in asked:
        expected = {id_ for id_, offer in numbered.items() if is_eligible(need, offer)}
        assert named(segment, eligible_rows(need, segment)) == expected
        for row, bits in enumerate(bars_of_rows(need, segment, np.arange(len(segment)))):
            assert {bar for bar in Bar if bits & BIT[bar]} == set(bars(need, numbered[segment.id_of(row)]))
        everywhere = stretches_within(need, segment, 1000.0)
        few = rows_barred_by_few(need, segment, everywhere, MENDABLE, 2)
        barred = {id_: set(bars(need, offer)) for id_, offer in numbered.items()}
        assert named(segment, few) == {id_ for id_, by in barred.items() if 1 <= len(by) <= 2 and by <= MENDABLE}
        if NUMBA:
            assert rows_barred_by_few(need, segment, everywhere, MENDABLE, 2, compiled=True).tolist() == few.tolist()
            eligible = eligible_rows(need, segment, compiled=True)
            assert eligible.tolist() == eligible_rows(need, segment).tolist()


def test_more_different_radii_than_levels_are_still_told_apart() -> None:
    found = [an_offer(id=str(n), postcode="9000", radius_km=20.0 + n / 50) for n in range(3 * MOST_LEVELS)]
    segment = packed(found)
    need = a_need(postcode="9700")
    assert len(segment.levels) == MOST_LEVELS
    expected = {offer.id for offer in found if is_eligible(need, offer)}
    assert 0 < len(expected) < len(found)
    assert named(segment, eligible_rows(need, segment)) == expected
    if NUMBA:
        assert named(segment, eligible_rows(need, segment, compiled=True)) == expected


def test_rows_within_a_distance_are_there_whether_barred_or_not() -> None:
    near, full, far = an_offer(id="near"), an_offer(id="full", free_places=0), an_offer(id="far", postcode="2100")
    segment = packed([near, full, far])
    assert named(segment, stretches_within(a_need(), segment, 60.0).rows()) == {"near", "full"}


def test_distances_to_all_places_are_those_of_the_plain_rule_to_the_last_bit() -> None:
    segment = packed([an_offer(id=code, postcode=code) for code in built_in_places()])
    for code in POSTCODES:
        place = lookup(code)
        assert place is not None
        assert segment.distances(place).tolist() == [distance_km(place, spot) for spot in segment.spots]
