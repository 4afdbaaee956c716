"""The meeting of 10 January in a real browser: an admin writes it and invites, a guest answers by phone."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest

from tests.browser.town import PASSWORD, Town
from tests.browser.window import PHONE, Window
from volunteer_match.foundation.clock import COPENHAGEN, danish_date, utc_now
from volunteer_match.people.permissions import Role

pytestmark = pytest.mark.browser
TITLE = "Møde om Varige Spor"
METTE, OLE = "mette@asaa.example", "ole@post.example"


def _next_tenth_of_january() -> date:
    soonest = danish_date(utc_now()) + timedelta(days=14)
    return next(day for year in (0, 1) if (day := date(soonest.year + year, 1, 10)) >= soonest)


def _date(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def test_from_a_draft_to_an_answer_on_a_phone(town: Town, window: Callable[..., Window]) -> None:
    town.hire("admin@brslev.example", Role.ADMIN, "Torben Admin")
    day, admin = _next_tenth_of_january(), window()
    admin.open("/log-ind").fill(email="admin@brslev.example", password=PASSWORD).press("Log ind")

    _write(admin, day)
    _invite(town, admin)
    mail = _read_invitation(town, day)
    _answer(town, mail, window(PHONE))

    admin.follow("Overblik")
    assert " ".join(admin.page.locator(".figures").inner_text().split()).startswith("2 mennesker kommer, af 40 pladser")
    visitor = window(PHONE).open("/").follow(TITLE)
    assert "Hent til din kalender" in visitor.text


def _write(admin: Window, day: date) -> None:
    admin.open("/admin/arrangementer").follow("Nyt arrangement")
    admin.fill(title=TITLE, description="Hør om netværk og frivillighed.", programme="14.00 Velkomst\n15.00 Kaffe")
    admin.fill(**_date("day", day), **_date("reply_on", day - timedelta(days=6)), starts="14.00", ends="16.00")
    admin.fill(place="Asaa Skole", postcode="9340", access_notes="Der er elevator.", capacity="40")
    admin.tick("questions", "food").press("Gem kladden")
    admin.follow("Se siden som gæst")
    assert "Vil du med?" in admin.text
    admin.follow("Tilbage til overblikket").press("Åbn for svar")


def _invite(town: Town, admin: Window) -> None:
    admin.follow("Gæster").fill(addresses=f"Mette Holm, {METTE}\nOle Bak, {OLE}").press("Sæt dem på listen")
    admin.follow("Videre til indbydelsen").fill(text="Kære {navn}\n\nKom til {titel} {dag}.").press("Gem teksten")
    assert "Kære Mette Holm" in admin.text
    admin.press("Send en prøve til mig selv")
    assert town.new_mail_to("admin@brslev.example")["Subject"]
    admin.press("Send 2 indbydelser")


def _read_invitation(town: Town, day: date) -> EmailMessage:
    mail = town.new_mail_to(METTE)
    parts: list[Any] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(parts[0].get_content())
    assert (str(calendar["METHOD"]), len(calendar.walk("STANDARD")), len(calendar.walk("DAYLIGHT"))) == (
        "REQUEST",
        1,
        1,
    )
    [entry] = calendar.events
    begins = datetime.combine(day, time(14), COPENHAGEN)
    assert (entry.start, entry["SEQUENCE"], str(entry["SUMMARY"])) == (begins, 0, TITLE)
    return mail


def _answer(town: Town, mail: EmailMessage, guest: Window) -> None:
    guest.open(town.link_in(mail)).tick("coming", "yes").fill(people="2").press("Send mit svar")
    assert "Du kommer" in guest.text
