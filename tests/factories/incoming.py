"""Mails as others' programs make them: answers of calendars, and mails that come back. All people are made up."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

STAMPED = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
MAILBOX = "varigespor@brslev.example"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def outlook_reply(
    uid: str, *, attendee: str, sender: str = "", said: str = "ACCEPTED", sequence: int = 0, at: datetime = STAMPED
) -> bytes:
    """Outlook: the zone under a name of Windows' own, the answer in the subject, CN in quotes, no file beside it."""
    subject = {"ACCEPTED": "Accepteret", "DECLINED": "Afvist", "TENTATIVE": "Foreløbig"}.get(said, said)
    calendar = f"""\
BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={said};CN="Ærø, Åse (frivillig)":mailto:{attendee}
COMMENT;LANGUAGE=da-DK:\\n
UID:{uid}
SUMMARY;LANGUAGE=da-DK:{subject}: Møde om Varige Spor
DTSTART;TZID=Romance Standard Time:20270110T150000
DTEND;TZID=Romance Standard Time:20270110T170000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:{_stamp(at)}
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{sequence}
LOCATION;LANGUAGE=da-DK:Asaa Skole\\, Skolevej 12\\, 9340 Asaa
X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-MICROSOFT-CDO-REPLYTIME:{_stamp(at)}
END:VEVENT
END:VCALENDAR
"""
    mail = _envelope(sender or attendee, subject=f"{subject}: Møde om Varige Spor", name="Ærø, Åse")
    mail.set_content("", cte="base64")
    mail.add_alternative(calendar.replace("\n", "\r\n"), subtype="calendar", cte="base64", params={"method": "REPLY"})
    return mail.as_bytes()


def google_reply(
    uid: str, *, attendee: str, sender: str = "", said: str = "ACCEPTED", sequence: int = 0, at: datetime = STAMPED
) -> bytes:
    """Google: everything in UTC, the answer once as a part and once as a file, folded lines, an alarm of its own."""
    calendar = f"""\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20270110T140000Z
DTEND:20270110T160000Z
DTSTAMP:{_stamp(at)}
ORGANIZER;CN=Varige Spor:mailto:{MAILBOX}
UID:{uid[:30]}
 {uid[30:]}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said};CN={attendee[:8]}
 {attendee[8:]};X-NUM-GUESTS=0:mailto:{attendee}
CREATED:20261120T090000Z
DESCRIPTION:Kom og hør\\, hvad netværk og frivillighed kan gøre for børn he
 r på egnen.
LAST-MODIFIED:{_stamp(at)}
LOCATION:Asaa Skole\\, Skolevej 12\\, 9340 Asaa
SEQUENCE:{sequence}
STATUS:CONFIRMED
SUMMARY:Møde om Varige Spor
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:EMAIL
ATTENDEE:mailto:somebody.else@post.example
UID:alarm
TRIGGER:-PT10M
END:VALARM
END:VEVENT
END:VCALENDAR
"""
    mail = _envelope(sender or attendee, subject="Accepted: Møde om Varige Spor", name="Bo Holm")
    mail.set_content("Bo Holm har svaret på indbydelsen.\n")
    mail.add_alternative("<p>Bo Holm har svaret på indbydelsen.</p>", subtype="html")
    text = calendar.replace("\n", "\r\n")
    mail.add_alternative(text, subtype="calendar", cte="7bit" if text.isascii() else "8bit", params={"method": "REPLY"})
    mail.add_attachment(text.encode(), maintype="application", subtype="ics", filename="invite.ics")
    return mail.as_bytes()


def apple_reply(
    uid: str, *, attendee: str, sender: str = "", said: str = "ACCEPTED", sequence: int = 0, at: datetime = STAMPED
) -> bytes:
    """Apple: MAILTO in capitals, EMAIL beside CN, the method only inside the calendar."""
    calendar = f"""\
BEGIN:VCALENDAR
CALSCALE:GREGORIAN
VERSION:2.0
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15.1//EN
BEGIN:VEVENT
CREATED:20261120T090000Z
UID:{uid}
DTEND;TZID=Europe/Copenhagen:20270110T170000
ATTENDEE;CN=Karen Lund;CUTYPE=INDIVIDUAL;EMAIL={attendee};PARTSTAT={said}:MAILTO:{attendee}
TRANSP:OPAQUE
SUMMARY:Møde om Varige Spor
LAST-MODIFIED:{_stamp(at)}
DTSTAMP:{_stamp(at)}
DTSTART;TZID=Europe/Copenhagen:20270110T150000
SEQUENCE:{sequence}
ORGANIZER;CN=Varige Spor:mailto:{MAILBOX}
END:VEVENT
END:VCALENDAR
"""
    mail = _envelope(sender or attendee, subject="Karen Lund har accepteret", name="Karen Lund")
    mail.set_content("Karen Lund har accepteret din indbydelse.\n")
    mail.add_alternative(calendar.replace("\n", "\r\n"), subtype="calendar", cte="quoted-printable")
    return mail.as_bytes()


