"""A need and an offer that fit each other, to change one thing of at a time."""

from typing import Any

from volunteer_match.matching.profiles import NeedProfile, OfferProfile


def a_need(**changes: Any) -> NeedProfile:
    usual: dict[str, Any] = {"id": "n1", "age": 8, "postcode": "9340", "text": "Lyser op, når hun slår kolbøtter."}
    return NeedProfile.at_postcode(**usual | changes)


def an_offer(**changes: Any) -> OfferProfile:
    usual: dict[str, Any] = {
        "id": "o1",
        "organisation": "Asaa IF",
        "organisation_kind": "sports_club",
        "title": "Springhold",
        "text": "Vi hopper på trampolin.",
        "age_min": 6,
        "age_max": 12,
        "postcode": "9330",
        "radius_km": 15.0,
    }
    return OfferProfile.at_postcode(**usual | changes)
