"""From the outbox to the mail server: at least once, with one Message-ID however often it is tried.

Each step is a short transaction of its own, and none is open while we talk to the server: a slow server must
not hold a lock. A worker that dies leaves a lease behind; when it runs out, another worker takes the mail.
"""

import logging
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from volunteer_match.config import Settings
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import CannotDecrypt

from .addresses import mail_address
from .models import OutboxMail
from .site import site
from .states import MailState

log = logging.getLogger(__name__)

# Longer than every step of one hand-over may take together.
LEASE = timedelta(minutes=5)
# After the first failure a minute, then longer, then hourly until a day has passed.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, *[60] * 23))
PERMANENT = 500
NO_SUCH_ADDRESS = "the address can't be written in a mail"
ENHANCED_CODE = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")


class _WholeHeader(UnstructuredHeader, BaseHeader):
    """Stands on one line. Folded as other headers are, a long link becomes an encoded word that no program follows."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _WholeHeader)
POLICY = SMTP.clone(header_factory=_HEADERS)


class NotSent(Exception):
    """The mail did not go. `code` says why, without address or content: it is stored and shown."""

    def __init__(self, code: str, *, for_good: bool) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good


@dataclass(frozen=True)
class Claim:
    """One worker's right to send one mail for a while."""

    mail_id: int
    attempt: int
    leased_until: datetime


def deliver_due(
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    keep_going: Callable[[], bool] = lambda: True,
    lease: timedelta = LEASE,
) -> int:
    """Hands over every mail that is due, one at a time, until none is left or `keep_going` says no.

    Commits by itself. Returns how many mails were sent.
    """
    sent = 0
    while keep_going() and (claim := _claim_next(now=clock(), lease=lease)) is not None:
        sent += _deliver(claim, settings=settings, clock=clock)
    return sent


def _claim_next(*, now: datetime, lease: timedelta) -> Claim | None:
    """Leases the mail that has waited longest; others skip it, and one cancelled meanwhile is not found."""
    due = (
        select(OutboxMail.id)
        .where(
            OutboxMail.state == MailState.QUEUED,
            OutboxMail.send_after <= now,
            or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until <= now),
        )
        .order_by(OutboxMail.send_after, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with Session(db.engine) as session, session.begin():
        mail_id = session.scalar(due)
        if mail_id is None:
            return None
        # Counted before the attempt, so that a mail that kills its worker is not tried for ever.
        attempt = session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == mail_id)
            .values(attempts=OutboxMail.attempts + 1, leased_until=now + lease)
            .returning(OutboxMail.attempts)
        ).scalar_one()
        return Claim(mail_id=mail_id, attempt=attempt, leased_until=now + lease)


def _deliver(claim: Claim, *, settings: Settings, clock: Callable[[], datetime]) -> bool:
    try:
        message = _read(claim)
        if message is None:
            return False
        hand_over(message, settings=settings)
    except NotSent as refusal:
        log.warning("mail %d not sent (attempt %d): %s", claim.mail_id, claim.attempt, refusal.code)
        _put_back(claim, refusal, now=clock())
        return False
    _mark_sent(claim, now=clock())
    return True


def _read(claim: Claim) -> EmailMessage | None:
    """The mail as it is at the last moment before it goes; None when it was cancelled after it was leased."""
    if claim.attempt > len(PAUSES) + 1:
        raise NotSent("every attempt ended with the worker", for_good=True)
    try:
        with Session(db.engine) as session:
            mail = session.get_one(OutboxMail, claim.mail_id)
            return compose(mail) if mail.state is MailState.QUEUED else None
    except CannotDecrypt as error:
        raise NotSent("cannot be read with the keys of this worker", for_good=False) from error
    except ValueError as error:
        raise NotSent(NO_SUCH_ADDRESS, for_good=True) from error


def _mark_sent(claim: Claim, *, now: datetime) -> None:
    # Whoever holds the lease by now, and even if it was cancelled during the hand-over: it has gone.
    _change(
        claim,
        OutboxMail.state.in_((MailState.QUEUED, MailState.CANCELLED)),
        state=MailState.SENT,
        sent_at=now,
        leased_until=None,
        last_error=None,
    )


