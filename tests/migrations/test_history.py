"""The migrations end where the models are, and lead back."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect

from tests.databases import app_over
from volunteer_match.foundation.database import db


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    app = app_over(database_url)
    with app.app_context():
        yield app
        db.engine.dispose()


def test_the_last_migration_leaves_what_the_models_describe(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_the_checks_are_those_of_the_models(sqlite_url: str) -> None:
    """Alembic doesn't compare CHECKs, yet a new choice in a StrEnum needs one. SQLite gives them back as written."""
    with app_over(sqlite_url).app_context():
        inspector = inspect(db.engine)
        for name, table in db.metadata.tables.items():
            described = {str(check.sqltext) for check in table.constraints if isinstance(check, CheckConstraint)}
            assert {check["sqltext"] for check in inspector.get_check_constraints(name)} == described, name
        db.engine.dispose()


def test_they_can_be_taken_back_and_run_again(app: Flask) -> None:
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == {*db.metadata.tables, "alembic_version"}
