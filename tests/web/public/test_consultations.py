from collections.abc import Callable, Iterator
from datetime import timedelta

import icalendar
import pytest
import time_machine
from flask import Flask

from tests.factories.consultations import booked, every_second_tuesday
from tests.factories.people import hire
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW, link_in
from volunteer_match.consultations.days import cancel_day
from volunteer_match.consultations.models import ConsultationSeries
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

DAY = "Tirsdag den 24. november 2026"


@pytest.fixture
def school(app: Flask, clock: time_machine.Traveller) -> Iterator[ConsultationSeries]:
    """Every second Tuesday at Asaa Skole."""
    with app.app_context():
        series = every_second_tuesday(hire("Lone", Role.TEAM_LEADER))
        db.session.commit()
        yield series


def book_by_page(visitor: Visitor, **typed: str) -> Visitor:
    visitor.open("/konsultation/asaa-skole").follow(DAY)
    visitor.tick("slot", "1").tick("topic", "absence").tick("role", "teacher")
    who = {"name": "Lars Lærer", "email": "lars@skole.example", "phone": "20 30 40 50", "question": ""}
    return visitor.fill(**{**who, **typed}).press("Bestil tiden")


@pytest.fixture
def own_page(school: ConsultationSeries, visitor: Visitor, mails: Callable[[], list[OutboxMail]]) -> str:
    """Where the link in the confirmation leads."""
    book_by_page(visitor)
    return link_in(mails()[-1])


def test_a_teacher_books_a_time(
    school: ConsultationSeries, visitor: Visitor, mails: Callable[[], list[OutboxMail]]
) -> None:
    book_by_page(visitor)
    assert visitor.heading == "Din tid er bestilt"
    assert "lars@skole.example" in visitor.text
    assert "kl. 15.20–15.40" in visitor.text
    assert "Emne Fravær fra skolen" in visitor.text

    assert visitor.open("/konsultation/asaa-skole").text.count("3 ledige tider") == 1
    visitor.open(link_in(mails()[-1]))
    assert visitor.heading == "Din tid"


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        (
            "Emma er ked af det",
            "Ordet »Emma« ligner et navn eller initialer. Skriv barnet, drengen eller pigen i stedet.",
        ),
        ("Barnet er 010203-1234", "CPR-nummer"),
    ],
)
def test_a_child_is_not_named(school: ConsultationSeries, visitor: Visitor, question: str, problem: str) -> None:
    book_by_page(visitor, question=question)
    assert visitor.status == 422
    assert problem in visitor.text


def test_a_time_that_somebody_else_took_meanwhile_leaves_the_others(
    school: ConsultationSeries, visitor: Visitor
) -> None:
    visitor.open("/konsultation/asaa-skole").follow(DAY)
    booked(school.days[0], 1)
    db.session.commit()
    visitor.tick("slot", "1").tick("topic", "absence").tick("role", "parent")
    visitor.fill(name="Mor", email="mor@post.example").press("Bestil tiden")

    assert visitor.status == 422
    assert ("slot", "1") not in visitor.form.choices
    visitor.tick("slot", "2").press("Bestil tiden")
    assert visitor.heading == "Din tid er bestilt"


def test_pressing_twice_books_once(school: ConsultationSeries, visitor: Visitor) -> None:
    visitor.open("/konsultation/asaa-skole").follow(DAY)
    visitor.tick("slot", "1").tick("topic", "absence").tick("role", "parent")
    visitor.fill(name="Mor", email="mor@post.example").press("Bestil tiden", times=2)

    assert visitor.status == 422  # the second press finds the time taken, by themselves
    assert visitor.open("/konsultation/asaa-skole").text.count("3 ledige tider") == 1


def test_changing_and_cancelling_by_the_link(
    own_page: str, visitor: Visitor, mails: Callable[[], list[OutboxMail]], school: ConsultationSeries
) -> None:
    other_day = school.days[1].id
    visitor.open(own_page)
    form = next(form for form in visitor.page.main_forms if form.action.endswith("/skift"))
    form.values["time"] = f"{other_day}:3"
    visitor.press("Skift tid")
    assert "Tirsdag den 8. december 2026" in visitor.text
    assert "kl. 16.00–16.20" in visitor.text

    visitor.press("Aflys min tid")
    assert visitor.heading == "Din tid er aflyst"
    visitor.follow("Vælg en ny tid")
    assert visitor.text.count("4 ledige tider") == 6
    assert [mail.template for mail in mails()] == [
        "consultation_booked",
        "consultation_booked",
        "consultation_cancelled",
    ]


def test_a_cancelled_day_says_why_and_leads_to_another(
    own_page: str, visitor: Visitor, school: ConsultationSeries
) -> None:
    leader = db.session.get_one(User, school.created_by_id)
    cancel_day(school.days[0], note="Psykologen er syg.", by=leader, now=NOW)
    db.session.commit()

    visitor.open(own_page)
    assert visitor.heading == "Vi måtte aflyse din tid"
    assert "Psykologen er syg." in visitor.text
    assert "8. december" in visitor.follow("Vælg en ny tid").text


def test_the_file_for_the_calendar_is_at_the_right_hour_and_tells_nothing(own_page: str, visitor: Visitor) -> None:
    answer = visitor.client.get(f"{own_page}/kalender.ics")
    [event] = icalendar.Calendar.from_ical(answer.get_data()).walk("VEVENT")

    assert event.decoded("dtstart").isoformat() == "2026-11-24T15:20:00+01:00"
    assert "DTSTART;TZID=Europe/Copenhagen:" in answer.text
    assert not any(word in answer.text for word in ("ravær", "lars", "booking/"))


def test_the_link_after_the_day(
    own_page: str, visitor: Visitor, clock: time_machine.Traveller, school: ConsultationSeries
) -> None:
    clock.move_to(school.days[0].ends_at)
    assert visitor.open(own_page).heading == "Tak for snakken"
    clock.move_to(school.days[0].ends_at + timedelta(days=61))
    assert visitor.open(own_page).status == 410


def test_three_times_at_once_are_enough(school: ConsultationSeries, visitor: Visitor) -> None:
    for number in range(3):
        booked(school.days[1], number, email="lars@skole.example")
    db.session.commit()

    book_by_page(visitor)
    assert visitor.status == 429
    assert visitor.heading == "Du kan ikke bestille flere tider lige nu"


def test_robots_and_days_that_are_not_there(school: ConsultationSeries, visitor: Visitor) -> None:
    book_by_page(visitor, homepage="http://spam.example")
    assert visitor.open("/konsultation/asaa-skole").text.count("4 ledige tider") == 6
    assert visitor.open(f"/konsultation/asaa-skole/{school.days[-1].id}").url.endswith("/konsultation/asaa-skole")
    assert visitor.open("/konsultation/findes-ikke").status == 404
