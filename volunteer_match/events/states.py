"""The states of events, invitations and offered seats, and the moves between them."""

from enum import StrEnum

from volunteer_match.foundation.state_machine import Moves


class EventState(StrEnum):
    """From the first draft until it is over. Full is open without a free seat."""

    DRAFT = "draft"
    OPEN = "open"
    FULL = "full"
    HELD = "held"
    CANCELLED = "cancelled"


class EventAction(StrEnum):
    """What somebody, or the number of seats, does to an event."""

    OPEN = "open"
    FILL = "fill"
    FREE = "free"
    HOLD = "hold"
    CANCEL = "cancel"


ANSWERABLE = frozenset({EventState.OPEN, EventState.FULL})
CHANGEABLE = ANSWERABLE | {EventState.DRAFT}
EVENT_MOVES = Moves(
    {
        EventAction.OPEN: (frozenset({EventState.DRAFT}), EventState.OPEN),
        EventAction.FILL: (frozenset({EventState.OPEN}), EventState.FULL),
        EventAction.FREE: (frozenset({EventState.FULL}), EventState.OPEN),
        EventAction.HOLD: (ANSWERABLE, EventState.HELD),
        EventAction.CANCEL: (CHANGEABLE, EventState.CANCELLED),
    }
)


class Visibility(StrEnum):
    """Whether anybody may sign up, or only those who were invited."""

    PUBLIC = "public"
    BY_INVITATION = "by_invitation"


class QuestionKind(StrEnum):
    """What we may need to know of the guests; `own` is a question in the host's own words."""

    FOOD = "food"
    CHILDCARE = "childcare"
    LIFT = "lift"
    SIGN_LANGUAGE = "sign_language"
    OWN = "own"


class InvitationSource(StrEnum):
    """How an address came on the list."""

    ORGANISATION = "organisation"
    CITIZEN = "citizen"
    IMPORTED = "imported"
    SINGLE = "single"
    SIGN_UP = "sign_up"


class InvitationState(StrEnum):
    """queued: on the list, no mail written yet. sent: the mail is in the outbox. Then what was answered.

    expired: a seat was offered from the waiting list and not taken in time.
    """

    QUEUED = "queued"
    SENT = "sent"
    YES = "yes"
    NO = "no"
    MAYBE = "maybe"
    WAITING = "waiting"
    EXPIRED = "expired"


S = InvitationState
UNANSWERED = frozenset({S.QUEUED, S.SENT})
ANSWERED = frozenset(InvitationState) - UNANSWERED


class SeatOfferState(StrEnum):
    """A freed seat held for one party of the waiting list until a deadline."""

    OFFERED = "offered"
    TAKEN = "taken"
    DECLINED = "declined"
    EXPIRED = "expired"
