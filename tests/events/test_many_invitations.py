"""Five thousand are invited in a few statements; the mails go at the server's pace, none of them twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from flask import Flask
from sqlalchemy import event as sql_event
from sqlalchemy import func, select

from tests.databases import app_over
from tests.events.conftest import use_test_site
from tests.factories.events import guest, open_event
from tests.factories.people import NOW, hire
from tests.notifications.mail_server import MailServer
from tests.notifications.outbox_app import mail_settings
from volunteer_match.events import due, inviting, queries
from volunteer_match.events.models import Event, Invitation
from volunteer_match.events.states import InvitationState
from volunteer_match.foundation.database import db
from volunteer_match.notifications.delivery import deliver_due
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

GUESTS = 230
GREYLISTED, REFUSED = "450 4.2.0 Greylisted, come back later", "550 5.1.1 No such mailbox"


@pytest.fixture
def hall(database_url: str) -> Iterator[Flask]:
    """An open meeting, committed, with the outbox of a worker."""
    app = app_over(database_url)
    use_test_site()
    with app.app_context():
        open_event(hire("Ditte", Role.ADMIN), capacity=5000)
        db.session.commit()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _found() -> tuple[Event, User]:
    return db.session.scalars(select(Event)).one(), db.session.scalars(select(User)).one()


def _statements(run: Callable[[], object]) -> int:
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    sql_event.listen(db.engine, "before_cursor_execute", note)
    try:
        run()
    finally:
        sql_event.remove(db.engine, "before_cursor_execute", note)
    return len(counted)


def _invite(number: int) -> None:
    event, admin = _found()
    inviting.add_guests(event, [guest() for _ in range(number)], by=admin, now=NOW)
    inviting.send_invitations(event, at=NOW, by=admin, now=NOW)
    db.session.commit()


def test_five_thousand_take_as_many_queries_as_five(hall: Flask) -> None:
    with hall.app_context():
        few = _statements(lambda: _invite(5))
        # PostgreSQL takes a thousand rows in one statement.
        assert _statements(lambda: _invite(5000)) <= few + 5
        event, _admin = _found()
        assert queries.figures(event).waiting_to_go == 5005
        db.session.rollback()
        assert due.run_due(now=NOW) == due.MOST_WAITING


@pytest.mark.slow
def test_each_gets_one_however_often_the_server_refuses_and_the_worker_dies(hall: Flask) -> None:
    server = MailServer(answers_to_recipient=([GREYLISTED] * 3 + ["250 OK"] * 5) * 6 + [REFUSED] * 2)
    with hall.app_context(), server.running():
        _invite(GUESTS)
        now, deaths = datetime.now(UTC).replace(year=2026, month=11, day=27, hour=10), 3
        for _round in range(60):
            due.run_due(now=now)
            if deaths:
                # Killed before it could store what it wrote: neither mails nor notes of them are left.
                deaths -= 1
                db.session.rollback()
                due.run_due(now=now)
            db.session.commit()
            stop_after = iter(range(40))
            deliver_due(
                settings=mail_settings(server.port),
                clock=lambda at=now: at,  # type: ignore[misc]  # a default is how a lambda in a loop keeps its own
                keep_going=lambda left=stop_after: next(left, None) is not None,  # type: ignore[misc]  # the same
            )
            if not _all_told():
                break
            now += timedelta(minutes=20)
        addresses = db.session.scalars(select(Invitation)).all()
        got = Counter(server.recipients)
        assert set(got.values()) == {1}
        refused = [invitation for invitation in addresses if invitation.email not in got]
        assert len(got) == GUESTS - 2
        assert all(guest.mail and guest.mail.state is MailState.FAILED for guest in refused)
        uids = {str(_calendar(mail)["UID"]) for mail in server.mails[:20]}
        assert len(uids) == 20


def _all_told() -> int:
    """How many still wait, after checking that the page's numbers add up."""
    event, _admin = _found()
    figures = queries.figures(event)
    assert figures.to_send == GUESTS
    sent = select(func.count()).select_from(OutboxMail).where(OutboxMail.state == MailState.SENT)
    assert figures.sent == db.session.scalar(sent)
    assert figures.by_state.get(InvitationState.QUEUED, 0) <= figures.waiting_to_go
    db.session.rollback()
    return figures.waiting_to_go


def _calendar(mail: object) -> icalendar.Event:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]  # type: ignore[attr-defined]  # a mail as it was read
    [found] = icalendar.Calendar.from_ical(parts[0].get_payload(decode=True).decode()).events
    return found
