"""Booking a time: one slot to one person, whoever presses first."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import VISITOR, record
from volunteer_match.foundation.conditional_moves import change_if, make_move
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import address_fingerprint
from volunteer_match.foundation.signed_links import LinkPurpose, look_up_link
from volunteer_match.notifications.site import site
from volunteer_match.vocabulary.sensitive_text import contains_cpr, name_like_words

from .days import has_begun, lock_day
from .letters import confirm, confirm_cancelling
from .models import ConsultationBooking, ConsultationDay
from .rhythm import Slot
from .states import BOOKING_MOVES, HOLDS_SLOT, BookerRole, BookingAction, BookingState, DayState, Topic

MOST_AT_ONCE = 3
# No vowels, so that no word comes of it; nothing that looks like something else.
_REFERENCE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
_REFERENCE_LENGTH = 6


class SlotTaken(Exception):
    """Somebody was quicker."""


class DayClosed(Exception):
    """The day is not held, or has begun."""


class TooManyBookings(Exception):
    """This address has all the times it may have at once."""


class TellsTooMuch(ValueError):
    """The question holds a CPR number or what looks like a name or initials."""

    def __init__(self, words: list[str]) -> None:
        super().__init__("names or numbers in a question")
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Booker:
    """Who books, and about what. Nothing about which child."""

    name: str
    email: str
    phone: str
    role: BookerRole
    topic: Topic
    question: str
    language: str


def free_slots(day: ConsultationDay, taken: Iterable[int], *, now: datetime) -> list[Slot]:
    """What can be booked on the day; nothing once it has begun."""
    if day.state is not DayState.PLANNED or has_begun(day, now=now):
        return []
    occupied = set(taken)
    return [slot for slot in day.slots if slot.number not in occupied]


def book(*, day: ConsultationDay, slot_number: int, booker: Booker, now: datetime) -> ConsultationBooking:
    """Takes the slot and mails the link to change it. Raises SlotTaken, DayClosed, TooManyBookings, TellsTooMuch."""
    check_question(booker.question)
    day = lock_day(day.id)
    _must_be_free(day, slot_number, now=now)
    fingerprint = address_fingerprint(booker.email)
    if _open_bookings(fingerprint, now=now) >= MOST_AT_ONCE:
        raise TooManyBookings
    booking = ConsultationBooking(
        day_id=day.id,
        slot_number=slot_number,
        uid=f"konsultationstid-{secrets.token_hex(12)}@{site().host}",
        reference="".join(secrets.choice(_REFERENCE_LETTERS) for _letter in range(_REFERENCE_LENGTH)),
        name=booker.name,
        email=booker.email,
        email_fingerprint=fingerprint,
        phone=booker.phone,
        question=booker.question,
        language=booker.language,
        booker_role=booker.role,
        topic=booker.topic,
        booked_at=now,
        changed_at=now,
    )
    db.session.add(booking)
    db.session.flush()
    confirm(booking, now=now)
    _note(AuditAction.CONSULTATION_BOOKED, booking, now=now)
    return booking


def change_booking(booking: ConsultationBooking, *, day: ConsultationDay, slot_number: int, now: datetime) -> None:
    """To another slot, on the same day or another of the same school; the old one is free at once.

    Raises SlotTaken, DayClosed.
    """
    # In the order of their ids: two people who swap must not wait for each other.
    locked = {day_id: lock_day(day_id) for day_id in sorted({booking.day_id, day.id})}
    day = locked[day.id]
    if has_begun(locked[booking.day_id], now=now) or day.series_id != locked[booking.day_id].series_id:
        raise DayClosed
    _must_be_free(day, slot_number, now=now)
    values = {
        "day_id": day.id,
        "slot_number": slot_number,
        "sequence": booking.sequence + 1,
        "changed_at": now,
        "reminded_at": None,
    }
    if not change_if(booking, ConsultationBooking.state == BookingState.BOOKED, values):
        raise DayClosed
    confirm(booking, now=now)
    _note(AuditAction.CONSULTATION_BOOKING_CHANGED, booking, now=now)


def cancel_booking(booking: ConsultationBooking, *, now: datetime) -> None:
    """The slot is free for others at once. Raises DayClosed, MoveRefused."""
    if has_begun(lock_day(booking.day_id), now=now):
        raise DayClosed
    make_move(booking, ConsultationBooking.state, BOOKING_MOVES, BookingAction.CANCEL, changed_at=now)
    confirm_cancelling(booking, now=now)
    _note(AuditAction.CONSULTATION_BOOKING_CANCELLED, booking, now=now, by_us=False)


def booking_of(token: str, *, now: datetime) -> ConsultationBooking:
    """The booking a mailed link leads to; the link stays usable. Raises LinkUnusable."""
    booking_id = look_up_link(token, purpose=LinkPurpose.CHANGE_CONSULTATION, now=now)
    return db.session.get_one(ConsultationBooking, booking_id)


def check_question(question: str) -> None:
    """Raises TellsTooMuch with the words to take out; none when it is a number."""
    words = name_like_words(question)
    if words or contains_cpr(question):
        raise TellsTooMuch(words)


def _must_be_free(day: ConsultationDay, slot_number: int, *, now: datetime) -> None:
    if day.state is not DayState.PLANNED or has_begun(day, now=now):
        raise DayClosed
    taken = db.session.scalars(
        select(ConsultationBooking.slot_number).where(
            ConsultationBooking.day_id == day.id, ConsultationBooking.state.in_(HOLDS_SLOT)
        )
    )
    if slot_number not in {slot.number for slot in free_slots(day, taken, now=now)}:
        raise SlotTaken


def _open_bookings(fingerprint: str, *, now: datetime) -> int:
    count = db.session.scalar(
        select(func.count())
        .select_from(ConsultationBooking)
        .join(ConsultationDay)
        .where(
            ConsultationBooking.email_fingerprint == fingerprint,
            ConsultationBooking.state == BookingState.BOOKED,
            ConsultationDay.starts_at > now,
        )
    )
    return count or 0


def _note(action: AuditAction, booking: ConsultationBooking, *, now: datetime, **details: object) -> None:
    details = {"day": booking.day_id, "slot": booking.slot_number, **details}
    record(action, by=VISITOR, now=now, subject=("consultation_booking", booking.id), details=details)
