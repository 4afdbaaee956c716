"""The seats of an event and its waiting list. Every function here wants the event locked (locks.lock_event).

What always holds: seats taken are those of the guests who said yes and those held by an open offer, never more than
there are; and no party in line without an offer would fit into the free ones. A party that does not fit keeps its
place while a smaller one behind it is offered the seat.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from volunteer_match.foundation.database import db

from .event_mail import say_seat_offered
from .models import Event, Invitation, SeatOffer
from .states import ANSWERABLE, EventState, InvitationState, SeatOfferState

TIME_TO_TAKE = timedelta(hours=48)


def take_seats(event: Event, people: int) -> None:
    """Takes free seats; the caller has seen that there are as many. A negative number gives them back."""
    event.seats_taken += people
    keep_state_with_seats(event)


def keep_state_with_seats(event: Event) -> None:
    """Full when there is no free seat, open again when there is one. Flushed, so that the table's CHECKs have a say."""
    if event.state in ANSWERABLE:
        event.state = EventState.OPEN if event.free_seats else EventState.FULL
    db.session.flush()


def waiting_line(event: Event) -> Sequence[Invitation]:
    """Who waits without an offer, the first to ask first."""
    offered = select(SeatOffer.invitation_id).where(SeatOffer.state == SeatOfferState.OFFERED)
    return db.session.scalars(
        select(Invitation)
        .where(
            Invitation.event_id == event.id,
            Invitation.state == InvitationState.WAITING,
            Invitation.id.not_in(offered),
        )
        .order_by(Invitation.waiting_since, Invitation.id)
    ).all()


def open_offer_to(invitation: Invitation) -> SeatOffer | None:
    """The seats that are held for this guest right now."""
    return db.session.scalar(
        select(SeatOffer).where(SeatOffer.invitation_id == invitation.id, SeatOffer.state == SeatOfferState.OFFERED)
    )


def hand_out_free_seats(event: Event, *, now: datetime) -> int:
    """Offers free seats down the line to every party that fits, with a deadline each; returns how many were asked."""
    if not event.free_seats or event.state not in ANSWERABLE or event.starts_at <= now:
        return 0
    asked = 0
    for invitation in waiting_line(event):
        people = invitation.people or 1
        if people <= event.free_seats:
            _offer(event, invitation, people=people, now=now)
            asked += 1
    return asked


def _offer(event: Event, invitation: Invitation, *, people: int, now: datetime) -> None:
    # Close to the event there is no time for two days: then half of what is left.
    expires_at = now + min(TIME_TO_TAKE, (event.starts_at - now) / 2)
    offer = SeatOffer(invitation_id=invitation.id, people=people, offered_at=now, expires_at=expires_at)
    db.session.add(offer)
    take_seats(event, people)
    say_seat_offered(event, invitation, offer=offer, now=now)


def close_offer(event: Event, offer: SeatOffer, *, state: SeatOfferState, now: datetime) -> None:
    """Ends the holding of seats and gives them back; whoever takes them takes them anew."""
    offer.state, offer.closed_at = state, now
    take_seats(event, -offer.people)


def expire_offers(event: Event, *, now: datetime) -> int:
    """Seats nobody took in time go to the next in line; who let them go leaves the line. Returns how many did."""
    due = db.session.scalars(
        _open_offers(event).where(SeatOffer.expires_at <= now).order_by(SeatOffer.expires_at, SeatOffer.id)
    ).all()
    for offer in due:
        invitation = offer.invitation
        invitation.state, invitation.people, invitation.waiting_since = InvitationState.EXPIRED, None, None
        close_offer(event, offer, state=SeatOfferState.EXPIRED, now=now)
    hand_out_free_seats(event, now=now)
    return len(due)


def close_open_offers(event: Event, *, now: datetime) -> None:
    """When the event is off or over: no seat is held any longer, the line stays as it was."""
    for offer in db.session.scalars(_open_offers(event)).all():
        close_offer(event, offer, state=SeatOfferState.EXPIRED, now=now)


def _open_offers(event: Event) -> Select[SeatOffer]:
    return (
        select(SeatOffer)
        .join(SeatOffer.invitation)
        .where(Invitation.event_id == event.id, SeatOffer.state == SeatOfferState.OFFERED)
    )