def _envelope(sender: str, *, subject: str, name: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f'"{name}" <{sender}>'
    mail["To"] = MAILBOX
    mail["Subject"] = subject
    mail["Message-ID"] = "<reply@post.example>"
    return mail


def postfix_bounce(message_id: str, *, to: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """Postfix: a notice, the report, and the headers of what came back."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.post.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {MAILBOX}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="1A2B3C.1637500000/mx.post.example"
Message-Id: <20261121103000.1A2B3C@mx.post.example>

This is a MIME-encapsulated message.

--1A2B3C.1637500000/mx.post.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.post.example.

<{to}>: host mail.post.example said: 550 {status} no such user

--1A2B3C.1637500000/mx.post.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.post.example
X-Postfix-Queue-ID: 1A2B3C
Arrival-Date: Sat, 21 Nov 2026 11:29:58 +0100 (CET)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.post.example
Diagnostic-Code: smtp; 550 {status} no such user

--1A2B3C.1637500000/mx.post.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{MAILBOX}>
From: Varige Spor <{MAILBOX}>
To: {to}
Subject: Indbydelse fra Varige Spor
Message-ID: {message_id}

--1A2B3C.1637500000/mx.post.example--
""".replace("\n", "\r\n").encode()


def exchange_bounce(message_id: str, *, to: str, status: str = "5.1.10") -> bytes:
    """Exchange: the notice twice over, a status in the middle of words, and the whole mail."""
    return f"""\
From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@kommune.example>
To: {MAILBOX}
Subject: Kan ikke leveres: Indbydelse fra Varige Spor
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_a1b2c3_"
X-MS-Exchange-Message-Is-Ndr:

--_a1b2c3_
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="_d4e5f6_"

--_d4e5f6_
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Din meddelelse til {to} kunne ikke leveres. Modtageren blev ikke fundet p=E5 serveren.

--_d4e5f6_--
--_a1b2c3_
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01MB0001.kommune.example
Received-From-MTA: dns;mail.brslev.example
Arrival-Date: Sat, 21 Nov 2026 10:29:58 +0000

Final-Recipient: rfc822;{to}
Action: failed
Status: {status}
Diagnostic-Code: smtp;550 {status} RESOLVER.ADR.RecipientNotFound; Recipient not found
X-Display-Name: {to}

--_a1b2c3_
Content-Type: message/rfc822

From: Varige Spor <{MAILBOX}>
To: {to}
Subject: Indbydelse fra Varige Spor
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/calendar; method=REQUEST

BEGIN:VCALENDAR
METHOD:REQUEST
END:VCALENDAR
--inner--
--_a1b2c3_--
""".replace("\n", "\r\n").encode()


def gmail_bounce(message_id: str, *, to: str, status: str = "4.2.2") -> bytes:
    """Gmail: pictures around the notice, lines with spaces after the colon, the id on a line of its own."""
    return f"""\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: {MAILBOX}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: {message_id}
In-Reply-To: {message_id}
X-Failed-Recipients: {to}
MIME-Version: 1.0
Content-Type: multipart/report; boundary="0000000000001"; report-type=delivery-status

--0000000000001
Content-Type: multipart/related; boundary="0000000000002"

--0000000000002
Content-Type: text/plain; charset="UTF-8"

Postkassen er fuld.

--0000000000002
Content-Type: image/png; name="icon.png"
Content-Disposition: attachment; filename="icon.png"
Content-Transfer-Encoding: base64
Content-ID: <icon.png>

iVBORw0KGgo=
--0000000000002--

--0000000000001
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example
Arrival-Date: Sat, 21 Nov 2026 02:29:58 -0800 (PST)
X-Original-Message-ID: {message_id}

Final-Recipient: rfc822; {to}
Action: failed
Status: {status}
Diagnostic-Code: smtp; The email account that you tried to reach is over quota.
Last-Attempt-Date: Sat, 21 Nov 2026 02:30:00 -0800 (PST)

--0000000000001
Content-Type: message/rfc822

Subject: Indbydelse fra Varige Spor
From: Varige Spor <{MAILBOX}>
To: {to}
Message-ID:
 {message_id}

Hej
--0000000000001--
""".replace("\n", "\r\n").encode()


def out_of_office(*, sender: str) -> bytes:
    """What must be left to people."""
    return f"""\
From: {sender}
To: {MAILBOX}
Subject: Autosvar: Indbydelse fra Varige Spor
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
Content-Type: text/plain; charset=utf-8

Jeg har ferie til mandag.
""".replace("\n", "\r\n").encode()
