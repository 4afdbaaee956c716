"""The public page of an event, its file for the calendar, and signing up on it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import icalendar
import pytest
import time_machine
from flask import Flask

from tests.factories.events import open_event
from tests.factories.people import hire
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW, link_in
from volunteer_match.events import planning
from volunteer_match.events.models import Event
from volunteer_match.events.states import Visibility
from volunteer_match.foundation.clock import COPENHAGEN
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.permissions import Role

Mails = Callable[[], list[OutboxMail]]


@pytest.fixture
def open_up(app: Flask, clock: time_machine.Traveller) -> Callable[..., str]:
    """Opens a meeting and returns its address."""

    def run(**changes: Any) -> str:
        with app.app_context():
            slug = open_event(hire("Ditte", Role.ADMIN, now=NOW), **changes).slug
            db.session.commit()
            return slug

    return run


def test_an_open_event_stands_on_the_front_page(visitor: Visitor, open_up: Callable[..., str]) -> None:
    open_up()
    visitor.open("/").follow("Møde om Varige Spor")
    assert "søndag den 10. januar 2027" in visitor.text
    assert "kl. 15.00–17.00" in visitor.text
    assert '<meta property="og:title" content="Møde om Varige Spor">' in visitor.answer.text
    assert "Møde om Varige Spor" in visitor.open("/arrangementer").text


def test_one_by_invitation_is_found_by_its_address_only(visitor: Visitor, open_up: Callable[..., str]) -> None:
    slug = open_up(visibility=Visibility.BY_INVITATION)
    assert "Møde om Varige Spor" not in visitor.open("/").text + visitor.open("/arrangementer").text
    visitor.open(f"/arrangementer/{slug}")
    assert "Arrangementet er for dem, der har fået en indbydelse." in visitor.text
    assert 'content="noindex"' in visitor.answer.text
    assert "Send mig et link" not in visitor.text


def test_signing_up_takes_a_mail_and_an_answer(visitor: Visitor, open_up: Callable[..., str], mails: Mails) -> None:
    slug = open_up()
    visitor.open(f"/arrangementer/{slug}").fill(name="Ole Bak", email="ole@post.example").press("Send mig et link")
    assert visitor.heading == "Tjek din mail"
    [mail] = mails()
    assert (mail.template, mail.to_address) == ("event_sign_up_link", "ole@post.example")
    visitor.open(link_in(mail)).tick("coming", "yes").press("Send mit svar")
    assert "Du kommer" in visitor.text
    assert mails()[-1].calendar_method == "REQUEST"


def test_a_robot_and_somebody_impatient_get_no_mails(
    visitor: Visitor, open_up: Callable[..., str], mails: Mails
) -> None:
    page = f"/arrangementer/{open_up()}"
    visitor.open(page).fill(name="x", email="x@post.example", homepage="spam").press("Send mig et link")
    assert mails() == []
    for _time in range(3):
        visitor.open(page).fill(name="Ole", email="ole@post.example").press("Send mig et link")
    visitor.open(page).fill(name="Ole", email="OLE@post.example").press("Send mig et link")
    assert visitor.status == 429
    assert len(mails()) == 3


def test_the_file_for_the_calendar(visitor: Visitor, open_up: Callable[..., str]) -> None:
    slug = open_up()
    answer = visitor.client.get(f"/arrangementer/{slug}/kalender.ics")
    calendar = icalendar.Calendar.from_ical(answer.get_data(as_text=True))
    [event] = calendar.events
    assert str(event["SUMMARY"]) == "Møde om Varige Spor"
    assert event.start == datetime(2027, 1, 10, 15, tzinfo=COPENHAGEN)
    assert answer.mimetype == "text/calendar"


def test_one_that_is_off_says_so(app: Flask, visitor: Visitor, open_up: Callable[..., str]) -> None:
    slug = open_up()
    with app.app_context():
        event = db.session.query(Event).one()
        planning.cancel_event(event, reason="Der er snestorm.", by=hire("Dorte", Role.ADMIN), now=NOW)
        db.session.commit()
    visitor.open(f"/arrangementer/{slug}")
    assert "Arrangementet er aflyst" in visitor.text
    assert "Der er snestorm." in visitor.text
    assert "Send mig et link" not in visitor.text
    assert visitor.client.get(f"/arrangementer/{slug}/kalender.ics").status_code == 404
