"""The meeting of 10 January: from a draft to a full hall, a freed seat, another time, and a snowstorm."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import icalendar
import pytest

from tests.journeys.story import Story, begin
from tests.visitors.browsing import Visitor
from volunteer_match.audit.trail import verify_trail
from volunteer_match.foundation.clock import COPENHAGEN
from volunteer_match.people.permissions import Role

ADMIN = "admin@brslev.example"
OLE, METTE, BIRTHE, KAI = (f"{name}@asaa.example" for name in ("ole", "mette", "birthe", "kai"))
BEGINS = datetime(2027, 1, 10, 14, tzinfo=COPENHAGEN)


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    """A municipality with an admin, on each kind of database."""
    with begin(database_url, {ADMIN: Role.ADMIN}) as story:
        yield story


@pytest.fixture
def invited(story: Story) -> Visitor:
    """The admin, after four guests have been invited to a room for four people."""
    admin = story.signed_in(ADMIN).follow("Arrangementer").follow("Nyt arrangement")
    admin.fill(title="Møde på Asaa Skole", description="Om netværk og frivillighed.", capacity="4")
    admin.fill(**_date("day", 10), **_date("reply_on", 4), starts="14.00", ends="16.00")
    admin.fill(place="Asaa Skole", postcode="9340").press("Gem kladden")
    admin.press("Åbn for svar").follow("Gæster")
    admin.fill(
        addresses="\n".join(f"{who.split('@', maxsplit=1)[0].title()}, {who}" for who in (OLE, METTE, BIRTHE, KAI))
    )
    admin.press("Sæt dem på listen").follow("Videre til indbydelsen").press("Send 4 indbydelser")
    story.settle()
    return admin


def _date(name: str, day: int) -> dict[str, str]:
    return {f"{name}-day": str(day), f"{name}-month": "1", f"{name}-year": "2027"}


def _say(story: Story, who: str, coming: str, people: str = "1") -> Visitor:
    words = story.mails_to(who)[-1].split()
    link = next(word for word in words if "/indbydelse/" in word).removeprefix("http://localhost")
    guest = story.browser_of(who).open(link).tick("coming", coming)
    return (guest.fill(people=people) if coming == "yes" else guest).press("Send mit svar")


def _calendars(story: Story, who: str) -> list[icalendar.Calendar]:
    """The calendar parts that have come to an address, oldest first."""
    found = []
    for mail in story.server.mails:
        parts: list[Any] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        if mail["To"] == who and parts:
            calendar = icalendar.Calendar.from_ical(parts[0].get_content())
            assert parts[0].get_param("method") == str(calendar["METHOD"])
            assert len(calendar.walk("STANDARD")) == len(calendar.walk("DAYLIGHT")) == 1
            found.append(calendar)
    return found


def test_an_invitation_comes_with_an_entry_for_the_calendar(story: Story, invited: Visitor) -> None:
    for who in (OLE, METTE, BIRTHE, KAI):
        [mail] = story.mails_to(who)
        assert "Vi vil gerne invitere dig til Møde på Asaa Skole søndag den 10. januar 2027" in " ".join(mail.split())
        [calendar] = _calendars(story, who)
        [entry] = calendar.events
        assert (str(calendar["METHOD"]), entry["SEQUENCE"], entry.start) == ("REQUEST", 0, BEGINS)
        assert str(entry["ATTENDEE"]) == f"mailto:{who}"
    invited.follow("Overblik")
    assert "4 af 4 indbydelser er sendt" in invited.text


@pytest.mark.usefixtures("invited")
def test_a_full_hall_and_a_seat_that_becomes_free(story: Story) -> None:
    assert "Du kommer" in _say(story, OLE, "yes", "3").text
    assert "Du kommer" in _say(story, METTE, "yes").text
    assert "Du står på ventelisten" in _say(story, BIRTHE, "yes").text
    assert "Du står på ventelisten" in _say(story, KAI, "yes").text
    _say(story, METTE, "no")
    assert "plads" in story.mails_to(BIRTHE)[-1]
    assert len(story.mails_to(KAI)) == 2, "the invitation and the receipt: it is not Kai's turn"
    story.later(hours=49)
    assert "Du kommer" in _say(story, KAI, "yes").text
    admin = story.signed_in(ADMIN).follow("Arrangementer").follow("Møde på Asaa Skole").follow("Svar")
    assert "4 mennesker kommer." in admin.text
    assert "Tog ikke pladsen i tide" in admin.text


def test_another_time_and_at_last_a_snowstorm(story: Story, invited: Visitor) -> None:
    _say(story, OLE, "yes", "2")
    _say(story, METTE, "no")
    invited.follow("Overblik").follow("Ret").fill(starts="15.00", ends="17.00").press("Gem")
    story.settle()
    invited.follow("Aflys …").fill(reason="Der er snestorm.").press("Aflys arrangementet")
    story.settle()

    calendars = _calendars(story, OLE)
    assert [str(calendar["METHOD"]) for calendar in calendars] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    entries = [calendar.events[0] for calendar in calendars]
    assert [entry["SEQUENCE"] for entry in entries] == [0, 0, 1, 2]
    assert len({str(entry["UID"]) for entry in entries}) == 1
    assert entries[2].start == BEGINS.replace(hour=15)
    assert "Der er snestorm." in story.mails_to(OLE)[-1]
    assert [str(calendar["METHOD"]) for calendar in _calendars(story, METTE)] == ["REQUEST"]
    with story.app.app_context():
        assert verify_trail() is None


@pytest.mark.usefixtures("invited")
def test_reminders_to_the_silent_and_to_those_who_come(story: Story) -> None:
    _say(story, OLE, "yes")
    story.move_to(datetime(2027, 1, 2, 10, tzinfo=COPENHAGEN))
    assert "svar" in story.mails_to(METTE)[-1]
    assert (len(story.mails_to(METTE)), len(story.mails_to(OLE))) == (2, 2)
    story.move_to(datetime(2027, 1, 9, 10, tzinfo=COPENHAGEN))
    assert (len(story.mails_to(METTE)), len(story.mails_to(OLE))) == (2, 3)
    story.move_to(datetime(2027, 1, 10, 21, tzinfo=COPENHAGEN))
    assert "Holdt" in story.signed_in(ADMIN).follow("Arrangementer").text
