"""Bookings that we can't keep: let go of, and those who booked told with a way to book again."""

from datetime import datetime

from sqlalchemy import select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import SYSTEM, Actor, record
from volunteer_match.foundation.conditional_moves import make_move
from volunteer_match.foundation.database import db

from .letters import tell_of_calling_off
from .models import ConsultationBooking, ConsultationDay
from .states import BOOKING_MOVES, BookingAction, BookingState


def call_off_bookings(
    day: ConsultationDay, *, now: datetime, by: Actor = SYSTEM, only_without_slot: bool = False
) -> int:
    """Returns how many. `only_without_slot` spares those that still have their time on a day that was changed.

    The caller holds the day's lock.
    """
    db.session.flush()
    waiting = [
        booking
        for booking in db.session.scalars(
            select(ConsultationBooking)
            .where(ConsultationBooking.day_id == day.id, ConsultationBooking.state == BookingState.BOOKED)
            .order_by(ConsultationBooking.id)
        )
        if not (only_without_slot and booking.slot is not None)
    ]
    for booking in waiting:
        tell_of_calling_off(booking, now=now)
        make_move(booking, ConsultationBooking.state, BOOKING_MOVES, BookingAction.CALL_OFF, changed_at=now)
        record(
            AuditAction.CONSULTATION_BOOKING_CANCELLED,
            by=by,
            now=now,
            subject=("consultation_booking", booking.id),
            details={"by_us": True},
        )
    return len(waiting)
