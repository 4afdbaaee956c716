"""Thanks to those who came: each address once, with a link by which they can say what they offer.

The host says so once it is held, and the worker writes the mails (due.py). Who is ticked later can be thanked later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, null, or_, select, update
from sqlalchemy.orm import joinedload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkPurpose, LinkUnusable, look_up_link
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState
from volunteer_match.people.models import User

from .inviting import is_unwanted, note_unwanted, said_no, still_consents
from .locks import lock_event
from .models import CheckIn, Event, Invitation
from .states import EventAction, EventState
from .thanks_mail import ABOUT


class NotThanked(StrEnum):
    """Why somebody who came gets no mail, in the order in which one hides the next."""

    NO_ADDRESS = "no_address"
    WANTS_NO_MAIL = "wants_no_mail"
    NO_CONSENT = "no_consent"
    CAME_BACK = "came_back"
    SAME_ADDRESS = "same_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """How far it is. `to_thank` may be thanked and nobody has said so yet; `waiting` is under way."""

    to_thank: int
    waiting: int
    sent: int
    failed: int
    left_out: Mapping[NotThanked, int]

    @property
    def asked_for(self) -> int:
        """All whose thanks somebody has said shall go, gone or not."""
        return self.waiting + self.sent + self.failed


def thanks_of(event: Event, *, now: datetime) -> Thanks:
    """Counted anew each time: two queries however many came."""
    came = _with_reason(event, now)
    unasked = select(came.c.reason, func.count()).where(came.c.thanks_after.is_(None)).group_by(came.c.reason)
    reasons = {row[0]: row[1] for row in db.session.execute(unasked)}
    failed = or_(OutboxMail.state == MailState.FAILED, OutboxMail.bounced_at.is_not(None))
    asked_for, gone, not_arrived = db.session.execute(
        select(
            func.count(CheckIn.id),
            func.count().filter(OutboxMail.state == MailState.SENT, OutboxMail.bounced_at.is_(None)),
            func.count().filter(failed),
        )
        .select_from(CheckIn)
        .outerjoin(OutboxMail, and_(OutboxMail.about_kind == ABOUT, OutboxMail.about_id == CheckIn.id))
        .where(CheckIn.event_id == event.id, CheckIn.thanks_after.is_not(None))
    ).one()
    return Thanks(
        to_thank=reasons.get(None, 0),
        waiting=asked_for - gone - not_arrived,
        sent=gone,
        failed=not_arrived,
        left_out={reason: reasons[reason] for reason in NotThanked if reason in reasons},
    )


def write_thanks(event: Event, *, text: str, by: User, now: datetime) -> None:
    """The host's own words; empty for the text we suggest. Raises MoveRefused of what was called off."""
    event = lock_event(event.id)
    if event.state is EventState.CANCELLED:
        raise MoveRefused(EventAction.HOLD, event.state)
    if (event.thanks_text or "") == text:
        return
    event.thanks_text, event.changed_at = text or None, now
    db.session.flush()
    details = {"fields": ["thanks_text"], "sequence": event.sequence}
    record(AuditAction.EVENT_CHANGED, by=by.actor, now=now, subject=("event", event.id), details=details)


def say_thanks(event: Event, *, by: User, now: datetime) -> int:
    """Everybody who came, may be mailed and has not been thanked; returns how many. Raises MoveRefused before the end.

    One statement however many: the worker writes and sends the mails one after the other.
    """
    event = lock_event(event.id)
    if event.state is not EventState.HELD:
        raise MoveRefused(EventAction.HOLD, event.state)
    came = _with_reason(event, now)
    may_be_asked = select(came.c.id).where(came.c.thanks_after.is_(None), came.c.reason.is_(None))
    asked = db.session.execute(
        update(CheckIn)
        .where(CheckIn.id.in_(may_be_asked))
        .values(thanks_after=now)
        .returning(CheckIn.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.expire_all()
    if asked:
        details = {"thanks": len(asked)}
        record(AuditAction.THANKS_SENT, by=by.actor, now=now, subject=("event", event.id), details=details)
    return len(asked)


def is_to_be_thanked(now: datetime) -> ColumnElement[bool]:
    """The host has said so, and the mail is not written yet."""
    return and_(CheckIn.thanks_after <= now, CheckIn.thanked_at.is_(None))


def next_to_thank(event: Event, *, limit: int, now: datetime) -> Sequence[CheckIn]:
    """Some of those whose thanks the host has asked for; who has said no to mail since is left out again."""
    came = _with_reason(event, now)
    db.session.execute(
        update(CheckIn)
        .where(is_to_be_thanked(now), CheckIn.id.in_(select(came.c.id).where(came.c.reason.is_not(None))))
        .values(thanks_after=None)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalars(
        select(CheckIn)
        .where(CheckIn.event_id == event.id, is_to_be_thanked(now))
        .options(joinedload(CheckIn.invitation), joinedload(CheckIn.event))
        .order_by(CheckIn.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()


def somebody_who_came(event: Event, *, by: Actor, now: datetime) -> CheckIn | None:
    """To show the mail with: who is written to next, and the trace of having read it."""
    found = _with_reason(event, now)
    came = db.session.scalar(
        select(CheckIn)
        .join(found, found.c.id == CheckIn.id)
        .where(found.c.reason.is_(None))
        .order_by(CheckIn.thanks_after.is_not(None), CheckIn.id)
        .limit(1)
    )
    if came:
        record(AuditAction.GUEST_LIST_READ, by=by, now=now, subject=("event", event.id))
    return came


def who_came(token: str, *, now: datetime) -> CheckIn:
    """Whose link it is. Raises LinkUnusable."""
    came = db.session.get(
        CheckIn,
        look_up_link(token, purpose=LinkPurpose.OFFER_AFTER_EVENT, now=now),
        options=[joinedload(CheckIn.event)],
    )
    if came is None:
        raise LinkUnusable
    return came


def wants_no_more(came: CheckIn) -> bool:
    """Whether the address has asked for no more mail about events."""
    return is_unwanted(_address(came))


def want_no_more(came: CheckIn, *, now: datetime) -> None:
    """Nobody invites or thanks this address any more."""
    note_unwanted(_address(came), subject=(ABOUT, came.id), now=now)


def _address(came: CheckIn) -> str:
    return (came.invitation.email_fingerprint if came.invitation else came.email_fingerprint) or ""


def _with_reason(event: Event, now: datetime) -> Subquery:
    """Of everybody who came: id, reason (why they get no mail, or NULL) and thanks_after."""
    address = func.coalesce(Invitation.email_fingerprint, CheckIn.email_fingerprint)
    # Two may have one address when it came on the list after somebody had walked in with it.
    place_among_same = func.row_number().over(partition_by=address, order_by=CheckIn.id)
    reason = case(
        (address.is_(None), literal(NotThanked.NO_ADDRESS.value)),
        (said_no(address), literal(NotThanked.WANTS_NO_MAIL.value)),
        (and_(CheckIn.invitation_id.is_not(None), ~still_consents(now)), literal(NotThanked.NO_CONSENT.value)),
        (Invitation.bounced_at.is_not(None), literal(NotThanked.CAME_BACK.value)),
        (place_among_same > 1, literal(NotThanked.SAME_ADDRESS.value)),
        else_=null(),
    )
    return (
        select(CheckIn.id.label("id"), reason.label("reason"), CheckIn.thanks_after.label("thanks_after"))
        .select_from(CheckIn)
        .outerjoin(CheckIn.invitation)
        .where(CheckIn.event_id == event.id)
        .subquery()
    )
