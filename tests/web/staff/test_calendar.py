"""The house's calendar: by month and as a list, and who may open what stands in it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from flask import Flask

from tests.factories.consultations import booked, every_second_tuesday
from tests.factories.events import draft_event, open_event
from tests.factories.people import hire
from tests.visitors.browsing import Visitor
from tests.web.conftest import sign_in_as
from volunteer_match.consultations.days import NewTime, cancel_day, move_day
from volunteer_match.consultations.school_year import add_school_year
from volunteer_match.events.planning import cancel_event
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role

PIA = "pia@brslev.example"
CELL = re.compile(r'<td class="month__day.*?</td>', re.DOTALL)


@pytest.fixture
def planned(app: Flask, clock: time_machine.Traveller, hire_pia: int) -> None:
    """The meeting of 10 January, one at New Year that lasts over midnight, one called off, a draft, and Pia's days."""
    with app.app_context():
        admin, leader, now = hire("Torben", Role.ADMIN), hire("Lone", Role.TEAM_LEADER), utc_now()
        open_event(admin, capacity=60)
        draft_event(admin, title="Kladden om foråret")
        new_year = datetime(2026, 12, 31, 20, tzinfo=UTC)
        open_event(
            admin,
            title="Nytår på torvet",
            starts_at=new_year,
            ends_at=datetime(2027, 1, 1, 1, tzinfo=UTC),
            reply_on=date(2026, 12, 20),
        )
        off = open_event(admin, title="Fællesspisning")
        cancel_event(off, reason="Kokken er syg", by=admin, now=now)
        add_school_year("2026/27", by=leader, now=now)
        series = every_second_tuesday(leader, psychologist=find_user(PIA))
        first, second = series.days[:2]
        called_off = next(day for day in series.days if day.planned_on == date(2027, 1, 5))
        booked(first, 0)
        move_day(second, NewTime(date(2026, 12, 9), time(15), time(16, 30), ""), note="", by=leader, now=now)
        cancel_day(called_off, note="Hun er syg", by=leader, now=now)
        db.session.commit()


@pytest.fixture
def hire_pia(app: Flask, hire: Callable[..., int]) -> int:
    """A psychologist."""
    return hire(PIA, Role.PROFESSIONAL, name="Pia")


def _days(visitor: Visitor) -> dict[str, str]:
    """The days of the table, by date."""
    cells = CELL.findall(visitor.answer.text)
    return {re.search(r'datetime="([^"]+)"', cell)[1]: cell for cell in cells}  # type: ignore[index]  # each has one


def test_a_month_is_a_table_of_weeks_with_today_marked(
    planned: None, sign_in: Callable[..., Visitor], clock: time_machine.Traveller
) -> None:
    visitor = sign_in("anna@brslev.example", Role.CASEWORKER).follow("Kalender")
    days = _days(visitor)

    assert visitor.title.startswith("Kalender: November 2026")
    assert "Uge Mandag Tirsdag Onsdag Torsdag Fredag Lørdag Søndag Uge 44 26" in visitor.text
    assert len(days) == 6 * 7
    assert [day for day, cell in days.items() if 'aria-current="date"' in cell] == ["2026-11-21"]
    assert "kl. 15.00–16.30" in days["2026-11-24"]
    assert "1 af 4 tider bestilt" in days["2026-11-24"]

    visitor.follow("Næste måned").follow("Næste måned")
    assert visitor.title.startswith("Kalender: Januar 2027")
    assert "aria-current" not in "".join(_days(visitor).values())
    visitor.follow("Forrige måned")
    assert visitor.title.startswith("Kalender: December 2026")
    assert visitor.follow("Denne måned").title.startswith("Kalender: November 2026")


