"""What the worker does about events: mails written at the server's pace, offers that run out, reminders, the end.

Each event is done under its lock and in a savepoint of its own. A mail and the note that it was written are stored
together, so that a worker that dies in between leaves neither, and two workers never write the same mail.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.elements import SQLCoreOperations

from volunteer_match.audit.trail import SYSTEM
from volunteer_match.foundation.clock import COPENHAGEN, danish_date
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.fault_log import log_fault
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState

from . import event_mail, thanks, thanks_mail
from .inviting import may_be_invited
from .locks import lock_event
from .models import CheckIn, Event, Invitation, SeatOffer
from .planning import end_event
from .seats import expire_offers
from .states import ANSWERABLE, EventState, InvitationState, SeatOfferState

log = logging.getLogger(__name__)
# So that a receipt, or a request for help, never waits behind five thousand invitations.
MOST_WAITING = 100
BETWEEN_MAILS = timedelta(milliseconds=200)
REMIND_BEFORE_REPLY = timedelta(days=3)
LEFT_ALONE_AFTER_INVITATION = timedelta(days=2)
# The host may say so sooner. Until then the door's list stands open for those who stay to clear up.
HELD_AFTER_END = timedelta(hours=4)
# Nobody is reminded at night.
FIRST_HOUR, LAST_HOUR = 9, 20

Writer = Callable[..., None]


class Pace:
    """The moments at which the next mails may go: spread out, and no more than the outbox has room for."""

    def __init__(self, *, now: datetime) -> None:
        waiting = db.session.execute(
            select(OutboxMail.send_after)
            .where(
                OutboxMail.state == MailState.QUEUED,
                OutboxMail.about_kind.in_((event_mail.ABOUT, thanks_mail.ABOUT)),
                # One that was refused for now waits for its own turn and is in nobody's way.
                OutboxMail.attempts == 0,
            )
            .order_by(OutboxMail.send_after)
        )
        moments = waiting.scalars().all()
        self.room = max(0, MOST_WAITING - len(moments))
        self._next = max([now, *(moment + BETWEEN_MAILS for moment in moments[-1:])])

    def next(self) -> datetime:
        """When the mail that is written now may go."""
        self.room -= 1
        moment, self._next = self._next, self._next + BETWEEN_MAILS
        return moment


def run_due(*, now: datetime) -> int:
    """Does what is due for every event, by rising id; returns how many things were done."""
    pace = Pace(now=now)
    return sum(_run_event(event_id, pace=pace, now=now) for event_id in _events_with_something_due(now))


def _run_event(event_id: int, *, pace: Pace, now: datetime) -> int:
    try:
        with attempt():
            return _do_what_is_due(lock_event(event_id), pace=pace, now=now)
    except SQLAlchemyError as error:
        log_fault(log, f"what is due for event {event_id} not done", error)
        return 0


def _do_what_is_due(event: Event, *, pace: Pace, now: datetime) -> int:
    if event.state in ANSWERABLE and event.ends_at + HELD_AFTER_END <= now:
        end_event(event, by=SYSTEM, now=now)
        return 1
    done = expire_offers(event, now=now) if event.state in ANSWERABLE else 0
    for condition, write in _kinds_of_mail(event, now=now):
        done += _write(event, condition, write, pace=pace, now=now)
    return done + (_thank(event, pace=pace, now=now) if event.state is EventState.HELD else 0)


def _kinds_of_mail(event: Event, *, now: datetime) -> Iterator[tuple[ColumnElement[bool], Writer]]:
    """Which guests of this event get which mail now; news goes before everything else."""
    if event.state is EventState.CANCELLED:
        yield _has_news(event, now=now), event_mail.say_cancelled
    if event.state in ANSWERABLE and now < event.starts_at:
        yield _has_news(event, now=now), event_mail.say_changed
        yield _comes_tomorrow(event, now=now), event_mail.say_tomorrow
        _drop_unwanted(event, now=now)
        yield _to_invite(now), event_mail.invite
        yield _to_remind(event, now=now), event_mail.remind


def _write(event: Event, condition: ColumnElement[bool], write: Writer, *, pace: Pace, now: datetime) -> int:
    if not pace.room:
        return 0
    guests = db.session.scalars(
        select(Invitation)
        .where(Invitation.event_id == event.id, condition)
        .order_by(Invitation.id)
        .limit(pace.room)
        .execution_options(populate_existing=True)
    ).all()
    for invitation in guests:
        write(event, invitation, now=now, send_after=pace.next())
    db.session.flush()
    return len(guests)


def _thank(event: Event, *, pace: Pace, now: datetime) -> int:
    came = thanks.next_to_thank(event, limit=pace.room, now=now) if pace.room else ()
    for each in came:
        thanks_mail.thank(event, each, now=now, send_after=pace.next())
    db.session.flush()
    return len(came)


def _events_with_something_due(now: datetime) -> Sequence[int]:
    """Few enough to look at each: those that are open, those called off with guests who don't know yet, and those with
    guests to be thanked.
    """
    untold = select(Invitation.id).where(Invitation.event_id == Event.id, _is_behind(Event.sequence, now=now)).exists()
    offers = (
        select(SeatOffer.id)
        .join(SeatOffer.invitation)
        .where(Invitation.event_id == Event.id, SeatOffer.state == SeatOfferState.OFFERED, SeatOffer.expires_at <= now)
        .exists()
    )
    to_write = (
        select(Invitation.id)
        .where(Invitation.event_id == Event.id, or_(_to_invite(now), _not_reminded(), _not_told_of_tomorrow()))
        .exists()
    )
    over = Event.ends_at <= now - HELD_AFTER_END
    opened = and_(Event.state.in_(ANSWERABLE), or_(over, offers, to_write))
    to_thank = select(CheckIn.id).where(CheckIn.event_id == Event.id, thanks.is_to_be_thanked(now)).exists()
    wanted = or_(opened, to_thank, and_(Event.state.in_((*ANSWERABLE, EventState.CANCELLED)), untold))
    return db.session.scalars(select(Event.id).where(wanted).order_by(Event.id)).all()


def _is_behind(sequence: SQLCoreOperations[int] | int, *, now: datetime) -> ColumnElement[bool]:
    """Told of the event, but not of how it is now. Who said no is left in peace, and so is who never answered and has
    asked for no more mail.
    """
    silent = (InvitationState.QUEUED, InvitationState.NO)
    asked_for = or_(Invitation.state != InvitationState.SENT, may_be_invited(now))
    return and_(Invitation.told_sequence < sequence, Invitation.state.not_in(silent), asked_for)


def _has_news(event: Event, *, now: datetime) -> ColumnElement[bool]:
    return _is_behind(event.sequence, now=now)


def _to_invite(now: datetime) -> ColumnElement[bool]:
    return and_(Invitation.state == InvitationState.QUEUED, Invitation.send_after <= now)


def _drop_unwanted(event: Event, *, now: datetime) -> None:
    """Who has withdrawn, or said no to mail, since the list was made is not on it."""
    db.session.execute(
        delete(Invitation)
        .where(Invitation.event_id == event.id, _to_invite(now), ~may_be_invited(now))
        .execution_options(synchronize_session=False)
    )


def _not_reminded() -> ColumnElement[bool]:
    """One whose mail came back would not get the next one either."""
    return and_(
        Invitation.state == InvitationState.SENT, Invitation.reminded_at.is_(None), Invitation.bounced_at.is_(None)
    )


def _to_remind(event: Event, *, now: datetime) -> ColumnElement[bool]:
    """Some days before the day we asked for, and not right after the invitation; a full house is no reason to ask."""
    today = danish_date(now)
    in_season = event.reply_on - REMIND_BEFORE_REPLY <= today <= event.reply_on
    if not (in_season and _by_day(now) and event.state is EventState.OPEN):
        return Invitation.id.is_(None)
    invited = select(OutboxMail.id).where(
        OutboxMail.id == Invitation.mail_id, OutboxMail.sent_at <= now - LEFT_ALONE_AFTER_INVITATION
    )
    return and_(_not_reminded(), invited.exists(), may_be_invited(now))


def _not_told_of_tomorrow() -> ColumnElement[bool]:
    return and_(Invitation.state == InvitationState.YES, Invitation.day_before_at.is_(None))


def _comes_tomorrow(event: Event, *, now: datetime) -> ColumnElement[bool]:
    tomorrow = danish_date(now) + timedelta(1)
    is_the_day = danish_date(event.starts_at) == tomorrow and _by_day(now)
    return _not_told_of_tomorrow() if is_the_day else Invitation.id.is_(None)


def _by_day(now: datetime) -> bool:
    return FIRST_HOUR <= now.astimezone(COPENHAGEN).hour < LAST_HOUR
