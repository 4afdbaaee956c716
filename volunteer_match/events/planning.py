"""An event from the first draft to its end: written, opened, changed, copied, cancelled, held."""

import re
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import delete

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.calendars.copenhagen import wall_moment
from volunteer_match.foundation.clock import COPENHAGEN, danish_date
from volunteer_match.foundation.database import db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.site import site
from volunteer_match.people.models import User

from .event_details import EventDetails, details_of
from .inviting import stop_all_mails, take_back_invitations
from .locks import lock_event
from .models import Event, EventQuestion, QuestionReply
from .seats import close_open_offers, hand_out_free_seats, keep_state_with_seats
from .states import CHANGEABLE, EVENT_MOVES, EventAction, EventState

# What stands in the guests' calendars: a change of these is told to everybody who was invited.
IN_CALENDARS = ("title", "place", "address", "postcode", "starts_at", "ends_at")
LONGEST_SLUG = 60
COPIED_AT_LEAST_AHEAD = timedelta(weeks=4)
# No vowels: four of them spell nothing.
_LETTERS = "bcdfghjkmnpqrstvwxz"
_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "u", "é": "e"})


class SeatsAreTaken(Exception):
    """More seats are taken than the new number of them."""

    def __init__(self, seats_taken: int) -> None:
        super().__init__(f"{seats_taken} seats are taken")
        self.seats_taken = seats_taken


class TooLate(Exception):
    """The event would begin in the past, or has begun."""


class TimesDoNotFit(ValueError):
    """It would end before it begins, or we would ask for answers after it began."""


def plan_event(*, details: EventDetails, by: User, now: datetime) -> Event:
    """A new draft. Raises TimesDoNotFit."""
    _must_fit(details)
    event = Event(
        **details.columns(),
        slug=_slug(details.title),
        uid=f"{secrets.token_hex(16)}@{site().host}",
        created_at=now,
        created_by_id=by.id,
        changed_at=now,
        questions=[EventQuestion(kind=kind, wording=wording) for kind, wording in details.asked().items()],
    )
    db.session.add(event)
    db.session.flush()
    record(AuditAction.EVENT_PLANNED, by=by.actor, now=now, subject=("event", event.id))
    return event


def change_event(event: Event, *, details: EventDetails, by: User, now: datetime) -> tuple[str, ...]:
    """Stores the changes and returns the names of what changed. What guests have in their calendars is told to them.

    Raises MoveRefused once it is over or cancelled, SeatsAreTaken, TooLate, TimesDoNotFit.
    """
    _must_fit(details)
    event = lock_event(event.id)
    if event.state not in CHANGEABLE:
        raise MoveRefused(EventAction.OPEN, event.state)
    if details.capacity < event.seats_taken:
        raise SeatsAreTaken(event.seats_taken)
    changed = tuple(name for name, value in details.columns().items() if getattr(event, name) != value)
    if event.state is not EventState.DRAFT and {"starts_at"} & set(changed) and details.starts_at <= now:
        raise TooLate
    if _ask_differently(event, details):
        changed = (*changed, "questions")
    if not changed:
        return changed
    for name in set(changed) - {"questions"}:
        setattr(event, name, getattr(details, name))
    event.changed_at = now
    if event.state is not EventState.DRAFT:
        _tell_guests(event, changed, now=now)
    db.session.flush()
    record(
        AuditAction.EVENT_CHANGED,
        by=by.actor,
        now=now,
        subject=("event", event.id),
        details={"fields": list(changed), "sequence": event.sequence},
    )
    return changed


def open_event(event: Event, *, by: User, now: datetime) -> None:
    """From now on it can be found, invited to and answered. Raises MoveRefused, TooLate."""
    event = lock_event(event.id)
    state = EVENT_MOVES.target(EventAction.OPEN, event.state)
    if event.starts_at <= now:
        raise TooLate
    event.state, event.opened_at, event.changed_at = state, now, now
    db.session.flush()
    record(AuditAction.EVENT_OPENED, by=by.actor, now=now, subject=("event", event.id))


def cancel_event(event: Event, *, reason: str, by: User, now: datetime) -> None:
    """Calls it off. Invitations that have not gone stay where they are; everybody else is told by the worker.

    `reason` is what the guests read. Raises MoveRefused, also once it has begun.
    """
    event = lock_event(event.id)
    state = EVENT_MOVES.target(EventAction.CANCEL, event.state)
    if event.state is not EventState.DRAFT and event.starts_at <= now:
        raise MoveRefused(EventAction.CANCEL, event.state)
    stop_all_mails(event, now=now)
    close_open_offers(event, now=now)
    event.state, event.cancel_reason, event.cancelled_at, event.changed_at = state, reason, now, now
    event.sequence += 1
    db.session.flush()
    record(AuditAction.EVENT_CANCELLED, by=by.actor, now=now, subject=("event", event.id))


