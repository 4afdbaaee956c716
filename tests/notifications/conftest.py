"""An app with nothing but the outbox's database, and a mail server that runs while the test does."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.notifications.mail_server import MailServer
from tests.notifications.outbox_app import outbox_app
from volunteer_match.foundation.database import db

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """Inside its context; the test runs on each kind of database."""
    app = outbox_app(database_url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer().running() as server:
        yield server
