from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.matching.profiles import a_need, an_offer
from volunteer_match.matching.eligibility import Bar, bars, is_eligible, kilometres
from volunteer_match.matching.profiles import (
    Certificate,
    NeedProfile,
    OfferProfile,
    OfferState,
    UnknownPostcode,
)
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.places import pilot_places
from volunteer_match.vocabulary.slots import SLOTS


def test_a_pair_that_fits_has_no_bars() -> None:
    assert bars(a_need(), an_offer()) == ()
    assert is_eligible(a_need(), an_offer())


@pytest.mark.parametrize(
    ("need", "offer", "bar"),
    [
        (a_need(guardian_consent=False), an_offer(), Bar.GUARDIAN_CONSENT),
        (a_need(consented_kinds={"church"}), an_offer(), Bar.RECIPIENT_NOT_COVERED),
        (a_need(), an_offer(state=OfferState.NEW), Bar.OFFER_NOT_APPROVED),
        (a_need(), an_offer(state=OfferState.BLOCKED), Bar.OFFER_NOT_APPROVED),
        (a_need(), an_offer(paused=True), Bar.OFFER_PAUSED),
        (a_need(), an_offer(consent=False), Bar.VOLUNTEER_CONSENT),
        (a_need(), an_offer(certificate=Certificate.MISSING), Bar.CERTIFICATE_MISSING),
        (a_need(), an_offer(certificate=Certificate.EXPIRED), Bar.CERTIFICATE_EXPIRED),
        (a_need(), an_offer(free_places=0), Bar.NO_FREE_PLACE),
        (a_need(age=5), an_offer(), Bar.AGE),
        (a_need(age=13), an_offer(), Bar.AGE),
        (a_need(languages={"uk"}), an_offer(), Bar.LANGUAGE),
        (a_need(slots={"mon-morning"}), an_offer(slots={"mon-evening"}), Bar.SLOTS),
        (a_need(contact_form="one_to_one"), an_offer(contact_form="group"), Bar.CONTACT_FORM),
        (a_need(), an_offer(radius_km=1.0), Bar.DISTANCE),
        (a_need(max_km=1.0), an_offer(), Bar.DISTANCE),
        (a_need(max_km=1.0, transport_agreed=True), an_offer(), Bar.DISTANCE),
        (a_need(blocked_offers={"o1"}), an_offer(), Bar.BLOCKED),
    ],
)
def test_each_rule_bars_by_itself(need: NeedProfile, offer: OfferProfile, bar: Bar) -> None:
    assert bars(need, offer) == (bar,)
    assert not is_eligible(need, offer)


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        (a_need(consented_kinds={"church", "sports_club"}), an_offer()),
        (a_need(), an_offer(certificate=Certificate.NOT_REQUIRED)),
        (a_need(), an_offer(free_places=1)),
        (a_need(age=6), an_offer()),
        (a_need(age=12), an_offer()),
        (a_need(languages={"uk", "da"}), an_offer(languages={"da", "en"})),
        (a_need(slots={"mon-morning"}), an_offer()),
        (a_need(), an_offer(slots={"mon-morning"})),
        (a_need(slots={"mon-morning", "tue-morning"}), an_offer(slots={"tue-morning"})),
        (a_need(contact_form="one_to_one"), an_offer(contact_form="either")),
        (a_need(contact_form="group"), an_offer(contact_form="group")),
        (a_need(transport_agreed=True), an_offer(radius_km=1.0)),
        (a_need(max_km=10.0), an_offer()),
        (a_need(blocked_offers={"o2"}), an_offer()),
    ],
)
def test_what_only_looks_like_a_bar_is_none(need: NeedProfile, offer: OfferProfile) -> None:
    assert bars(need, offer) == ()


def test_the_edge_of_a_radius_is_within_it() -> None:
    km = kilometres(a_need(), an_offer())
    assert is_eligible(a_need(max_km=km), an_offer(radius_km=km))
    assert not is_eligible(a_need(), an_offer(radius_km=km - 0.001))


def test_all_bars_are_told_in_the_order_of_the_rules() -> None:
    need = a_need(guardian_consent=False, age=30, blocked_offers={"o1"})
    offer = an_offer(paused=True, free_places=0)
    found = bars(need, offer)
    assert found == (Bar.GUARDIAN_CONSENT, Bar.OFFER_PAUSED, Bar.NO_FREE_PLACE, Bar.AGE, Bar.BLOCKED)
    assert list(found) == [bar for bar in Bar if bar in found]


def test_an_unknown_postcode_is_refused() -> None:
    with pytest.raises(UnknownPostcode, match="0000"):
        a_need(postcode="0000")


postcodes = st.sampled_from([place.postcode for place in pilot_places()])
languages = st.frozensets(st.sampled_from(["da", "en", "uk", "ar"]), min_size=1, max_size=2)
slots = st.frozensets(st.sampled_from(SLOTS[:4]), max_size=2)
needs = st.builds(
    lambda kinds, **given: replace(a_need(**given), consented_kinds=kinds),
    kinds=st.none() | st.frozensets(st.sampled_from(["sports_club", "church"]), max_size=2),
    age=st.integers(0, 17),
    postcode=postcodes,
    languages=languages,
    contact_form=st.sampled_from(ContactForm),
    slots=slots,
    blocked_offers=st.frozensets(st.sampled_from(["o1", "o2"]), max_size=1),
    max_km=st.none() | st.floats(0, 60),
    guardian_consent=st.booleans(),
    transport_agreed=st.booleans(),
)
offers = st.builds(
    an_offer,
    age_min=st.integers(0, 10),
    age_max=st.integers(8, 17),
    postcode=postcodes,
    radius_km=st.floats(0, 60),
    free_places=st.integers(0, 2),
    contact_form=st.sampled_from(ContactForm),
    languages=languages,
    slots=slots,
    certificate=st.sampled_from(Certificate),
    state=st.sampled_from(OfferState),
    consent=st.booleans(),
    paused=st.booleans(),
)


def slow_oracle(need: NeedProfile, offer: OfferProfile) -> bool:
    """The rules of the product, written as one long sentence and in another way than the engine's."""
    km = kilometres(need, offer)
    shared_slots = [slot for slot in need.slots if slot in offer.slots]
    return all(
        [
            need.guardian_consent,
            need.consented_kinds is None or any(kind == offer.organisation_kind for kind in need.consented_kinds),
            str(offer.state) == "approved",
            not offer.paused,
            offer.consent,
            str(offer.certificate) in ("confirmed", "not_required"),
            offer.free_places > 0,
            need.age in range(offer.age_min, offer.age_max + 1),
            len(need.languages & offer.languages) > 0,
            not need.slots or not offer.slots or len(shared_slots) > 0,
            "either" in (need.contact_form, offer.contact_form) or need.contact_form == offer.contact_form,
            km <= offer.radius_km or need.transport_agreed,
            km <= (float("inf") if need.max_km is None else need.max_km),
            all(blocked != offer.id for blocked in need.blocked_offers),
        ]
    )


@given(needs, offers)
def test_bars_are_empty_exactly_when_the_oracle_agrees(need: NeedProfile, offer: OfferProfile) -> None:
    assert (bars(need, offer) == ()) == slow_oracle(need, offer) == is_eligible(need, offer)