def write_invitation(event: Event, *, text: str, by: User, now: datetime) -> None:
    """The host's own words to the guests; empty for the text we suggest. Mails written already stay as they are."""
    event = lock_event(event.id)
    if event.state not in CHANGEABLE:
        raise MoveRefused(EventAction.OPEN, event.state)
    if event.invitation_text == text:
        return
    event.invitation_text, event.changed_at = text, now
    db.session.flush()
    details = {"fields": ["invitation_text"], "sequence": event.sequence}
    record(AuditAction.EVENT_CHANGED, by=by.actor, now=now, subject=("event", event.id), details=details)


def copy_event(event: Event, *, by: User, now: datetime) -> Event:
    """A draft like it: same weekday, same time of day, four weeks ahead or a little more."""
    details = details_of(event)
    day = _same_weekday(danish_date(event.starts_at), from_day=danish_date(now + COPIED_AT_LEAST_AHEAD))
    starts = wall_moment(day, event.starts_at.astimezone(COPENHAGEN).time())
    answered_before = danish_date(event.starts_at) - event.reply_on
    columns = {
        **details.columns(),
        "starts_at": starts,
        "ends_at": starts + (event.ends_at - event.starts_at),
        "reply_on": day - answered_before,
    }
    copied = plan_event(
        details=EventDetails(**columns, questions=details.questions, own_question=details.own_question), by=by, now=now
    )
    copied.copied_from_id = event.id
    copied.invitation_text, copied.thanks_text = event.invitation_text, event.thanks_text
    db.session.flush()
    return copied


def hold_event(event: Event, *, by: User, now: datetime) -> None:
    """The host says that it has been held. Raises MoveRefused, also before it has begun."""
    event = lock_event(event.id)
    if event.starts_at > now:
        raise MoveRefused(EventAction.HOLD, event.state)
    end_event(event, by=by.actor, now=now)


def end_event(event: Event, *, by: Actor, now: datetime) -> None:
    """It has been held: no mail that waits goes any more, and no seat is held for the waiting list, which stays as it
    was. Who came can still be ticked afterwards, as from a list on paper. The event is locked by the caller.

    Raises MoveRefused.
    """
    state = EVENT_MOVES.target(EventAction.HOLD, event.state)
    stop_all_mails(event, now=now)
    close_open_offers(event, now=now)
    event.state, event.changed_at = state, now
    db.session.flush()
    record(AuditAction.EVENT_HELD, by=by, now=now, subject=("event", event.id))


def _must_fit(details: EventDetails) -> None:
    if details.ends_at <= details.starts_at or details.reply_on > danish_date(details.starts_at):
        raise TimesDoNotFit


def _tell_guests(event: Event, changed: tuple[str, ...], *, now: datetime) -> None:
    if set(changed) & set(IN_CALENDARS):
        event.sequence += 1
    keep_state_with_seats(event)
    # An invitation that waits in the outbox was written with what no longer holds.
    take_back_invitations(event, now=now)
    hand_out_free_seats(event, now=now)


def _ask_differently(event: Event, details: EventDetails) -> bool:
    """Replies to a question that is no longer asked go with it."""
    wanted = details.asked()
    asked = {question.kind: question for question in event.questions}
    if {kind: question.wording for kind, question in asked.items()} == wanted:
        return False
    for kind, question in asked.items():
        if kind not in wanted:
            db.session.execute(delete(QuestionReply).where(QuestionReply.question_id == question.id))
            db.session.delete(question)
        else:
            question.wording = wanted[kind]
    for kind in wanted.keys() - asked.keys():
        db.session.add(EventQuestion(event=event, kind=kind, wording=wanted[kind]))
    db.session.flush()
    db.session.expire(event, ["questions"])
    return True


def _same_weekday(day: date, *, from_day: date) -> date:
    return from_day + timedelta((day.weekday() - from_day.weekday()) % 7)


def _slug(title: str) -> str:
    """Readable, and with an end that can't be guessed: the page of an event by invitation is found by nobody else."""
    words = re.sub(r"[^a-z0-9]+", "-", title.casefold().translate(_DANISH)).strip("-")[:LONGEST_SLUG].strip("-")
    return f"{words or 'arrangement'}-{''.join(secrets.choice(_LETTERS) for _ in range(6))}"
