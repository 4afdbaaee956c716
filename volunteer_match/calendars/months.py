"""The pages of a wall calendar: a month with its weeks, the ones beside it, and when a day begins in Denmark."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from volunteer_match.foundation.clock import COPENHAGEN

# Nothing of ours lies outside these years, and a robot that follows "next month" comes to an end.
FIRST_YEAR, LAST_YEAR = 2020, 2099
_WRITTEN = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class NoSuchMonth(ValueError):
    """Not written as 2027-01, or outside the years we keep."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month. Raises NoSuchMonth."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.number <= 12):  # noqa: PLR2004 - a year's months
            raise NoSuchMonth

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that a day is in."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> Self:
        """From what `str()` writes: 2027-01. Raises NoSuchMonth."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise NoSuchMonth
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def first_on(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_on(self) -> date:
        """Its last day."""
        return self.first_on.replace(day=monthrange(self.year, self.number)[1])

    @property
    def before(self) -> "Month | None":
        """None at the beginning of our years."""
        return self._beside(self.first_on - timedelta(days=1))

    @property
    def after(self) -> "Month | None":
        """None at the end of them."""
        return self._beside(self.last_on + timedelta(days=1))

    def weeks(self) -> list[tuple[date, ...]]:
        """Each week with a day of the month in it, Monday to Sunday: the first and the last reach into others."""
        monday = self.first_on - timedelta(days=self.first_on.weekday())
        weeks = []
        while monday <= self.last_on:
            weeks.append(tuple(monday + timedelta(days=number) for number in range(7)))
            monday += timedelta(weeks=1)
        return weeks

    @staticmethod
    def _beside(day: date) -> "Month | None":
        try:
            return Month.of(day)
        except NoSuchMonth:
            return None


def midnight(day: date) -> datetime:
    """The moment (UTC) at which a day begins in Denmark; the clock is never changed at midnight."""
    return datetime.combine(day, time(), COPENHAGEN).astimezone(UTC)