def test_everything_stands_on_its_day(planned: None, sign_in: Callable[..., Visitor]) -> None:
    visitor = sign_in("anna@brslev.example", Role.CASEWORKER)
    december = _days(visitor.open("/kalender?maaned=2026-12"))
    january = _days(visitor.open("/kalender?maaned=2027-01"))

    assert "Konsultation" not in december["2026-12-08"]
    assert "Flyttet fra 8. december 2026" in december["2026-12-09"]
    assert "Juledag" in december["2026-12-25"]
    assert "Juleferie" in december["2026-12-22"]
    assert "Konsultation" not in december["2026-12-22"]
    assert "Nytår på torvet" in december["2026-12-31"]
    assert "Nytår på torvet" in january["2027-01-01"]
    assert "Nytår på torvet" not in january["2027-01-02"]
    assert "Aflyst" in january["2027-01-05"]
    assert "kl. 15.00–17.00" in january["2027-01-10"]
    assert "0 af 60 pladser taget" in january["2027-01-10"]
    assert january["2027-01-10"].count("Aflyst") == 1
    assert "Kladden" not in visitor.text


def test_the_list_goes_a_year_ahead_and_names_a_holiday_once(planned: None, sign_in: Callable[..., Visitor]) -> None:
    visitor = sign_in("anna@brslev.example", Role.CASEWORKER).open("/kalender").follow("Liste")

    assert visitor.text.index("December 2026") < visitor.text.index("Januar 2027") < visitor.text.index("April 2027")
    assert visitor.text.count("Juleferie til og med") == 1
    assert "Juleferie til og med 3. januar 2027" in visitor.text
    assert visitor.text.count("Nytår på torvet") == 1
    assert "Onsdag den 9. december 2026" in visitor.text


@pytest.mark.parametrize(
    ("email", "role", "event", "day", "called_off"),
    [
        (PIA, Role.PROFESSIONAL, "/arrangementer/", "/konsultationer/1", "/konsultationer/4"),
        ("anna@brslev.example", Role.CASEWORKER, "/arrangementer/", "/konsultation/asaa-skole", None),
        ("ida@brslev.example", Role.INTAKE, "/arrangementer/", "/konsultation/asaa-skole", None),
        (
            "lis@brslev.example",
            Role.TEAM_LEADER,
            "/arrangementer/",
            "/admin/konsultationer/dag/1",
            "/admin/konsultationer/dag/4",
        ),
        (
            "tom@brslev.example",
            Role.ADMIN,
            "/admin/arrangementer/1",
            "/admin/konsultationer/dag/1",
            "/admin/konsultationer/dag/4",
        ),
    ],
)
def test_each_is_led_to_what_they_may_open(
    planned: None,
    app: Flask,
    hire: Callable[..., int],
    email: str,
    role: Role,
    event: str,
    day: str,
    called_off: str | None,
) -> None:
    if email != PIA:
        hire(email, role)
    visitor = sign_in_as(Visitor(app.test_client()), email)
    november = _days(visitor.open("/kalender"))
    january = _days(visitor.open("/kalender?maaned=2027-01"))

    assert f'href="{day}"' in november["2026-11-24"]
    assert f'href="{event}' in january["2027-01-10"]
    assert (f'href="{called_off}"' if called_off else "<span>Konsultation: Asaa Skole</span>") in january["2027-01-05"]
    assert ("Kladden om foråret" in january["2027-01-10"]) == (role is Role.ADMIN)
    for link in re.findall(
        r'<a href="([^"]+)"', november["2026-11-24"] + january["2027-01-10"] + january["2027-01-05"]
    ):
        assert visitor.open(link).status == 200


def test_who_has_no_other_page_lands_on_it(app: Flask, sign_in: Callable[..., Visitor], clock: object) -> None:
    visitor = sign_in("ida@brslev.example", Role.INTAKE)
    assert visitor.heading == "Kalender"
    assert "Der er ingen arrangementer eller konsultationsdage i denne måned." in visitor.text


def test_it_speaks_english(planned: None, sign_in: Callable[..., Visitor]) -> None:
    visitor = sign_in("anna@brslev.example", Role.CASEWORKER).open("/kalender?maaned=2026-12").press("English")
    visitor.open("/kalender?maaned=2026-12")
    assert "Week Monday Tuesday Wednesday" in visitor.text
    assert "Christmas Day" in visitor.text


@pytest.mark.parametrize("month", ["2027-13", "1999-01", "x", "2027-01-01"])
def test_what_is_no_month_is_not_there(month: str, sign_in: Callable[..., Visitor], clock: object) -> None:
    assert sign_in("anna@brslev.example", Role.CASEWORKER).open(f"/kalender?maaned={month}").status == 404
