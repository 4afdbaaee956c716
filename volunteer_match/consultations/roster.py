"""Who holds which role, who is away on a day, and who stands in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.database import db
from volunteer_match.people.models import RoleRow, User
from volunteer_match.people.permissions import GRANTS, Permission

from .days import DayOver, has_begun
from .models import ConsultationDay, ConsultationDuty, ConsultationPost, ConsultationSeries
from .planning import lock_series, touch
from .states import PostRole

WORKING_ROLES = tuple(role for role, allowed in GRANTS.items() if Permission.WORK_CONSULTATIONS in allowed)


class NotOnTheRoster(ValueError):
    """This account can't sit at a consultation, or sits there already."""


def possible_people() -> Sequence[User]:
    """Everybody who may hold a role, by name."""
    works = User.roles.any(RoleRow.name.in_(WORKING_ROLES))
    return db.session.scalars(select(User).where(User.active, works).order_by(User.name, User.id)).all()


def set_posts(series: ConsultationSeries, people: Mapping[PostRole, int | None], *, by: User, now: datetime) -> None:
    """Who usually holds each role, from the next day on; None leaves it empty. Raises NotOnTheRoster."""
    chosen = {role: person_id for role, person_id in people.items() if person_id is not None}
    known = {user.id for user in possible_people()}
    if len(set(chosen.values())) != len(chosen) or not set(chosen.values()) <= known:
        raise NotOnTheRoster
    lock_series(series)
    there = {post.role: post for post in series.posts}
    for role in people:
        _set_post(series, there.get(role), role, chosen.get(role))
    db.session.flush()
    db.session.expire(series, ["posts"])
    for day in series.days:
        if not has_begun(day, now=now):
            _follow_posts(day, chosen)
    touch(series, now=now)
    details = {role.value: people[role] for role in people}
    record(
        AuditAction.CONSULTATION_ROSTER_CHANGED,
        by=by.actor,
        now=now,
        subject=("consultation_series", series.id),
        details=details,
    )


def report_absence(duty: ConsultationDuty, *, stand_in_id: int | None, by: User, now: datetime) -> None:
    """They are away on this day; `stand_in_id` comes instead, or nobody yet. Raises NotOnTheRoster, DayOver."""
    _must_lie_ahead(duty.day, now=now)
    on_the_day = {other.person_id for other in duty.day.duties} | {
        other.stand_in_id for other in duty.day.duties if other is not duty
    }
    if stand_in_id is not None and (
        stand_in_id in on_the_day or stand_in_id not in {user.id for user in possible_people()}
    ):
        raise NotOnTheRoster
    duty.absent_at = duty.absent_at or now
    duty.stand_in_id = stand_in_id
    _note(duty, by=by, now=now)


def end_absence(duty: ConsultationDuty, *, by: User, now: datetime) -> None:
    """They come after all, and nobody stands in. Raises DayOver."""
    _must_lie_ahead(duty.day, now=now)
    duty.stand_in_id, duty.absent_at = None, None
    _note(duty, by=by, now=now)


def is_on(day: ConsultationDay, user: User) -> bool:
    """Whether this person sits there on the day: only then do they see who has booked."""
    return any(duty.comes is not None and duty.comes.id == user.id for duty in day.duties)


def _set_post(series: ConsultationSeries, post: ConsultationPost | None, role: PostRole, person_id: int | None) -> None:
    if person_id is None:
        if post is not None:
            db.session.delete(post)
    elif post is None:
        db.session.add(ConsultationPost(series_id=series.id, role=role, person_id=person_id))
    else:
        post.person_id = person_id


def _follow_posts(day: ConsultationDay, chosen: Mapping[PostRole, int]) -> None:
    there = {duty.role: duty for duty in day.duties}
    for role, duty in there.items():
        if role not in chosen:
            db.session.delete(duty)
        elif duty.person_id != chosen[role]:
            duty.person_id, duty.absent_at, duty.stand_in_id = chosen[role], None, None
        elif duty.stand_in_id in chosen.values():
            duty.stand_in_id = None
    for role, person_id in chosen.items():
        if role not in there:
            db.session.add(ConsultationDuty(day_id=day.id, role=role, person_id=person_id))
    db.session.flush()
    db.session.expire(day, ["duties"])


def _must_lie_ahead(day: ConsultationDay, *, now: datetime) -> None:
    lock_series(day.series)
    if has_begun(day, now=now):
        raise DayOver


def _note(duty: ConsultationDuty, *, by: User, now: datetime) -> None:
    db.session.flush()
    db.session.expire(duty, ["stand_in"])
    touch(duty.day.series, now=now)
    record(
        AuditAction.CONSULTATION_ABSENCE_CHANGED,
        by=by.actor,
        now=now,
        subject=("consultation_day", duty.day_id),
        details={"role": duty.role.value, "absent": duty.absent_at is not None, "stand_in": duty.stand_in_id},
    )
