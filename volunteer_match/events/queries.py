"""What the pages read of events, each list in a constant number of queries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from volunteer_match.foundation.database import db

from .models import Event
from .states import ANSWERABLE, EventState, Visibility


def coming_public_events(*, now: datetime) -> Sequence[Event]:
    """What anybody may sign up for, the next one first."""
    return db.session.scalars(
        select(Event)
        .where(Event.visibility == Visibility.PUBLIC, Event.state.in_(ANSWERABLE), Event.starts_at > now)
        .order_by(Event.starts_at, Event.id)
    ).all()


def event_at(slug: str) -> Event | None:
    """The event with this address. A draft is nobody's yet."""
    return db.session.scalar(select(Event).where(Event.slug == slug, Event.state != EventState.DRAFT))
