"""A municipality that is up and running: the app on a port, a mail server, and a way to have mails delivered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from socket import socket
from threading import Event, Thread

from flask import Flask
from flask_security.utils import hash_password
from werkzeug.serving import make_server

from tests.notifications.mail_server import MailServer
from tests.settings import settings_for_tests
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.cli.worker import do_what_is_due
from volunteer_match.factory import create_app
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import add_user
from volunteer_match.people.permissions import Role

PASSWORD = "en lang og nem adgangskode"


@dataclass
class Town:
    """What a browser test needs to reach."""

    app: Flask
    base_url: str
    mail_server: MailServer
    read: set[str] = field(default_factory=set)

    def hire(self, email: str, role: Role, name: str) -> None:
        """Adds a member of staff."""
        with self.app.app_context():
            hashed = hash_password(PASSWORD)
            add_user(email=email, name=name, roles=[role], password_hash=hashed, by=SYSTEM, now=utc_now())
            db.session.commit()

    def deliver(self) -> None:
        """One round of the worker."""
        with self.app.app_context():
            assert do_what_is_due(settings=self.app.extensions["settings"], stop=Event())

    def new_mail_to(self, address: str) -> EmailMessage:
        """The newest mail to this person that nobody has read, after a round of the worker."""
        self.deliver()
        mails = [
            mail for mail in self.mail_server.mails if mail["To"] == address and mail["Message-ID"] not in self.read
        ]
        assert mails, f"no new mail to {address}"
        self.read.update(str(mail["Message-ID"]) for mail in mails)
        return mails[-1]

    def link_in(self, mail: EmailMessage) -> str:
        """The address of the link in a mail's text."""
        body = mail.get_body(preferencelist=("plain",))
        assert body is not None
        return next(word for word in str(body.get_content()).split() if word.startswith(self.base_url))


@contextmanager
def running_town(database_url: str, prepare: Callable[[Flask], None] | None = None) -> Iterator[Town]:
    """Everything started, and stopped again."""
    with socket() as listening, MailServer().running() as mail_server:
        # Bound before anything else starts, so that no other process can take the port meanwhile.
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        settings = settings_for_tests(
            database_url=database_url,
            base_url=f"http://localhost:{port}",
            smtp_port=mail_server.port,
            contact_phone="99 45 45 45",
        )
        app = create_app(settings)
        if prepare is not None:
            prepare(app)
        listening.listen()
        web = make_server("127.0.0.1", port, app, threaded=True, fd=listening.fileno())
        serving = Thread(target=web.serve_forever)
        serving.start()
        try:
            yield Town(app, settings.base_url, mail_server)
        finally:
            web.shutdown()
            serving.join()
            web.server_close()
            with app.app_context():
                db.engine.dispose()
