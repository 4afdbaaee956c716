"""What calendar programs answer, and what is made to look like it."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.calendars.replies import MOST_CHARACTERS, NoReply, Participation, read_reply

LINES = {
    "uid": "UID:abc@spor.example",
    "stamp": "DTSTAMP:20261121T103000Z",
    "guest": "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@post.example",
    "sequence": "SEQUENCE:2",
}


def _reply(*, method: str = "REPLY", more: str = "", **changes: str) -> str:
    lines = {**LINES, **changes}.values()
    event = "\n".join(["BEGIN:VEVENT", *filter(None, lines), *filter(None, [more]), "END:VEVENT"])
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\n{event}\nEND:VCALENDAR\n".replace("\n", "\r\n")


def test_an_answer_is_read() -> None:
    reply = read_reply(_reply())
    assert (reply.uid, reply.sequence, reply.attendee) == ("abc@spor.example", 2, "bo@post.example")
    assert reply.participation is Participation.ACCEPTED
    assert reply.stamped_at == datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    assert read_reply(_reply(sequence="")).sequence == 0
    assert read_reply(_reply().replace("\r\n", "\n")) == reply
    assert read_reply(_reply().lower().replace("bo@", "bo@")).participation is Participation.ACCEPTED


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("a request", _reply(method="REQUEST")),
        ("a counter-proposal", _reply(method="COUNTER")),
        ("no method", _reply().replace("METHOD:REPLY\r\n", "")),
        ("a method inside the event", _reply(method="REQUEST", more="METHOD:REPLY")),
        ("passed on to another", _reply(guest="ATTENDEE;PARTSTAT=DELEGATED:mailto:bo@post.example")),
        ("not answered", _reply(guest="ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bo@post.example")),
        ("answered twice in one line", _reply(guest="ATTENDEE;PARTSTAT=ACCEPTED,DECLINED:mailto:bo@post.example")),
        ("no answer", _reply(guest="ATTENDEE:mailto:bo@post.example")),
        ("nobody", _reply(guest="")),
        ("two guests", _reply(more="ATTENDEE;PARTSTAT=DECLINED:mailto:ida@post.example")),
        ("no address", _reply(guest="ATTENDEE;PARTSTAT=ACCEPTED:urn:uuid:1")),
        ("two uids", _reply(more="UID:other@spor.example")),
        ("no uid", _reply(uid="")),
        ("no stamp", _reply(stamp="")),
        ("a stamp without a zone", _reply(stamp="DTSTAMP:20261121T103000")),
        ("a stamp that never was", _reply(stamp="DTSTAMP:20261340T103000Z")),
        ("one day of a series", _reply(more="RECURRENCE-ID:20261121T103000Z")),
        ("a negative sequence", _reply(sequence="SEQUENCE:-1")),
        ("a sequence in other digits", _reply(sequence="SEQUENCE:٢")),
        ("an endless sequence", _reply(sequence="SEQUENCE:" + "9" * 40)),
        ("two events", _reply().replace("END:VCALENDAR", "BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR")),
        ("cut off", _reply().replace("END:VCALENDAR\r\n", "")),
        ("ends what did not begin", "END:VEVENT\r\n" + _reply()),
        ("a broken line", _reply(guest='ATTENDEE;PARTSTAT="ACCEPTED:mailto:bo@post.example')),
        ("too long", _reply(more="X-A:" + "a" * MOST_CHARACTERS)),
        ("nothing", ""),
    ],
)
def test_what_is_no_answer_is_none(why: str, text: str) -> None:
    with pytest.raises(NoReply):
        read_reply(text)


def test_what_lies_beside_the_answer_is_read_past() -> None:
    """A time zone whose working-out would never end, an alarm that names somebody else, a rhythm without an end."""
    bomb = "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:00010101T000000\r\nRRULE:FREQ=SECONDLY\r\n"
    bomb += "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    alarm = "BEGIN:VALARM\r\nUID:x\r\nATTENDEE:mailto:ida@post.example\r\nEND:VALARM\r\nRRULE:FREQ=SECONDLY"
    text = _reply(more=alarm).replace("BEGIN:VEVENT", f"{bomb}BEGIN:VEVENT")
    assert read_reply(text) == read_reply(_reply())


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([*LINES.values(), "BEGIN:VEVENT", "END:VEVENT", " ", "x"])).map("\r\n".join)
)
def test_whatever_comes_nothing_breaks(text: str) -> None:
    for whole in (text, _reply(more=text)):
        with suppress(NoReply):
            read_reply(whole)
