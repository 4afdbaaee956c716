"""Answering a request."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.factories.cases import CARTWHEELS
from tests.visitors.browsing import Visitor
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import ContactPerson
from volunteer_match.proposals import withdrawal
from volunteer_match.proposals.models import Proposal

Clock = time_machine.Traveller


def state(app: Flask) -> tuple[str, str | None]:
    with app.app_context():
        proposal = db.session.scalars(select(Proposal)).one()
        return proposal.state.value, proposal.reason


def test_only_the_external_wording_age_band_area_and_times_are_shown(visitor: Visitor, request_path: str) -> None:
    visitor.open(request_path)

    assert visitor.heading == "Kan du hjælpe et barn?"
    for words in (CARTWHEELS.external_wording, "9340 Asaa", "tirsdag eftermiddag", "5. december 2026"):
        assert words in visitor.text
    for secret in ("uro i hjemmet", "Anna", "kolbøtter", "faa_venner", "Få venner"):
        assert secret not in visitor.answer.get_data(as_text=True)


def test_looking_answers_nothing(visitor: Visitor, app: Flask, request_path: str) -> None:
    for _look in range(3):
        visitor.open(request_path)

    assert state(app) == ("asked", None)


def test_yes_by_the_link(visitor: Visitor, app: Flask, request_path: str) -> None:
    visitor.open(request_path).press("Ja, det vil jeg gerne")

    assert state(app)[0] == "accepted"
    assert visitor.heading == "Tak for dit ja"
    assert "Din rådgiver er Anna" in visitor.text
    assert visitor.open(request_path).heading == "Tak for dit ja"


def test_no_needs_no_reason(visitor: Visitor, app: Flask, request_path: str) -> None:
    visitor.open(request_path).press("Nej tak")

    assert state(app) == ("declined", "other")
    assert visitor.heading == "Tak for dit svar"


def test_no_with_a_reason(visitor: Visitor, app: Flask, request_path: str) -> None:
    visitor.open(request_path)
    decline = next(form for form in visitor.page.forms if ("reason", "no_time") in form.choices)
    decline.tick("reason", "no_time")
    visitor.press("Nej tak")
    assert state(app) == ("declined", "no_time")
    assert visitor.heading == "Tak for dit svar"
    assert CARTWHEELS.external_wording not in visitor.text


def test_the_first_answer_stands(visitor: Visitor, app: Flask, request_path: str) -> None:
    visitor.open(request_path)
    late = Visitor(visitor.client)
    late.open(request_path)
    visitor.press("Ja, det vil jeg gerne")
    decline = next(form for form in late.page.forms if ("reason", "no_time") in form.choices)
    decline.tick("reason", "no_time")
    late.press("Nej tak")

    assert state(app)[0] == "accepted"


@pytest.mark.slow
def test_of_twenty_at_once_one_counts(
    app: Flask, visitor: Visitor, request_path: str, mails: Callable[[], list[OutboxMail]]
) -> None:
    visitor.open(request_path)
    accept = next(form for form in visitor.page.forms if form.values.get("answer") == "yes")
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None

    def press(_number: int) -> int:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        return client.post(request_path, data=accept.values).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(press, range(20)))

    assert sorted(statuses) == [302] + [410] * 19
    assert [mail.template for mail in mails()].count("introduction_agreed") == 1


def test_after_the_last_day_it_says_so(visitor: Visitor, app: Flask, request_path: str, clock: Clock) -> None:
    clock.shift(timedelta(days=15))

    assert visitor.open(request_path).status == 410
    assert visitor.heading == "Linket virker ikke længere"


def test_a_request_taken_back_says_nothing_about_why(visitor: Visitor, app: Flask, request_path: str) -> None:
    with app.app_context():
        contact = db.session.scalars(select(ContactPerson)).first()
        assert contact is not None
        withdrawal.withdraw_volunteer_consent(contact=contact, by=contact.actor, now=utc_now())
        db.session.commit()
    visitor.open(request_path)

    assert visitor.heading == "Du behøver ikke svare længere"
    assert CARTWHEELS.external_wording not in visitor.text


def test_an_unknown_link(visitor: Visitor) -> None:
    assert visitor.open("/forespoergsel/" + "x" * 43).status == 410


def test_the_own_page_asks_too(coach: Visitor, app: Flask, request_path: str) -> None:
    coach.open("/min-side")
    assert "Vi har et spørgsmål til dig" in coach.text
    coach.follow("Læs mere og svar").press("Ja, det vil jeg gerne")

    assert coach.heading == "Tak for dit ja"
    assert state(app)[0] == "accepted"
    assert "Det har du sagt ja til" in coach.open("/min-side").text
    assert coach.open(request_path).heading == "Tak for dit ja"


def test_somebody_elses_request_is_not_there(coach: Visitor, app: Flask, others_request_path: str) -> None:
    token = coach.form.values["csrf_token"]
    assert coach.client.get(others_request_path).status_code == 404
    answer = coach.client.post(others_request_path, data={"csrf_token": token, "answer": "yes"})
    assert answer.status_code == 404
    assert state(app)[0] == "asked"
