"""The time zone of Denmark as calendars want it, and the clock on the wall."""

from datetime import UTC, date, datetime, time
from functools import cache

from icalendar import Timezone

from volunteer_match.foundation.clock import COPENHAGEN

# By hand: Outlook wants exactly one STANDARD and one DAYLIGHT with a rule each, or it is an hour off half the year.
_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
X-LIC-LOCATION:Europe/Copenhagen
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


class NoSuchTime(ValueError):
    """The clock goes from 02.00 to 03.00 on a Sunday in March; what lies between does not exist."""


@cache
def copenhagen_zone() -> Timezone:
    """The VTIMEZONE of every calendar we write."""
    zone = Timezone.from_ical(_ZONE.replace("\n", "\r\n"))
    if not isinstance(zone, Timezone):
        raise TypeError("the zone is no VTIMEZONE")
    return zone


def wall_moment(day: date, at: time) -> datetime:
    """The moment (UTC) at which clocks in Denmark show this; the first one where they show it twice.

    Raises NoSuchTime.
    """
    wanted = datetime.combine(day, at)
    moment = wanted.replace(tzinfo=COPENHAGEN).astimezone(UTC)
    if moment.astimezone(COPENHAGEN).replace(tzinfo=None) != wanted:
        raise NoSuchTime(f"{day} {at}")
    return moment
