"""The demo's letter box."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.settings import settings_for_tests
from volunteer_match.factory import create_app
from volunteer_match.foundation.database import db
from volunteer_match.notifications.messages import OwnPageLink
from volunteer_match.notifications.outbox import cancel_queued, enqueue

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
TOKEN = "t" * 43


@contextmanager
def visitor(database_url: str, *, demo: bool) -> Iterator[FlaskClient]:
    app = create_app(settings_for_tests(database_url=database_url, demo=demo))
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


def write(name: str, *, about: int = 1) -> int:
    mail = enqueue(
        OwnPageLink(token=TOKEN, name=name), to="mette@asaa.example", language="da", about=("contact", about), now=NOW
    )
    mail_id = mail.id
    db.session.commit()
    return mail_id


@pytest.fixture
def demo(sqlite_url: str) -> Iterator[FlaskClient]:
    with visitor(sqlite_url, demo=True) as client:
        yield client


def test_the_letter_box_shows_the_mails_with_the_newest_first(demo: FlaskClient) -> None:
    first, second = write("Mette", about=1), write("Jens", about=2)
    cancel_queued(about=("contact", 1), now=NOW)
    db.session.commit()
    page = demo.get("/demo/mails").text
    assert page.index(f"/demo/mails/{second}") < page.index(f"/demo/mails/{first}")
    assert "mette@asaa.example" in page
    assert "Venter" in page
    assert "Stoppet" in page


def test_an_empty_letter_box_says_so(demo: FlaskClient) -> None:
    assert "Ingen mails endnu" in demo.get("/demo/mails").text


def test_a_mail_can_be_read_and_its_link_followed(demo: FlaskClient) -> None:
    page = demo.get(f"/demo/mails/{write('Mette')}").text
    assert "Hej Mette" in page
    assert f'<a href="http://localhost/min-side/aabn/{TOKEN}"' in page


def test_what_people_wrote_can_not_become_html(demo: FlaskClient) -> None:
    page = demo.get(f"/demo/mails/{write('<img src=x onerror=alert(1)>')}").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_a_mail_that_is_not_there_is_not_found(demo: FlaskClient) -> None:
    assert demo.get("/demo/mails/99").status_code == 404


def test_outside_a_demo_there_is_no_letter_box(sqlite_url: str) -> None:
    with visitor(sqlite_url, demo=False) as client:
        mail_id = write("Mette")
        assert client.get("/demo/mails").status_code == 404
        assert client.get(f"/demo/mails/{mail_id}").status_code == 404


def test_the_list_asks_the_database_equally_often_for_few_and_many(demo: FlaskClient) -> None:
    def queries() -> int:
        asked: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", count)
        demo.get("/demo/mails")
        event.remove(db.engine, "before_cursor_execute", count)
        return len(asked)

    write("Mette")
    few = queries()
    for number in range(10):
        write("Jens", about=number)
    assert queries() == few
