"""Entries that come again and again, with those that are left out and those that lie elsewhere (RFC 5545, 3.8.5)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Event

from volunteer_match.foundation.clock import COPENHAGEN

from .entries import Entry, calendar_of, event_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringEntry:
    """`first` every so many weeks at the same time of the Danish clock, the last time at `last_starts_at`.

    `left_out` are the starts that don't take place. `elsewhere` holds, by the start the rhythm gives it, what takes
    place at another time or place; it has the uid of `first`.
    """

    first: Entry
    every_weeks: int
    last_starts_at: datetime
    left_out: tuple[datetime, ...]
    elsewhere: Mapping[datetime, Entry]


def feed(entries: Iterable[RecurringEntry], *, name: str) -> str:
    """A calendar to subscribe to."""
    return calendar_of("PUBLISH", [event for entry in entries for event in _events(entry)], name=name)


def _events(entry: RecurringEntry) -> Iterator[Event]:
    rhythm = event_of(entry.first, status="CONFIRMED")
    if entry.last_starts_at > entry.first.starts_at:
        until = entry.last_starts_at.astimezone(UTC)
        rhythm.add("rrule", {"freq": "weekly", "interval": entry.every_weeks, "until": until})
    for start in entry.left_out:
        rhythm.add("exdate", start.astimezone(COPENHAGEN))
    yield rhythm
    for start, other in entry.elsewhere.items():
        event = event_of(other, status="CONFIRMED")
        event.add("recurrence-id", start.astimezone(COPENHAGEN))
        yield event
