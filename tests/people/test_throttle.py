"""Counting tries."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.settings import SETTINGS
from volunteer_match import all_models  # noqa: F401 - fills the metadata
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import KeyRing, use_key_ring
from volunteer_match.people.models import Attempt
from volunteer_match.people.throttle import LONGEST_WINDOW, forget_attempts, note_attempt, purge_attempts, too_many

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def database() -> Iterator[None]:
    app = Flask("throttle")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    use_key_ring(KeyRing.from_text(SETTINGS["encryption_keys"]))
    db.init_app(app)
    with app.app_context():
        db.create_all()
        yield
        db.session.remove()
        db.engine.dispose()


def blocked(subject: str, *, purpose: str = "mail", now: datetime = NOW) -> bool:
    return too_many(purpose, subject, now=now, limit=3, window=HOUR)


def test_the_limit_is_reached_by_the_last_allowed_try() -> None:
    for _try in range(3):
        assert not blocked("mette@x.example")
        note_attempt("mail", "mette@x.example", now=NOW)
    assert blocked("mette@x.example")
    assert blocked(" METTE@x.example")


def test_others_and_other_purposes_are_not_touched() -> None:
    for _try in range(3):
        note_attempt("mail", "mette@x.example", now=NOW)

    assert not blocked("jens@x.example")
    assert not blocked("mette@x.example", purpose="sign_in")


def test_tries_wear_off() -> None:
    for _try in range(3):
        note_attempt("mail", "mette@x.example", now=NOW)

    assert blocked("mette@x.example", now=NOW + HOUR - timedelta(seconds=1))
    assert not blocked("mette@x.example", now=NOW + HOUR)


def test_success_clears_the_count() -> None:
    for _try in range(3):
        note_attempt("mail", "mette@x.example", now=NOW)
    forget_attempts("mail", "mette@x.example")

    assert not blocked("mette@x.example")


def test_only_a_keyed_hash_is_kept_and_not_for_long() -> None:
    note_attempt("mail", "mette@x.example", now=NOW)
    kept = db.session.scalars(db.select(Attempt)).one()
    assert "mette" not in kept.subject
    purge_attempts(now=NOW + LONGEST_WINDOW)
    assert db.session.scalars(db.select(Attempt)).all() == []
