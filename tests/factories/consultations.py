"""Consultation days with somebody on them, and people who book."""

from datetime import date, datetime, time
from itertools import count
from typing import Any

from tests.factories.people import NOW, hire
from volunteer_match.consultations.booking import Booker, book
from volunteer_match.consultations.models import ConsultationBooking, ConsultationDay, ConsultationSeries
from volunteer_match.consultations.planning import SeriesFacts, plan_series
from volunteer_match.consultations.roster import set_posts
from volunteer_match.consultations.states import BookerRole, PostRole, Topic
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

# A Tuesday; the fourth day of the rhythm falls into the Christmas holiday if there is one.
FIRST_ON = date(2026, 11, 24)
_numbers = count(1)


def facts(**changes: Any) -> SeriesFacts:
    """Asaa Skole, one hour and a half in the afternoon, until Easter."""
    usual: dict[str, Any] = {
        "school": "Asaa Skole",
        "address": "Skolegade 1",
        "postcode": "9340",
        "way_in": "Lokale 12. Gå ind ved cykelstativerne.",
        "last_on": date(2027, 4, 30),
        "starts": time(15),
        "ends": time(16, 30),
        "skips_school_holidays": True,
    }
    return SeriesFacts(**{**usual, **changes})


def every_second_tuesday(
    leader: User, *, psychologist: User | None = None, first_on: date = FIRST_ON, now: datetime = NOW, **changes: Any
) -> ConsultationSeries:
    """A series with a psychologist on it, and nobody else."""
    series = plan_series(facts(**changes), first_on=first_on, every_weeks=2, by=leader, now=now)
    person = psychologist or hire("Pia", Role.PROFESSIONAL, now=now)
    set_posts(series, {**dict.fromkeys(PostRole), PostRole.PSYCHOLOGIST: person.id}, by=leader, now=now)
    return series


def teacher(**changes: Any) -> Booker:
    """Somebody who has not booked before."""
    usual: dict[str, Any] = {
        "name": "Lars Lærer",
        "email": f"lars.{next(_numbers)}@skole.example",
        "phone": "+4520304050",
        "role": BookerRole.TEACHER,
        "topic": Topic.ABSENCE,
        "question": "Hvordan taler vi med forældrene om fravær?",
        "language": "da",
    }
    return Booker(**{**usual, **changes})


def booked(day: ConsultationDay, slot_number: int = 0, *, now: datetime = NOW, **booker: Any) -> ConsultationBooking:
    """The slot, taken."""
    return book(day=day, slot_number=slot_number, booker=teacher(**booker), now=now)
