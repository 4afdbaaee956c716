"""The states of days and bookings, the moves between them, and the short lists to choose from."""

from enum import StrEnum

from volunteer_match.foundation.state_machine import Moves


class DayState(StrEnum):
    """planned: it is held. skipped: a holiday falls on it, or the series ends before. cancelled: a person said so."""

    PLANNED = "planned"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class DayAction(StrEnum):
    """What the calendar (plan, skip) or a person (cancel, resume) does to a day."""

    PLAN = "plan"
    SKIP = "skip"
    CANCEL = "cancel"
    RESUME = "resume"


DAY_MOVES = Moves(
    {
        DayAction.PLAN: (frozenset({DayState.SKIPPED}), DayState.PLANNED),
        DayAction.SKIP: (frozenset({DayState.PLANNED}), DayState.SKIPPED),
        DayAction.CANCEL: (frozenset({DayState.PLANNED}), DayState.CANCELLED),
        DayAction.RESUME: (frozenset({DayState.CANCELLED}), DayState.PLANNED),
    }
)


class PostRole(StrEnum):
    """The three who sit at the table."""

    CASEWORKER = "caseworker"
    HEALTH_VISITOR = "health_visitor"
    PSYCHOLOGIST = "psychologist"


class BookingState(StrEnum):
    """booked until the day; then they came or stayed away. cancelled by themselves, called off by us."""

    BOOKED = "booked"
    CAME = "came"
    STAYED_AWAY = "stayed_away"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"


class BookingAction(StrEnum):
    """What happens to a booking. What was written down can be corrected, so coming and staying away lead both ways."""

    RECORD = "record"
    MISS = "miss"
    CANCEL = "cancel"
    CALL_OFF = "call_off"


B = BookingState
# These have the time to themselves; the other two have let go of it.
HOLDS_SLOT = frozenset({B.BOOKED, B.CAME, B.STAYED_AWAY})
BOOKING_MOVES = Moves(
    {
        BookingAction.RECORD: (HOLDS_SLOT, B.CAME),
        BookingAction.MISS: (HOLDS_SLOT, B.STAYED_AWAY),
        BookingAction.CANCEL: (frozenset({B.BOOKED}), B.CANCELLED),
        BookingAction.CALL_OFF: (frozenset({B.BOOKED}), B.CALLED_OFF),
    }
)


class BookerRole(StrEnum):
    """Who books."""

    TEACHER = "teacher"
    PARENT = "parent"
    OTHER = "other"


class Topic(StrEnum):
    """What it is about, no nearer than this."""

    WELLBEING = "wellbeing"
    ABSENCE = "absence"
    CONFLICTS = "conflicts"
    LEARNING = "learning"
    HEALTH = "health"
    FAMILY_LIFE = "family_life"
    LEISURE = "leisure"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of a talk."""

    ADVICE_GIVEN = "advice_given"
    NETWORK_MEETING = "network_meeting"
    NEED_OPENED = "need_opened"
    CONCERN = "concern"
