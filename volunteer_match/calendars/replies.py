"""What a guest's calendar program answers: a METHOD:REPLY (RFC 5546, 3.2.3), from whoever sent it.

Only the lines we need are taken apart. The rest of the file may be hostile: a time zone or a rhythm whose working-out
never ends is read past like everything else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from icalendar.parser import Contentline

MOST_CHARACTERS = 64 * 1024
_MAILTO = "mailto:"
_WANTED = re.compile(r"(UID|SEQUENCE|DTSTAMP|ATTENDEE|RECURRENCE-ID)[;:]", re.IGNORECASE)
_SEQUENCE = re.compile(r"\d{1,9}", re.ASCII)


class Participation(StrEnum):
    """What a calendar program can answer that is an answer to us."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Reply:
    """One guest's answer to one request. `stamped_at` is when they gave it, by the clock of their own machine."""

    uid: str
    sequence: int
    stamped_at: datetime
    attendee: str
    participation: Participation


class NoReply(ValueError):
    """Not an answer of one guest to one request."""


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    parameters: dict[str, str]
    value: str


def read_reply(text: str) -> Reply:
    """The answer in a calendar text. Raises NoReply."""
    if len(text) > MOST_CHARACTERS:
        raise NoReply("too long")
    lines = list(_lines_of_the_one_event(text))
    attendee = _one(lines, "ATTENDEE")
    if any(line.name == "RECURRENCE-ID" for line in lines):
        raise NoReply("of a single day of a series")
    if not attendee.value.lower().startswith(_MAILTO):
        raise NoReply("no address")
    try:
        participation = Participation(attendee.parameters.get("PARTSTAT", "").upper())
    except ValueError as error:
        raise NoReply("neither yes, no nor maybe") from error
    return Reply(
        uid=_one(lines, "UID").value.strip(),
        sequence=_sequence(lines),
        stamped_at=_moment(_one(lines, "DTSTAMP").value),
        attendee=attendee.value[len(_MAILTO) :].strip(),
        participation=participation,
    )


def _lines_of_the_one_event(text: str) -> Iterator[_Line]:
    """The wanted lines right below VEVENT; what lies in an alarm or a time zone of its own does not count."""
    inside: list[str] = []
    method, events = "", 0
    for line in re.split(r"\r\n|\n|\r", re.sub(r"(\r\n|\n|\r)[ \t]", "", text)):
        name, _, value = line.partition(":")
        match name.strip().upper():
            case "BEGIN":
                inside.append(value.strip().upper())
                events += inside == ["VCALENDAR", "VEVENT"]
            case "END":
                if not inside or inside.pop() != value.strip().upper():
                    raise NoReply("ends something that did not begin")
            case "METHOD" if inside == ["VCALENDAR"]:
                method = value.strip().upper()
            case _ if inside == ["VCALENDAR", "VEVENT"] and _WANTED.match(line):
                yield _taken_apart(line)
    if method != "REPLY" or events != 1 or inside:
        raise NoReply("not one reply")


def _taken_apart(line: str) -> _Line:
    try:
        name, parameters, value = Contentline.from_ical(line).parts()  # type: ignore[no-untyped-call]  # theirs
    except ValueError as error:
        raise NoReply("a line that is none") from error
    # A parameter given twice is a list; then it says nothing we could rely on.
    single = {key.upper(): one for key, one in parameters.items() if isinstance(one, str)}
    return _Line(name.upper(), single, str(value))


def _one(lines: list[_Line], name: str) -> _Line:
    found = [line for line in lines if line.name == name]
    if len(found) != 1:
        raise NoReply(f"{len(found)} {name}")
    return found[0]


def _sequence(lines: list[_Line]) -> int:
    written = [line.value.strip() for line in lines if line.name == "SEQUENCE"] or ["0"]
    if len(written) != 1 or not _SEQUENCE.fullmatch(written[0]):
        raise NoReply("no sequence")
    return int(written[0])


def _moment(written: str) -> datetime:
    try:
        return datetime.strptime(written.strip(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise NoReply("no moment in UTC") from error
