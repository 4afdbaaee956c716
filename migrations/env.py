"""How migrations run: on the app's own engine, in one transaction, with SQLite's foreign keys checked afterwards."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

from volunteer_match.foundation.database import CodeList, Moment, db
from volunteer_match.foundation.encryption import EncryptedText

PLAIN_TYPES = ((Moment, "sa.DateTime(timezone=True)"), (CodeList, "sa.Text()"), (EncryptedText, "sa.Text()"))


class DanglingRowsError(Exception):
    """A migration left rows that point at nothing."""


def render_item(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations name plain column types: what the application's own types do must not change history."""
    if kind != "type":
        return False
    if isinstance(thing, sa.Enum):
        return f"sa.String(length={thing.length})"
    return next((plain for own, plain in PLAIN_TYPES if isinstance(thing, own)), False)


def run() -> None:
    """Runs what was asked for. With foreign keys on, altering a parent table in SQLite would delete its children."""
    engine = db.engine
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Outside a transaction: the pragma does nothing inside one.
            driver = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        options = current_app.extensions["migrate"].configure_args
        context.configure(connection=connection, target_metadata=db.metadata, render_item=render_item, **options)
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                _check_foreign_keys(connection)
        connection.commit()
        if sqlite:
            driver.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _check_foreign_keys(connection: sa.Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        raise DanglingRowsError(sorted({row[0] for row in dangling}))


run()
