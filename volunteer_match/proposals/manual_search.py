"""Finding an offer without any model: searched, filtered, by distance or name, with the rules that bar each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from volunteer_match.cases.models import Need
from volunteer_match.matching.eligibility import bars, kilometres
from volunteer_match.matching.profiles import OfferProfile
from volunteer_match.organisations.recognition import plain
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.people.models import User
from volunteer_match.vocabulary.collation import danish_sort_key
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.taxonomy import taxonomy

from .candidates import BY_HAND, Ground, ShownList, by_hand, ground_of, store_list

PER_PAGE = 20


class Order(StrEnum):
    """How the offers found are sorted."""

    DISTANCE = "afstand"
    NAME = "navn"


@dataclass(frozen=True)
class Wanted:
    """What to look for; what is left open asks for nothing. `slot`: also offers that gave no times."""

    words: str = ""
    kind: str = ""
    organisation_kind: OrganisationKind | None = None
    contact_form: ContactForm | None = None
    slot: str = ""
    max_km: int | None = None
    only_unbarred: bool = False
    order: Order = Order.DISTANCE


@dataclass(frozen=True)
class FoundPage:
    """One page of what was found, as it was stored."""

    shown: ShownList
    total: int
    page: int
    pages: int


def find(*, need: Need, wanted: Wanted, page: int, by: User, now: datetime) -> FoundPage:
    """One page; one beyond the last gives the last."""
    ground = ground_of(need, now=now)
    found = _found(ground, wanted)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PER_PAGE
    shown = _show(need, ground, found[first : first + PER_PAGE], first=first + 1, by=by, now=now)
    return FoundPage(shown, total=len(found), page=page, pages=pages)


def find_all(*, need: Need, wanted: Wanted, by: User, now: datetime) -> ShownList:
    """Everything found, for an export."""
    ground = ground_of(need, now=now)
    return _show(need, ground, _found(ground, wanted), first=1, by=by, now=now)


def _show(
    need: Need, ground: Ground, profiles: Sequence[OfferProfile], *, first: int, by: User, now: datetime
) -> ShownList:
    lines = [by_hand(profile, ground, rank=rank) for rank, profile in enumerate(profiles, start=first)]
    return store_list(need, lines, [], BY_HAND, ground, by=by, now=now)


def _found(ground: Ground, wanted: Wanted) -> list[OfferProfile]:
    # What has been decided on stands below the list, with its state.
    decided = {str(proposal.offer_id) for proposal in ground.decided}
    found = [offer for offer in ground.profiles if offer.id not in decided and _is_wanted(offer, ground, wanted)]
    if wanted.order is Order.NAME:
        return sorted(found, key=lambda offer: (danish_sort_key(offer.title), int(offer.id)))
    return sorted(found, key=lambda offer: (kilometres(ground.need, offer), danish_sort_key(offer.title)))


def _is_wanted(offer: OfferProfile, ground: Ground, wanted: Wanted) -> bool:
    checks = (
        not wanted.kind or wanted.kind in offer.kinds,
        wanted.organisation_kind is None or offer.organisation_kind == wanted.organisation_kind,
        wanted.contact_form is None or offer.contact_form.fits(wanted.contact_form),
        not (wanted.slot and offer.slots) or wanted.slot in offer.slots,
        wanted.max_km is None or kilometres(ground.need, offer) <= wanted.max_km,
    )
    return all(checks) and _says(offer, wanted.words) and not (wanted.only_unbarred and bars(ground.need, offer))


def _says(offer: OfferProfile, words: str) -> bool:
    """Whether every word begins a word of the offer, its organisation or the names of its kinds."""
    kinds = [taxonomy().offers[kind] for kind in offer.kinds if kind in taxonomy().offers]
    named = " ".join(f"{kind.label.da} {kind.label.en} {' '.join(kind.synonyms_da)}" for kind in kinds)
    text = f" {plain(f'{offer.title} {offer.text} {offer.organisation} {named}')}"
    return all(f" {word}" in text for word in plain(words).split())
