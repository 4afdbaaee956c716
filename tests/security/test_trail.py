"""The trail can be added to and nothing else: whatever is done to it behind our back is found."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.factories.people import NOW
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import SYSTEM, record, verify_trail
from volunteer_match.foundation.database import db

LINES = 6
TAMPERING = {
    "a line is changed": "UPDATE audit_entry SET subject_id = 99 WHERE id = 3",
    "a line gets another time": "UPDATE audit_entry SET at = '2020-01-01 00:00:00+00:00' WHERE id = 3",
    "another person did it": "UPDATE audit_entry SET actor_kind = 'staff', actor_id = 7 WHERE id = 3",
    "details are changed": "UPDATE audit_entry SET details = '{\"number\": 8}' WHERE id = 3",
    "a line is removed": "DELETE FROM audit_entry WHERE id = 3",
    "the first line is removed": "DELETE FROM audit_entry WHERE id = 1",
    "the last line is removed": "DELETE FROM audit_entry WHERE id = 6",
    "all lines are removed": "DELETE FROM audit_entry",
    "a line is repeated": (
        "INSERT INTO audit_entry (id, at, actor_kind, actor_id, action, subject_kind, subject_id, details, "
        "previous_mac, mac) SELECT 7, at, actor_kind, actor_id, action, subject_kind, subject_id, details, "
        "previous_mac, 'f' || substr(mac, 2) FROM audit_entry WHERE id = 3"
    ),
}
REORDERING = (
    "UPDATE audit_entry SET id = 1003 WHERE id = 3",
    "UPDATE audit_entry SET id = 3 WHERE id = 4",
    "UPDATE audit_entry SET id = 4 WHERE id = 1003",
)


@pytest.fixture
def trail(session_on_each: Session) -> Session:
    """Six lines."""
    for number in range(LINES):
        subject = ("case", number)
        record(AuditAction.CASE_READ, by=SYSTEM, now=NOW, subject=subject, details={"number": number})
    db.session.commit()
    assert verify_trail() is None
    db.session.commit()
    return session_on_each


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET subject_id = 99", "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE id = 3"],
)
def test_the_database_itself_refuses(trail: Session, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        trail.execute(text(statement))


@pytest.mark.postgresql
def test_emptying_the_table_is_refused_too(trail: Session) -> None:
    if trail.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DatabaseError, match="append-only"):
        trail.execute(text("TRUNCATE audit_entry"))


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_done_with_the_guards_off_is_found(trail: Session, what: str) -> None:
    _take_the_guards_off(trail)
    trail.execute(text(TAMPERING[what]))
    trail.commit()

    assert verify_trail() is not None


def test_two_lines_that_changed_places_are_found(trail: Session) -> None:
    _take_the_guards_off(trail)
    for statement in REORDERING:
        trail.execute(text(statement))
    trail.commit()

    found = verify_trail()
    assert found is not None
    assert found.entry_id == 3


def test_cutting_off_the_end_and_saying_it_was_always_so_needs_the_key(trail: Session) -> None:
    _take_the_guards_off(trail)
    trail.execute(text("DELETE FROM audit_entry WHERE id = 6"))
    trail.execute(text("UPDATE audit_head SET last_id = 5, last_mac = (SELECT mac FROM audit_entry WHERE id = 5)"))
    trail.commit()

    assert verify_trail() is not None


def _take_the_guards_off(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_entry_no_{verb}"))
    else:
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    session.commit()
