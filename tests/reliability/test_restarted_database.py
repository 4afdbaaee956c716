"""PostgreSQL ends its connections, or crashes and recovers, under an application that holds some: work goes on."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from tests.databases import migrate
from tests.postgresql import PostgresServer, private_postgresql
from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from volunteer_match.factory import create_app
from volunteer_match.foundation.database import db

OURS = "datname LIKE 'test_%' AND pid <> pg_backend_pid()"
RECOVERY_SECONDS = 60


@pytest.fixture
def server_of_its_own(postgresql_programs: Path) -> Iterator[PostgresServer]:
    """One that may crash without taking another test's data along."""
    with private_postgresql(postgresql_programs, durable=True) as server:
        yield server


@pytest.fixture
def app_on_it(server_of_its_own: PostgresServer) -> Iterator[Flask]:
    """The application, with a connection in its pool."""
    with server_of_its_own.database() as url:
        migrate(url)
        app = create_app(settings_for_tests(database_url=url))
        assert app.test_client().get("/healthz").status_code == 200
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.mark.slow
@pytest.mark.postgresql
def test_a_connection_that_was_ended_is_replaced_unnoticed(app_on_it: Flask, server_of_its_own: PostgresServer) -> None:
    ended = server_of_its_own.value(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {OURS}")  # noqa: S608

    assert int(ended) >= 1
    client = app_on_it.test_client()
    assert [client.get(path).status_code for path in ("/healthz", "/min-side/aabn/ukendt")] == [200, 410]


@pytest.mark.slow
@pytest.mark.postgresql
def test_a_crash_of_the_server_loses_nothing_saved(app_on_it: Flask, server_of_its_own: PostgresServer) -> None:
    visitor = Visitor(app_on_it.test_client())
    visitor.open("/tilmeld").tick("kind", "citizen").fill(contact_name="Mette Holm", email="mette@asaa.example")
    visitor.fill(phone="12345678", postcode="9340").press("Videre")
    assert visitor.url == "/tilmeld/tilbud"
    victim = int(server_of_its_own.value(f"SELECT pid FROM pg_stat_activity WHERE {OURS} LIMIT 1"))  # noqa: S608

    os.kill(victim, signal.SIGKILL)  # PostgreSQL then throws everybody out and recovers from its log
    during = app_on_it.test_client().get("/healthz").status_code
    _wait_for_recovery(server_of_its_own)

    assert during in (200, 503)
    assert app_on_it.test_client().get("/healthz").status_code == 200
    assert visitor.open("/tilmeld/hvem").form.values["contact_name"] == "Mette Holm"


def _wait_for_recovery(server: PostgresServer) -> None:
    until = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            server.value("SELECT 1")
        except psycopg.OperationalError:
            assert time.monotonic() < until, "the server did not come back"
            time.sleep(0.1)
        else:
            return
