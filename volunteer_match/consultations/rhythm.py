"""Every n weeks on one weekday, in Danish wall time, without the holidays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from volunteer_match.foundation.clock import COPENHAGEN
from volunteer_match.vocabulary.holidays import holiday_name

WEEK = timedelta(weeks=1)
SLOT = timedelta(minutes=20)
# Of the clock: the hour that is skipped in March and the one that comes twice in October lie outside.
EARLIEST, LATEST = time(7), time(21)
MOST_WEEKS = 8
LONGEST = timedelta(days=400)


class TimesRefused(ValueError):
    """The times hold no slot, or lie in the night."""


class PeriodRefused(ValueError):
    """It ends before it begins, or lasts longer than anybody plans."""


@dataclass(frozen=True, slots=True)
class Break:
    """Days without school, first and last included, and what they are called."""

    name: str
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that can be booked; numbered from 0 within its day, and the number stays when the day is moved."""

    number: int
    starts_at: datetime
    ends_at: datetime


def days_between(first_on: date, last_on: date, *, every_weeks: int) -> list[date]:
    """Every date of the rhythm, the holidays too. Raises PeriodRefused."""
    if not 1 <= every_weeks <= MOST_WEEKS or not timedelta(0) <= last_on - first_on <= LONGEST:
        raise PeriodRefused
    step = every_weeks * WEEK
    return [first_on + number * step for number in range((last_on - first_on) // step + 1)]


def why_skipped(day: date, breaks: Iterable[Break]) -> str | None:
    """The name of the holiday that falls on this day: in Danish, as it is stored; None on a day like any other."""
    public = holiday_name(day)
    if public is not None:
        return public.da
    return next((each.name for each in breaks if each.first_on <= day <= each.last_on), None)


def moment_on(day: date, at: time) -> datetime:
    """What the clock on the wall of the school shows, as a moment: 15.00 is 15.00 in summer and in winter."""
    return datetime.combine(day, at, tzinfo=COPENHAGEN).astimezone(UTC)


def check_times(starts: time, ends: time) -> None:
    """Raises TimesRefused."""
    if not (EARLIEST <= starts < ends <= LATEST) or _length(starts, ends) < SLOT:
        raise TimesRefused


def slots_between(starts_at: datetime, ends_at: datetime) -> list[Slot]:
    """The whole slots from the beginning; what is left at the end is the staff's own."""
    count = (ends_at - starts_at) // SLOT
    return [Slot(number, starts_at + number * SLOT, starts_at + (number + 1) * SLOT) for number in range(count)]


def _length(starts: time, ends: time) -> timedelta:
    return timedelta(hours=ends.hour - starts.hour, minutes=ends.minute - starts.minute)
