"""Rows read again under a lock: what is checked next still holds when the change is made.

Always needs before offers, each by rising id, and a proposal only by whoever holds its offer: so two who want the same
rows never wait for each other. SQLite has taken its one write lock already when the transaction began.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import ContactPerson, Offer

from .models import Proposal


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


def lock_needs(which: ColumnElement[bool]) -> Sequence[int]:
    """Locks several needs, with their consents as they are now; returns their ids."""
    statement = (
        select(Need)
        .where(which)
        .options(selectinload(Need.consents))
        .order_by(Need.id)
        .with_for_update(of=Need)
        .execution_options(populate_existing=True)
    )
    return [need.id for need in db.session.scalars(statement)]


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


def lock_offers(which: ColumnElement[bool]) -> Sequence[int]:
    """Locks several offers; returns their ids."""
    return db.session.scalars(select(Offer.id).where(which).order_by(Offer.id).with_for_update()).all()


def lock_pair(proposal: Proposal) -> tuple[Need, Offer]:
    """Locks both sides of a proposal and reads its state again: nobody else moves it until we are done."""
    need, offer = lock_need(proposal.need_id), lock_offer(proposal.offer_id)
    db.session.refresh(proposal)
    return need, offer


def lock_pairs(proposals: Collection[Proposal]) -> None:
    """Locks both sides of several proposals. Read them again afterwards."""
    lock_needs(Need.id.in_({proposal.need_id for proposal in proposals}))
    lock_offers(Offer.id.in_({proposal.offer_id for proposal in proposals}))
