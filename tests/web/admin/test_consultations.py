"""Planning consultation days: what is typed stays, what can't be is refused, what changes is told."""

from collections.abc import Callable

import pytest

from tests.visitors.browsing import Visitor
from tests.web.conftest import link_in
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.permissions import Role

Enter = Callable[..., Visitor]
SCHOOL = {"school": "Asaa Skole", "address": "Skolegade 1", "postcode": "9340", "way_in": "Lokale 12"}


@pytest.fixture
def leader(sign_in: Enter) -> Visitor:
    """A leader who has planned every second Tuesday from 8 December to the middle of January."""
    leader = sign_in("lone@brslev.example", Role.TEAM_LEADER)
    leader.open("/admin/konsultationer/ny").fill(**SCHOOL, **dates("first_on", 8, 12, 2026), starts="13", ends="14.30")
    return leader.fill(**dates("last_on", 20, 1, 2027)).press("Læg dagene")


def dates(name: str, day: int, month: int, year: int) -> dict[str, str]:
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": str(year)}


def test_nothing_typed_is_lost_when_a_series_is_refused(sign_in: Enter) -> None:
    leader = sign_in("lone@brslev.example", Role.TEAM_LEADER).open("/admin/konsultationer/ny")
    leader.fill(**SCHOOL, **dates("first_on", 8, 12, 2026), **dates("last_on", 7, 12, 2026), starts="13", ends="13.10")
    leader.press("Læg dagene")

    assert leader.status == 422
    assert "Der skal være mindst 20 minutter" in leader.text
    assert "Den sidste dag kan ikke ligge før den første" in leader.text
    assert leader.form.values["way_in"] == "Lokale 12"
    assert leader.form.values["ends"] == "13.10"


def test_a_holiday_is_skipped_as_long_as_it_is_there(leader: Visitor) -> None:
    leader.open("/admin/skoleferier").fill(
        name="Juleferie", **dates("first_on", 19, 12, 2026), **dates("last_on", 3, 1, 2027)
    )
    leader.press("Tilføj")
    assert "Springes over Juleferie" in leader.open("/admin/konsultationer/1").text

    leader.open("/admin/skoleferier").fill(
        name="Jul", **dates("first_on", 19, 12, 2026), **dates("last_on", 3, 1, 2027)
    )
    assert leader.press("Tilføj").status == 422
    leader.open("/admin/skoleferier").press("Slet Juleferie")
    assert "Springes over" not in leader.open("/admin/konsultationer/1").text.partition("Dagene")[2]


def test_a_school_year_is_put_in_once(leader: Visitor) -> None:
    leader.open("/admin/skoleferier").press("Læg skoleåret 2026/27 ind")
    assert "Læg skoleåret" not in leader.text
    assert 'aria-current="page">Konsultationsdage' in leader.answer.text, "where the menu says we are"
    leader.press("Slet Vinterferie")
    assert "Læg skoleåret 2026/27 ind" in leader.text, "one of them is missing again"


def test_a_cancelled_day_tells_who_has_booked_and_can_be_held_after_all(
    leader: Visitor, visitor: Visitor, mails: Callable[[], list[OutboxMail]]
) -> None:
    visitor.open("/konsultation/asaa-skole").follow("Tirsdag den 8. december 2026").tick("slot", "0")
    visitor.tick("topic", "health").tick("role", "parent").fill(name="Mor", email="mor@post.example")
    visitor.press("Bestil tiden")

    leader.open("/admin/konsultationer/1").follow("8. december 2026").follow("Aflys dagen …")
    assert "1 har bestilt" in leader.text
    leader.fill(note="Vi er desværre nødt til at aflyse.").press("Aflys dagen")
    assert mails()[-1].template == "consultation_called_off"
    assert "desværre nødt" in visitor.open(link_in(mails()[-1])).text
    assert "Aflyst" in leader.text

    leader.press("Hold dagen alligevel")
    assert "Dagen holdes alligevel." in leader.text


def test_a_changed_series_moves_its_days(leader: Visitor) -> None:
    leader.open("/admin/konsultationer/1").follow("Ret rækken")
    assert leader.form.values["starts"] == "13.00"
    leader.fill(starts="12.30", ends="14").press("Gem")

    assert leader.status == 200
    assert "kl. 12.30–14.00" in leader.text


def test_one_person_can_hold_one_role(leader: Visitor, hire: Callable[..., int]) -> None:
    pia = str(hire("pia@brslev.example", Role.PROFESSIONAL, name="Pia"))
    leader.open("/admin/konsultationer/1/bemanding").tick("caseworker", "")
    leader.tick("health_visitor", pia).tick("psychologist", pia).press("Gem")

    assert leader.status == 422
    assert "Den samme kan kun have én rolle" in leader.text


def test_who_is_away_comes_after_all(leader: Visitor, hire: Callable[..., int]) -> None:
    pia = str(hire("pia@brslev.example", Role.PROFESSIONAL, name="Pia"))
    leader.open("/admin/konsultationer/1/bemanding").tick("caseworker", "").tick("health_visitor", "")
    leader.tick("psychologist", pia).press("Gem").follow("8. december 2026").follow("Meld fravær")
    leader.tick("stand_in", "").press("Gem fraværet")
    assert "Pia er væk, og ingen afløser endnu" in leader.text

    leader.press("Kommer alligevel Pia")
    assert "er væk" not in leader.text
