"""The outbox: a mail is a row written in the same transaction as the decision that causes it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_match.foundation.database import Model, Moment, ShortText, choice, one_of
from volunteer_match.foundation.encryption import EncryptedText

from .states import MailState


class OutboxMail(Model):
    """One mail to one person. Bodies hold links, so they and the address are encrypted."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        one_of("state", MailState),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_when_sent"),
        CheckConstraint("(state = 'failed') = (failed_at IS NOT NULL)", name="failed_at_when_failed"),
        # Not the other way round: a mail can be cancelled while it is being handed over, and then it was sent.
        CheckConstraint("state <> 'cancelled' OR cancelled_at IS NOT NULL", name="cancelled_at_when_cancelled"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(bounced_at IS NULL) = (bounce_code IS NULL)", name="bounced_with_code"),
        CheckConstraint("(calendar IS NULL) = (calendar_method IS NULL)", name="calendar_with_method"),
        Index("ix_outbox_mail_due", "state", "send_after"),
        Index("ix_outbox_mail_about", "about_kind", "about_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(ShortText, unique=True)
    template: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(5))
    to_address: Mapped[str] = mapped_column(EncryptedText("outbox_mail.to_address"))
    subject: Mapped[str] = mapped_column(ShortText)
    text_body: Mapped[str] = mapped_column(EncryptedText("outbox_mail.text_body"))
    html_body: Mapped[str] = mapped_column(EncryptedText("outbox_mail.html_body"))
    # An iCalendar part, and what it asks of the calendar: REQUEST or CANCEL.
    calendar: Mapped[str | None] = mapped_column(EncryptedText("outbox_mail.calendar"))
    calendar_method: Mapped[str | None] = mapped_column(String(10))
    # Where a mail program says no to more of the kind (RFC 8058).
    unsubscribe: Mapped[str | None] = mapped_column(EncryptedText("outbox_mail.unsubscribe"))
    # What the mail is about, so that a withdrawal can stop it while it waits.
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[int]
    state: Mapped[MailState] = mapped_column(choice(MailState), default=MailState.QUEUED)
    created_at: Mapped[datetime] = mapped_column(Moment)
    send_after: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str | None] = mapped_column(ShortText)
    # Taken by the mail server and sent back later, with the status code (RFC 3463) it came with.
    bounced_at: Mapped[datetime | None] = mapped_column(Moment)
    bounce_code: Mapped[str | None] = mapped_column(String(12))


class IncomingMail(Model):
    """That one mail of the mailbox was read; nothing of what it holds.

    `number` is its UID there, which means something together with the mailbox's `validity` (RFC 3501, 2.3.1.1).
    `is_taken` says it was dealt with and is to be put away; all others stay in the mailbox for people.
    """

    __tablename__ = "incoming_mail"
    __table_args__ = (
        UniqueConstraint("validity", "number"),
        CheckConstraint("put_away_at IS NULL OR is_taken", name="put_away_when_taken"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    validity: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int] = mapped_column(BigInteger)
    is_taken: Mapped[bool]
    read_at: Mapped[datetime] = mapped_column(Moment)
    put_away_at: Mapped[datetime | None] = mapped_column(Moment)
