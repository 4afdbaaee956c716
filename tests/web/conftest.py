"""The whole application over a database of its own, and people in front of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask_security.utils import hash_password
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select

from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.factory import create_app
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.accounts import add_user
from volunteer_match.people.permissions import Role

PASSWORD = "en lang og nem adgangskode"
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def app(sqlite_url: str, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application as it is served."""
    app = create_app(settings_for_tests(database_url=sqlite_url))
    app.jinja_env.bytecode_cache = compiled_templates
    # Nearly every test signs in; what a real password costs is measured in tests/security.
    app.extensions["security"].pwd_context.update(argon2__memory_cost=8, argon2__time_cost=1)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The time is NOW until the test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def visitor(app: Flask, clock: time_machine.Traveller) -> Visitor:
    """Somebody who was never here before."""
    return Visitor(app.test_client())


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[OutboxMail]]:
    """What lies in the outbox, oldest first."""

    def read() -> list[OutboxMail]:
        with app.app_context():
            return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))

    return read


def link_in(mail: OutboxMail) -> str:
    """The path of the link in a mail."""
    word = next(word for word in mail.text_body.split() if word.startswith("http://localhost/"))
    return word.removeprefix("http://localhost")


@pytest.fixture
def hire(app: Flask) -> Callable[..., int]:
    """Adds a member of staff and returns their id: `hire("anna@brslev.example", Role.CASEWORKER)`."""

    def add(email: str, *roles: Role, name: str = "Anna Holm") -> int:
        with app.app_context():
            hashed = hash_password(PASSWORD)
            user = add_user(email=email, name=name, roles=roles, password_hash=hashed, by=SYSTEM, now=utc_now())
            user_id = user.id
            db.session.commit()
            return user_id

    return add


@pytest.fixture
def sign_in(app: Flask, hire: Callable[..., int]) -> Callable[..., Visitor]:
    """Hires somebody and has them sign in through the page."""

    def enter(email: str, *roles: Role, name: str = "Anna Holm") -> Visitor:
        hire(email, *roles, name=name)
        return sign_in_as(Visitor(app.test_client()), email)

    return enter


def sign_in_as(visitor: Visitor, email: str, password: str = PASSWORD) -> Visitor:
    """Goes through the sign-in page."""
    return visitor.open("/log-ind").fill(email=email, password=password).press("Log ind")
