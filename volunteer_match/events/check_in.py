"""At the door: who came. Several phones tick at once and may send the same tick again when the net is back.

So a tick says how it shall be, here or not, and not "the other way": saying it twice changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import joinedload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import address_fingerprint
from volunteer_match.people.models import User

from .locks import lock_event
from .models import CheckIn, Event, Invitation
from .states import ANSWERABLE, EventState, InvitationState

CAN_CHECK_IN = ANSWERABLE | {EventState.HELD}
EXPECTED = frozenset({InvitationState.YES, InvitationState.MAYBE, InvitationState.WAITING})


class NothingToCome(Exception):
    """The event is a draft or off, so nobody can come to it."""


class IsThanked(Exception):
    """Thanks for coming have been asked for, so that they came stays noted: nobody is thanked twice."""


@dataclass(frozen=True, slots=True)
class Door:
    """The list at the door. `guests` by name; `here` holds check-ins by the id of their invitation."""

    guests: Sequence[Invitation]
    here: Mapping[int, CheckIn]
    walk_ins: Sequence[CheckIn]
    people_expected: int

    @property
    def people_here(self) -> int:
        """Heads, those who walked in among them."""
        return sum(each.people for each in (*self.here.values(), *self.walk_ins))


@dataclass(frozen=True, slots=True)
class Presence:
    """What the phones show each other: who is here by the id of their invitation, and how many heads it is."""

    here: frozenset[int]
    people: int


def door(event: Event, *, everybody: bool, by: Actor, now: datetime) -> Door:
    """Those who may be expected and those who are here, or everybody on the list; and the trace of having read it."""
    here = _check_ins(event)
    came = {each.invitation_id: each for each in here if each.invitation_id is not None}
    guests = db.session.scalars(
        select(Invitation).where(Invitation.event_id == event.id, _shown(event, everybody))
    ).all()
    record(AuditAction.GUEST_LIST_READ, by=by, now=now, subject=("event", event.id), details={"door": True})
    return Door(
        guests=sorted(guests, key=lambda guest: ((guest.name or guest.email).casefold(), guest.id)),
        here=came,
        walk_ins=[each for each in here if each.invitation_id is None],
        people_expected=event.seats_taken,
    )


def presence(event: Event) -> Presence:
    """Numbers only, so that reading it leaves no trace."""
    rows = db.session.execute(select(CheckIn.invitation_id, CheckIn.people).where(CheckIn.event_id == event.id)).all()
    return Presence(
        here=frozenset(row.invitation_id for row in rows if row.invitation_id is not None),
        people=sum(row.people for row in rows),
    )


def note_presence(event: Event, invitation: Invitation, *, is_here: bool, by: User, now: datetime) -> None:
    """Here, or not here after all. The same again changes nothing. Raises NothingToCome, IsThanked."""
    event = _lock(event)
    found = db.session.scalar(select(CheckIn).where(CheckIn.invitation_id == invitation.id))
    if is_here and found is None:
        came = CheckIn(event_id=event.id, invitation_id=invitation.id, people=invitation.people or 1)
        _add(came, by=by, now=now)
    elif not is_here and found is not None:
        _remove(found, by=by, now=now)


def walk_in(event: Event, *, name: str, email: str, people: int, by: User, now: datetime) -> CheckIn:
    """Somebody who is on no list. One whose address is on it is ticked there instead. Raises NothingToCome."""
    event = _lock(event)
    fingerprint = address_fingerprint(email) if email else None
    invitation = _invited_as(event, fingerprint)
    found = db.session.scalar(select(CheckIn).where(_is_the_same(event, invitation, fingerprint))) if email else None
    if found is not None:
        return found
    came = CheckIn(event_id=event.id, people=people)
    if invitation is not None:
        came.invitation_id = invitation.id
    else:
        came.name, came.email, came.email_fingerprint = name, email or None, fingerprint
    _add(came, by=by, now=now)
    return came


def undo_walk_in(event: Event, check_in_id: int, *, by: User, now: datetime) -> None:
    """Written by mistake: the name goes. Gone already is as well. Raises NothingToCome, IsThanked."""
    event = _lock(event)
    found = db.session.scalar(
        select(CheckIn).where(CheckIn.id == check_in_id, CheckIn.event_id == event.id, CheckIn.invitation_id.is_(None))
    )
    if found is not None:
        _remove(found, by=by, now=now)


def _lock(event: Event) -> Event:
    locked = lock_event(event.id)
    if locked.state not in CAN_CHECK_IN:
        raise NothingToCome
    return locked


def _check_ins(event: Event) -> Sequence[CheckIn]:
    return db.session.scalars(
        select(CheckIn)
        .where(CheckIn.event_id == event.id)
        .options(joinedload(CheckIn.invitation))
        .order_by(CheckIn.arrived_at, CheckIn.id)
    ).all()


def _shown(event: Event, everybody: bool) -> ColumnElement[bool]:
    came = select(CheckIn.invitation_id).where(CheckIn.event_id == event.id, CheckIn.invitation_id.is_not(None))
    return or_(true() if everybody else false(), Invitation.state.in_(EXPECTED), Invitation.id.in_(came))


def _invited_as(event: Event, fingerprint: str | None) -> Invitation | None:
    return db.session.scalar(
        select(Invitation).where(Invitation.event_id == event.id, Invitation.email_fingerprint == fingerprint)
    )


def _is_the_same(event: Event, invitation: Invitation | None, fingerprint: str | None) -> ColumnElement[bool]:
    if invitation is not None:
        return CheckIn.invitation_id == invitation.id
    return (CheckIn.event_id == event.id) & (CheckIn.email_fingerprint == fingerprint)


def _add(came: CheckIn, *, by: User, now: datetime) -> None:
    came.arrived_at, came.noted_by_id = now, by.id
    db.session.add(came)
    db.session.flush()
    _trace(AuditAction.GUEST_CHECKED_IN, came, by=by, now=now)


def _remove(came: CheckIn, *, by: User, now: datetime) -> None:
    if came.thanks_after is not None:
        raise IsThanked
    db.session.delete(came)
    db.session.flush()
    _trace(AuditAction.CHECK_IN_UNDONE, came, by=by, now=now)


def _trace(action: AuditAction, came: CheckIn, *, by: User, now: datetime) -> None:
    details = {"invitation": came.invitation_id, "people": came.people}
    record(action, by=by.actor, now=now, subject=("event", came.event_id), details=details)