def _put_back(claim: Claim, refusal: NotSent, *, now: datetime) -> None:
    """To be tried again later, or given up. Left alone if another worker has it by now."""
    given_up = refusal.for_good or claim.attempt > len(PAUSES)
    outcome: dict[str, Any] = (
        {"state": MailState.FAILED, "failed_at": now} if given_up else {"send_after": now + PAUSES[claim.attempt - 1]}
    )
    _change(
        claim,
        OutboxMail.state == MailState.QUEUED,
        OutboxMail.leased_until == claim.leased_until,
        leased_until=None,
        last_error=refusal.code,
        **outcome,
    )


def _change(claim: Claim, *conditions: Any, **values: Any) -> None:
    with Session(db.engine) as session, session.begin():
        session.execute(update(OutboxMail).where(OutboxMail.id == claim.mail_id, *conditions).values(**values))


def compose(mail: OutboxMail) -> EmailMessage:
    """The whole message as it goes over the wire. Raises ValueError for an address that is none."""
    message = EmailMessage(policy=POLICY)
    message["From"] = site().sender
    message["To"] = mail_address(mail.to_address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text_body, cte="quoted-printable")
    message.add_alternative(mail.html_body, subtype="html", cte="quoted-printable")
    if mail.calendar is not None and mail.calendar_method is not None:
        _add_calendar(message, mail.calendar, method=mail.calendar_method)
    # Last, since making the parts moves every Content- header into the first of them.
    message["Content-Language"] = mail.language
    return message


def _add_calendar(message: EmailMessage, calendar: str, *, method: str) -> None:
    """As Outlook, Google and Apple all take it: a third way to read the mail, and a file beside it (RFC 6047)."""
    # Base64: the lines of a calendar are folded already, and nothing on the way may fold them again.
    message.add_alternative(calendar, subtype="calendar", cte="base64", params={"method": method})
    message.add_attachment(
        calendar.encode(), maintype="application", subtype="ics", cte="base64", filename="varige-spor.ics"
    )


def hand_over(message: EmailMessage, *, settings: Settings) -> None:
    """One conversation with the mail server. Raises NotSent."""
    try:
        server = _connect(settings)
    except (smtplib.SMTPException, OSError) as error:
        # Also a wrong password or a bad certificate: somebody can mend that while the mail waits.
        raise NotSent(_describe("no connection", error), for_good=False) from error
    try:
        server.send_message(message)
        # It has been taken. Nothing that comes after may make us send it again, so we don't wait for a goodbye.
        with suppress(smtplib.SMTPException, OSError):
            server.putcmd("QUIT")
    except (smtplib.SMTPException, OSError, ValueError, MessageError) as error:
        raise _refusal(error) from error
    finally:
        server.close()


def _connect(settings: Settings) -> smtplib.SMTP:
    host, port, timeout = settings.smtp_host, settings.smtp_port, settings.smtp_timeout_seconds
    ourselves = site().host
    server: smtplib.SMTP
    # A context reads all the authorities this machine trusts, which takes longer than the whole conversation.
    if settings.smtp_tls == "tls":
        server = smtplib.SMTP_SSL(host, port, ourselves, timeout=timeout, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, ourselves, timeout=timeout)
    try:
        if settings.smtp_tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server


def _refusal(error: Exception) -> NotSent:
    """Only what the server says of this recipient or this content can be final."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
            return NotSent(_with_code("recipient refused", code, answer), for_good=code >= PERMANENT)
        case smtplib.SMTPDataError():
            code = error.smtp_code
            return NotSent(_with_code("content refused", code, error.smtp_error), for_good=code >= PERMANENT)
        case smtplib.SMTPNotSupportedError() | ValueError() | MessageError():
            return NotSent(NO_SUCH_ADDRESS, for_good=True)
    return NotSent(_describe("conversation broken off", error), for_good=False)


def _describe(what: str, error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _with_code(what, error.smtp_code, error.smtp_error)
    return f"{what}: {type(error).__name__}"


def _with_code(what: str, code: int, answer: bytes | str) -> str:
    """The codes of the answer and never its text, which quotes the address."""
    raw = answer if isinstance(answer, bytes) else answer.encode()
    enhanced = ENHANCED_CODE.match(raw)
    return f"{what}: {code}" + (f" {enhanced.group(1).decode()}" if enhanced else "")
