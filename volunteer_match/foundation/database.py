"""SQLAlchemy on SQLite and PostgreSQL, with the same promises on both."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CheckConstraint, DateTime, Dialect, Engine, Enum, MetaData, String, Text, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can find it on both databases."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:  # mypy cannot see through Flask-SQLAlchemy's generated base class
    Model = Base
else:
    Model = db.Model


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must know its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CodeList(TypeDecorator[tuple[str, ...]]):
    """A short list of codes (taxonomy ids, slots, languages) in one column, order kept."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(list(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


def choice(enum: type[StrEnum], length: int = 40) -> Enum:
    """A column type for a StrEnum: its values as text; `one_of` puts the CHECK beside it."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=length,
        values_callable=lambda e: [m.value for m in e],
    )


def one_of(column: str, enum: type[StrEnum], *, nullable: bool = False) -> CheckConstraint:
    """The CHECK that holds a column to the values of its StrEnum."""
    values = ", ".join(f"'{member.value}'" for member in enum)
    condition = f"{column} IN ({values})"
    return CheckConstraint(f"{column} IS NULL OR {condition}" if nullable else condition, name=f"{column}_known")


ShortText = String(200)


def engine_options(url: str) -> dict[str, Any]:
    """Pool and driver options for a database URL; PostgreSQL gets time limits so that no page hangs."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}}
    limits = "-c statement_timeout=10000 -c lock_timeout=5000 -c timezone=UTC"
    return {
        "pool_pre_ping": True,
        "pool_size": 5,
        "connect_args": {"options": limits, "prepare_threshold": None},
    }


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # SQLAlchemy's begin hook below says BEGIN IMMEDIATE itself
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _take_the_write_lock_first(connection: Any) -> None:
    # A transaction that reads and then writes can't be upgraded in SQLite once someone else has
    # written; almost every page writes its trace, so each takes its turn from the start.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def take_turns(at: str) -> None:
    """Until this transaction ends, no other one does what `at` names. SQLite lets one write at a time anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(at))))


def before_commit(step: Callable[[], None]) -> None:
    """Has `step` run as the last thing of this transaction; forgotten when it is rolled back."""
    _waiting_steps().append(step)


def _waiting_steps() -> list[Callable[[], None]]:
    steps: list[Callable[[], None]] = db.session().info.setdefault("before_commit", [])
    return steps


@event.listens_for(db.session, "before_commit")
def _run_waiting_steps(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint is released, the transaction goes on
    steps = session.info.pop("before_commit", [])
    for step in steps:
        step()


@event.listens_for(db.session, "after_soft_rollback")
def _forget_waiting_steps(session: Session, rolled_back: SessionTransaction) -> None:
    if rolled_back.parent is None:  # of a savepoint only `attempt` knows which steps were its own
        session.info.pop("before_commit", None)


@contextmanager
def attempt() -> Iterator[None]:
    """A savepoint: a rule that refuses half-way leaves nothing behind."""
    waiting = len(_waiting_steps())
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        del _waiting_steps()[waiting:]
        raise
