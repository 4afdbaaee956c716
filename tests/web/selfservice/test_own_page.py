"""The way in, the page, and the way out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select

from tests.visitors.browsing import Visitor
from tests.web.conftest import link_in
from tests.web.selfservice.conftest import EMAIL
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.models import WebSession

Mails = Callable[[], list[OutboxMail]]
Clock = time_machine.Traveller


def test_a_link_by_mail_opens_the_page(coach: Visitor) -> None:
    assert (coach.url, coach.heading) == ("/min-side", "Hej Mette Holm")
    assert coach.title == "Din side – Varige Spor"
    for words in ("Gymnastik for begyndere", "Åbent", "Optagne pladser: 0 af 2", "gælder til den 21. november 2028"):
        assert words in coach.text


def test_known_and_unknown_addresses_get_the_same_answer(app: Flask, offer_id: int, mails: Mails) -> None:
    before = len(mails())
    answers = []
    for email in (EMAIL, "fremmed@x.example"):
        person = Visitor(app.test_client())
        person.open("/min-side/link").fill(email=email).press("Send mig et link")
        answers.append((person.status, person.url, person.text, [name for name, _value in person.answer.headers]))

    assert answers[0] == answers[1]
    assert [mail.to_address for mail in mails()[before:]] == [EMAIL]


def test_known_and_unknown_addresses_take_the_same_work(app: Flask, visitor: Visitor, offer_id: int) -> None:
    def inserts(email: str) -> list[str]:
        visitor.open("/min-side/link").fill(email=email)
        seen: list[str] = []

        def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement.split("(", maxsplit=1)[0].strip())

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        visitor.press("Send mig et link")
        event.remove(engine, "before_cursor_execute", note)
        return [statement for statement in seen if statement.startswith("INSERT")]

    known = inserts(EMAIL)
    assert known == inserts("fremmed@x.example")
    assert any("outbox_mail" in statement for statement in known)


@pytest.mark.parametrize("email", [EMAIL, "fremmed@x.example"])
def test_nobody_gets_more_than_three_links_an_hour(visitor: Visitor, offer_id: int, clock: Clock, email: str) -> None:
    for _time in range(3):
        visitor.open("/min-side/link").fill(email=email).press("Send mig et link")
        assert visitor.heading == "Tjek din mail"
    visitor.open("/min-side/link").fill(email=email).press("Send mig et link")
    assert visitor.status == 429
    clock.shift(timedelta(hours=1))
    assert visitor.open("/min-side/link").fill(email=email).press("Send mig et link").status == 200


def test_something_that_is_no_address_is_told_so(visitor: Visitor) -> None:
    visitor.open("/min-side/link").fill(email="mette").press("Send mig et link")

    assert "Skriv en e-mailadresse" in visitor.text


def test_looking_at_the_link_uses_nothing_up(visitor: Visitor, offer_id: int, mails: Mails) -> None:
    visitor.open("/min-side/link").fill(email=EMAIL).press("Send mig et link")
    path = link_in(mails()[-1])
    for _look in range(3):
        assert visitor.open(path).heading == "Velkommen tilbage"
        assert visitor.client.head(path).status_code == 200
    assert visitor.press("Åbn min side").url == "/min-side"


def test_the_link_works_once_and_not_for_long(app: Flask, coach: Visitor, mails: Mails, clock: Clock) -> None:
    stranger = Visitor(app.test_client())
    assert stranger.open(link_in(mails()[-1])).status == 410
    assert stranger.heading == "Linket virker ikke længere"

    stranger.follow("Få et nyt link").fill(email=EMAIL).press("Send mig et link")
    clock.shift(timedelta(hours=1))
    assert stranger.open(link_in(mails()[-1])).status == 410


@pytest.mark.slow
def test_of_twenty_at_once_one_gets_in(app: Flask, visitor: Visitor, offer_id: int, mails: Mails) -> None:
    visitor.open("/min-side/link").fill(email=EMAIL).press("Send mig et link")
    path = link_in(mails()[-1])
    visitor.open(path)
    cookie, form = visitor.client.get_cookie("session"), visitor.form.values
    assert cookie is not None

    def press(_number: int) -> int:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        return client.post(path, data=form).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(press, range(20)))

    assert sorted(statuses) == [302] + [410] * 19
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(WebSession)) == 1


def test_leaving_is_leaving_also_for_a_copied_cookie(app: Flask, coach: Visitor) -> None:
    cookie = coach.client.get_cookie("session")
    assert cookie is not None
    coach.press("Log af")

    copied = app.test_client()
    copied.set_cookie("session", cookie.value)
    assert copied.get("/min-side").status_code == 302


def test_the_page_closes_after_an_hour_unused(coach: Visitor, clock: Clock) -> None:
    clock.shift(timedelta(minutes=59))
    assert coach.open("/min-side").url == "/min-side"
    clock.shift(timedelta(minutes=61))
    assert coach.open("/min-side").url == "/min-side/link"


def test_without_a_session_there_is_no_page(visitor: Visitor, offer_id: int) -> None:
    for path in ("/min-side", f"/min-side/tilbud/{offer_id}", "/min-side/samtykke/1/traek-tilbage"):
        assert visitor.open(path).url == "/min-side/link"


def test_nothing_is_kept_by_the_browser(coach: Visitor) -> None:
    assert coach.answer.headers["Cache-Control"] == "no-store"
