"""Rows read again under a lock: what is checked next still holds when the change is made.

Always needs before offers, each by rising id, so that two who want the same rows never wait for each other.
SQLite has taken its one write lock already when the transaction began.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import ContactPerson, Offer


def lock_need(need_id: int) -> Need:
    """The need with its case and consents as they are now."""
    statement = (
        select(Need)
        .where(Need.id == need_id)
        .options(selectinload(Need.case), selectinload(Need.consents))
        .with_for_update(of=Need)
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).scalar_one()


def lock_needs(need_ids: Iterable[int]) -> None:
    """Locks several needs."""
    ids = sorted(set(need_ids))
    if ids:
        db.session.execute(select(Need.id).where(Need.id.in_(ids)).order_by(Need.id).with_for_update())


def lock_offer(offer_id: int) -> Offer:
    """The offer with its organisation, contact person, consents and certificates as they are now."""
    contact = selectinload(Offer.contact)
    statement = (
        select(Offer)
        .where(Offer.id == offer_id)
        .options(
            selectinload(Offer.organisation),
            contact,
            contact.selectinload(ContactPerson.consents),
            contact.selectinload(ContactPerson.certificates),
        )
        .with_for_update(of=Offer)
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).scalar_one()


def lock_offers(offer_ids: Iterable[int]) -> None:
    """Locks several offers."""
    ids = sorted(set(offer_ids))
    if ids:
        db.session.execute(select(Offer.id).where(Offer.id.in_(ids)).order_by(Offer.id).with_for_update())
