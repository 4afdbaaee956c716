"""How often somebody may try something: counted in the database, so that it holds across processes and restarts."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import key_ring

from .models import Attempt

LONGEST_WINDOW = timedelta(days=1)


def too_many(purpose: str, subject: str, *, now: datetime, limit: int, window: timedelta) -> bool:
    """Whether `subject` (an account, an e-mail or network address) has used up its tries within the window."""
    tries = db.session.scalar(
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.purpose == purpose, Attempt.subject == _hashed(purpose, subject), Attempt.at > now - window)
    )
    return (tries or 0) >= limit


def note_attempt(purpose: str, subject: str, *, now: datetime) -> None:
    """Counts one try. Only a keyed hash of the subject is kept."""
    db.session.add(Attempt(purpose=purpose, subject=_hashed(purpose, subject), at=now))


def forget_attempts(purpose: str, subject: str) -> None:
    """Starts the count anew, as after a sign-in that succeeded."""
    db.session.execute(delete(Attempt).where(Attempt.purpose == purpose, Attempt.subject == _hashed(purpose, subject)))


def purge_attempts(*, now: datetime) -> None:
    """Removes tries that no window looks back to."""
    db.session.execute(delete(Attempt).where(Attempt.at <= now - LONGEST_WINDOW))


def _hashed(purpose: str, subject: str) -> str:
    return key_ring().fingerprint(subject.strip().casefold(), purpose=f"attempt:{purpose}")
