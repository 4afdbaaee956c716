"""What the pages read, each list in a constant number of queries."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.foundation.database import db

from .models import ContactPerson, Offer, Organisation
from .states import Availability, Vetting


def waiting_organisations() -> Sequence[Organisation]:
    """New organisations, the one that has waited longest first, with all a decision is made on."""
    return db.session.scalars(
        select(Organisation)
        .where(Organisation.state == Vetting.NEW)
        .options(
            selectinload(Organisation.contacts).selectinload(ContactPerson.certificates),
            selectinload(Organisation.contacts).selectinload(ContactPerson.consents),
            selectinload(Organisation.offers),
            joinedload(Organisation.possible_duplicate_of),
        )
        .order_by(Organisation.created_at, Organisation.id)
    ).all()


def waiting_offers() -> Sequence[Offer]:
    """New offers that are not withdrawn, the one that has waited longest first."""
    return db.session.scalars(
        select(Offer)
        .where(*_WAITS)
        .options(
            joinedload(Offer.organisation),
            joinedload(Offer.contact).selectinload(ContactPerson.certificates),
            joinedload(Offer.contact).selectinload(ContactPerson.consents),
        )
        .order_by(Offer.changed_at, Offer.id)
    ).all()


def own_offers(contacts: Sequence[ContactPerson]) -> Sequence[Offer]:
    """The offers of one person in all their roles, the ones still open before those withdrawn, newest first."""
    return db.session.scalars(
        select(Offer)
        .where(Offer.contact_id.in_([contact.id for contact in contacts]))
        .options(
            joinedload(Offer.organisation),
            joinedload(Offer.contact).selectinload(ContactPerson.certificates),
            joinedload(Offer.contact).selectinload(ContactPerson.consents),
        )
        .order_by(Offer.availability == Availability.WITHDRAWN, Offer.created_at.desc(), Offer.id.desc())
    ).all()


def own_offer(contacts: Sequence[ContactPerson], offer_id: int) -> Offer | None:
    """One of a person's own offers; None for anybody else's as for a missing one."""
    return db.session.scalar(
        select(Offer)
        .where(Offer.id == offer_id, Offer.contact_id.in_([contact.id for contact in contacts]))
        .options(joinedload(Offer.organisation), joinedload(Offer.contact))
    )


_WAITS = (Offer.state == Vetting.NEW, Offer.availability != Availability.WITHDRAWN)
