"""The staff's own consultation days, and the calendar that fetches them."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
import time_machine
from flask import Flask

from tests.factories.consultations import booked, every_second_tuesday
from tests.factories.people import hire
from tests.visitors.browsing import Visitor
from tests.web.conftest import sign_in_as
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role

PIA = "pia@brslev.example"
ADDRESS = re.compile(r"http://localhost(/kalender/[\w-]+\.ics)")


@pytest.fixture
def pia(app: Flask, clock: time_machine.Traveller, sign_in: Callable[..., Visitor]) -> Visitor:
    """A psychologist, signed in."""
    return sign_in(PIA, Role.PROFESSIONAL, name="Pia")


@pytest.fixture
def end_of_day(app: Flask, pia: Visitor) -> datetime:
    """When the first of Pia's Tuesdays ends; somebody has booked the first time of it."""
    with app.app_context():
        series = every_second_tuesday(hire("Lone", Role.TEAM_LEADER), psychologist=find_user(PIA))
        booked(series.days[0], 0)
        db.session.commit()
        return series.days[0].ends_at


def test_a_professional_lands_on_their_days_and_sees_who_comes(end_of_day: datetime, app: Flask) -> None:
    pia = sign_in_as(Visitor(app.test_client()), PIA)
    assert pia.heading == "Konsultationer"
    pia.follow("Tirsdag den 24. november 2026")

    assert "Lars Lærer" in pia.text
    assert pia.text.count("Ledig") == 3
    assert "Skriv, hvad der kom ud af det" not in pia.text


def test_what_came_of_it_is_written_on_the_day_and_can_be_corrected(
    end_of_day: datetime, pia: Visitor, app: Flask, clock: time_machine.Traveller
) -> None:
    pia.open("/konsultationer/booking/1")
    assert "Det kan du skrive på dagen." in pia.text
    clock.move_to(end_of_day)
    pia = sign_in_as(Visitor(app.test_client()), PIA)

    pia.open("/konsultationer/booking/1").press("Gem")
    assert pia.status == 422
    pia.tick("outcome", "concern").press("Gem")
    assert "tal med din leder i dag" in pia.text
    pia.follow("Ret udfaldet").tick("outcome", "missed").press("Gem")
    assert "Kom ikke" in pia.text


def test_the_address_of_a_calendar_is_shown_once_and_ends(end_of_day: datetime, pia: Visitor, app: Flask) -> None:
    stranger = app.test_client()
    first = _address(pia.open("/konsultationer/kalender").press("Lav en adresse"))
    calendar = stranger.get(first)
    assert calendar.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert "RRULE:FREQ=WEEKLY" in calendar.text
    assert "Lars" not in calendar.text
    assert not ADDRESS.search(pia.open("/konsultationer/kalender").text)

    second = _address(pia.press("Lav en ny adresse"))
    assert (stranger.get(first).status_code, stranger.get(second).status_code) == (404, 200)
    pia.press("Luk adressen")
    assert stranger.get(second).status_code == 404


def _address(visitor: Visitor) -> str:
    found = ADDRESS.search(visitor.text)
    assert found
    return found[1]
