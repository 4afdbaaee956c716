"""A new, migrated database for each test that asks: SQLite or PostgreSQL.

Migrations run once per process and kind of database; each test gets a copy of the result.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask_migrate import upgrade

from tests.not_checked import not_checked
from tests.postgresql import PostgresServer, private_postgresql
from tests.settings import settings_for_tests
from tools.machine import find_postgresql
from volunteer_match.foundation.database import db

NO_POSTGRESQL = "PostgreSQL 15 or later is not on this machine"


def migrate(url: str) -> None:
    """What `flask db upgrade` does."""
    from volunteer_match.factory import create_app

    app = create_app(settings_for_tests(database_url=url))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    """One server for all tests of this process."""
    programs = find_postgresql()
    if programs is None:
        not_checked(NO_POSTGRESQL)
    with private_postgresql(programs) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: PostgresServer) -> str:
    """The name of a database to copy from."""
    postgresql_server.command("CREATE DATABASE migrated TEMPLATE template0")
    migrate(postgresql_server.url("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy from."""
    path = tmp_path_factory.mktemp("migrated") / "migrated.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgresql_url(postgresql_server: PostgresServer, migrated_postgresql: str) -> Iterator[str]:
    """A migrated PostgreSQL database; mark the test `postgresql`."""
    with postgresql_server.database(template=migrated_postgresql) as url:
        yield url


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated SQLite file, for tests in which the kind of database doesn't matter."""
    path = tmp_path / "test.sqlite"
    with closing(sqlite3.connect(migrated_sqlite)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice: once on each kind of database."""
    return str(request.getfixturevalue(f"{request.param}_url"))
