"""What stands in the house's calendar: events, consultation days and holidays, with what this reader may open."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from volunteer_match.calendars.months import Month, midnight
from volunteer_match.consultations import queries as consultations
from volunteer_match.consultations.models import ConsultationDay, SchoolHoliday
from volunteer_match.consultations.states import DayState
from volunteer_match.events.models import Event
from volunteer_match.events.queries import events_between
from volunteer_match.foundation.clock import danish_date, years_after
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission
from volunteer_match.vocabulary.holidays import holiday_name
from volunteer_match.web.shared.consultation_words import DAY_STATES
from volunteer_match.web.shared.event_words import STATES
from volunteer_match.web.shared.jinja import danish_date as written
from volunteer_match.web.shared.jinja import sentence
from volunteer_match.web.shared.language import current_language

Badge = tuple[Any, str]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event or consultation day. `badge` is a word and its tone; without `url` there is nothing to open."""

    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    is_consultation: bool
    badge: Badge | None
    taken: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Holiday:
    """What a day off is called. `until` is the last day of one that begins here and goes on."""

    name: str
    is_new: bool = True
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DayBox:
    """One day: its holidays, and what happens on it."""

    day: date
    holidays: list[Holiday]
    lines: list[Line]

    @property
    def says_something(self) -> bool:
        """Whether a list of days would name it."""
        return bool(self.lines) or any(holiday.is_new for holiday in self.holidays)


def weeks_of(month: Month, *, reader: User) -> list[list[DayBox]]:
    """The month as a table, seven days in each row. What lasts over midnight stands on each of its days."""
    weeks = month.weeks()
    lines = _lines_between(midnight(weeks[0][0]), midnight(weeks[-1][-1] + ONE_DAY), reader)
    breaks = consultations.school_holidays()
    return [
        [
            DayBox(day, _holidays(day, breaks, month.first_on), [line for line in lines if _is_on(line, day)])
            for day in week
        ]
        for week in weeks
    ]


def coming_months(today: date, *, reader: User) -> list[tuple[date, list[DayBox]]]:
    """A year from today, by month: the days on which something happens or a holiday begins."""
    end = years_after(today, 1)
    by_day: dict[date, list[Line]] = {}
    for line in _lines_between(midnight(today), midnight(end), reader):
        by_day.setdefault(max(today, danish_date(line.starts_at)), []).append(line)
    breaks = consultations.school_holidays()
    boxes = (DayBox(day, _holidays(day, breaks, today), by_day.get(day, [])) for day in _days(today, end))
    named = [box for box in boxes if box.says_something]
    return [(first_on, list(found)) for first_on, found in groupby(named, key=lambda box: box.day.replace(day=1))]


def _holidays(day: date, breaks: Iterable[SchoolHoliday], page_starts: date) -> list[Holiday]:
    """A holiday that began before the page does is new on its first day."""
    public = holiday_name(day)
    found = [Holiday(sentence(public.in_language(current_language())))] if public else []
    found += [
        Holiday(each.name, day == max(each.first_on, page_starts), each.last_on)
        for each in breaks
        if each.first_on <= day <= each.last_on
    ]
    return found


def _days(start: date, end: date) -> Iterator[date]:
    for number in range((end - start).days):
        yield start + timedelta(days=number)


def _is_on(line: Line, day: date) -> bool:
    return line.starts_at < midnight(day + ONE_DAY) and line.ends_at > midnight(day)


def _lines_between(start: datetime, end: datetime, reader: User) -> list[Line]:
    events = events_between(start, end, drafts=reader.may(Permission.MANAGE_EVENTS))
    days = consultations.days_between(start, end)
    booked, address = consultations.booked_counts(days), _day_address(days, reader)
    lines = [_event_line(event, reader) for event in events]
    lines += [_consultation_line(day, booked[day.id], address(day)) for day in days]
    return sorted(lines, key=lambda line: (line.starts_at, line.ends_at, line.title))


def _event_line(event: Event, reader: User) -> Line:
    hosts = reader.may(Permission.MANAGE_EVENTS)
    return Line(
        title=event.title,
        place=event.place,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        is_consultation=False,
        badge=STATES[event.state],
        taken=_("%(taken)s af %(all)s pladser taget", taken=event.seats_taken, all=event.capacity),
        url=url_for("admin.event", event_id=event.id) if hosts else url_for("public.event", slug=event.slug),
    )


def _consultation_line(day: ConsultationDay, booked: int, url: str | None) -> Line:
    return Line(
        title=_("Konsultation: %(school)s", school=day.series.school),
        place=day.where,
        starts_at=day.starts_at,
        ends_at=day.ends_at,
        is_consultation=True,
        badge=_day_badge(day),
        taken=_("%(taken)s af %(all)s tider bestilt", taken=booked, all=len(day.slots)),
        url=url,
    )


def _day_badge(day: ConsultationDay) -> Badge | None:
    if day.state is DayState.CANCELLED:
        return DAY_STATES[day.state]
    if day.moved_at is None:
        return None
    return (_("Flyttet fra %(day)s", day=written(day.planned_on)), "info")


def _day_address(days: Iterable[ConsultationDay], reader: User) -> Callable[[ConsultationDay], str | None]:
    """Who sits there sees who comes, who plans sees the day, everybody else the page where a time is booked."""
    own = consultations.days_of(reader, days) if reader.may(Permission.WORK_CONSULTATIONS) else frozenset()
    plans = reader.may(Permission.MANAGE_CONSULTATIONS)

    def address(day: ConsultationDay) -> str | None:
        if day.id in own:
            return url_for("staff.consultation_day", day_id=day.id)
        if plans:
            return url_for("admin.consultation_day", day_id=day.id)
        if day.state is DayState.CANCELLED:
            return None
        return url_for("public.consultation", slug=day.series.slug)

    return address
