"""Planning a series, and keeping its days in step with the rhythm, the holidays and the times."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.database import db, take_turns
from volunteer_match.notifications.site import site
from volunteer_match.people.models import User

from .calling_off import call_off_bookings
from .letters import tell_of_move
from .models import ConsultationDay, ConsultationDuty, ConsultationSeries, SchoolHoliday
from .rhythm import Break, check_times, days_between, moment_on, why_skipped
from .states import DayState

LONGEST_SLUG = 60
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFacts:
    """What can be changed later. Times are the school's clock."""

    school: str
    address: str
    postcode: str
    way_in: str
    last_on: date
    starts: time
    ends: time
    skips_school_holidays: bool


def plan_series(facts: SeriesFacts, *, first_on: date, every_weeks: int, by: User, now: datetime) -> ConsultationSeries:
    """A new series with all its days, nobody on them yet. Raises rhythm.TimesRefused, rhythm.PeriodRefused."""
    check_times(facts.starts, facts.ends)
    days_between(first_on, facts.last_on, every_weeks=every_weeks)
    take_turns("consultation_series.slug")
    series = ConsultationSeries(
        slug=_free_slug(facts.school),
        uid=f"konsultation-{secrets.token_hex(12)}@{site().host}",
        every_weeks=every_weeks,
        first_on=first_on,
        created_at=now,
        created_by_id=by.id,
        changed_at=now,
        **_columns(facts),
    )
    db.session.add(series)
    db.session.flush()
    lay_days(series, now=now)
    record(
        AuditAction.CONSULTATIONS_PLANNED,
        by=by.actor,
        now=now,
        subject=("consultation_series", series.id),
        details={"days": len(series.days), "every_weeks": every_weeks},
    )
    return series


def change_series(series: ConsultationSeries, facts: SeriesFacts, *, by: User, now: datetime) -> None:
    """Days to come follow; those that were moved by hand keep what they were given. Who has booked is told.

    Raises rhythm.TimesRefused, rhythm.PeriodRefused.
    """
    check_times(facts.starts, facts.ends)
    days_between(series.first_on, facts.last_on, every_weeks=series.every_weeks)
    lock_series(series)
    told = (series.school, series.address, series.postcode)
    for name, value in _columns(facts).items():
        setattr(series, name, value)
    place_changed = told != (series.school, series.address, series.postcode)
    lay_days(series, now=now, place_changed=place_changed)
    touch(series, now=now)
    record(AuditAction.CONSULTATIONS_CHANGED, by=by.actor, now=now, subject=("consultation_series", series.id))


def lay_days(series: ConsultationSeries, *, now: datetime, place_changed: bool = False) -> None:
    """Makes the days to come what rhythm, times and holidays say. What lies in the past is left alone."""
    db.session.flush()
    wanted = days_between(series.first_on, series.last_on, every_weeks=series.every_weeks)
    breaks = school_breaks() if series.skips_school_holidays else []
    there = {day.planned_on: day for day in _days_of(series)}
    for planned_on in wanted:
        if planned_on not in there:
            _add_day(series, planned_on, skipped_for=why_skipped(planned_on, breaks))
    for planned_on, day in there.items():
        skip = why_skipped(planned_on, breaks) if planned_on in wanted else ""
        if day.starts_at > now and day.moved_at is None:
            _keep_in_step(day, skip, place_changed=place_changed, now=now)
    db.session.flush()
    db.session.expire(series, ["days"])


def _add_day(series: ConsultationSeries, planned_on: date, *, skipped_for: str | None) -> None:
    day = ConsultationDay(
        series_id=series.id,
        planned_on=planned_on,
        state=DayState.PLANNED if skipped_for is None else DayState.SKIPPED,
        skipped_for=skipped_for,
        starts_at=moment_on(planned_on, series.starts),
        ends_at=moment_on(planned_on, series.ends),
    )
    day.duties = [ConsultationDuty(role=post.role, person_id=post.person_id) for post in series.posts]
    db.session.add(day)


def _keep_in_step(day: ConsultationDay, skip: str | None, *, place_changed: bool, now: datetime) -> None:
    series, was = day.series, (day.starts_at, day.ends_at)
    day.starts_at = moment_on(day.planned_on, series.starts)
    day.ends_at = moment_on(day.planned_on, series.ends)
    if day.state is DayState.CANCELLED:
        return
    day.state = DayState.PLANNED if skip is None else DayState.SKIPPED
    day.skipped_for = skip
    if skip is not None:
        call_off_bookings(day, now=now)
    elif was != (day.starts_at, day.ends_at) or (place_changed and day.place is None):
        call_off_bookings(day, now=now, only_without_slot=True)
        tell_of_move(day, now=now)


def touch(series: ConsultationSeries, *, now: datetime) -> None:
    """Calendars show something else from now on."""
    series.sequence += 1
    series.changed_at = now


def lock_series(series: ConsultationSeries) -> None:
    """One change of a series at a time."""
    db.session.flush()
    db.session.execute(
        select(ConsultationSeries)
        .where(ConsultationSeries.id == series.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def school_breaks() -> list[Break]:
    """The holidays an admin keeps, as the rhythm reads them."""
    rows = db.session.scalars(select(SchoolHoliday).order_by(SchoolHoliday.first_on))
    return [Break(row.name, row.first_on, row.last_on) for row in rows]


def _days_of(series: ConsultationSeries) -> list[ConsultationDay]:
    """Locked, so that nobody books a time while it changes."""
    statement = select(ConsultationDay).where(ConsultationDay.series_id == series.id).order_by(ConsultationDay.id)
    return list(db.session.scalars(statement.with_for_update().execution_options(populate_existing=True)))


def _columns(facts: SeriesFacts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in SeriesFacts.__dataclass_fields__}


def _free_slug(school: str) -> str:
    """Asaa Skole becomes asaa-skole, the second one asaa-skole-2."""
    plain = unicodedata.normalize("NFKD", school.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG] or "skole"
    taken = set(db.session.scalars(select(ConsultationSeries.slug).where(ConsultationSeries.slug.startswith(base))))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug
