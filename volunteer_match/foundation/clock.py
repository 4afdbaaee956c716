"""The one place that asks what time it is. Everything below the pages takes `now` as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def danish_date(moment: datetime) -> date:
    """The calendar day in Denmark at `moment`: what a deadline or an age is counted in."""
    return moment.astimezone(COPENHAGEN).date()
