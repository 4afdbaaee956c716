"""Links sent by mail: 256 random bits, only their hash stored, bound to one purpose and one row, used once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from .database import Model, Moment, choice, db, one_of


class LinkPurpose(StrEnum):
    """What a link lets its holder do; a link for one thing opens nothing else."""

    CONFIRM_REGISTRATION = "confirm_registration"
    OPEN_OWN_PAGE = "open_own_page"
    ANSWER_REQUEST = "answer_request"
    ANSWER_INVITATION = "answer_invitation"
    CHANGE_CONSULTATION = "change_consultation"
    OFFER_AFTER_EVENT = "offer_after_event"


class LinkUnusable(Exception):
    """Unknown, expired, already used or meant for something else: the holder is told the same in every case."""


class MailedLink(Model):
    """The stored side of a link; the token itself is only in the mail."""

    __tablename__ = "mailed_link"
    __table_args__ = (
        one_of("purpose", LinkPurpose),
        CheckConstraint("expires_at > created_at", name="lives_forward"),
        Index("ix_mailed_link_subject", "purpose", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose))
    subject_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_link(*, purpose: LinkPurpose, subject_id: int, now: datetime, lifetime: timedelta) -> str:
    """Stores a new link and returns its token, to be put in a mail and nowhere else."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        MailedLink(
            token_hash=_hash(token),
            purpose=purpose,
            subject_id=subject_id,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return token


def look_up_link(token: str, *, purpose: LinkPurpose, now: datetime) -> int:
    """The id of the row a usable link is bound to; leaves it unused. Raises LinkUnusable."""
    link = find_link(token, purpose=purpose)
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LinkUnusable
    return link.subject_id


def find_link(token: str, *, purpose: LinkPurpose) -> MailedLink | None:
    """The link whether or not it can still be used, so that a page can say "you have already answered"."""
    return db.session.scalar(
        select(MailedLink).where(MailedLink.token_hash == _hash(token), MailedLink.purpose == purpose)
    )


def consume_link(token: str, *, purpose: LinkPurpose, now: datetime) -> int:
    """Uses the link up and returns its row's id. Of many at once, one succeeds. Raises LinkUnusable."""
    used = db.session.execute(
        update(MailedLink)
        .where(
            MailedLink.token_hash == _hash(token),
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(MailedLink.subject_id)
    ).scalar_one_or_none()
    if used is None:
        raise LinkUnusable
    return used


def revoke_links(*, purpose: LinkPurpose, subject_id: int, now: datetime) -> None:
    """Makes every open link of one purpose to one row useless."""
    db.session.execute(
        update(MailedLink)
        .where(MailedLink.purpose == purpose, MailedLink.subject_id == subject_id, MailedLink.used_at.is_(None))
        .values(used_at=now)
    )
