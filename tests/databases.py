"""A new, migrated database for each test that asks: SQLite or PostgreSQL.

Migrations run once per process and kind of database; each test gets a copy of the result.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy.orm import Session

from tests.not_checked import not_checked
from tests.postgresql import PostgresServer, private_postgresql
from tests.settings import settings_for_tests
from tools.machine import find_postgresql
from volunteer_match import all_models  # noqa: F401 - fills the metadata
from volunteer_match.audit.trail import use_audit_key
from volunteer_match.foundation.database import db, engine_options
from volunteer_match.foundation.encryption import KeyRing, use_key_ring

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def app_over(url: str) -> Flask:
    """Models, keys and a database, without the web: enough for every rule."""
    settings = settings_for_tests(database_url=url)
    app = Flask("tests")
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    use_key_ring(KeyRing.from_text(settings.encryption_keys.get_secret_value()))
    use_audit_key(settings.audit_key.get_secret_value())
    return app


def migrate(url: str) -> None:
    """What `flask db upgrade` does."""
    with app_over(url).app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_programs() -> Path:
    """For a test that wants a server to itself, to crash it for instance; mark the test `postgresql`."""
    programs = find_postgresql()
    if programs is None:
        not_checked("PostgreSQL 15 or later is not on this machine")
    return programs


@pytest.fixture(scope="session")
def postgresql_server(postgresql_programs: Path) -> Iterator[PostgresServer]:
    """One server for all tests of this process."""
    with private_postgresql(postgresql_programs) as server:
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


def _session(url: str) -> Iterator[Session]:
    with app_over(url).app_context():
        yield db.session()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(sqlite_url: str) -> Iterator[Session]:
    """What `db.session` is, on SQLite and in an app context, for tests of rules."""
    yield from _session(sqlite_url)


@pytest.fixture
def session_on_each(database_url: str) -> Iterator[Session]:
    """The same, once on each kind of database, for rules that lean on what the database promises."""
    yield from _session(database_url)
