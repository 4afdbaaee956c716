"""Single days: moved, cancelled and taken up again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.conditional_moves import make_move
from volunteer_match.foundation.database import db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.people.models import User

from .calling_off import call_off_bookings
from .letters import tell_of_move
from .models import ConsultationDay
from .planning import lock_series, touch
from .rhythm import check_times, moment_on
from .states import DAY_MOVES, DayAction, DayState


class DayOver(Exception):
    """It has begun or been held; what was is not changed."""


class DateRefused(ValueError):
    """A day can't be moved into the past."""


@dataclass(frozen=True, slots=True)
class NewTime:
    """Where a day is moved to; `place` empty for the usual one. Times are the school's clock."""

    on: date
    starts: time
    ends: time
    place: str


def lock_day(day_id: int) -> ConsultationDay:
    """The day as it is now; nobody else books or changes it until this transaction ends."""
    db.session.flush()
    return db.session.execute(
        select(ConsultationDay)
        .where(ConsultationDay.id == day_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def move_day(day: ConsultationDay, to: NewTime, *, note: str, by: User, now: datetime) -> None:
    """Another date, time or place for this day only. Bookings go along while their time is there; all are told.

    Raises rhythm.TimesRefused, DateRefused, DayOver, MoveRefused on a day that is not held.
    """
    check_times(to.starts, to.ends)
    if moment_on(to.on, to.starts) <= now:
        raise DateRefused
    day = _locked_with_series(day, now=now)
    if day.state is not DayState.PLANNED:
        raise MoveRefused(DayAction.PLAN, day.state)
    day.starts_at, day.ends_at = moment_on(to.on, to.starts), moment_on(to.on, to.ends)
    day.place, day.note, day.moved_at = to.place or None, note or None, now
    call_off_bookings(day, by=by.actor, now=now, only_without_slot=True)
    tell_of_move(day, now=now)
    touch(day.series, now=now)
    details = {"planned_on": day.planned_on.isoformat(), "held_on": to.on.isoformat()}
    _note(AuditAction.CONSULTATION_DAY_MOVED, day, by=by, now=now, details=details)


def cancel_day(day: ConsultationDay, *, note: str, by: User, now: datetime) -> None:
    """It is not held. Everybody who has booked is told and can book another. Raises DayOver, MoveRefused."""
    day = _locked_with_series(day, now=now)
    day.note = note or None
    make_move(day, ConsultationDay.state, DAY_MOVES, DayAction.CANCEL, cancelled_at=now)
    called_off = call_off_bookings(day, by=by.actor, now=now)
    touch(day.series, now=now)
    _note(AuditAction.CONSULTATION_DAY_CANCELLED, day, by=by, now=now, details={"bookings": called_off})


def resume_day(day: ConsultationDay, *, by: User, now: datetime) -> None:
    """It is held after all; who had booked has been told to book anew. Raises DayOver, MoveRefused."""
    day = _locked_with_series(day, now=now)
    day.note = None
    make_move(day, ConsultationDay.state, DAY_MOVES, DayAction.RESUME, cancelled_at=None)
    touch(day.series, now=now)
    _note(AuditAction.CONSULTATION_DAY_RESUMED, day, by=by, now=now, details={})


def has_begun(day: ConsultationDay, *, now: datetime) -> bool:
    """Whether it is too late to change the day or to book on it."""
    return day.starts_at <= now


def is_today(day: ConsultationDay, *, now: datetime) -> bool:
    """On the calendar in Denmark."""
    return day.held_on == danish_date(now)


def _locked_with_series(day: ConsultationDay, *, now: datetime) -> ConsultationDay:
    # Series first, as when the whole series changes: two who lock in opposite order would wait for each other.
    lock_series(day.series)
    locked = lock_day(day.id)
    if has_begun(locked, now=now):
        raise DayOver
    return locked


def _note(action: AuditAction, day: ConsultationDay, *, by: User, now: datetime, details: Mapping[str, object]) -> None:
    record(action, by=by.actor, now=now, subject=("consultation_day", day.id), details=details)
