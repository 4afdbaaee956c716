"""The mails to those who book. Each holds one link: to their own booking, to change it, cancel it or book again."""

from datetime import datetime, timedelta

from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkPurpose, issue_link
from volunteer_match.notifications.consultation_messages import (
    ConsultationBooked,
    ConsultationCalledOff,
    ConsultationCancelled,
    ConsultationMail,
    ConsultationMoved,
    ConsultationReminder,
)
from volunteer_match.notifications.outbox import cancel_queued, enqueue

from .models import ConsultationBooking, ConsultationDay
from .states import BookingState

SUBJECT = "consultation_booking"
# Long enough to book again after a day was cancelled, or to look up what was agreed.
LINK_LIVES_ON = timedelta(days=60)


def confirm(booking: ConsultationBooking, *, now: datetime) -> None:
    """They have booked, or changed to this time."""
    _send(ConsultationBooked, booking, now=now)


def remind(booking: ConsultationBooking, *, now: datetime) -> None:
    """It is tomorrow."""
    _send(ConsultationReminder, booking, now=now)


def tell_of_move(day: ConsultationDay, *, now: datetime) -> None:
    """The day has another date, time or place, and their booking went along."""
    db.session.flush()
    db.session.expire(day, ["bookings"])
    for booking in day.bookings:
        if booking.state is BookingState.BOOKED:
            booking.sequence += 1
            booking.reminded_at = None
            _send(ConsultationMoved, booking, now=now)


def tell_of_calling_off(booking: ConsultationBooking, *, now: datetime) -> None:
    """We can't keep it."""
    _send(ConsultationCalledOff, booking, now=now)


def confirm_cancelling(booking: ConsultationBooking, *, now: datetime) -> None:
    """They let go of it themselves; if somebody else did, now they know."""
    _send(ConsultationCancelled, booking, now=now)


def _send(kind: type[ConsultationMail], booking: ConsultationBooking, *, now: datetime) -> None:
    # What waits about this booking is overtaken by this.
    cancel_queued(about=(SUBJECT, booking.id), now=now)
    day, slot = booking.day, booking.slot
    token = issue_link(
        purpose=LinkPurpose.CHANGE_CONSULTATION,
        subject_id=booking.id,
        now=now,
        lifetime=max(day.ends_at - now, timedelta(0)) + LINK_LIVES_ON,
    )
    message = kind(
        token=token,
        name=booking.name,
        starts_at=day.starts_at if slot is None else slot.starts_at,
        place=day.where,
        way_in="" if day.place else day.series.way_in,
        reference=booking.reference,
        note=day.note or "",
    )
    enqueue(message, to=booking.email, language=booking.language, about=(SUBJECT, booking.id), now=now)
