"""At the door: ticks sent twice, by several phones, and people who are on no list."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from tests.databases import app_over
from tests.events.conftest import use_test_site
from tests.factories.events import draft_event, invited, open_event
from tests.factories.people import NOW, hire
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.events import check_in
from volunteer_match.events.check_in import NothingToCome, door, note_presence, presence, undo_walk_in, walk_in
from volunteer_match.events.models import CheckIn, Event, Invitation
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role


def trail(action: AuditAction) -> int:
    db.session.commit()  # the trail is written then
    return len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all())


def test_a_tick_said_twice_counts_once_and_can_be_taken_back_twice(event: Event, admin: User) -> None:
    [guest] = invited(event, admin)
    for _again in range(2):
        note_presence(event, guest, is_here=True, by=admin, now=NOW)
    assert (presence(event).here, presence(event).people) == (frozenset({guest.id}), 1)
    for _again in range(2):
        note_presence(event, guest, is_here=False, by=admin, now=NOW)
    assert (presence(event).here, presence(event).people) == (frozenset(), 0)
    assert (trail(AuditAction.GUEST_CHECKED_IN), trail(AuditAction.CHECK_IN_UNDONE)) == (1, 1)


def test_who_walks_in_counts_once_also_by_an_address_that_was_invited(event: Event, admin: User) -> None:
    [guest] = invited(event, admin, email="mette@asaa.example")
    came = walk_in(event, name="Mette", email="METTE@asaa.example", people=1, by=admin, now=NOW)
    assert (came.invitation_id, came.name) == (guest.id, None)
    first = walk_in(event, name="Ole", email="ole@asaa.example", people=2, by=admin, now=NOW)
    assert walk_in(event, name="Ole", email="ole@asaa.example", people=2, by=admin, now=NOW) is first
    two = [walk_in(event, name="Ib", email="", people=1, by=admin, now=NOW).id for _again in range(2)]
    assert presence(event).people == 5, "two may have the same name"
    for _again in range(2):
        undo_walk_in(event, two[0], by=admin, now=NOW)
    assert presence(event).people == 4


def test_the_list_shows_who_may_be_expected_and_who_is_here(event: Event, admin: User) -> None:
    silent, here = invited(event, admin, 2)
    note_presence(event, here, is_here=True, by=admin, now=NOW)
    assert list(door(event, everybody=False, by=admin.actor, now=NOW).guests) == [here]
    assert set(door(event, everybody=True, by=admin.actor, now=NOW).guests) == {silent, here}


def test_nobody_comes_to_a_draft(admin: User) -> None:
    with pytest.raises(NothingToCome):
        walk_in(draft_event(admin), name="Ole", email="", people=1, by=admin, now=NOW)


def test_four_phones_tick_the_same_guests_at_once(database_url: str) -> None:
    app = app_over(database_url)
    with app.app_context():
        use_test_site()
        admin = hire("Ditte", Role.ADMIN)
        event = open_event(admin)
        guests = [guest.id for guest in invited(event, admin, 6)]
        event_id, admin_id = event.id, admin.id
        db.session.commit()
    with ThreadPoolExecutor(4) as phones:
        list(phones.map(lambda _phone: _tick_all(app, event_id, guests, admin_id), range(4)))
    with app.app_context():
        assert db.session.scalars(select(CheckIn.invitation_id).order_by(CheckIn.invitation_id)).all() == guests
        assert trail(AuditAction.GUEST_CHECKED_IN) == len(guests)
        db.session.remove()
        db.engine.dispose()


def _tick_all(app: Flask, event_id: int, guests: list[int], admin_id: int) -> None:
    for guest_id in guests:
        with app.app_context():
            event, guest = db.session.get_one(Event, event_id), db.session.get_one(Invitation, guest_id)
            check_in.note_presence(event, guest, is_here=True, by=db.session.get_one(User, admin_id), now=NOW)
            db.session.commit()
