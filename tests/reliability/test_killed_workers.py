"""Web workers are killed while people sign up: whoever saw the receipt is signed up, once."""

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from tests.databases import app_over
from tests.factories.mails import token_in
from tests.reliability.over_http import BUSY, HttpClient
from tests.reliability.web_server import WebServer, served
from tests.visitors.browsing import Visitor
from tests.visitors.coach import answer_all
from volunteer_match.audit.trail import verify_trail
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import ContactPerson, Offer, Registration, VolunteerConsent
from volunteer_match.organisations.states import RegistrationState

KILLS = 20
RECEIPTS = 10
PEOPLE_AT_ONCE = 4
# A busy machine answers slowly: killing by the clock would leave nothing that could be lost.
ANSWERS_BETWEEN_KILLS = 7
LONGEST_SECONDS = 150


class RealTime:
    """Where a test would move the clock, these people take a moment: faster is taken for a robot."""

    def shift(self, _ahead: timedelta) -> None:
        time.sleep(1.1)


@dataclass
class Diary:
    """What people saw with their own eyes."""

    receipts: list[str] = field(default_factory=list)
    thanks: list[str] = field(default_factory=list)
    clients: list[HttpClient] = field(default_factory=list)

    @property
    def cut_off(self) -> int:
        """Requests that nobody answered."""
        return sum(client.cut_off for client in self.clients)

    @property
    def statuses(self) -> list[int]:
        """All the answers."""
        return [status for client in self.clients for status in client.statuses]


@pytest.mark.slow
def test_no_sign_up_that_was_acknowledged_is_lost_or_doubled(database_url: str, tmp_path: Path) -> None:
    diary, over = Diary(), threading.Event()
    numbers = count(1)
    with served(database_url, tmp_path / "gunicorn.log") as server:
        people = [
            threading.Thread(target=_sign_up_again_and_again, args=(server.port, database_url, numbers, diary, over))
            for _person in range(PEOPLE_AT_ONCE)
        ]
        for person in people:
            person.start()
        kills = _kill(server, diary)
        over.set()
        for person in people:
            person.join()

    assert kills >= KILLS
    assert diary.cut_off > 0, "nobody was cut off, so nothing was tried"
    assert [status for status in diary.statuses if status >= 500 and status != BUSY] == []
    assert len(diary.receipts) >= RECEIPTS
    _check(database_url, diary)


def _kill(server: WebServer, diary: Diary) -> int:
    random, killed, answered = Random(11), 0, 0
    until = time.monotonic() + LONGEST_SECONDS
    while (killed < KILLS or len(diary.receipts) < RECEIPTS) and time.monotonic() < until:
        time.sleep(random.uniform(0, 0.1))
        if len(diary.statuses) >= answered + ANSWERS_BETWEEN_KILLS:
            killed += server.kill_a_worker(random)
            answered = len(diary.statuses)
    return killed


def _sign_up_again_and_again(port: int, url: str, numbers: "count[int]", diary: Diary, over: threading.Event) -> None:
    while not over.is_set():
        number = next(numbers)
        client = HttpClient(port, address=f"192.0.2.{number % 250 + 1}")
        diary.clients.append(client)
        email = f"frivillig{number}@asaa-if.example"
        visitor: Any = Visitor(client)  # type: ignore[arg-type]  # speaks like Flask's client
        answer_all(visitor, RealTime(), email=email, organisation_name=f"Forening {number}")  # type: ignore[arg-type]
        visitor.press("Send tilmeldingen")
        if visitor.heading == "Tak – tjek din mail":
            diary.receipts.append(email)
            _confirm(visitor, client, url, email, diary)


def _confirm(visitor: Visitor, client: HttpClient, url: str, email: str, diary: Diary) -> None:
    visitor.open(f"/tilmeld/bekraeft/{_token(url, email)}")
    before = client.cut_off
    visitor.press("Bekræft tilmeldingen")
    # Cut off after it was done, the second press finds the link used: that is an answer too.
    done_before = client.cut_off > before and visitor.status == 410
    if done_before or visitor.heading == "Tak, fordi du vil være med":
        diary.thanks.append(email)


def _token(url: str, email: str) -> str:
    with _database(url):
        [mail] = [mail for mail in db.session.scalars(select(OutboxMail)) if mail.to_address == email]
        return token_in(mail)


def _check(url: str, diary: Diary) -> None:
    with _database(url):
        mailed = Counter(
            mail.to_address
            for mail in db.session.scalars(select(OutboxMail))
            if mail.template == "confirm_registration"
        )
        assert {email: mailed[email] for email in diary.receipts} == dict.fromkeys(diary.receipts, 1)
        assert max(mailed.values()) == 1
        signed_up = Counter(
            contact.email for contact in db.session.scalars(select(ContactPerson).join(Offer).join(VolunteerConsent))
        )
        assert {email: signed_up[email] for email in diary.thanks} == dict.fromkeys(diary.thanks, 1)
        assert max(signed_up.values()) == 1
        states = Counter(db.session.scalars(select(Registration.state)))
        assert states[RegistrationState.CONFIRMED] == len(signed_up)
        assert states[RegistrationState.CONFIRMED] + states[RegistrationState.SUBMITTED] == len(mailed)
        assert verify_trail() is None
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@contextmanager
def _database(url: str) -> Iterator[None]:
    with app_over(url).app_context():
        yield
        db.session.remove()
        db.engine.dispose()
