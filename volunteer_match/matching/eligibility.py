"""Which rules bar an offer from a need: the one home of these rules.

Suggestions, approval and start of a match all ask here. A bar is exact and hard: no score outweighs it.
"""

from collections.abc import Callable
from enum import StrEnum
from operator import attrgetter

from volunteer_match.matching.profiles import Certificate, NeedProfile, OfferProfile, OfferState
from volunteer_match.vocabulary.places import distance_km


class Bar(StrEnum):
    """One member per rule, in the order in which they are told."""

    GUARDIAN_CONSENT = "guardian_consent"
    RECIPIENT_NOT_COVERED = "recipient_not_covered"
    OFFER_NOT_APPROVED = "offer_not_approved"
    OFFER_PAUSED = "offer_paused"
    VOLUNTEER_CONSENT = "volunteer_consent"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_EXPIRED = "certificate_expired"
    NO_FREE_PLACE = "no_free_place"
    AGE = "age"
    LANGUAGE = "language"
    SLOTS = "slots"
    CONTACT_FORM = "contact_form"
    DISTANCE = "distance"
    BLOCKED = "blocked"


def kilometres(need: NeedProfile, offer: OfferProfile) -> float:
    """Great-circle distance between the two postcodes' centroids."""
    return distance_km(need, offer)


def too_far(need: NeedProfile, offer: OfferProfile) -> bool:
    """The family's own limit always holds; the volunteer's radius gives way to agreed transport."""
    km = kilometres(need, offer)
    beyond_family = need.max_km is not None and km > need.max_km
    return beyond_family or (km > offer.radius_km and not need.transport_agreed)


def _recipient_not_covered(need: NeedProfile, offer: OfferProfile) -> bool:
    return need.consented_kinds is not None and offer.organisation_kind not in need.consented_kinds


def _no_shared_slot(need: NeedProfile, offer: OfferProfile) -> bool:
    return bool(need.slots and offer.slots) and need.slots.isdisjoint(offer.slots)


# What bars an offer whatever the need.
_OFFER_RULES: tuple[tuple[Bar, Callable[[OfferProfile], bool]], ...] = (
    (Bar.OFFER_NOT_APPROVED, lambda offer: offer.state is not OfferState.APPROVED),
    (Bar.OFFER_PAUSED, lambda offer: offer.paused),
    (Bar.VOLUNTEER_CONSENT, lambda offer: not offer.consent),
    (Bar.CERTIFICATE_MISSING, lambda offer: offer.certificate is Certificate.MISSING),
    (Bar.CERTIFICATE_EXPIRED, lambda offer: offer.certificate is Certificate.EXPIRED),
    (Bar.NO_FREE_PLACE, lambda offer: offer.free_places < 1),
)
# All that these rules look at: offers that are equal in this are barred alike.
standing_of = attrgetter("state", "paused", "consent", "certificate", "free_places")
_PAIR_RULES: tuple[tuple[Bar, Callable[[NeedProfile, OfferProfile], bool]], ...] = (
    (Bar.GUARDIAN_CONSENT, lambda need, _: not need.guardian_consent),
    (Bar.RECIPIENT_NOT_COVERED, _recipient_not_covered),
    (Bar.AGE, lambda need, offer: not offer.age_min <= need.age <= offer.age_max),
    (Bar.LANGUAGE, lambda need, offer: need.languages.isdisjoint(offer.languages)),
    (Bar.SLOTS, _no_shared_slot),
    (Bar.CONTACT_FORM, lambda need, offer: not need.contact_form.fits(offer.contact_form)),
    (Bar.DISTANCE, too_far),
    (Bar.BLOCKED, lambda need, offer: offer.id in need.blocked_offers),
)


def bars(need: NeedProfile, offer: OfferProfile) -> tuple[Bar, ...]:
    """Every rule that bars this pair, in the order of `Bar`; empty means the offer may be proposed."""
    found = {bar for bar, holds in _PAIR_RULES if holds(need, offer)}.union(bars_of_offer(offer))
    return tuple(bar for bar in Bar if bar in found) if found else ()


def bars_of_offer(offer: OfferProfile) -> tuple[Bar, ...]:
    """The rules that bar this offer from every need."""
    return tuple(bar for bar, holds in _OFFER_RULES if holds(offer))


def is_eligible(need: NeedProfile, offer: OfferProfile) -> bool:
    return not bars(need, offer)
