"""What a guest answers, by the link in a mail of theirs: yes with so many, no, or maybe; as often as they like.

All of it under the event's lock: two who want the last seat take turns, the first gets it and the second waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import VISITOR, record
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import address_fingerprint
from volunteer_match.foundation.signed_links import LinkPurpose, LinkUnusable, look_up_link

from .event_mail import say_answered
from .locks import lock_event_of
from .models import Event, Invitation, QuestionReply, SeatOffer
from .seats import close_offer, hand_out_free_seats, open_offer_to, take_seats
from .states import ANSWERABLE, InvitationState, SeatOfferState

MOST_PEOPLE = 20


class Coming(StrEnum):
    """What a guest can say."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`people` counts the guest too, and matters to a yes only. `replies` are texts by the id of their question."""

    coming: Coming
    people: int = 1
    replies: Mapping[int, str] = field(default_factory=dict)


class AnswersClosed(Exception):
    """It has begun, is over or off, or was not opened yet."""


class NotEnoughSeats(Exception):
    """A guest who has seats wants more than there are; what they have stays theirs."""

    def __init__(self, free_seats: int) -> None:
        super().__init__(f"{free_seats} seats are free")
        self.free_seats = free_seats


def find_invitation(token: str, *, now: datetime) -> Invitation:
    """The invitation behind a mailed link, with all its page needs. Raises LinkUnusable."""
    invitation_id = look_up_link(token, purpose=LinkPurpose.ANSWER_INVITATION, now=now)
    invitation = db.session.scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .options(joinedload(Invitation.event).selectinload(Event.questions), selectinload(Invitation.replies))
    )
    if invitation is None:
        raise LinkUnusable
    return invitation


def is_address_of(invitation: Invitation, email: str) -> bool:
    """Whether the invitation was mailed to this address: who knows it is no stranger that a mail was passed on to."""
    return address_fingerprint(email) == invitation.email_fingerprint


def can_answer(event: Event, *, now: datetime) -> bool:
    """Whether answers are taken, and changed."""
    return event.state in ANSWERABLE and now < event.starts_at


def answer(invitation: Invitation, *, said: Answer, now: datetime, said_at: datetime | None = None) -> InvitationState:
    """Notes the answer and returns what it led to: a yes without room is WAITING. A receipt goes out when it is new.

    `said_at` is when the guest said it, if that was before now.
    Raises AnswersClosed; NotEnoughSeats, which leaves everything as it was.
    """
    if not 1 <= said.people <= MOST_PEOPLE:
        raise ValueError("a party of that size is none")
    event = lock_event_of(invitation)
    if not can_answer(event, now=now):
        raise AnswersClosed
    before = (invitation.state, invitation.people)
    offer = open_offer_to(invitation)
    if said.coming is Coming.YES:
        _come(event, invitation, offer, people=said.people, now=now)
    else:
        _stay_away(event, invitation, offer, InvitationState(said.coming.value), now=now)
    invitation.said_at = said_at or now
    _keep_replies(event, invitation, said.replies)
    hand_out_free_seats(event, now=now)
    if (invitation.state, invitation.people) != before:
        say_answered(event, invitation, now=now)
    db.session.flush()
    record(
        AuditAction.INVITATION_ANSWERED,
        by=VISITOR,
        now=now,
        subject=("invitation", invitation.id),
        details={"event": event.id, "state": invitation.state.value, "people": invitation.people},
    )
    return invitation.state


def _come(event: Event, invitation: Invitation, offer: SeatOffer | None, *, people: int, now: datetime) -> None:
    held = offer.people if offer else _seats_of(invitation)
    enough = people <= event.free_seats + held
    if held and not enough:
        raise NotEnoughSeats(event.free_seats + held)
    if offer:
        close_offer(event, offer, state=SeatOfferState.TAKEN, now=now)
    if not enough:
        since = invitation.waiting_since or now
        _note(invitation, InvitationState.WAITING, people=people, waiting_since=since, now=now)
        return
    take_seats(event, people - _seats_of(invitation))
    _note(invitation, InvitationState.YES, people=people, waiting_since=None, now=now)


def _stay_away(
    event: Event, invitation: Invitation, offer: SeatOffer | None, state: InvitationState, *, now: datetime
) -> None:
    if offer:
        close_offer(event, offer, state=SeatOfferState.DECLINED, now=now)
    take_seats(event, -_seats_of(invitation))
    _note(invitation, state, people=None, waiting_since=None, now=now)


def _seats_of(invitation: Invitation) -> int:
    """Seats the guest has by a yes; an offered one is the offer's."""
    return (invitation.people or 0) if invitation.state is InvitationState.YES else 0


def _note(
    invitation: Invitation,
    state: InvitationState,
    *,
    people: int | None,
    waiting_since: datetime | None,
    now: datetime,
) -> None:
    invitation.state, invitation.people, invitation.waiting_since = state, people, waiting_since
    invitation.answered_at = now
    db.session.flush()


def _keep_replies(event: Event, invitation: Invitation, replies: Mapping[int, str]) -> None:
    """The last answer holds whole: who does not come is not asked, and what they had told is gone."""
    db.session.execute(delete(QuestionReply).where(QuestionReply.invitation_id == invitation.id))
    db.session.expire(invitation, ["replies"])
    if invitation.state not in {InvitationState.YES, InvitationState.WAITING}:
        return
    asked = {question.id for question in event.questions}
    db.session.add_all(
        QuestionReply(invitation_id=invitation.id, question_id=question_id, reply=reply)
        for question_id, reply in sorted(replies.items())
        if question_id in asked and reply
    )
    db.session.flush()
