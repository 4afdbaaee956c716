"""`flask worker` as the process it is."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from tests.notifications.mail_server import MailServer, free_port
from tests.notifications.outbox_app import outbox_app
from tests.settings import SETTINGS, settings_for_tests
from volunteer_match.factory import create_app
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.notifications.messages import OwnPageLink
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.outbox import enqueue
from volunteer_match.notifications.states import MailState

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer().running() as server:
        yield server


@contextmanager
def database(url: str) -> Iterator[None]:
    with outbox_app(url).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def queue_mails(url: str, *, count: int, age: timedelta = timedelta()) -> None:
    with database(url):
        for number in range(count):
            message = OwnPageLink(token=f"token-nobody-may-log-{number}", name="Mette Hemmelig")
            address = f"hemmelig{number}@asaa.example"
            enqueue(message, to=address, language="da", about=("contact", number), now=utc_now() - age)
        db.session.commit()


def states(url: str) -> list[MailState]:
    with database(url):
        return list(db.session.scalars(select(OutboxMail.state).order_by(OutboxMail.id)))


def flask(url: str, port: int, *command: str) -> "subprocess.Popen[str]":
    """One of our commands, with the settings it would have in the environment."""
    settings = {name.upper(): value for name, value in SETTINGS.items()}
    environment = {**os.environ, **settings, "DATABASE_URL": url, "SMTP_PORT": str(port), "SMTP_TIMEOUT_SECONDS": "5"}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", *command],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def mail_status(url: str) -> Result:
    app = create_app(settings_for_tests(database_url=url))
    result = app.test_cli_runner().invoke(args=["mail", "status"])
    with app.app_context():
        db.engine.dispose()
    return result


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_the_worker_sends_what_waits_and_what_comes_and_stops_when_told(
    database_url: str, mail_server: MailServer
) -> None:
    queue_mails(database_url, count=2)
    worker = flask(database_url, mail_server.port, "worker")
    try:
        wait_until(lambda: len(mail_server.mails) == 2)
        queue_mails(database_url, count=1)
        wait_until(lambda: len(mail_server.mails) == 3)
        wait_until(lambda: states(database_url) == [MailState.SENT] * 3)
    finally:
        worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate(timeout=PATIENCE_SECONDS)
    assert worker.returncode == 0
    assert "worker stopped" in said


@pytest.mark.slow
def test_the_worker_finishes_the_mail_it_is_at_before_it_stops(sqlite_url: str, mail_server: MailServer) -> None:
    queue_mails(sqlite_url, count=3)
    workers: list[subprocess.Popen[str]] = []

    async def stop(_number: int) -> None:
        workers[0].send_signal(signal.SIGTERM)

    mail_server.on_mail = stop
    workers.append(flask(sqlite_url, mail_server.port, "worker"))
    workers[0].communicate(timeout=PATIENCE_SECONDS)
    assert workers[0].returncode == 0
    assert states(sqlite_url) == [MailState.SENT, MailState.QUEUED, MailState.QUEUED]


@pytest.mark.slow
def test_after_an_hour_without_a_worker_the_status_warns_and_one_round_drains_in_order(
    sqlite_url: str, mail_server: MailServer
) -> None:
    queue_mails(sqlite_url, count=5, age=timedelta(hours=1))
    late = mail_status(sqlite_url)
    assert late.exit_code == 1
    assert "5 waiting, 0 given up." in late.output

    worker = flask(sqlite_url, mail_server.port, "worker", "--once")
    worker.communicate(timeout=PATIENCE_SECONDS)
    assert worker.returncode == 0
    assert mail_server.recipients == [f"hemmelig{number}@asaa.example" for number in range(5)]

    well = mail_status(sqlite_url)
    assert well.exit_code == 0
    assert "0 waiting, 0 given up." in well.output


@pytest.mark.slow
def test_the_log_names_no_one(sqlite_url: str, mail_server: MailServer) -> None:
    queue_mails(sqlite_url, count=2)
    mail_server.answers_to_recipient = ["550 5.1.1 <hemmelig0@asaa.example> unknown"]
    worker = flask(sqlite_url, mail_server.port, "worker", "--once")
    said, _ = worker.communicate(timeout=PATIENCE_SECONDS)
    assert states(sqlite_url) == [MailState.FAILED, MailState.SENT]
    assert "recipient refused: 550 5.1.1" in said
    assert not re.search(r"hemmelig|token-nobody|varigespor", said, re.IGNORECASE)


@pytest.mark.slow
def test_a_database_that_is_not_there_ends_one_round_but_not_the_worker(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.sqlite"
    once = flask(url, free_port(), "worker", "--once")
    said, _ = once.communicate(timeout=PATIENCE_SECONDS)
    assert once.returncode == 1
    assert "mail failed: OperationalError" in said
    worker = flask(url, free_port(), "worker")
    assert worker.stdout is not None
    rounds = (line for line in worker.stdout if "mail failed" in line)
    assert [next(rounds, None) is not None for _ in range(2)] == [True, True]
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=PATIENCE_SECONDS)
    assert worker.returncode == 0
