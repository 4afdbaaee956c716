"""The states of organisations, offers and registrations, and the moves between them."""

from enum import StrEnum

from volunteer_match.foundation.state_machine import Moves


class OrganisationKind(StrEnum):
    """Who offers. Values are those of the evaluation format."""

    SPORTS_CLUB = "sports_club"
    CHURCH = "church"
    BUSINESS = "business"
    ASSOCIATION = "association"
    CITIZEN = "citizen"
    PROFESSIONAL = "professional"


class Vetting(StrEnum):
    """Our decision on an organisation or an offer."""

    NEW = "new"
    APPROVED = "approved"
    BLOCKED = "blocked"


class VettingAction(StrEnum):
    """What an admin can do to an organisation or an offer."""

    APPROVE = "approve"
    BLOCK = "block"


VETTING_MOVES = Moves(
    {
        VettingAction.APPROVE: (frozenset({Vetting.NEW, Vetting.BLOCKED}), Vetting.APPROVED),
        VettingAction.BLOCK: (frozenset({Vetting.NEW, Vetting.APPROVED}), Vetting.BLOCKED),
    }
)


class Availability(StrEnum):
    """Their decision on an offer."""

    OPEN = "open"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"


class AvailabilityAction(StrEnum):
    """What a contact person can do to an offer. A withdrawn offer stays withdrawn: register it anew."""

    PAUSE = "pause"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


AVAILABILITY_MOVES = Moves(
    {
        AvailabilityAction.PAUSE: (frozenset({Availability.OPEN}), Availability.PAUSED),
        AvailabilityAction.REOPEN: (frozenset({Availability.PAUSED}), Availability.OPEN),
        AvailabilityAction.WITHDRAW: (frozenset({Availability.OPEN, Availability.PAUSED}), Availability.WITHDRAWN),
    }
)


class RegistrationState(StrEnum):
    """A sign-up on its way: being written, waiting for the mailed link, done."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"


class RegistrationAction(StrEnum):
    """What moves a registration on."""

    SUBMIT = "submit"
    REOPEN = "reopen"
    CONFIRM = "confirm"


REGISTRATION_MOVES = Moves(
    {
        RegistrationAction.SUBMIT: (frozenset({RegistrationState.DRAFT}), RegistrationState.SUBMITTED),
        RegistrationAction.REOPEN: (frozenset({RegistrationState.SUBMITTED}), RegistrationState.DRAFT),
        RegistrationAction.CONFIRM: (frozenset({RegistrationState.SUBMITTED}), RegistrationState.CONFIRMED),
    }
)
