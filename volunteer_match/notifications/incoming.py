"""Mails that come in, taken apart: the one sender, a calendar's answer, a report that a mail of ours came back.

Anybody can write to a mailbox. Nothing here raises, however a mail is made, and nothing of it is ever logged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from itertools import islice

MOST_PARTS = 100
LONGEST_SENDER = 1000
_OUR_MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@[^<>\s]{1,200}>")
_STATUS = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b", re.ASCII)
NO_STATUS = "5.0.0"


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that a server took and then could not deliver. `code` is the status (RFC 3463) and no more."""

    message_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What of a mail may concern us. `sender` is None unless there is exactly one."""

    sender: str | None
    calendar: str | None
    bounce: Bounce | None


def take_apart(raw: bytes) -> Incoming:
    """Reads what is there; from a mail that can't be read, nothing."""
    try:
        # The newer policies take headers apart, and some headers break them.
        message = BytesParser(policy=compat32).parsebytes(raw)
        return Incoming(sender=_sender(message), calendar=_calendar(message), bounce=_bounce(message))
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return Incoming(sender=None, calendar=None, bounce=None)


def _parts(message: Message) -> Iterator[Message]:
    return islice(message.walk(), MOST_PARTS)


def _sender(message: Message) -> str | None:
    written = [str(header) for header in message.get_all("From", [])]
    if len(written) != 1 or len(written[0]) > LONGEST_SENDER:
        return None
    found = [address for _name, address in getaddresses(written) if address]
    return found[0] if len(found) == 1 else None


def _calendar(message: Message) -> str | None:
    """The first part that is a calendar's answer; a file beside it is the same once more."""
    for part in _parts(message):
        if part.get_content_type() == "text/calendar" and str(part.get_param("method", "reply")).lower() == "reply":
            return _text(part)
    return None


def _text(part: Message) -> str:
    """UTF-8 as iCalendar has it unless another charset is named; what fits neither becomes a mark."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(_charset(part), errors="replace")


def _charset(part: Message) -> str:
    named = part.get_content_charset("latin-1")
    return named if named in {"iso-8859-1", "iso-8859-15", "windows-1252", "us-ascii"} else "latin-1"


def _bounce(message: Message) -> Bounce | None:
    """A delivery status report (RFC 3464) that gives up on a mail with a Message-ID as we make them."""
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(_parts(message))
    code = next((code for part in parts for code in _failures(part)), None)
    message_id = next((found for part in parts for found in _returned(part)), None)
    return Bounce(message_id, code) if code and message_id else None


def _failures(part: Message) -> Iterator[str]:
    """The status of each recipient that was given up; one that is only late comes again."""
    if part.get_content_type() != "message/delivery-status":
        return
    for block in _inside(part):
        if str(block.get("Action", "")).strip().lower() == "failed":
            status = _STATUS.search(str(block.get("Status", "")))
            yield status[1] if status else NO_STATUS


def _inside(part: Message) -> list[Message]:
    content = part.get_payload()
    return [one for one in content if isinstance(one, Message)] if isinstance(content, list) else []


def _returned(part: Message) -> Iterator[str]:
    """The Message-ID of what came back, whole or its headers."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        written = next((str(mail.get("Message-ID", "")) for mail in _inside(part)), "")
    elif kind == "text/rfc822-headers":
        written = _message_id_line(_text(part))
    else:
        return
    found = _OUR_MESSAGE_ID.search(written)
    if found:
        yield found[0]


def _message_id_line(headers: str) -> str:
    found = re.search(r"^message-id:[ \t]*(?:\r?\n[ \t]+)?(\S+)", headers, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""
