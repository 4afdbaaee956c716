"""The calendar entry in each mail to a guest, taken out of the mail as it goes over the wire and read by a parser."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from itertools import pairwise
from typing import Any

import icalendar
import pytest
import recurring_ical_events

from tests.factories.events import MEETING, draft_event, invited, open_event
from tests.factories.mails import mails
from tests.factories.people import NOW
from volunteer_match.events import planning
from volunteer_match.events.answers import Answer, Coming, answer
from volunteer_match.events.due import run_due
from volunteer_match.events.event_mail import guest_uid
from volunteer_match.events.models import Event
from volunteer_match.foundation.clock import COPENHAGEN
from volunteer_match.notifications.delivery import compose
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.models import User

HOUR = timedelta(hours=1)
ATTACKS = {
    "an alarm": "Møde\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1M\r\nEND:VALARM",
    "another event": "Møde\nEND:VEVENT\nBEGIN:VEVENT\nUID:falsk\nSUMMARY:Falsk",
    "another guest": "Møde\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ond@post.example",
    "a fold": "Møde\r\n X-ALT-DESC:<script>",
    "a header": "Møde\r\nBcc: alle@post.example\r\n\r\nhej",
    "a parameter": 'Møde";CN=x:mailto:ond@post.example;X="',
    "unicode line ends": "Møde\u2028BEGIN:VALARM\u2029END\x85x\x0by",
    "escapes": "Møde\\n\\, \\; \\\\",
    "letters of two bytes at every fold": "æøå" * 65,
    "letters of four bytes at every fold": "🧡" * 49 + "æ",
}


def as_sent(mail: OutboxMail) -> EmailMessage:
    """What the guest's mail program gets."""
    return message_from_bytes(compose(mail).as_bytes(policy=SMTP), policy=default)


def entry_in(mail: OutboxMail) -> tuple[str, Any]:
    """The method and the one event of a mail, after a look at everything around them."""
    message = as_sent(mail)
    assert [message.get_content_maintype(), message["Bcc"]] == ["multipart", None]
    [part] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    [file] = [part for part in message.walk() if part.get_content_type() == "application/ics"]
    raw = part.get_payload(decode=True)
    assert raw == file.get_payload(decode=True)
    assert isinstance(raw, bytes)
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert [line.decode() for line in lines], "no letter is cut in two by a fold"
    calendar = icalendar.Calendar.from_ical(raw)
    assert [one.name for one in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]
    assert sorted(str(one.name) for one in calendar.walk("VTIMEZONE")[0].subcomponents) == ["DAYLIGHT", "STANDARD"]
    assert str(calendar["METHOD"]) == part.get_param("method")
    [event] = calendar.walk("VEVENT")
    assert event.subcomponents == []
    assert str(event["ATTENDEE"]) == f"mailto:{mail.to_address}"
    return str(calendar["METHOD"]), event


def move(event: Event, by: timedelta, admin: User, *, now: datetime) -> None:
    details = replace(MEETING, starts_at=event.starts_at + by, ends_at=event.ends_at + by)
    planning.change_event(event, details=details, by=admin, now=now)
    run_due(now=now)


def test_one_guests_entry_from_the_invitation_to_the_end(event: Event, admin: User) -> None:
    [guest] = invited(event, admin)
    answer(guest, said=Answer(coming=Coming.YES), now=NOW + HOUR)
    move(event, HOUR, admin, now=NOW + 2 * HOUR)
    planning.cancel_event(event, reason="Sne", by=admin, now=NOW + 3 * HOUR)
    run_due(now=NOW + 3 * HOUR)

    found = [entry_in(mail) for mail in mails(about=guest.id) if mail.calendar]
    assert [method for method, _entry in found] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    entries = [entry for _method, entry in found]
    assert [entry["SEQUENCE"] for entry in entries] == [0, 0, 1, 2]
    assert {str(entry["UID"]) for entry in entries} == {guest_uid(guest)}
    assert [str(entry["STATUS"]) for entry in entries] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    partstats = [entry["ATTENDEE"].params.get("PARTSTAT") for entry in entries]
    assert partstats == ["NEEDS-ACTION", "ACCEPTED", "ACCEPTED", None]
    stamps = [entry["DTSTAMP"].dt for entry in entries]
    assert all(earlier <= later for earlier, later in pairwise(stamps))
    assert stamps[1] < stamps[2] < stamps[3]
    assert [entry.start.hour for entry in entries] == [15, 15, 16, 16]


