"""What the pages read, each list in a constant number of queries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User

from .booking import free_slots
from .models import (
    ConsultationBooking,
    ConsultationDay,
    ConsultationDuty,
    ConsultationPost,
    ConsultationSeries,
    SchoolHoliday,
)
from .rhythm import Slot
from .states import HOLDS_SLOT, DayState

# A page of times to choose from looks this many days ahead; the next ones come when these are full or over.
DAYS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series in the list, with its next day and how many days are left."""

    series: ConsultationSeries
    next_day: ConsultationDay | None
    days_left: int


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day that can be booked, with what is free on it."""

    day: ConsultationDay
    free: list[Slot]


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One time of the day's list; nobody may have booked it."""

    slot: Slot
    booking: ConsultationBooking | None


def all_series(*, now: datetime) -> list[SeriesLine]:
    """Every series, those that go on first."""
    series = db.session.scalars(select(ConsultationSeries).order_by(ConsultationSeries.school, ConsultationSeries.id))
    ahead: dict[int, list[ConsultationDay]] = {}
    for day in db.session.scalars(
        select(ConsultationDay)
        .where(ConsultationDay.state == DayState.PLANNED, ConsultationDay.ends_at > now)
        .order_by(ConsultationDay.starts_at)
    ):
        ahead.setdefault(day.series_id, []).append(day)
    lines = [SeriesLine(one, next(iter(ahead.get(one.id, [])), None), len(ahead.get(one.id, []))) for one in series]
    return sorted(lines, key=lambda line: line.next_day is None)


def find_series(series_id: int) -> ConsultationSeries | None:
    """With everything its page shows."""
    return db.session.scalar(
        select(ConsultationSeries)
        .where(ConsultationSeries.id == series_id)
        .options(
            selectinload(ConsultationSeries.posts).joinedload(ConsultationPost.person),
            selectinload(ConsultationSeries.days).selectinload(ConsultationDay.duties).options(*_PEOPLE),
        )
    )


def series_at(slug: str) -> ConsultationSeries | None:
    """The series behind a public address."""
    return db.session.scalar(select(ConsultationSeries).where(ConsultationSeries.slug == slug))


def booked_counts(days: Iterable[ConsultationDay]) -> Counter[int]:
    """How many times are taken, by day."""
    rows = db.session.execute(
        select(ConsultationBooking.day_id, func.count().label("bookings"))
        .where(ConsultationBooking.day_id.in_([day.id for day in days]), ConsultationBooking.state.in_(HOLDS_SLOT))
        .group_by(ConsultationBooking.day_id)
    )
    return Counter({row.day_id: row.bookings for row in rows})


def open_days(series: ConsultationSeries, *, now: datetime) -> list[OpenDay]:
    """The next days of a series, the full ones too, so that nobody takes them for forgotten."""
    days = db.session.scalars(
        select(ConsultationDay)
        .where(
            ConsultationDay.series_id == series.id,
            ConsultationDay.state == DayState.PLANNED,
            ConsultationDay.starts_at > now,
        )
        .order_by(ConsultationDay.starts_at)
        .limit(DAYS_SHOWN)
    ).all()
    taken: dict[int, list[int]] = {}
    for day_id, number in db.session.execute(
        select(ConsultationBooking.day_id, ConsultationBooking.slot_number).where(
            ConsultationBooking.day_id.in_([day.id for day in days]), ConsultationBooking.state.in_(HOLDS_SLOT)
        )
    ):
        taken.setdefault(day_id, []).append(number)
    return [OpenDay(day, free_slots(day, taken.get(day.id, []), now=now)) for day in days]


def find_day(day_id: int) -> ConsultationDay | None:
    """With its series and who is on it."""
    return db.session.scalar(
        select(ConsultationDay)
        .where(ConsultationDay.id == day_id)
        .options(joinedload(ConsultationDay.series), selectinload(ConsultationDay.duties).options(*_PEOPLE))
    )


def days_between(start: datetime, end: datetime) -> Sequence[ConsultationDay]:
    """The days of every series that begin from `start` until before `end`, also those called off; none skipped."""
    return db.session.scalars(
        select(ConsultationDay)
        .where(
            ConsultationDay.state != DayState.SKIPPED,
            ConsultationDay.starts_at >= start,
            ConsultationDay.starts_at < end,
        )
        .options(joinedload(ConsultationDay.series))
        .order_by(ConsultationDay.starts_at, ConsultationDay.id)
    ).all()


def days_of(user: User, days: Iterable[ConsultationDay]) -> frozenset[int]:
    """The ids of those among `days` on which this person sits there."""
    ids = [day.id for day in days]
    return frozenset(db.session.scalars(select(ConsultationDay.id).where(ConsultationDay.id.in_(ids), _on_it(user))))


