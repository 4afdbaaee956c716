"""The states of cases, needs and the family's consent."""

from enum import StrEnum


class CaseState(StrEnum):
    """A closed case is read-only."""

    OPEN = "open"
    CLOSED = "closed"


class OverLimitReason(StrEnum):
    """Why a team leader gives a caseworker one more case than the limit allows."""

    SIBLING = "sibling"
    STAND_IN = "stand_in"
    URGENT = "urgent"
    CASE_ABOUT_TO_CLOSE = "case_about_to_close"


class NeedState(StrEnum):
    """open: looking for somebody · matched: an active match · closed: no longer looking."""

    OPEN = "open"
    MATCHED = "matched"
    CLOSED = "closed"


class ConsentParty(StrEnum):
    """Whose consent is asked for. Names are never stored."""

    CUSTODY_HOLDER_1 = "custody_holder_1"
    CUSTODY_HOLDER_2 = "custody_holder_2"
    YOUNG_PERSON = "young_person"


class ConsentStatus(StrEnum):
    """What a line of the family's ledger means at a given moment."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    WORDING_CHANGED = "wording_changed"


class ChildViewSource(StrEnum):
    """How the child's own view was obtained (Barnets lov § 5(3): by conversation or other direct contact)."""

    CONVERSATION = "conversation"
    PLAY_OR_DRAWING = "play_or_drawing"
    THROUGH_TRUSTED_ADULT = "through_trusted_adult"


class TaskKind(StrEnum):
    """What waits for a caseworker because somebody else did something."""

    VOLUNTEER_WITHDREW_CONSENT = "volunteer_withdrew_consent"
    OFFER_WITHDRAWN = "offer_withdrawn"
    OFFER_BLOCKED = "offer_blocked"
    GUARDIAN_WITHDREW_CONSENT = "guardian_withdrew_consent"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_DECLINED = "request_declined"
    REQUEST_EXPIRED = "request_expired"
    MAIL_NOT_DELIVERED = "mail_not_delivered"
