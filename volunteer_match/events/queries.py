"""What the pages read of events, each list in a constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState

from .models import Event, Invitation
from .states import ANSWERABLE, EventState, InvitationState, Visibility

GUESTS_PER_PAGE = 50


def coming_public_events(*, now: datetime) -> Sequence[Event]:
    """What anybody may sign up for, the next one first."""
    return db.session.scalars(
        select(Event)
        .where(Event.visibility == Visibility.PUBLIC, Event.state.in_(ANSWERABLE), Event.starts_at > now)
        .order_by(Event.starts_at, Event.id)
    ).all()


def events_between(start: datetime, end: datetime, *, drafts: bool) -> Sequence[Event]:
    """Every event with a part of it from `start` until before `end`, also those called off."""
    shown = set(EventState) if drafts else set(EventState) - {EventState.DRAFT}
    return db.session.scalars(
        select(Event)
        .where(Event.state.in_(shown), Event.starts_at < end, Event.ends_at > start)
        .order_by(Event.starts_at, Event.id)
    ).all()


def event_at(slug: str) -> Event | None:
    """The event with this address. A draft is nobody's yet."""
    return db.session.scalar(select(Event).where(Event.slug == slug, Event.state != EventState.DRAFT))


@dataclass(frozen=True, slots=True)
class Figures:
    """How far it is. `people` counts heads of those who said yes; the mails are those of the invitations themselves.

    `came_back` counts guests to whom a mail was sent and then returned; it is among `sent` as well.
    """

    by_state: Mapping[InvitationState, int]
    people: int
    people_waiting: int
    on_list: int
    waiting_to_go: int
    sent: int
    refused: int
    came_back: int

    @property
    def invited(self) -> int:
        """Everybody who is asked, or is to be."""
        return sum(self.by_state.values())

    @property
    def to_send(self) -> int:
        """All whose mail somebody has said shall go, gone or not."""
        return self.waiting_to_go + self.sent + self.refused


def all_events() -> Sequence[Event]:
    """Every event, the one furthest ahead first."""
    return db.session.scalars(select(Event).order_by(Event.starts_at.desc(), Event.id.desc())).all()


def find_event(event_id: int) -> Event | None:
    """An event with what its guests are asked."""
    return db.session.scalar(select(Event).where(Event.id == event_id).options(selectinload(Event.questions)))


def figures(event: Event) -> Figures:
    """Counted anew each time: two queries however many guests."""
    rows = db.session.execute(
        select(Invitation.state, func.count(), func.sum(Invitation.people))
        .where(Invitation.event_id == event.id)
        .group_by(Invitation.state)
    ).all()
    counts = {row[0]: row[1] for row in rows}
    people = {row[0]: row[2] or 0 for row in rows}
    queued = Invitation.state == InvitationState.QUEUED
    asked = and_(queued, Invitation.send_after.is_not(None))
    on_list, asked_for, waits, sent, refused, came_back = db.session.execute(
        select(
            func.count().filter(and_(queued, Invitation.send_after.is_(None))),
            func.count().filter(asked),
            func.count().filter(OutboxMail.state == MailState.QUEUED),
            func.count().filter(OutboxMail.state == MailState.SENT),
            func.count().filter(OutboxMail.state == MailState.FAILED),
            func.count().filter(Invitation.bounced_at.is_not(None)),
        )
        .select_from(Invitation)
        .outerjoin(Invitation.mail)
        .where(Invitation.event_id == event.id)
    ).one()
    return Figures(
        by_state=counts,
        people=people.get(InvitationState.YES, 0),
        people_waiting=people.get(InvitationState.WAITING, 0),
        on_list=on_list,
        waiting_to_go=asked_for + waits,
        sent=sent,
        refused=refused,
        came_back=came_back,
    )


@dataclass(frozen=True, slots=True)
class GuestPage:
    """Some of the guests, those who answered last first."""

    guests: Sequence[Invitation]
    total: int
    page: int
    pages: int


def page_of_guests(event: Event, *, state: InvitationState | None, page: int, by: Actor, now: datetime) -> GuestPage:
    """One page of the guest list with names and replies, and the trace of having read it."""
    chosen = [Invitation.event_id == event.id] + ([] if state is None else [Invitation.state == state])
    total = db.session.scalar(select(func.count()).select_from(Invitation).where(*chosen)) or 0
    pages = max(1, -(-total // GUESTS_PER_PAGE))
    page = min(max(page, 1), pages)
    # Who waits stands in the order of the line.
    order = (Invitation.waiting_since, Invitation.answered_at.is_(None), Invitation.answered_at.desc(), Invitation.id)
    guests = db.session.scalars(
        select(Invitation)
        .where(*chosen)
        .options(joinedload(Invitation.mail), selectinload(Invitation.replies), selectinload(Invitation.seat_offers))
        .order_by(*order)
        .limit(GUESTS_PER_PAGE)
        .offset((page - 1) * GUESTS_PER_PAGE)
    ).all()
    record(AuditAction.GUEST_LIST_READ, by=by, now=now, subject=("event", event.id), details={"page": page})
    return GuestPage(guests=guests, total=total, page=page, pages=pages)


def first_guest(event: Event, *, by: Actor, now: datetime) -> Invitation | None:
    """Somebody on the list to show the invitation with, who is written to next, and the trace of having read it."""
    guest = db.session.scalar(
        select(Invitation)
        .where(Invitation.event_id == event.id)
        .order_by(Invitation.state != InvitationState.QUEUED, Invitation.id)
        .limit(1)
    )
    if guest:
        record(AuditAction.GUEST_LIST_READ, by=by, now=now, subject=("event", event.id))
    return guest


def find_guest(event: Event, invitation_id: int) -> Invitation | None:
    """A guest of this event, and of no other."""
    return db.session.scalar(select(Invitation).where(Invitation.id == invitation_id, Invitation.event_id == event.id))
