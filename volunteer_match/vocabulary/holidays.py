"""Danish public holidays and working days."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from volunteer_match.vocabulary.taxonomy import Wording

LAST_GREAT_PRAYER_DAY = 2023
_SATURDAY, _SUNDAY = 5, 6
_LATEST_MOON = 28  # days after 21 March
_FIRST_YEARS = 10  # of the moon's nineteen


@lru_cache(maxsize=64)
def public_holidays(year: int) -> Mapping[date, Wording]:
    """The holidays of a year, in order.

    5 June, 24 and 31 December are no public holidays and count as working days, so that a deadline counted over
    them falls early rather than late.
    """
    easter = _easter_sunday(year)
    days = {
        date(year, 1, 1): Wording("nytårsdag", "New Year’s Day"),
        easter - timedelta(3): Wording("skærtorsdag", "Maundy Thursday"),
        easter - timedelta(2): Wording("langfredag", "Good Friday"),
        easter: Wording("påskedag", "Easter Sunday"),
        easter + timedelta(1): Wording("2. påskedag", "Easter Monday"),
        easter + timedelta(39): Wording("Kristi himmelfartsdag", "Ascension Day"),
        easter + timedelta(49): Wording("pinsedag", "Whit Sunday"),
        easter + timedelta(50): Wording("2. pinsedag", "Whit Monday"),
        date(year, 12, 25): Wording("juledag", "Christmas Day"),
        date(year, 12, 26): Wording("2. juledag", "Boxing Day"),
    }
    if year <= LAST_GREAT_PRAYER_DAY:
        days[easter + timedelta(26)] = Wording("store bededag", "Great Prayer Day")
    return MappingProxyType(dict(sorted(days.items())))


def holiday_name(day: date) -> Wording | None:
    return public_holidays(day.year).get(day)


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and holiday_name(day) is None


def add_working_days(day: date, count: int) -> date:
    """The working day `count` working days after `day`, which itself isn't counted; 0 gives `day` back."""
    if count < 0:
        raise ValueError("working days are counted forwards")
    for _ in range(count):
        day = _next_working_day(day)
    return day


def _next_working_day(day: date) -> date:
    day += timedelta(1)
    while not is_working_day(day):
        day += timedelta(1)
    return day


def _easter_sunday(year: int) -> date:
    """The Sunday after the church's full moon in spring (Gregorian computus)."""
    century = year // 100
    skipped_leap_days = century - century // 4
    moon_drift = (8 * century + 13) // 25
    epact = (skipped_leap_days - moon_drift + 19 * (year % 19) + 15) % 30
    # The church's moon is never full after 18 April, and later than 17 April only in the first years of the cycle.
    if epact > _LATEST_MOON or (epact == _LATEST_MOON and year % 19 > _FIRST_YEARS):
        epact -= 1
    full_moon = date(year, 3, 21) + timedelta(epact)
    return full_moon + timedelta((_SUNDAY - full_moon.weekday()) or 7)
