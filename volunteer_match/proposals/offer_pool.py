"""The offers that may be suggested at all, and the ranker that this process keeps of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import Lock
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer_match.foundation.database import db
from volunteer_match.matching.model import PairModel
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


# More changes than this, and packing all anew is quicker and tells better what is rare.
MOST_CHANGES = 50


class _Kept:
    """The ranker of this process and what it holds; who may be shown is asked anew every time."""

    lock = Lock()
    fitted: Ranker | None = None
    fitted_on: Mapping[str, OfferProfile] = MappingProxyType({})
    ranker: Ranker | None = None
    holds: Mapping[str, OfferProfile] = MappingProxyType({})
    version = ""


def ranker_for(profiles: tuple[OfferProfile, ...]) -> Ranker:
    """A ranker of just these offers: the one kept, with what has changed since it was built laid over it.

    It never changes afterwards, so a list made from it is the list of the offers given here, whatever other
    threads ask meanwhile.
    """
    model, wanted = serving_model(), {profile.id: profile for profile in profiles}
    with _Kept.lock:
        if _Kept.ranker is None or _Kept.holds != wanted or _Kept.version != model.version:
            _Kept.ranker = _changed(wanted, model) or _built(wanted, model)
            _Kept.holds, _Kept.version = wanted, model.version
        return _Kept.ranker


def _built(wanted: Mapping[str, OfferProfile], model: PairModel) -> Ranker:
    _Kept.fitted, _Kept.fitted_on, _Kept.version = Ranker.fit(wanted.values(), model=model), wanted, model.version
    return _Kept.fitted


def _changed(wanted: Mapping[str, OfferProfile], model: PairModel) -> Ranker | None:
    """None where it is not worth it, or where another model serves."""
    before, ranker = _Kept.fitted_on, _Kept.fitted
    new = [profile for id_, profile in wanted.items() if before.get(id_) != profile]
    gone = [id_ for id_ in before if id_ not in wanted]
    if ranker is None or _Kept.version != model.version or len(new) + len(gone) > MOST_CHANGES:
        return None
    return ranker.changed(new, gone)
