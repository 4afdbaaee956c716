"""An event is over: the host says so, or nobody does and the worker notes it some hours later."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.events import draft_event, guest, invited
from tests.factories.people import NOW
from volunteer_match.audit.actions import ActorKind, AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.events import due, inviting, planning
from volunteer_match.events.answers import Answer, AnswersClosed, Coming, answer
from volunteer_match.events.check_in import note_presence, presence
from volunteer_match.events.models import Event, SeatOffer
from volunteer_match.events.queries import figures
from volunteer_match.events.states import EventState, InvitationState, SeatOfferState
from volunteer_match.foundation.database import db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState
from volunteer_match.people.models import User


def test_the_host_says_so_once_it_has_begun(event: Event, admin: User) -> None:
    with pytest.raises(MoveRefused):
        planning.hold_event(event, by=admin, now=event.starts_at - timedelta(minutes=1))
    planning.hold_event(event, by=admin, now=event.starts_at)
    assert event.state is EventState.HELD
    with pytest.raises(MoveRefused):
        planning.hold_event(event, by=admin, now=event.ends_at)
    db.session.commit()
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.EVENT_HELD))
    assert (entry.actor_kind, entry.actor_id, entry.subject_id) == (ActorKind.STAFF, admin.id, event.id)


def test_a_draft_is_never_held(admin: User) -> None:
    draft = draft_event(admin)
    with pytest.raises(MoveRefused):
        planning.hold_event(draft, by=admin, now=draft.ends_at)
    due.run_due(now=draft.ends_at + due.HELD_AFTER_END)
    assert draft.state is EventState.DRAFT


def test_otherwise_the_worker_says_so_some_hours_after_the_end(event: Event) -> None:
    over = event.ends_at + due.HELD_AFTER_END
    assert due.run_due(now=over - timedelta(seconds=1)) == 0
    due.run_due(now=over)
    assert event.state is EventState.HELD
    db.session.commit()
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.EVENT_HELD))
    assert entry.actor_kind is ActorKind.SYSTEM


def test_nothing_more_is_mailed_and_nobody_is_offered_a_seat(event: Event, admin: User) -> None:
    comes, waits, unsent = invited(event, admin, 3)
    inviting.add_guests(event, [guest()], by=admin, now=NOW)
    inviting.send_invitations(event, at=NOW + timedelta(days=1), by=admin, now=NOW)
    answer(comes, said=Answer(coming=Coming.YES, people=10), now=NOW)
    answer(waits, said=Answer(coming=Coming.YES, people=2), now=NOW)
    answer(comes, said=Answer(coming=Coming.YES, people=1), now=NOW)
    assert event.seats_taken == 3, "two are held for the waiting list"
    planning.hold_event(event, by=admin, now=event.starts_at)
    assert event.seats_taken == 1
    assert db.session.scalars(select(SeatOffer)).one().state is SeatOfferState.EXPIRED
    db.session.refresh(waits)
    assert waits.state is InvitationState.WAITING, "the line can still be read"
    db.session.refresh(unsent)
    assert unsent.state is InvitationState.QUEUED, "whose invitation had not gone was never invited"
    assert figures(event).waiting_to_go == 0
    assert not db.session.scalars(select(OutboxMail).where(OutboxMail.state == MailState.QUEUED)).all()
    assert due.run_due(now=event.ends_at) == 0


def test_who_came_can_be_ticked_afterwards_and_answers_are_closed(event: Event, admin: User) -> None:
    [silent] = invited(event, admin)
    planning.hold_event(event, by=admin, now=event.ends_at)
    note_presence(event, silent, is_here=True, by=admin, now=event.ends_at + timedelta(days=1))
    assert presence(event).people == 1
    with pytest.raises(AnswersClosed):
        answer(silent, said=Answer(coming=Coming.YES), now=event.ends_at)
