"""What happens because time passes: a reminder the day before, and contact details forgotten afterwards."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from volunteer_match.foundation.clock import COPENHAGEN, danish_date
from volunteer_match.foundation.database import db

from .letters import remind
from .models import ConsultationBooking, ConsultationDay
from .rhythm import moment_on
from .states import BookingState, DayState

REMIND_FROM = time(9)
# Long enough to call somebody back about what was agreed.
FORGET_AFTER = timedelta(days=90)
AT_MOST = 200


def run_due(*, now: datetime) -> int:
    """Reminds and forgets; returns how many."""
    return _remind_of_tomorrow(now=now) + _forget_bookers(now=now)


def _remind_of_tomorrow(*, now: datetime) -> int:
    """Who booked today has a mail of today and gets no second one."""
    if now.astimezone(COPENHAGEN).time() < REMIND_FROM:
        return 0
    today = danish_date(now)
    tomorrow = moment_on(today + timedelta(days=1), time.min)
    after = moment_on(today + timedelta(days=2), time.min)
    due = (
        select(ConsultationBooking)
        .join(ConsultationDay)
        .where(
            ConsultationBooking.state == BookingState.BOOKED,
            ConsultationBooking.reminded_at.is_(None),
            ConsultationBooking.changed_at < moment_on(today, time.min),
            ConsultationDay.state == DayState.PLANNED,
            ConsultationDay.starts_at >= tomorrow,
            ConsultationDay.starts_at < after,
        )
        .order_by(ConsultationBooking.id)
        .limit(AT_MOST)
        .with_for_update(of=ConsultationBooking, skip_locked=True)
    )
    bookings = db.session.scalars(due).all()
    for booking in bookings:
        booking.reminded_at = now
        remind(booking, now=now)
    return len(bookings)


def _forget_bookers(*, now: datetime) -> int:
    due = (
        select(ConsultationBooking)
        .join(ConsultationDay)
        .where(
            ConsultationBooking.forgotten_at.is_(None),
            ConsultationDay.ends_at <= now - FORGET_AFTER,
        )
        .order_by(ConsultationBooking.id)
        .limit(AT_MOST)
        .with_for_update(of=ConsultationBooking, skip_locked=True)
    )
    bookings = db.session.scalars(due).all()
    for booking in bookings:
        booking.name = booking.email = booking.phone = booking.question = ""
        booking.email_fingerprint = ""
        booking.forgotten_at = now
    return len(bookings)
