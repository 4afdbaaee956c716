"""Sessions kept on the server: what a cookie alone can't do – end them, time them out, list them."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from volunteer_match.foundation.database import db

from .models import WebSession
from .states import SessionKind

IDLE = {SessionKind.STAFF: timedelta(minutes=30), SessionKind.CONTACT_PERSON: timedelta(minutes=60)}
LONGEST = timedelta(hours=12)
# Being seen is written down at most this often, so that reading pages stays cheap.
SEEN_EVERY = timedelta(minutes=1)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start_session(*, kind: SessionKind, principal_id: int, now: datetime) -> str:
    """Starts a session and returns its token, which belongs in the visitor's cookie only."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        WebSession(token_hash=_hash(token), kind=kind, principal_id=principal_id, created_at=now, last_seen_at=now)
    )
    return token


def find_session(token: str, *, kind: SessionKind, now: datetime) -> WebSession | None:
    """The living session behind a token, and notes that it was seen. None once ended, idle or too old."""
    found = db.session.scalar(
        select(WebSession).where(
            WebSession.token_hash == _hash(token), WebSession.kind == kind, WebSession.ended_at.is_(None)
        )
    )
    if found is None or now - found.last_seen_at > IDLE[kind] or now - found.created_at > LONGEST:
        return None
    if now - found.last_seen_at >= SEEN_EVERY:
        found.last_seen_at = now
    return found


def end_session(token: str, *, now: datetime) -> None:
    """Ends one session; a copy of its cookie is worth nothing from now on."""
    db.session.execute(
        update(WebSession)
        .where(WebSession.token_hash == _hash(token), WebSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_all_sessions(*, kind: SessionKind, principal_id: int, now: datetime) -> None:
    """Ends every session of one person, as when access is taken away or the password changes."""
    db.session.execute(
        update(WebSession)
        .where(WebSession.kind == kind, WebSession.principal_id == principal_id, WebSession.ended_at.is_(None))
        .values(ended_at=now)
    )
