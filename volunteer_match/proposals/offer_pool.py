"""The offers that may be suggested at all, and the ranker that this process keeps of them."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer_match.foundation.database import db
from volunteer_match.matching.profiles import OfferProfile
from volunteer_match.matching.ranking import Ranker
from volunteer_match.organisations.consent import counts_at
from volunteer_match.organisations.models import ContactPerson, Offer, Organisation, VolunteerConsent
from volunteer_match.organisations.states import Availability, Vetting

from .serving_model import serving_model


def usable_offers(*, now: datetime) -> Sequence[Offer]:
    """Approved offers of approved organisations that are not withdrawn, of people whose consent is in force."""
    consented = (
        select(VolunteerConsent.id).where(VolunteerConsent.contact_id == Offer.contact_id, counts_at(now)).exists()
    )
    contact = joinedload(Offer.contact)
    statement = (
        select(Offer)
        .join(Offer.organisation)
        .where(
            Offer.state == Vetting.APPROVED,
            Offer.availability != Availability.WITHDRAWN,
            Organisation.state == Vetting.APPROVED,
            consented,
        )
        .options(
            joinedload(Offer.organisation),
            contact.selectinload(ContactPerson.consents),
            contact.selectinload(ContactPerson.certificates),
        )
        .order_by(Offer.id)
    )
    return db.session.scalars(statement).unique().all()


class _FittedRanker:
    """The ranker of this process and the texts it was fitted on; who may be shown is asked anew every time."""

    lock = Lock()
    fitted_on: tuple[tuple[OfferProfile, ...], str] = ((), "")
    ranker: Ranker | None = None


def ranker_for(profiles: tuple[OfferProfile, ...]) -> Ranker:
    model = serving_model()
    wanted = (profiles, model.version)
    with _FittedRanker.lock:
        if _FittedRanker.ranker is None or _FittedRanker.fitted_on != wanted:
            _FittedRanker.ranker, _FittedRanker.fitted_on = Ranker.fit(profiles, model=model), wanted
        return _FittedRanker.ranker
