"""What the waiting needs lack, and where: areas and kinds of help by name, for whoever invites people to a meeting.

No numbers, and areas and kinds apart, so that nobody can tell a child by them. No text of a need is read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.states import CaseState, NeedState
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer
from volunteer_match.vocabulary.places import distance_km, lookup
from volunteer_match.vocabulary.taxonomy import taxonomy

from .models import Proposal
from .offer_pool import usable_offers
from .states import OPEN

MOST_AREAS = 3
MOST_KINDS = 6


@dataclass(frozen=True, slots=True)
class Lacking:
    """Postcodes and kinds of offer, what is lacked by most first. Either may be empty."""

    postcodes: tuple[str, ...]
    kinds: tuple[str, ...]


def find_lacking(*, now: datetime) -> Lacking:
    """Kinds that waiting needs call for and no free place within their reach gives, and where those needs are."""
    offers = _free_by_kind(usable_offers(now=now))
    areas: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for codes, postcode in _waiting():
        lacked = {
            kind for kind in _called_for(codes) if not any(_reaches(offer, postcode) for offer in offers.get(kind, ()))
        }
        kinds.update(lacked)
        areas.update([postcode] * len(lacked))
    return Lacking(_first(areas, MOST_AREAS), _first(kinds, MOST_KINDS))


def _waiting() -> Iterable[tuple[tuple[str, ...], str]]:
    busy = select(Proposal.id).where(Proposal.need_id == Need.id, Proposal.state.in_(OPEN)).exists()
    statement = (
        select(Need.codes, Case.postcode)
        .join(Need.case)
        .where(Need.state == NeedState.OPEN, Case.state == CaseState.OPEN, ~busy)
    )
    return [(row.codes, row.postcode) for row in db.session.execute(statement)]


def _called_for(codes: Iterable[str]) -> set[str]:
    """The kinds of civil society that meet any of the codes."""
    known = taxonomy()
    ours = {group.id for group in known.civil_society_groups()}
    core = {kind for code in codes if code in known.needs for kind in known.needs[code].core}
    return {kind for kind in core if kind in known.offers and known.offers[kind].group in ours}


def _free_by_kind(offers: Iterable[Offer]) -> Mapping[str, Sequence[Offer]]:
    found: dict[str, list[Offer]] = {}
    for offer in offers:
        for kind in offer.kinds if offer.free_places > 0 else ():
            found.setdefault(kind, []).append(offer)
    return found


def _reaches(offer: Offer, postcode: str) -> bool:
    there, here = lookup(offer.postcode), lookup(postcode)
    return there is not None and here is not None and distance_km(there, here) <= offer.radius_km


def _first(counted: Counter[str], most: int) -> tuple[str, ...]:
    return tuple(sorted(counted, key=lambda name: (-counted[name], name))[:most])
