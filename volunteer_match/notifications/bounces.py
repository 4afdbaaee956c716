"""A mail that a server took and then sent back."""

from datetime import datetime

from sqlalchemy import select

from volunteer_match.foundation.database import db

from .incoming import Bounce
from .models import OutboxMail


def note_bounce(bounce: Bounce, *, now: datetime) -> OutboxMail | None:
    """Writes down that it came back, the first time it is told; None when it was no mail of ours."""
    mail = db.session.scalar(select(OutboxMail).where(OutboxMail.message_id == bounce.message_id))
    if mail is not None and mail.bounced_at is None:
        mail.bounced_at, mail.bounce_code = now, bounce.code
        db.session.flush()
    return mail