def test_every_guest_has_an_entry_of_their_own_and_the_public_file_another(event: Event, admin: User) -> None:
    guests = invited(event, admin, 3)
    uids = {str(entry_in(mails("event_invitation", about=guest.id)[0])[1]["UID"]) for guest in guests}
    assert len(uids | {event.uid}) == 4
    # Nobody can work out another's.
    assert not {str(guest.id) for guest in guests} & {uid.split("@")[0] for uid in uids}


def test_what_no_calendar_shows_leaves_the_sequence_alone(event: Event, admin: User) -> None:
    [guest] = invited(event, admin)
    planning.change_event(event, details=replace(MEETING, description="Nyt", capacity=20), by=admin, now=NOW + HOUR)
    run_due(now=NOW + HOUR)
    assert event.sequence == 0
    assert {mail.template for mail in mails(about=guest.id)} == {"event_invitation"}


def test_who_says_no_or_waits_gets_no_entry_with_the_receipt(event: Event, admin: User) -> None:
    full, waiting, no = invited(event, admin, 3)
    for guest, said in (
        (full, Answer(coming=Coming.YES, people=10)),
        (waiting, Answer(coming=Coming.YES)),
        (no, Answer(coming=Coming.NO)),
    ):
        answer(guest, said=said, now=NOW)
    receipts = {mail.about_id: mail.calendar is not None for mail in mails("event_answered")}
    assert receipts == {full.id: True, waiting.id: False, no.id: False}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_nothing_typed_by_anybody_breaks_out_of_its_line(admin: User, attack: str) -> None:
    short = attack[:200]
    event = open_event(
        admin, title=short, place=short, address=short, description=attack, access_notes=attack, contact_name=short
    )
    [guest] = invited(event, admin, name=short)
    answer(guest, said=Answer(coming=Coming.YES), now=NOW)
    planning.cancel_event(event, reason=attack, by=admin, now=NOW)
    run_due(now=NOW)
    found = [entry_in(mail) for mail in mails(about=guest.id)]
    assert [method for method, _entry in found] == ["REQUEST", "REQUEST", "CANCEL"]
    for _method, entry in found:
        assert str(entry["UID"]) == guest_uid(guest)
        assert str(entry["SUMMARY"]) == " ".join(short.split())
        for line in (entry["SUMMARY"], entry["LOCATION"], entry["ATTENDEE"].params["CN"]):
            assert len(str(line).splitlines()) == 1


@pytest.mark.parametrize("day", [date(2027, 3, 27), date(2027, 3, 28), date(2027, 10, 30), date(2027, 10, 31)])
def test_fifteen_is_fifteen_around_the_change_of_clocks(admin: User, day: date) -> None:
    begins = datetime(day.year, day.month, day.day, 15, tzinfo=COPENHAGEN)
    event = draft_event(admin, starts_at=begins.astimezone(UTC), ends_at=begins + 2 * HOUR, reply_on=day)
    planning.open_event(event, by=admin, now=NOW)
    [guest] = invited(event, admin)
    calendar = icalendar.Calendar.from_ical(mails("event_invitation", about=guest.id)[0].calendar or "")
    [found] = recurring_ical_events.of(calendar).at(day)
    assert (found["DTSTART"].dt.hour, found["DTSTART"].dt.utcoffset()) == (15, begins.utcoffset())
    assert found["DTEND"].dt - found["DTSTART"].dt == 2 * HOUR
