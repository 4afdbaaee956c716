"""Which sign-up began at which event, so that the figures can tell what came of it."""

from datetime import datetime

from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Registration

from .models import CheckIn, Event, OfferOrigin


def began_with(registration: Registration, came: CheckIn) -> bool:
    """Whether it began by the link in the thanks to this one."""
    origin = db.session.get(OfferOrigin, registration.id)
    return origin is not None and origin.check_in_id == came.id


def note_origin(registration: Registration, *, event: Event, came: CheckIn | None, now: datetime) -> None:
    """Noted once: where it began is where it came from. `came` is None for the code at the door."""
    if db.session.get(OfferOrigin, registration.id) is None:
        db.session.add(
            OfferOrigin(
                registration_id=registration.id,
                event_id=event.id,
                check_in_id=came.id if came else None,
                noted_at=now,
            )
        )
        db.session.flush()
