"""What is sent to, or fetched by, other people's calendars.

A REQUEST puts an entry into the guest's calendar, a later one with a higher sequence changes it, a CANCEL takes it
out; PUBLISH is for files to download and for feeds. All text may come from strangers: none of it can end a line.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText, vUri

from volunteer_match.foundation.clock import COPENHAGEN

from .copenhagen import copenhagen_zone

PRODUCT = "-//Varige Spor//Varige Spor//DA"
# These turn the direction of writing round: a title could be made to look like another one.
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. The same `uid` with a higher `sequence` replaces what a calendar has; `changed_at` is its stamp."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    description: str = ""
    place: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a calendar entry: a mail address that has been checked, and a name that may be empty."""

    email: str
    name: str = ""


def request(entry: Entry, *, organiser: Party, guest: Party, coming: bool = False, rsvp: bool = False) -> str:
    """METHOD:REQUEST for one guest; `coming` when they have said yes already.

    `rsvp` asks the calendar program to mail an answer: only where somebody reads what comes to the organiser.
    """
    status = "ACCEPTED" if coming else "NEEDS-ACTION"
    event = event_of(entry, status="CONFIRMED")
    event.add("organizer", _address(organiser))
    attendee = _address(guest)
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText(status)
    attendee.params["RSVP"] = vText("TRUE" if rsvp else "FALSE")
    event.add("attendee", attendee)
    return calendar_of("REQUEST", [event])


def cancellation(entry: Entry, *, organiser: Party, guest: Party) -> str:
    """METHOD:CANCEL for one guest; the entry's sequence must be higher than that of the last REQUEST."""
    event = event_of(entry, status="CANCELLED")
    event.add("organizer", _address(organiser))
    event.add("attendee", _address(guest))
    return calendar_of("CANCEL", [event])


def published(entries: Iterable[Entry], *, name: str = "") -> str:
    """METHOD:PUBLISH: a file to download, or a feed with a name, read again every few hours."""
    return calendar_of("PUBLISH", [event_of(entry, status="CONFIRMED") for entry in entries], name=name)


def calendar_of(method: str, events: Iterable[Event], *, name: str = "") -> str:
    """The whole file, with the time zone in it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", one_line(name))
        calendar.add("x-wr-timezone", "Europe/Copenhagen")
        calendar.add("refresh-interval", timedelta(hours=4), parameters={"VALUE": "DURATION"})
    calendar.add_component(copenhagen_zone())
    for event in events:
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def event_of(entry: Entry, *, status: str) -> Event:
    """The VEVENT of an entry; nobody is asked to it yet."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.starts_at.astimezone(COPENHAGEN))
    event.add("dtend", entry.ends_at.astimezone(COPENHAGEN))
    event.add("summary", one_line(entry.title))
    event.add("status", status)
    event.add("transp", "OPAQUE")
    if entry.description:
        event.add("description", printable(entry.description))
    if entry.place:
        event.add("location", one_line(entry.place))
    if entry.url:
        event["url"] = vUri(entry.url)
    return event


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{one_line(party.email)}")
    if party.name:
        # A name is a quoted parameter, and a quoted parameter can hold no quote.
        address.params["CN"] = vText(one_line(party.name).replace('"', "'"))
    return address


def one_line(text: str) -> str:
    """For what must stay on one line."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """Text with one kind of line break and nothing that can't be seen."""
    text = re.sub(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return "".join(character for character in text if _can_be_seen(character))


def _can_be_seen(character: str) -> bool:
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in _DIRECTION_MARKS
