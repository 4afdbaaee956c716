"""The school holidays as an admin keeps them. A change moves the days of every series at once."""

from datetime import date, datetime

from sqlalchemy import select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db, take_turns
from volunteer_match.people.models import User
from volunteer_match.vocabulary.school_holidays import SchoolBreak, known_school_years

from .models import ConsultationSeries, SchoolHoliday
from .planning import lay_days, lock_series, touch
from .rhythm import PeriodRefused

LONGEST_HOLIDAY_DAYS = 70


class AlreadyThere(Exception):
    """There is a holiday with the same two dates."""


def add_holiday(*, name: str, first_on: date, last_on: date, by: User, now: datetime) -> SchoolHoliday:
    """One more. Raises AlreadyThere, rhythm.PeriodRefused."""
    if not 0 <= (last_on - first_on).days <= LONGEST_HOLIDAY_DAYS:
        raise PeriodRefused
    take_turns("school_holiday")
    if (first_on, last_on) in _spans():
        raise AlreadyThere
    holiday = SchoolHoliday(name=name, first_on=first_on, last_on=last_on)
    db.session.add(holiday)
    _changed(by=by, now=now, details={"first_on": first_on.isoformat(), "last_on": last_on.isoformat()})
    return holiday


def remove_holiday(holiday: SchoolHoliday, *, by: User, now: datetime) -> None:
    """School is held after all."""
    details = {"removed": f"{holiday.first_on.isoformat()}/{holiday.last_on.isoformat()}"}
    db.session.delete(holiday)
    _changed(by=by, now=now, details=details)


def add_school_year(year: str, *, by: User, now: datetime) -> int:
    """Puts in the holidays of a school year we know that are not there yet; returns how many. Raises KeyError."""
    take_turns("school_holiday")
    missing = _missing(year, _spans())
    for each in missing:
        db.session.add(SchoolHoliday(name=each.name.da, first_on=each.first_on, last_on=each.last_on))
    if missing:
        _changed(by=by, now=now, details={"year": year})
    return len(missing)


def years_to_put_in() -> list[str]:
    """The school years we know that are not all there."""
    there = _spans()
    return [year for year in known_school_years() if _missing(year, there)]


def _missing(year: str, there: set[tuple[date, date]]) -> list[SchoolBreak]:
    return [each for each in known_school_years()[year] if (each.first_on, each.last_on) not in there]


def _spans() -> set[tuple[date, date]]:
    return {(row.first_on, row.last_on) for row in db.session.scalars(select(SchoolHoliday))}


def _changed(*, by: User, now: datetime, details: dict[str, str]) -> None:
    db.session.flush()
    running = select(ConsultationSeries).where(
        ConsultationSeries.last_on >= danish_date(now), ConsultationSeries.skips_school_holidays
    )
    for series in db.session.scalars(running.order_by(ConsultationSeries.id)):
        lock_series(series)
        lay_days(series, now=now)
        touch(series, now=now)
    record(AuditAction.SCHOOL_HOLIDAYS_CHANGED, by=by.actor, now=now, subject=("school_holiday", None), details=details)
