"""A move made in the database only if nobody else has made one first."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, CursorResult, inspect, update
from sqlalchemy.orm import InstrumentedAttribute

from .database import Model, db
from .state_machine import A, MoveRefused, Moves, S

Row = TypeVar("Row", bound=Model)


def change_if(row: Row, condition: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
    """Changes the row while the condition holds, and reads it again; False when it no longer does."""
    db.session.flush()
    mapper = inspect(type(row))
    key = mapper.primary_key[0]
    changed: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]  # an UPDATE gives a cursor
        update(type(row))
        .where(key == mapper.primary_key_from_instance(row)[0], condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(row)
    return changed.rowcount == 1


def make_move(
    row: Row,
    column: InstrumentedAttribute[S],
    moves: Moves[S, A],
    action: A,
    **values: Any,
) -> None:
    """Does `action` if the row is still in a state that allows it. Raises MoveRefused: of two at once, one succeeds."""
    sources, target = moves.table[action]
    if not change_if(row, column.in_(sources), {column.key: target, **values}):
        raise MoveRefused(action, getattr(row, column.key))
