"""Events and their guests, made only through the rules."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from tests.factories.people import NOW
from volunteer_match.events import due, inviting, planning
from volunteer_match.events.event_details import EventDetails
from volunteer_match.events.inviting import Guest
from volunteer_match.events.models import Event, Invitation
from volunteer_match.events.states import InvitationSource, QuestionKind, Visibility
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User

_numbers = count(1)
MEETING = EventDetails(
    title="Møde om Varige Spor",
    description="Kom og hør, hvad netværk og frivillighed kan gøre for børn her på egnen.",
    programme="15.00 Velkomst\n15.20 Fortællinger\n16.30 Kaffe",
    place="Asaa Skole",
    address="Skolevej 12",
    postcode="9340",
    access_notes="Indgang fra parkeringspladsen. Der er elevator.",
    starts_at=datetime(2027, 1, 10, 14, tzinfo=UTC),
    ends_at=datetime(2027, 1, 10, 16, tzinfo=UTC),
    reply_on=date(2027, 1, 4),
    capacity=10,
    language="da",
    visibility=Visibility.PUBLIC,
    contact_name="Torben Pedersen",
    contact_email="torben@kommune.example",
    contact_phone="",
    questions=(QuestionKind.FOOD, QuestionKind.LIFT),
)


def draft_event(admin: User, *, now: datetime = NOW, **changes: Any) -> Event:
    """The meeting at Asaa Skole, written and not opened."""
    return planning.plan_event(details=replace(MEETING, **changes), by=admin, now=now)


def open_event(admin: User, *, now: datetime = NOW, **changes: Any) -> Event:
    """The same, open for answers."""
    event = draft_event(admin, now=now, **changes)
    planning.open_event(event, by=admin, now=now)
    return event


def guest(**changes: Any) -> Guest:
    """Somebody with an address nobody else has."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "email": f"gaest.{number}@post.example",
        "name": f"Gæst {number}",
        "source": InvitationSource.SINGLE,
    }
    return Guest(**{**usual, **changes})


def invited(event: Event, admin: User, number: int = 1, *, now: datetime = NOW, **changes: Any) -> list[Invitation]:
    """So many more guests on the list of an open event, with their mails in the outbox."""
    before = set(db.session.scalars(select(Invitation.id).where(Invitation.event_id == event.id)))
    inviting.add_guests(event, [guest(**changes) for _ in range(number)], by=admin, now=now)
    inviting.send_invitations(event, at=now, by=admin, now=now)
    due.run_due(now=now)
    everybody = db.session.scalars(
        select(Invitation).where(Invitation.event_id == event.id).order_by(Invitation.id)
    ).all()
    return [invitation for invitation in everybody if invitation.id not in before]
