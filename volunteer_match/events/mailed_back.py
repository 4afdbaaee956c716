"""What comes back by mail about an invitation: a calendar program's answer, or the mail itself.

A sender is easily made up. What is not is the uid in the request, which each guest has to themselves (event_mail), and
the Message-ID of the mail that came back: both were only ever told to the guest.
"""

from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.calendars.replies import NoReply, Participation, Reply, read_reply
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.encryption import address_fingerprint
from volunteer_match.notifications.bounces import note_bounce
from volunteer_match.notifications.incoming import Bounce, take_apart

from .answers import Answer, AnswersClosed, Coming, NotEnoughSeats, answer
from .event_mail import ABOUT, guest_uid
from .locks import lock_event_of
from .models import Invitation

_COMING: Mapping[Participation, Coming] = MappingProxyType(
    {
        Participation.ACCEPTED: Coming.YES,
        Participation.DECLINED: Coming.NO,
        Participation.TENTATIVE: Coming.MAYBE,
    }
)


def take_in(raw: bytes, *, now: datetime) -> bool:
    """Does what one incoming mail asks for; returns whether it was ours to deal with. All others are for people."""
    mail = take_apart(raw)
    if mail.bounce:
        return came_back(mail.bounce, now=now)
    if mail.calendar is None or mail.sender is None:
        return False
    try:
        reply = read_reply(mail.calendar)
    except NoReply:
        return False
    invitation = _invitation_of(reply, sender=mail.sender)
    return invitation is not None and _take_answer(invitation, reply, now=now)


def came_back(bounce: Bounce, *, now: datetime) -> bool:
    """Any mail of ours; a guest's is told to the host. False when it was none of ours."""
    mail = note_bounce(bounce, now=now)
    if mail is None:
        return False
    if mail.about_kind == ABOUT:
        invitation = db.session.get(Invitation, mail.about_id)
        if invitation is not None and invitation.bounced_at is None:
            invitation.bounced_at, invitation.bounce_code = now, bounce.code
            db.session.flush()
    return True


def _invitation_of(reply: Reply, *, sender: str) -> Invitation | None:
    """The invitation whose guest writes of themselves, with the uid that only they were told."""
    fingerprint = address_fingerprint(reply.attendee)
    if not compare_digest(fingerprint, address_fingerprint(sender)):
        return None
    theirs = db.session.scalars(
        select(Invitation)
        .where(Invitation.email_fingerprint == fingerprint)
        .options(joinedload(Invitation.event), selectinload(Invitation.replies))
    )
    uid = reply.uid.encode()
    return next((one for one in theirs if compare_digest(guest_uid(one).encode(), uid)), None)


def _take_answer(invitation: Invitation, reply: Reply, *, now: datetime) -> bool:
    """By the same rule as on the page. False for an answer to something we never asked."""
    event = lock_event_of(invitation)
    if reply.sequence > event.sequence:
        return False
    if reply.sequence < event.sequence or _is_old(invitation, reply):
        return True
    said = Answer(
        coming=_COMING[reply.participation],
        # A calendar can't say how many, nor what they eat: that stays as it was told on the page.
        people=invitation.people or 1,
        replies={one.question_id: one.reply for one in invitation.replies},
    )
    try:
        with attempt():
            answer(invitation, said=said, said_at=min(reply.stamped_at, now), now=now)
    except (AnswersClosed, NotEnoughSeats):
        return True  # as the page would tell them; what they had said before stands
    return True


def _is_old(invitation: Invitation, reply: Reply) -> bool:
    """Said before what we know of, or the very same once more."""
    return invitation.said_at is not None and reply.stamped_at <= invitation.said_at
