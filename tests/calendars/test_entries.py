"""Calendar entries, read back by a parser, whatever strangers write in them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.calendars.entries import Entry, Party, cancellation, published, request

ENTRY = Entry(
    uid="0123@varigespor.example",
    sequence=2,
    changed_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
    starts_at=datetime(2027, 1, 10, 14, tzinfo=UTC),
    ends_at=datetime(2027, 1, 10, 16, tzinfo=UTC),
    title="Møde på Asaa Skole",
    description="Kaffe & kage\nog gæster",
    place="Asaa Skole, 9340 Asaa",
    url="https://varigespor.example/arrangementer/moede",
)
ORGANISER, GUEST = Party("v@kommune.example", "Varige Spor"), Party("mette@asaa.example", "Mette Østergård")
ATTACKS = [
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Falsk",
    'a";b:c,d\\n"',
    "æøå" * 60,
    "\u202etxt.exe\x00\x1b[2J",
    "linje\u2028ny\x85linje",
    "=HYPERLINK(1)",
]


def _event(text: str) -> Any:
    assert text.replace("\r\n", "").count("\n") == text.replace("\r\n", "").count("\r") == 0
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = icalendar.Calendar.from_ical(text)
    assert len(calendar.walk("VTIMEZONE")) == len(calendar.walk("STANDARD")) == len(calendar.walk("DAYLIGHT")) == 1
    [event] = calendar.walk("VEVENT")
    return event


def test_a_request_asks_one_guest() -> None:
    text = request(ENTRY, organiser=ORGANISER, guest=GUEST)
    event = _event(text)
    assert "METHOD:REQUEST\r\n" in text
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (ENTRY.uid, 2, "CONFIRMED")
    assert str(event["ATTENDEE"]) == "mailto:mette@asaa.example"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["ATTENDEE"].params["CN"] == "Mette Østergård"
    assert str(event["ORGANIZER"]) == "mailto:v@kommune.example"
    assert "DTSTART;TZID=Europe/Copenhagen:20270110T150000" in text
    assert "DTSTAMP:20261121T100000Z" in text
    assert str(event["DESCRIPTION"]) == ENTRY.description


def test_who_comes_is_accepted_and_who_may_answer_by_calendar_is_asked_to() -> None:
    event = _event(request(ENTRY, organiser=ORGANISER, guest=GUEST, coming=True, rsvp=True))
    assert (event["ATTENDEE"].params["PARTSTAT"], event["ATTENDEE"].params["RSVP"]) == ("ACCEPTED", "TRUE")


def test_a_cancellation_takes_it_out() -> None:
    text = cancellation(ENTRY, organiser=ORGANISER, guest=GUEST)
    assert "METHOD:CANCEL\r\n" in text
    assert str(_event(text)["STATUS"]) == "CANCELLED"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_field_can_break_out(attack: str) -> None:
    entry = replace(ENTRY, title=attack, description=attack, place=attack)
    guest = Party("mette@asaa.example", attack)
    for text in (
        request(entry, organiser=ORGANISER, guest=guest),
        cancellation(entry, organiser=ORGANISER, guest=guest),
        published([entry], name=attack),
    ):
        event = _event(text)
        assert str(event["UID"]) == ENTRY.uid
        assert not {"\u202e", "\x00", "\x1b", "\x85"} & set(text)


@given(st.text(max_size=300))
def test_any_text_comes_back_as_one_line(text: str) -> None:
    title = str(_event(published([replace(ENTRY, title=text, description=text)]))["SUMMARY"])
    assert title == " ".join(title.split())


def test_a_feed_holds_every_entry_at_its_danish_time() -> None:
    summer = replace(
        ENTRY,
        uid="summer@varigespor.example",
        starts_at=datetime(2027, 7, 10, 13, tzinfo=UTC),
        ends_at=datetime(2027, 7, 10, 15, tzinfo=UTC),
    )
    calendar = icalendar.Calendar.from_ical(published([ENTRY, summer], name="Varige Spor"))
    found = recurring_ical_events.of(calendar).between((2027, 1, 1), (2027, 12, 31))
    assert [event["DTSTART"].dt.hour for event in found] == [15, 15]
