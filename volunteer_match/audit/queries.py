"""The trail as an admin reads it: newest first, and that it was read leaves a line of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from volunteer_match.foundation.database import db

from .actions import ActorKind, AuditAction
from .models import AuditEntry
from .trail import Actor, record

PER_PAGE = 50
# Lines about these tell something about children's cases, so looking at them is a look at the cases.
CASE_SUBJECTS = frozenset({"case", "case_list", "need", "guardian_consent", "task", "proposal"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines. `actor_id` only counts together with `actor_kind`; `until` is not included."""

    action: AuditAction | None = None
    actor_kind: ActorKind | None = None
    actor_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some lines of the trail. `up_to` is the newest line when reading began: it keeps the pages from sliding."""

    entries: Sequence[AuditEntry]
    total: int
    page: int
    pages: int
    up_to: int


def read_trail(wanted: Wanted, *, page: int, up_to: int | None, by: Actor, now: datetime) -> TrailPage:
    """One page of the lines wanted; a page beyond the last gives the last."""
    newest = db.session.scalar(select(func.max(AuditEntry.id))) or 0
    limit = newest if up_to is None else min(up_to, newest)
    conditions = [AuditEntry.id <= limit, *_conditions(wanted)]
    total = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*conditions)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    entries = db.session.scalars(
        select(AuditEntry)
        .where(*conditions)
        .order_by(AuditEntry.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    _record_reading(entries, by=by, now=now)
    return TrailPage(entries=entries, total=total, page=page, pages=pages, up_to=limit)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.action is not None:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.actor_kind is not None:
        conditions.append(AuditEntry.actor_kind == wanted.actor_kind)
        if wanted.actor_id is not None:
            conditions.append(AuditEntry.actor_id == wanted.actor_id)
    if wanted.since is not None:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEntry.at < wanted.until)
    return conditions


def _record_reading(entries: Sequence[AuditEntry], *, by: Actor, now: datetime) -> None:
    about_cases = [entry.id for entry in entries if entry.subject_kind in CASE_SUBJECTS]
    if about_cases:
        details = {"from": min(about_cases), "to": max(about_cases), "lines": len(about_cases)}
        record(AuditAction.TRAIL_READ, by=by, now=now, subject=("trail", None), details=details)
