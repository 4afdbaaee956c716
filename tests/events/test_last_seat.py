"""Twenty guests answer in the same moment: one gets the last seat, the others wait in the order they asked."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.databases import app_over
from tests.events.conftest import use_test_site
from tests.factories.events import invited, open_event
from tests.factories.mails import mails
from tests.factories.people import NOW, hire
from volunteer_match.audit.trail import verify_trail
from volunteer_match.events.answers import Answer, Coming, answer
from volunteer_match.events.models import Event, Invitation
from volunteer_match.events.seats import waiting_line
from volunteer_match.events.states import EventState, InvitationState
from volunteer_match.foundation.database import db
from volunteer_match.people.permissions import Role

AT_ONCE = 20
SEATS = 3


@pytest.fixture
def hall(database_url: str) -> Iterator[tuple[Flask, list[int]]]:
    """A meeting with few seats and many guests, committed."""
    app = app_over(database_url)
    use_test_site()
    with app.app_context():
        admin = hire("Ditte", Role.ADMIN)
        ids = [guest.id for guest in invited(open_event(admin, capacity=SEATS), admin, AT_ONCE)]
        db.session.commit()
    yield app, ids
    with app.app_context():
        db.engine.dispose()


def _answer_all(app: Flask, ids: list[int], coming: Coming, *, people: int = 1) -> list[InvitationState]:
    def press(number: int) -> InvitationState:
        with app.app_context():
            guest = db.session.get_one(Invitation, ids[number])
            moment = NOW + timedelta(seconds=number)
            state = answer(guest, said=Answer(coming=coming, people=people), now=moment)
            db.session.commit()
            return state

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(press, range(len(ids))))


@pytest.mark.slow
def test_never_more_guests_than_seats_and_the_line_is_in_order(hall: tuple[Flask, list[int]]) -> None:
    app, ids = hall
    said = Counter(_answer_all(app, ids, Coming.YES))
    assert said == {InvitationState.YES: SEATS, InvitationState.WAITING: AT_ONCE - SEATS}
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        assert (event.state, event.seats_taken) == (EventState.FULL, SEATS)
        line = waiting_line(event)
        assert [guest.waiting_since for guest in line] == sorted(guest.waiting_since or NOW for guest in line)
        assert len(line) == AT_ONCE - SEATS
        assert verify_trail() is None


@pytest.mark.slow
def test_seats_given_back_at_once_are_each_offered_once(hall: tuple[Flask, list[int]]) -> None:
    app, ids = hall
    _answer_all(app, ids, Coming.YES)
    with app.app_context():
        coming = db.session.scalars(select(Invitation.id).where(Invitation.state == InvitationState.YES)).all()
        first_in_line = [guest.id for guest in waiting_line(db.session.scalars(select(Event)).one())][:SEATS]
        db.session.commit()
    _answer_all(app, list(coming), Coming.NO)
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        assert (event.state, event.seats_taken) == (EventState.FULL, SEATS)
        assert sorted(mail.about_id or 0 for mail in mails("seat_offered")) == sorted(first_in_line)
