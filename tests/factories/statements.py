"""How many statements something sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from volunteer_match.foundation.database import db


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements sent inside the block, with nothing remembered from before it."""
    db.session.flush()
    db.session.expunge_all()
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
