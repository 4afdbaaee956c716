"""`flask mail read` and the worker, with a real IMAP server: from the request in the mail to the answer on the list."""

from collections.abc import Iterator
from datetime import timedelta

import icalendar
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.factories.events import invited, open_event
from tests.factories.incoming import google_reply, out_of_office, postfix_bounce
from tests.factories.people import hire
from tests.notifications.imap_server import Folder, ImapServer, running_imap_server
from tests.notifications.mail_server import MailServer
from tests.settings import settings_for_tests
from volunteer_match.events.models import Invitation
from volunteer_match.events.states import InvitationState
from volunteer_match.factory import create_app
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.people.permissions import Role


@pytest.fixture(scope="module")
def imap_server() -> Iterator[ImapServer]:
    with running_imap_server() as server:
        yield server


@pytest.fixture
def folder(imap_server: ImapServer) -> Folder:
    return imap_server.new_folder()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer().running() as server:
        yield server


@pytest.fixture
def app(sqlite_url: str, folder: Folder, mail_server: MailServer) -> Iterator[Flask]:
    """A meeting to which two are invited, with a mailbox for what they answer."""
    app = create_app(folder.settings(database_url=sqlite_url, smtp_port=mail_server.port))
    with app.app_context():
        now = utc_now() - timedelta(minutes=1)  # long enough ago that both mails are due
        admin = hire("Ditte", Role.ADMIN)
        invited(open_event(admin, now=now), admin, 2, now=now)
        db.session.commit()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(app: Flask, *command: str) -> Result:
    return app.test_cli_runner().invoke(args=list(command))


def test_from_the_mail_to_the_calendar_and_back(app: Flask, folder: Folder, mail_server: MailServer) -> None:
    run(app, "worker", "--once")
    for mail in mail_server.mails:
        part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
        [asked] = icalendar.Calendar.from_ical(str(part.get_content())).walk("VEVENT")
        assert asked["ATTENDEE"].params["RSVP"] == "TRUE"
        guest = str(mail["To"])
        if len(mail_server.mails) == 2 and mail is mail_server.mails[0]:
            folder.deliver(google_reply(str(asked["UID"]), attendee=guest, at=utc_now()))
        else:
            folder.deliver(postfix_bounce(str(mail["Message-ID"]), to=guest), out_of_office(sender=guest))

    read = run(app, "mail", "read")
    assert (read.exit_code, read.output) == (0, "2 dealt with, 1 left for people.\n")
    with app.app_context():
        first, second = db.session.scalars(select(Invitation).order_by(Invitation.id))
        assert (first.state, second.state) == (InvitationState.YES, InvitationState.SENT)
        assert (first.bounce_code, second.bounce_code) == (None, "5.1.1")
    assert len(folder.unread()) == 1
    assert len(folder.put_away()) == 2


def test_the_worker_reads_too(app: Flask, folder: Folder, mail_server: MailServer) -> None:
    run(app, "worker", "--once")
    folder.deliver(postfix_bounce(str(mail_server.mails[0]["Message-ID"]), to="bo@post.example"))
    assert run(app, "worker", "--once").exit_code == 0
    assert len(folder.put_away()) == 1


def test_a_mailbox_that_cannot_be_read_is_told_and_stops_nothing(
    sqlite_url: str, folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(folder.settings(database_url=sqlite_url, imap_password="forkert hemmelighed"))
    read = run(app, "mail", "read")
    assert (read.exit_code, read.output) == (1, "The mailbox can't be read: error\n")
    assert run(app, "worker", "--once").exit_code == 1
    assert "mailbox failed: MailboxUnreadable" in caplog.text
    assert "forkert" not in caplog.text
    with app.app_context():
        db.engine.dispose()


def test_without_a_mailbox_nothing_is_read(sqlite_url: str) -> None:
    app = create_app(settings_for_tests(database_url=sqlite_url))
    assert run(app, "mail", "read").exit_code == 1
    assert "IMAP_HOST is not set" in run(app, "mail", "read").output
    with app.app_context():
        db.engine.dispose()
