"""The places of an offer: taken and given back in one statement each, so the last one can't be taken twice."""

from typing import Any

from sqlalchemy import CursorResult, update

from volunteer_match.foundation.database import db
from volunteer_match.matching.eligibility import Bar
from volunteer_match.organisations.models import Offer

from .gates import GateClosed


def take_place(offer_id: int) -> None:
    """Takes one place, or raises GateClosed when the last one is gone."""
    taken: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]  # an UPDATE gives a cursor
        update(Offer)
        .where(Offer.id == offer_id, Offer.places_taken < Offer.capacity)
        .values(places_taken=Offer.places_taken + 1)
    )
    if taken.rowcount != 1:
        raise GateClosed((Bar.NO_FREE_PLACE,))


def give_back_place(offer_id: int) -> None:
    """Gives one place back. The table's CHECK refuses to go below none taken."""
    db.session.execute(update(Offer).where(Offer.id == offer_id).values(places_taken=Offer.places_taken - 1))
