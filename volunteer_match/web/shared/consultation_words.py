"""Consultation days in the words people read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer_match.consultations.states import BookerRole, BookingState, DayState, Outcome, PostRole, Topic

POSTS: Mapping[PostRole, Any] = MappingProxyType(
    {
        PostRole.CASEWORKER: _l("Rådgiver"),
        PostRole.HEALTH_VISITOR: _l("Sundhedsplejerske"),
        PostRole.PSYCHOLOGIST: _l("Psykolog"),
    }
)

TOPICS: Mapping[Topic, Any] = MappingProxyType(
    {
        Topic.WELLBEING: _l("Trivsel"),
        Topic.ABSENCE: _l("Fravær fra skolen"),
        Topic.CONFLICTS: _l("Konflikter og fællesskab"),
        Topic.LEARNING: _l("Læring og sprog"),
        Topic.HEALTH: _l("Søvn, mad og sundhed"),
        Topic.FAMILY_LIFE: _l("Livet derhjemme"),
        Topic.LEISURE: _l("Fritid og venner"),
        Topic.OTHER: _l("Noget andet"),
    }
)

BOOKERS: Mapping[BookerRole, Any] = MappingProxyType(
    {
        BookerRole.TEACHER: _l("Lærer eller pædagog"),
        BookerRole.PARENT: _l("Forælder"),
        BookerRole.OTHER: _l("En anden voksen"),
    }
)

OUTCOMES: Mapping[Outcome, Any] = MappingProxyType(
    {
        Outcome.ADVICE_GIVEN: _l("Råd givet"),
        Outcome.NETWORK_MEETING: _l("Netværksmøde aftalt"),
        Outcome.NEED_OPENED: _l("Et behov oprettes"),
        Outcome.CONCERN: _l("Bekymring – underretning overvejes"),
    }
)

DAY_STATES: Mapping[DayState, tuple[Any, str]] = MappingProxyType(
    {
        DayState.PLANNED: (_l("Holdes"), "success"),
        DayState.SKIPPED: (_l("Springes over"), "neutral"),
        DayState.CANCELLED: (_l("Aflyst"), "error"),
    }
)

BOOKING_STATES: Mapping[BookingState, tuple[Any, str]] = MappingProxyType(
    {
        BookingState.BOOKED: (_l("Bestilt"), "info"),
        BookingState.CAME: (_l("Kom"), "success"),
        BookingState.STAYED_AWAY: (_l("Kom ikke"), "warning"),
        BookingState.CANCELLED: (_l("Aflyst"), "neutral"),
        BookingState.CALLED_OFF: (_l("Aflyst af os"), "neutral"),
    }
)
