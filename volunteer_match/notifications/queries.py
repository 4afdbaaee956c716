"""What waits in the outbox, what was given up, and what has been written lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from volunteer_match.foundation.database import db

from .models import OutboxMail
from .states import MailState

# Due mails are taken within seconds; one hand-over takes minutes at the very worst.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Queue:
    """What waits. `oldest_due_at` is when the first of them should be tried (again)."""

    waiting: int
    failed: int
    oldest_due_at: datetime | None

    def is_late(self, *, now: datetime) -> bool:
        """Whether nobody takes the mails that are due: the worker is down, or can't reach the database."""
        return self.oldest_due_at is not None and now - self.oldest_due_at > LATE


def queue() -> Queue:
    """The outbox at a glance."""
    waiting = OutboxMail.state == MailState.QUEUED
    row = db.session.execute(
        select(
            func.count().filter(waiting),
            func.count().filter(OutboxMail.state == MailState.FAILED),
            func.min(OutboxMail.send_after).filter(waiting),
        )
    ).one()
    return Queue(waiting=row[0], failed=row[1], oldest_due_at=row[2])


@dataclass(frozen=True)
class LastMail:
    """`due_at`: when it should be, or should have been, tried."""

    state: MailState
    due_at: datetime


def last_mail_about(about: tuple[str, int]) -> LastMail | None:
    """The newest mail about this row (kind, id) that was not called back."""
    row = db.session.execute(
        select(OutboxMail.state, OutboxMail.send_after)
        .where(
            OutboxMail.about_kind == about[0],
            OutboxMail.about_id == about[1],
            OutboxMail.state != MailState.CANCELLED,
        )
        .order_by(OutboxMail.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else LastMail(row.state, row.send_after)


def newest_mails(*, limit: int) -> Sequence[OutboxMail]:
    """The mails written last, newest first."""
    return db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(limit)).all()


def undelivered_at() -> ColumnElement[datetime | None]:
    """When we came to know that a mail is not with whom it was for: given up by us, or sent back by another server."""
    return func.coalesce(OutboxMail.bounced_at, OutboxMail.failed_at)


def given_up_mails(*, since: datetime) -> Sequence[OutboxMail]:
    """The mails nobody took, or that came back, the first of them at the top."""
    return db.session.scalars(
        select(OutboxMail).where(undelivered_at() >= since).order_by(undelivered_at(), OutboxMail.id)
    ).all()
