"""Each professional's own calendar of the days they sit there, behind a secret address."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.calendars.entries import Entry
from volunteer_match.calendars.series import RecurringEntry
from volunteer_match.foundation.database import db, take_turns
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission

from .models import CalendarFeed, ConsultationDay, ConsultationDuty, ConsultationSeries
from .rhythm import days_between, moment_on
from .states import DayState

SHOWN_BACK = timedelta(days=90)


def make_address(user: User, *, now: datetime) -> str:
    """The token of a new address, not kept anywhere; an older address ends."""
    take_turns(f"calendar_feed:{user.id}")
    token = secrets.token_urlsafe(32)
    feed = feed_of(user)
    if feed is None:
        db.session.add(CalendarFeed(user_id=user.id, token_hash=_hash(token), made_at=now))
    else:
        feed.token_hash, feed.made_at = _hash(token), now
    record(AuditAction.CALENDAR_FEED_MADE, by=user.actor, now=now, subject=("calendar_feed", user.id), details={})
    return token


def revoke_address(user: User, *, now: datetime) -> bool:
    """Nobody reads it any more; False when there was none."""
    feed = feed_of(user)
    if feed is None:
        return False
    db.session.delete(feed)
    record(AuditAction.CALENDAR_FEED_REVOKED, by=user.actor, now=now, subject=("calendar_feed", user.id), details={})
    return True


def feed_of(user: User) -> CalendarFeed | None:
    """Whether this person has an address, and since when."""
    return db.session.scalar(select(CalendarFeed).where(CalendarFeed.user_id == user.id))


def owner_of(token: str) -> User | None:
    """Whose calendar it is; nobody's once they work here no more."""
    owner = db.session.scalar(
        select(User).join(CalendarFeed, CalendarFeed.user_id == User.id).where(CalendarFeed.token_hash == _hash(token))
    )
    return owner if owner is not None and owner.active and owner.may(Permission.WORK_CONSULTATIONS) else None


def calendar_entries(user: User, *, now: datetime) -> list[RecurringEntry]:
    """Every day this person comes, from some months back on, series by series. Of those who book it tells nothing."""
    comes = or_(
        and_(ConsultationDuty.person_id == user.id, ConsultationDuty.absent_at.is_(None)),
        ConsultationDuty.stand_in_id == user.id,
    )
    duties = db.session.scalars(
        select(ConsultationDuty)
        .join(ConsultationDuty.day)
        .join(ConsultationDay.series)
        .where(comes, ConsultationDay.state == DayState.PLANNED, ConsultationDay.ends_at > now - SHOWN_BACK)
        .options(contains_eager(ConsultationDuty.day).contains_eager(ConsultationDay.series))
        .order_by(ConsultationSeries.id, ConsultationDay.planned_on)
    )
    return [
        _entry_of(series, list(of_series), user)
        for series, of_series in groupby(duties, key=lambda duty: duty.day.series)
    ]


def _entry_of(series: ConsultationSeries, duties: list[ConsultationDuty], user: User) -> RecurringEntry:
    on = {duty.day.planned_on for duty in duties}
    rhythm = days_between(min(on), max(on), every_weeks=series.every_weeks)
    unusual = _unusual(duties, user)
    first = _usual(series, user, starts_at=moment_on(min(on), series.starts), ends_at=moment_on(min(on), series.ends))
    return RecurringEntry(
        first=first,
        every_weeks=series.every_weeks,
        last_starts_at=moment_on(max(on), series.starts),
        left_out=tuple(moment_on(day, series.starts) for day in rhythm if day not in on),
        elsewhere={moment_on(duty.day.planned_on, series.starts): _single(duty, user) for duty in unusual},
    )


def _unusual(duties: Iterable[ConsultationDuty], user: User) -> list[ConsultationDuty]:
    return [duty for duty in duties if duty.stand_in_id == user.id or not _as_the_rhythm_says(duty.day)]


def _as_the_rhythm_says(day: ConsultationDay) -> bool:
    series = day.series
    times = (moment_on(day.planned_on, series.starts), moment_on(day.planned_on, series.ends))
    return day.place is None and (day.starts_at, day.ends_at) == times


def _usual(series: ConsultationSeries, user: User, *, starts_at: datetime, ends_at: datetime) -> Entry:
    return Entry(
        uid=f"{user.id}-{series.uid}",
        sequence=series.sequence,
        changed_at=series.changed_at,
        starts_at=starts_at,
        ends_at=ends_at,
        title=f"Konsultation på {series.school}",
        description=series.way_in,
        place=f"{series.school}, {series.address}",
    )


def _single(duty: ConsultationDuty, user: User) -> Entry:
    day, series = duty.day, duty.day.series
    stands_in = " (afløser)" if duty.stand_in_id == user.id else ""
    return Entry(
        uid=f"{user.id}-{series.uid}",
        sequence=series.sequence,
        changed_at=series.changed_at,
        starts_at=day.starts_at,
        ends_at=day.ends_at,
        title=f"Konsultation på {series.school}{stands_in}",
        description=day.note or ("" if day.place else series.way_in),
        place=day.where,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
