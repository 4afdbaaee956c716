"""The one place that asks what time it is. Everything below the pages takes `now` as an argument."""

from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
Day = TypeVar("Day", bound=date)


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def danish_date(moment: datetime) -> date:
    """The calendar day in Denmark at `moment`: what a deadline or an age is counted in."""
    return moment.astimezone(COPENHAGEN).date()


def years_after(day: Day, years: int) -> Day:
    """The same day some years on; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
