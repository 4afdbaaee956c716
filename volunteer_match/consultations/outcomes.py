"""What came of the talks, and who follows up. Codes only: what was said stays in the room."""

from collections.abc import Mapping
from datetime import datetime

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.conditional_moves import change_if, make_move
from volunteer_match.people.models import User

from .days import has_begun, is_today
from .models import ConsultationBooking, ConsultationDay
from .roster import is_on
from .states import BOOKING_MOVES, BookingAction, Outcome


class NotOnDuty(Exception):
    """They don't sit there on this day."""


class TooEarly(Exception):
    """The day has not come yet."""


def record_outcome(
    booking: ConsultationBooking, *, outcome: Outcome, follow_up_by: User | None, by: User, now: datetime
) -> None:
    """They came. Can be corrected later. Raises NotOnDuty (also of `follow_up_by`), TooEarly, MoveRefused."""
    must_be_on(booking.day, by)
    if follow_up_by is not None:
        must_be_on(booking.day, follow_up_by)
    _must_have_come(booking.day, now=now)
    make_move(
        booking,
        ConsultationBooking.state,
        BOOKING_MOVES,
        BookingAction.RECORD,
        outcome=outcome,
        recorded_by_id=by.id,
        follow_up_by_id=None if follow_up_by is None else follow_up_by.id,
        followed_up_at=None,
    )
    details = {"outcome": outcome.value, "follow_up_by": booking.follow_up_by_id}
    _note(AuditAction.CONSULTATION_OUTCOME_RECORDED, booking, by=by, now=now, details=details)


def record_missed(booking: ConsultationBooking, *, by: User, now: datetime) -> None:
    """Nobody came. Raises NotOnDuty, TooEarly, MoveRefused."""
    must_be_on(booking.day, by)
    _must_have_come(booking.day, now=now)
    make_move(
        booking,
        ConsultationBooking.state,
        BOOKING_MOVES,
        BookingAction.MISS,
        outcome=None,
        recorded_by_id=by.id,
        follow_up_by_id=None,
        followed_up_at=None,
    )
    _note(AuditAction.CONSULTATION_OUTCOME_RECORDED, booking, by=by, now=now, details={"outcome": None})


def finish_follow_up(booking: ConsultationBooking, *, by: User, now: datetime) -> bool:
    """Ticked off by the one who took it on; False when it was already. Raises NotOnDuty for anybody else."""
    if booking.follow_up_by_id != by.id:
        raise NotOnDuty
    if not change_if(booking, ConsultationBooking.followed_up_at.is_(None), {"followed_up_at": now}):
        return False
    _note(AuditAction.CONSULTATION_FOLLOWED_UP, booking, by=by, now=now, details={})
    return True


def must_be_on(day: ConsultationDay, user: User) -> None:
    """Raises NotOnDuty."""
    if not is_on(day, user):
        raise NotOnDuty


def _must_have_come(day: ConsultationDay, *, now: datetime) -> None:
    if not (is_today(day, now=now) or has_begun(day, now=now)):
        raise TooEarly


def _note(
    action: AuditAction, booking: ConsultationBooking, *, by: User, now: datetime, details: Mapping[str, object]
) -> None:
    record(action, by=by.actor, now=now, subject=("consultation_booking", booking.id), details=details)
