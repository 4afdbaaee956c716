"""Mails as Outlook, Google, Apple, Postfix, Exchange and Gmail make them, and as somebody who wishes us ill."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.incoming import (
    apple_reply,
    exchange_bounce,
    gmail_bounce,
    google_reply,
    out_of_office,
    outlook_reply,
    postfix_bounce,
)
from volunteer_match.calendars.replies import Participation, read_reply
from volunteer_match.notifications.incoming import Bounce, Incoming, take_apart

ID = f"<{'0123456789abcdef' * 2}@varigespor.example>"
UID = f"{'0123456789' * 4}@varigespor.example"
BO = "bo.aerlig+spor@post.example"
NOTHING = Incoming(sender=None, calendar=None, bounce=None)


@pytest.mark.parametrize("program", [outlook_reply, google_reply, apple_reply])
@pytest.mark.parametrize("said", list(Participation))
def test_what_three_calendar_programs_answer(program: Callable[..., bytes], said: Participation) -> None:
    mail = take_apart(program(UID, attendee=BO, said=said.value, sequence=3))
    assert mail.sender == BO
    assert mail.bounce is None
    reply = read_reply(mail.calendar or "")
    assert (reply.uid, reply.attendee, reply.sequence, reply.participation) == (UID, BO, 3, said)


@pytest.mark.parametrize(
    ("server", "code"), [(postfix_bounce, "5.1.1"), (exchange_bounce, "5.1.10"), (gmail_bounce, "4.2.2")]
)
def test_what_three_mail_servers_send_back(server: Callable[..., bytes], code: str) -> None:
    mail = take_apart(server(ID, to=BO))
    assert mail.bounce == Bounce(ID, code)
    assert mail.calendar is None


def test_what_is_only_late_has_not_come_back() -> None:
    assert take_apart(postfix_bounce(ID, to=BO, action="delayed", status="4.4.1")).bounce is None
    assert take_apart(postfix_bounce(ID, to=BO, action="delivered", status="2.0.0")).bounce is None


def test_of_a_code_only_the_code_is_kept() -> None:
    assert take_apart(postfix_bounce(ID, to=BO, status="5.1.1 <script> bo@post.example")).bounce == Bounce(ID, "5.1.1")
    assert take_apart(postfix_bounce(ID, to=BO, status="no idea")).bounce == Bounce(ID, "5.0.0")


def test_a_mail_that_was_not_ours_did_not_come_back_to_us() -> None:
    assert take_apart(postfix_bounce("<CAF=xyz@mail.example>", to=BO)).bounce is None
    # The id in the report's own headers, and nothing that came back.
    alone = gmail_bounce(ID, to=BO).split(b"--0000000000001\r\nContent-Type: message/rfc822")[0]
    assert take_apart(alone).bounce is None


def test_an_out_of_office_is_for_people() -> None:
    mail = take_apart(out_of_office(sender=BO))
    assert (mail.calendar, mail.bounce) == (None, None)


@pytest.mark.parametrize(
    "header",
    [
        b"From: bo@post.example, ida@post.example",
        b"From: bo@post.example\r\nFrom: ida@post.example",
        b"From: ",
        b"X-From: bo@post.example",
    ],
)
def test_a_mail_has_one_sender_or_none(header: bytes) -> None:
    mail = take_apart(header + b"\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n")
    assert mail.sender is None


def test_letters_in_another_charset_than_said_are_read_as_far_as_they_go() -> None:
    for charset in ("utf-8", "iso-8859-1", "made-up", "utf-7", "zlib_codec", "idna"):
        raw = f"From: bo@post.example\r\nContent-Type: text/calendar; charset={charset}\r\n\r\n".encode() + b"UID:\xe6"
        assert (take_apart(raw).calendar or "").startswith("UID:")


HOSTILE = {
    "nothing": b"",
    "no headers": b"\r\n\r\nhej",
    "only zeros": b"\0" * 10_000,
    "parts in parts in parts": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number) for number in range(3000)
    ),
    "mails in mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 3000,
    "many parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: text/html\r\n\r\nx\r\n" * 12_000,
    "a boundary that is none": b"Content-Type: multipart/report; boundary=\r\n\r\n--\r\n",
    "one endless line": b"From: " + b"a" * 500_000,
    "many addresses": b"From: " + b"a@b.example, " * 30_000,
    "brackets in brackets": b"From: " + b"(" * 100_000 + b"bo@post.example",
    "quotes": b'From: "' + b'\\"' * 100_000,
    "a broken word": b"From: =?utf-8?b?////?= <bo@post.example>\r\nContent-Type: text/calendar; method*=x'y'%ff\r\n",
    "a type of nothing": b"Content-Type: ;;;=\r\nContent-Transfer-Encoding: base64\r\n\r\n====",
    "a report of nothing": b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: message/delivery-status\r\n\r\n--b--",
    "a report that is text": b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: failed\r\n\r\n" * 20_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_mail_comes_to_nothing_and_soon(raw: bytes) -> None:
    began = time.process_time()
    mail = take_apart(raw[: 512 * 1024])
    assert time.process_time() - began < 5
    assert mail.bounce is None
    assert mail.sender in {None, "bo@post.example"}


@given(
    st.binary(max_size=300),
    st.sampled_from([outlook_reply(UID, attendee=BO), gmail_bounce(ID, to=BO)]),
    st.integers(0, 4000),
)
@settings(max_examples=60)
def test_whatever_is_put_into_a_mail_nothing_breaks(noise: bytes, mail: bytes, place: int) -> None:
    take_apart(noise)
    take_apart(mail[:place] + noise + mail[place:])
    take_apart(mail[:place])
