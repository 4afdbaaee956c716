"""An admin at the screen, and a town to decide on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from tests.visitors.browsing import Visitor
from volunteer_match.audit.models import AuditEntry
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import find_user
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

ADMIN = "karin@brslev.example"


@pytest.fixture
def admin(clock: time_machine.Traveller, sign_in: Callable[..., Visitor]) -> Visitor:
    """Signed in, at NOW."""
    return sign_in(ADMIN, Role.ADMIN, name="Karin Vestergaard")


@pytest.fixture
def arrange(app: Flask, admin: Visitor) -> Callable[[Callable[[User], Any]], Any]:
    """Has something happen behind the page, and commits it: `arrange(lambda karin: approved_offer(karin).id)`."""

    def run(happens: Callable[[User], Any]) -> Any:
        with app.app_context():
            user = find_user(ADMIN)
            assert user is not None
            result = happens(user)
            db.session.commit()
            return result

    return run


@pytest.fixture
def stored(app: Flask) -> Callable[..., Any]:
    """A row as it is in the database now."""

    def read(model: Any, key: int) -> Any:
        with app.app_context():
            return db.session.get_one(model, key)

    return read


@pytest.fixture
def trail(app: Flask) -> Callable[[], list[tuple[str, str, int | None]]]:
    """What was done to what, oldest first."""

    def read() -> list[tuple[str, str, int | None]]:
        with app.app_context():
            entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            return [(entry.action.value, entry.subject_kind, entry.subject_id) for entry in entries]

    return read


@pytest.fixture
def queries(app: Flask) -> Callable[[Callable[[], Any]], int]:
    """How many statements it takes to do something."""

    def count(do: Callable[[], Any]) -> int:
        with _statements(app) as seen:
            do()
        return len(seen)

    return count


@contextmanager
def _statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
