"""Everything that must hold before a match may be proposed, approved, introduced and started.

The pair's own rules live in `matching.eligibility`, the family's consent in `cases.guardian_consent`, the
certificate in `organisations.vetting`; this module brings them to one answer, for one moment.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from volunteer_match.cases.guardian_consent import covered_kinds
from volunteer_match.cases.models import Need
from volunteer_match.cases.responsibility import is_responsible
from volunteer_match.cases.states import CaseState, NeedState
from volunteer_match.foundation.clock import danish_date
from volunteer_match.matching.eligibility import Bar, bars
from volunteer_match.matching.profiles import Certificate, NeedProfile, OfferProfile, OfferState
from volunteer_match.organisations.consent import consent_in_force
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.states import Availability, Vetting
from volunteer_match.organisations.vetting import certificate_status
from volunteer_match.people.models import User
from volunteer_match.vocabulary.places import lookup


class CaseGate(StrEnum):
    """The rules that concern the case rather than the pair."""

    NOT_RESPONSIBLE = "not_responsible"
    NEED_NOT_OPEN = "need_not_open"
    CHILD_VIEW_MISSING = "child_view_missing"
    HAS_OPEN_PROPOSAL = "has_open_proposal"


Gate = CaseGate | Bar


class GateClosed(Exception):
    """Refused; `gates` name every rule that stands in the way, for the page to say in plain words."""

    def __init__(self, gates: tuple[Gate, ...]) -> None:
        super().__init__(", ".join(gates))
        self.gates = gates


class NoLongerOffered(Exception):
    """The offer was withdrawn, blocked, or its contact person's consent is no longer in force: it is not shown."""


def need_profile(
    need: Need,
    *,
    blocked_offers: Iterable[int],
    now: datetime,
    more_like: Iterable[int] = (),
    less_like: Iterable[int] = (),
) -> NeedProfile:
    """The need as the engine sees it: no pseudonym, no caseworker, no consent but yes or no."""
    kinds = covered_kinds(need, now=now)
    return NeedProfile.at_postcode(
        id=str(need.id),
        age=need.case.age_on(danish_date(now)),
        postcode=need.case.postcode,
        text=need.text,
        languages=need.languages,
        contact_form=need.contact_form,
        slots=need.slots,
        codes=need.codes,
        blocked_offers=(str(offer_id) for offer_id in blocked_offers),
        max_km=need.max_km,
        guardian_consent=bool(kinds),
        transport_agreed=need.transport_agreed,
        # Without everybody's yes that is the one thing to say, not also whom it fails to cover.
        consented_kinds=kinds or None,
        more_like=map(str, more_like),
        less_like=map(str, less_like),
    )


def offer_profile(offer: Offer, *, now: datetime, holds_place: bool = False) -> OfferProfile:
    """The offer as the engine sees it. `holds_place`: the pair asked about already has one of the places."""
    today = danish_date(now)
    approved = offer.state is Vetting.APPROVED and offer.organisation.state is Vetting.APPROVED
    return OfferProfile.at_postcode(
        id=str(offer.id),
        organisation=offer.organisation.name,
        organisation_kind=offer.organisation.kind,
        title=offer.title,
        text=offer.description,
        age_min=offer.age_min,
        age_max=offer.age_max,
        postcode=offer.postcode,
        radius_km=offer.radius_km,
        free_places=offer.free_places + (1 if holds_place else 0),
        contact_form=offer.contact_form,
        languages=offer.languages,
        slots=offer.slots,
        kinds=offer.kinds,
        certificate=Certificate(certificate_status(offer, on=today)),
        state=OfferState.APPROVED if approved else _not_approved(offer),
        consent=consent_in_force(offer.contact, now=now) is not None,
        paused=offer.availability is not Availability.OPEN,
        updated_on=danish_date(offer.changed_at),
    )


def _not_approved(offer: Offer) -> OfferState:
    blocked = Vetting.BLOCKED in {offer.state, offer.organisation.state}
    return OfferState.BLOCKED if blocked else OfferState.NEW


def knows_place(postcode: str) -> bool:
    """Whether distances can be told; an offer from a postcode that was since removed is left out of lists."""
    return lookup(postcode) is not None


def case_gates(
    need: Need, *, by: User | None, states: Collection[NeedState] = (NeedState.OPEN,)
) -> tuple[CaseGate, ...]:
    """The rules of the case that stand in the way of `by` doing something with this need now.

    None: nobody decides on the need, something is only laid before who does.
    """
    closed = need.case.state is not CaseState.OPEN or need.state not in states
    checks = (
        (CaseGate.NOT_RESPONSIBLE, by is not None and not is_responsible(need.case, by)),
        (CaseGate.NEED_NOT_OPEN, closed),
        (CaseGate.CHILD_VIEW_MISSING, need.child_view is None),
    )
    return tuple(gate for gate, stands_in_the_way in checks if stands_in_the_way)


def check_gates(
    *,
    need: Need,
    offer: Offer,
    blocked_offers: Iterable[int],
    by: User | None,
    now: datetime,
    holds_place: bool = False,
) -> None:
    """Raises GateClosed with every rule that stands in the way. Call it with both rows locked. `by`: see case_gates."""
    # A need with one match running may get another kind of help too.
    states = (NeedState.OPEN, NeedState.MATCHED)
    pair = bars(
        need_profile(need, blocked_offers=blocked_offers, now=now),
        offer_profile(offer, now=now, holds_place=holds_place),
    )
    gates: tuple[Gate, ...] = (*case_gates(need, by=by, states=states), *pair)
    if gates:
        raise GateClosed(gates)
