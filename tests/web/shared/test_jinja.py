"""Danish ways of writing things."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_login import login_user

from volunteer_match.people.models import RoleRow, User
from volunteer_match.people.permissions import Role
from volunteer_match.web.shared import jinja

LATE_EVENING = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)


@pytest.mark.usefixtures("in_danish")
class TestInDanish:
    def test_dates_are_those_of_the_danish_calendar(self) -> None:
        assert jinja.danish_date(LATE_EVENING) == "22. november 2026"
        assert jinja.short_date(date(2026, 1, 2)) == "02.01.2026"

    def test_times_have_a_dot_and_follow_summer_time(self) -> None:
        assert jinja.kl(datetime(2026, 7, 1, 12, 30, tzinfo=UTC)) == "kl. 14.30"
        assert jinja.kl(datetime(2026, 1, 1, 8, 5, tzinfo=UTC)) == "kl. 09.05"

    @pytest.mark.parametrize(("distance", "written"), [(0.0, "under 1 km"), (0.99, "under 1 km"), (2.6, "3 km")])
    def test_distances_have_no_decimals(self, distance: float, written: str) -> None:
        assert jinja.km(distance) == written

    @pytest.mark.parametrize(
        ("days", "written"),
        [
            (0, "i dag"),
            (1, "i går"),
            (3, "for 3 dage siden"),
            (-1, "i morgen"),
            (-5, "om 5 dage"),
        ],
    )
    def test_days_are_counted_by_midnights(self, days: int, written: str) -> None:
        with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
            assert jinja.days_ago(date(2026, 11, 21) - timedelta(days=days)) == written

    def test_yesterday_evening_is_yesterday(self) -> None:
        with time_machine.travel(datetime(2026, 11, 21, 7, tzinfo=UTC), tick=False):
            assert jinja.days_ago(datetime(2026, 11, 20, 22, 30, tzinfo=UTC)) == "i går"

    def test_places_slots_phones_and_languages(self) -> None:
        assert jinja.place_name("9340") == "9340 Asaa"
        assert jinja.slot_names(["wed-evening", "tue-afternoon"]) == ["tirsdag eftermiddag", "onsdag aften"]
        assert jinja.phone("+4512345678") == "12 34 56 78"
        assert jinja.language_names(["da", "ar"]) == "Dansk, arabisk"

    def test_what_is_not_known_is_shown_as_it_is(self) -> None:
        assert jinja.kind_label("gone_from_the_taxonomy") == "gone_from_the_taxonomy"
        assert jinja.place_name("0000") == "0000"

    @pytest.mark.parametrize("show", [jinja.danish_date, jinja.short_date, jinja.kl, jinja.km, jinja.days_ago])
    def test_nothing_shows_as_nothing(self, show: Any) -> None:
        assert show(None) == ""


@pytest.mark.usefixtures("in_english")
def test_dates_in_english_cannot_be_misread() -> None:
    assert jinja.danish_date(LATE_EVENING) == "22 November 2026"
    assert jinja.short_date(date(2026, 1, 2)) == "2 Jan 2026"
    assert jinja.kl(LATE_EVENING) == "00:30"
    assert jinja.language_names(["da", "ar"]) == "Danish, Arabic"


def test_the_menu_holds_what_the_person_may_open_and_marks_where_they_are(shared_app: Flask) -> None:
    caseworker = User(id=1, email="mette@brslev.example", name="Mette", active=True, fs_uniquifier="m")
    caseworker.roles = [RoleRow(id=1, name=Role.CASEWORKER)]
    with shared_app.test_request_context("/staff/cases"):
        login_user(caseworker)
        menu = jinja.navigation()
    assert [(item["url"], item["current"]) for item in menu] == [("/staff/today", False), ("/staff/cases", True)]


def test_nobody_has_no_menu(in_danish: Flask) -> None:
    assert jinja.navigation() == []
