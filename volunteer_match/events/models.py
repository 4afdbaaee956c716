"""Events, what their guests are asked, who is invited and what they answered."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_match.foundation.database import Model, Moment, ShortText, choice, one_of
from volunteer_match.foundation.encryption import EncryptedText
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import Organisation

from .states import (
    EventState,
    InvitationSource,
    InvitationState,
    QuestionKind,
    SeatOfferState,
    Visibility,
)

MOST_SEATS = 5000


class Event(Model):
    """One gathering. `seats_taken` counts those who said yes and the seats held for the waiting list.

    `sequence` rises with every change that a calendar shows; `uid` stays, so calendars change the entry they have.
    """

    __tablename__ = "event"
    __table_args__ = (
        one_of("state", EventState),
        one_of("visibility", Visibility),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint(f"capacity >= 1 AND capacity <= {MOST_SEATS}", name="capacity"),
        CheckConstraint("seats_taken >= 0 AND seats_taken <= capacity", name="seats_within_capacity"),
        CheckConstraint("state <> 'full' OR seats_taken = capacity", name="full_without_free_seat"),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at_when_cancelled"),
        Index("ix_event_state", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    uid: Mapped[str] = mapped_column(ShortText, unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    state: Mapped[EventState] = mapped_column(choice(EventState), default=EventState.DRAFT)
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility))
    title: Mapped[str] = mapped_column(ShortText)
    description: Mapped[str] = mapped_column(Text)
    programme: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(ShortText)
    address: Mapped[str] = mapped_column(ShortText)
    postcode: Mapped[str] = mapped_column(String(4))
    access_notes: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    # The day we ask for an answer by. Later ones count too, as long as there is room.
    reply_on: Mapped[date]
    capacity: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(5))
    contact_name: Mapped[str] = mapped_column(ShortText)
    contact_email: Mapped[str] = mapped_column(ShortText)
    contact_phone: Mapped[str] = mapped_column(ShortText)
    # With merge fields; empty: the text we suggest.
    invitation_text: Mapped[str] = mapped_column(Text, default="")
    # The thank-you in the host's own words; None: the text we suggest.
    thanks_text: Mapped[str | None] = mapped_column(Text)
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)

    questions: Mapped[list["EventQuestion"]] = relationship(back_populates="event", order_by="EventQuestion.id")

    @property
    def free_seats(self) -> int:
        """Seats nobody has or is offered; read it under a lock before relying on it."""
        return self.capacity - self.seats_taken


class EventQuestion(Model):
    """One practical question to the guests. `wording` only for the host's own question."""

    __tablename__ = "event_question"
    __table_args__ = (
        one_of("kind", QuestionKind),
        UniqueConstraint("event_id", "kind"),
        CheckConstraint("(kind = 'own') = (wording IS NOT NULL)", name="own_in_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    wording: Mapped[str | None] = mapped_column(ShortText)

    event: Mapped[Event] = relationship(back_populates="questions")


class Invitation(Model):
    """One address on the list of one event: whether it was mailed, and what was answered.

    `send_after` is None until somebody has said that the list shall be mailed. `told_sequence` is the event's
    sequence in the last mail to them: whoever is behind is told of the change, once.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        one_of("source", InvitationSource),
        one_of("state", InvitationState),
        UniqueConstraint("event_id", "email_fingerprint"),
        CheckConstraint("(state IN ('yes', 'waiting')) = (people IS NOT NULL)", name="people_when_coming"),
        CheckConstraint("people IS NULL OR people >= 1", name="people"),
        CheckConstraint("(state = 'waiting') = (waiting_since IS NOT NULL)", name="waiting_since_when_waiting"),
        CheckConstraint("(state IN ('queued', 'sent')) = (answered_at IS NULL)", name="answered_at_when_answered"),
        Index("ix_invitation_line", "event_id", "state", "waiting_since"),
        Index("ix_invitation_due", "state", "send_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    email: Mapped[str] = mapped_column(EncryptedText("invitation.email"))
    email_fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(EncryptedText("invitation.name"))
    language: Mapped[str] = mapped_column(String(5))
    source: Mapped[InvitationSource] = mapped_column(choice(InvitationSource))
    # As it was called when it came on the list; empty for a citizen.
    organisation_name: Mapped[str] = mapped_column(ShortText, default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    # Which brought list the address is from, as long as that is kept: the mail says where we have it from.
    contact_list_id: Mapped[int | None] = mapped_column(ForeignKey("contact_list.id"), index=True)
    state: Mapped[InvitationState] = mapped_column(choice(InvitationState), default=InvitationState.QUEUED)
    people: Mapped[int | None]
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    send_after: Mapped[datetime | None] = mapped_column(Moment)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_mail.id"), index=True)
    told_sequence: Mapped[int | None]
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    # When the guest said it, which for a calendar's answer is earlier than when we read it.
    said_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    day_before_at: Mapped[datetime | None] = mapped_column(Moment)
    # A refusal that came back as a mail of its own, later; what the server said at once stands in the outbox.
    bounced_at: Mapped[datetime | None] = mapped_column(Moment)
    bounce_code: Mapped[str | None] = mapped_column(ShortText)

    event: Mapped[Event] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    contact_list: Mapped["ContactList | None"] = relationship()
    mail: Mapped[OutboxMail | None] = relationship()
    replies: Mapped[list["QuestionReply"]] = relationship(back_populates="invitation", order_by="QuestionReply.id")
    seat_offers: Mapped[list["SeatOffer"]] = relationship(back_populates="invitation", order_by="SeatOffer.id")


class QuestionReply(Model):
    """What one guest answered to one question. Food may tell of an illness, so it is encrypted."""

    __tablename__ = "question_reply"
    __table_args__ = (UniqueConstraint("invitation_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("event_question.id"), index=True)
    reply: Mapped[str] = mapped_column(EncryptedText("question_reply.reply"))

    invitation: Mapped[Invitation] = relationship(back_populates="replies")
    question: Mapped[EventQuestion] = relationship()


class SeatOffer(Model):
    """Freed seats held for one party of the waiting list. One at a time for each of them."""

    __tablename__ = "seat_offer"
    __table_args__ = (
        one_of("state", SeatOfferState),
        CheckConstraint("expires_at > offered_at", name="lives_forward"),
        CheckConstraint("people >= 1", name="people"),
        CheckConstraint("(state = 'offered') = (closed_at IS NULL)", name="closed_at_unless_offered"),
        Index(
            "uq_seat_offer_open",
            "invitation_id",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
        Index("ix_seat_offer_due", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), index=True)
    people: Mapped[int]
    state: Mapped[SeatOfferState] = mapped_column(choice(SeatOfferState), default=SeatOfferState.OFFERED)
    offered_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    invitation: Mapped[Invitation] = relationship(back_populates="seat_offers")


class CheckIn(Model):
    """Somebody who came: a guest of the list, or one who walked in and gave a name.

    `thanks_after` is None until the host has said that thanks shall go; `thanked_at` is when the mail was written.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        CheckConstraint("(invitation_id IS NULL) = (name IS NOT NULL)", name="name_of_who_walked_in"),
        CheckConstraint("(email IS NULL) = (email_fingerprint IS NULL)", name="email_with_fingerprint"),
        CheckConstraint("people >= 1", name="people"),
        CheckConstraint("thanked_at IS NULL OR thanks_after IS NOT NULL", name="thanked_when_asked_for"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str | None] = mapped_column(EncryptedText("check_in.name"))
    email: Mapped[str | None] = mapped_column(EncryptedText("check_in.email"))
    email_fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    people: Mapped[int]
    arrived_at: Mapped[datetime] = mapped_column(Moment)
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    thanks_after: Mapped[datetime | None] = mapped_column(Moment)
    thanked_at: Mapped[datetime | None] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    invitation: Mapped[Invitation | None] = relationship()


class OfferOrigin(Model):
    """That a sign-up began at an event: by the link in the thanks to one who came, or by the code at the door.

    It lies here and not in the sign-up, which knows nothing of events.
    """

    __tablename__ = "offer_origin"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    # None for the code at the door, which is everybody's.
    check_in_id: Mapped[int | None] = mapped_column(ForeignKey("check_in.id", ondelete="SET NULL"), index=True)
    noted_at: Mapped[datetime] = mapped_column(Moment)


class NoInvitations(Model):
    """An address that wants no invitations from us. Only its fingerprint: that is enough to leave it alone."""

    __tablename__ = "no_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    said_at: Mapped[datetime] = mapped_column(Moment)


class ContactList(Model):
    """Addresses somebody brought in a file. A draft keeps the file's cells until its columns are named; then it is
    taken in, and only the addresses are kept.
    """

    __tablename__ = "contact_list"
    __table_args__ = (
        CheckConstraint("(sheet IS NULL) = (taken_in_at IS NOT NULL)", name="sheet_until_taken_in"),
        CheckConstraint(
            "taken_in_at IS NULL OR (source IS NOT NULL AND legal_note IS NOT NULL)", name="origin_when_taken_in"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(ShortText)
    # SHA-256 of the file: the same file twice is one list.
    checksum: Mapped[str] = mapped_column(String(64), unique=True)
    sheet: Mapped[str | None] = mapped_column(EncryptedText("contact_list.sheet"))
    source: Mapped[str | None] = mapped_column(ShortText)
    legal_note: Mapped[str | None] = mapped_column(Text)
    faults: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    taken_in_at: Mapped[datetime | None] = mapped_column(Moment)


class ListedContact(Model):
    """One address of a brought list."""

    __tablename__ = "listed_contact"
    __table_args__ = (UniqueConstraint("contact_list_id", "email_fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_list_id: Mapped[int] = mapped_column(ForeignKey("contact_list.id"))
    email: Mapped[str] = mapped_column(EncryptedText("listed_contact.email"))
    email_fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(EncryptedText("listed_contact.name"))
    organisation_name: Mapped[str] = mapped_column(ShortText)
