"""The people of a journey, the clock they live by, and the post between them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event

import time_machine
from flask import Flask
from flask_security.utils import hash_password

from tests.factories.people import NOW
from tests.notifications.mail_server import MailServer
from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.cli.worker import do_what_is_due
from volunteer_match.factory import create_app
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import add_user
from volunteer_match.people.permissions import Role

PASSWORD = "en lang og nem adgangskode"
Clock = time_machine.Traveller


class Story:
    """The people of the story, the clock, and the post between them."""

    def __init__(self, app: Flask, server: MailServer, clock: Clock) -> None:
        self.app, self.server, self.clock = app, server, clock
        self.time = NOW
        self._browsers: dict[str, Visitor] = {}

    def later(self, **time: float) -> None:
        """Time passes, and the worker does what is due."""
        self.time += timedelta(**time)
        self.clock.move_to(self.time)
        self.post()

    def settle(self) -> None:
        """A moment passes: in one round the worker writes the mails of an event, in the next those spread out go."""
        self.later(seconds=10)
        self.later(minutes=1)

    def move_to(self, moment: datetime) -> None:
        """A day and hour later on."""
        self.later(seconds=(moment - self.time).total_seconds())
        self.settle()

    def post(self) -> None:
        """One round of the worker."""
        with self.app.app_context():
            assert do_what_is_due(settings=self.app.extensions["settings"], stop=Event())

    def hire(self, email: str, role: Role) -> None:
        """A member of staff with a password."""
        with self.app.app_context():
            hashed = hash_password(PASSWORD)
            add_user(
                email=email,
                name=email.split("@", maxsplit=1)[0],
                roles=[role],
                password_hash=hashed,
                by=SYSTEM,
                now=NOW,
            )
            db.session.commit()

    def visitor(self) -> Visitor:
        """Somebody with a browser of their own."""
        return Visitor(self.app.test_client())

    def browser_of(self, who: str) -> Visitor:
        """The same browser each time: what an answered link shows, it shows to who answered."""
        return self._browsers.setdefault(who, self.visitor())

    def signed_in(self, email: str) -> Visitor:
        """A member of staff at their first page."""
        return self.visitor().open("/log-ind").fill(email=email, password=PASSWORD).press("Log ind")

    def mails_to(self, address: str) -> list[str]:
        """The texts of the mails that have come to an address, oldest first."""
        self.post()
        texts = []
        for mail in self.server.mails:
            body = mail.get_body(preferencelist=("plain",))
            if mail["To"] == address and body is not None:
                texts.append(str(body.get_content()))
        return texts

    def link_to(self, address: str) -> str:
        """The path of the first link in the newest mail to an address."""
        words = self.mails_to(address)[-1].split()
        return next(word for word in words if word.startswith("http://localhost/")).removeprefix("http://localhost")


@contextmanager
def begin(database_url: str, staff: Mapping[str, Role]) -> Iterator[Story]:
    """A municipality with its staff on the first day, its clock standing still, and a mail server."""
    with MailServer().running() as server, time_machine.travel(NOW, tick=False) as clock:
        app = create_app(settings_for_tests(database_url=database_url, smtp_port=server.port))
        story = Story(app, server, clock)
        for email, role in staff.items():
            story.hire(email, role)
        yield story
        with app.app_context():
            db.engine.dispose()
