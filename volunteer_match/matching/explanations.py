"""Why an offer stands where it stands, as keys and values. The page puts them into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from volunteer_match.matching.eligibility import Bar


class ReasonKey(StrEnum):
    """One per feature of the model, plus the baseline every pair starts from."""

    BASELINE = "baseline"
    NEED_LINK = "need_link"
    USUAL_HELP = "usual_help"
    SHARED_TOPIC = "shared_topic"
    SAME_FAMILY = "same_family"
    WORDING = "wording"
    AGAINST_WISH = "against_wish"
    COMPANY = "company"
    DISTANCE = "distance"
    TIMES = "times"
    AGE = "age"
    CONTACT_FORM = "contact_form"
    LANGUAGE = "language"
    FREE_PLACES = "free_places"
    FRESHNESS = "freshness"
    LIKE_CHOSEN = "like_chosen"


class Unknown(StrEnum):
    """What nobody has told us about the pair, so the caseworker may want to ask."""

    NEED_TIMES = "need_times"
    OFFER_TIMES = "offer_times"
    OFFER_LANGUAGES_BY_DEFAULT = "offer_languages_by_default"
    OFFER_KIND = "offer_kind"
    NEED_CODES = "need_codes"
    NEED_NOT_UNDERSTOOD = "need_not_understood"


class Reason(NamedTuple):
    """`contribution`: its share of the logit. `words`: the words of the need text that led there, as written.

    `concepts`: ids of the taxonomy or of the engine's topics. `value`: what was measured (km, number of
    shared times, a form, …).
    """

    key: ReasonKey
    contribution: float
    words: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    value: str | float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`score`: 0–1; the logistic of the sum of the reasons' contributions. `features`: what the model was given."""

    offer_id: str
    score: float
    reasons: tuple[Reason, ...]
    unknown: tuple[Unknown, ...]
    distance_km: float
    shared_slots: tuple[str, ...]
    more_of_same_kind: int
    features: Mapping[ReasonKey, float]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A good offer barred by rules that somebody could do something about."""

    offer_id: str
    score: float
    bars: tuple[Bar, ...]
    distance_km: float


@dataclass(frozen=True, slots=True)
class Ranking:
    suggestions: tuple[Suggestion, ...]
    near_misses: tuple[NearMiss, ...]
    model_version: str