def find_duty(duty_id: int) -> ConsultationDuty | None:
    """With its day."""
    return db.session.scalar(
        select(ConsultationDuty)
        .where(ConsultationDuty.id == duty_id)
        .options(joinedload(ConsultationDuty.day).joinedload(ConsultationDay.series), *_PEOPLE)
    )


def duties_of(user: User, *, since: datetime) -> Sequence[ConsultationDuty]:
    """The days from `since` on that this person is on, stands in on or is away from, the nearest first."""
    return db.session.scalars(
        select(ConsultationDuty)
        .join(ConsultationDuty.day)
        .where(
            or_(ConsultationDuty.person_id == user.id, ConsultationDuty.stand_in_id == user.id),
            ConsultationDay.state != DayState.SKIPPED,
            ConsultationDay.ends_at > since,
        )
        .options(
            contains_eager(ConsultationDuty.day).options(
                joinedload(ConsultationDay.series), selectinload(ConsultationDay.duties).options(*_PEOPLE)
            ),
            *_PEOPLE,
        )
        .order_by(ConsultationDay.starts_at, ConsultationDuty.id)
    ).all()


def own_day(user: User, day_id: int) -> ConsultationDay | None:
    """The day, if this person sits there on it."""
    return db.session.scalar(
        select(ConsultationDay)
        .where(ConsultationDay.id == day_id, ConsultationDay.state != DayState.SKIPPED, _on_it(user))
        .options(joinedload(ConsultationDay.series), selectinload(ConsultationDay.duties).options(*_PEOPLE))
    )


def slot_lines(day: ConsultationDay, *, by: User, now: datetime) -> list[SlotLine]:
    """The day's list, free times too. It shows names, so it leaves a trace."""
    bookings = {booking.slot_number: booking for booking in db.session.scalars(_kept_bookings(day))}
    record(
        AuditAction.CONSULTATION_LIST_READ,
        by=by.actor,
        now=now,
        subject=("consultation_day", day.id),
        details={"bookings": len(bookings)},
    )
    return [SlotLine(slot, bookings.get(slot.number)) for slot in day.slots]


def own_booking(user: User, booking_id: int) -> ConsultationBooking | None:
    """A booking on a day this person is on, unless it was let go of."""
    return db.session.scalar(
        select(ConsultationBooking)
        .join(ConsultationBooking.day)
        .where(ConsultationBooking.id == booking_id, ConsultationBooking.state.in_(HOLDS_SLOT), _on_it(user))
        .options(
            contains_eager(ConsultationBooking.day).options(
                joinedload(ConsultationDay.series), selectinload(ConsultationDay.duties).options(*_PEOPLE)
            )
        )
    )


def booking_at(booking_id: int) -> ConsultationBooking | None:
    """One booking with its day."""
    return db.session.scalar(
        select(ConsultationBooking)
        .where(ConsultationBooking.id == booking_id)
        .options(joinedload(ConsultationBooking.day).joinedload(ConsultationDay.series))
    )


def follow_ups_of(user: User) -> Sequence[ConsultationBooking]:
    """What this person took on and has not ticked off, the oldest first."""
    return db.session.scalars(
        select(ConsultationBooking)
        .join(ConsultationBooking.day)
        .where(ConsultationBooking.follow_up_by_id == user.id, ConsultationBooking.followed_up_at.is_(None))
        .options(contains_eager(ConsultationBooking.day).joinedload(ConsultationDay.series))
        .order_by(ConsultationDay.starts_at, ConsultationBooking.slot_number)
    ).all()


def school_holidays() -> Sequence[SchoolHoliday]:
    """Every holiday, the earliest first."""
    return db.session.scalars(select(SchoolHoliday).order_by(SchoolHoliday.first_on)).all()


def find_holiday(holiday_id: int) -> SchoolHoliday | None:
    """One of them."""
    return db.session.get(SchoolHoliday, holiday_id)


def _kept_bookings(day: ConsultationDay) -> Select[ConsultationBooking]:
    return (
        select(ConsultationBooking)
        .where(ConsultationBooking.day_id == day.id, ConsultationBooking.state.in_(HOLDS_SLOT))
        .options(joinedload(ConsultationBooking.follow_up_by))
        .order_by(ConsultationBooking.slot_number)
    )


def _on_it(user: User) -> ColumnElement[bool]:
    return exists().where(
        ConsultationDuty.day_id == ConsultationDay.id,
        or_(
            and_(ConsultationDuty.person_id == user.id, ConsultationDuty.absent_at.is_(None)),
            ConsultationDuty.stand_in_id == user.id,
        ),
    )


_PEOPLE = (joinedload(ConsultationDuty.person), joinedload(ConsultationDuty.stand_in))
