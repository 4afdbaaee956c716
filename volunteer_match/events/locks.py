"""An event read again under a lock. Whoever counts its seats or writes mails about it holds this lock first,

so two who want the last seat take turns, and no mail is written about an event that is cancelled at that moment.
SQLite has taken its one write lock already when the transaction began.
"""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from volunteer_match.foundation.database import db

from .models import Event, Invitation


def lock_event(event_id: int) -> Event:
    """The event as it is now."""
    statement = (
        select(Event)
        .where(Event.id == event_id)
        .options(selectinload(Event.questions))
        .with_for_update(of=Event)
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).scalar_one()


def lock_event_of(invitation: Invitation) -> Event:
    """The event of an invitation, locked, and the invitation as it is now."""
    event = lock_event(invitation.event_id)
    db.session.refresh(invitation)
    return event
