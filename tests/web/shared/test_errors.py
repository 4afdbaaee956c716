"""What the log says of our own faults, and what the page says when the database fails at the very end."""

import logging

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from volunteer_match.foundation.database import before_commit, db
from volunteer_match.web.shared.access import Audience, open_to

SECRET = "mette.hemmelig@asaa.example"
TOKEN = "token-that-nobody-may-read-in-a-log"


@pytest.fixture
def served(app: Flask) -> Flask:
    app.add_url_rule("/falder/<token>", "public.breaks", open_to(Audience.PUBLIC)(_break))
    app.add_url_rule("/fuld-disk", "public.full_disk", open_to(Audience.PUBLIC)(_fill_the_disk))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def _break(token: str) -> str:
    db.session.execute(
        text("INSERT INTO user_account (email, name) VALUES (:email, :name)"), {"email": SECRET, "name": token}
    )
    return "not reached"


def _fill_the_disk() -> str:
    before_commit(_refuse_to_write)
    return "never acknowledged"


def _refuse_to_write() -> None:
    raise OperationalError("COMMIT", None, Exception("database or disk is full"))


def test_the_log_tells_where_but_neither_the_values_nor_the_address(
    served: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = served.test_client().get(f"/falder/{TOKEN}")

    assert answer.status_code == 500
    assert IntegrityError.__name__ in caplog.text
    assert "_break" in caplog.text
    assert SECRET not in caplog.text
    assert TOKEN not in caplog.text


def test_a_database_that_fails_at_the_last_moment_is_unavailable(served: Flask) -> None:
    answer = served.test_client().get("/fuld-disk")

    assert answer.status_code == 503
    assert "never acknowledged" not in answer.text
