"""Putting a mail in the outbox, and taking it out again before it has gone."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from volunteer_match.foundation.database import db

from .messages import Message
from .models import OutboxMail
from .rendering import language_of_mail, render
from .site import site
from .states import MailState


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar text, and what it asks of the calendar: REQUEST or CANCEL."""

    method: str
    text: str


def enqueue(
    message: Message,
    *,
    to: str,
    language: str,
    about: tuple[str, int],
    now: datetime,
    not_before: datetime | None = None,
    calendar: CalendarPart | None = None,
) -> OutboxMail:
    """Writes the mail in the caller's transaction: it goes out if, and only if, that transaction is committed.

    `about` is the row (kind, id) whose withdrawal stops the mail while it waits. Without `not_before` it goes at once.
    """
    words = render(message, language=language)
    mail = OutboxMail(
        # Random, not counted: an id seen by strangers must not tell how many mails there are.
        message_id=f"<{secrets.token_hex(16)}@{site().host}>",
        template=message.template,
        language=language_of_mail(language),
        to_address=to,
        subject=words.subject,
        text_body=words.text,
        html_body=words.html,
        calendar=calendar.text if calendar else None,
        calendar_method=calendar.method if calendar else None,
        unsubscribe=None if message.unsubscribe_path is None else site().absolute(message.unsubscribe_path),
        about_kind=about[0],
        about_id=about[1],
        created_at=now,
        send_after=not_before or now,
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def cancel_queued(*, about: tuple[str, int], now: datetime) -> int:
    """Stops every mail about this row that has not gone yet; returns how many.

    A mail that a worker is handing over at this very moment can't be called back; it will be marked sent.
    """
    cancelled = db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.about_kind == about[0], OutboxMail.about_id == about[1], OutboxMail.state == MailState.QUEUED)
        .values(state=MailState.CANCELLED, cancelled_at=now)
        .returning(OutboxMail.id)
    )
    return len(cancelled.all())


def count_as_sent(*, now: datetime) -> int:
    """Mails of an invented past went out when they were written, to nobody; returns how many waited."""
    counted = db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.state == MailState.QUEUED, OutboxMail.send_after <= now)
        .values(state=MailState.SENT, sent_at=OutboxMail.send_after, attempts=1)
        .returning(OutboxMail.id)
    )
    return len(counted.all())
