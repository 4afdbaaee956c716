"""What the engine knows of a need and of an offer – and no more: no name, no CPR, no school, nobody's sex.

Languages are ISO 639-1 codes, slots `"tue-afternoon"`, kinds and codes ids of the taxonomy. Nothing given
(no slots) bars nothing; no languages given means Danish.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.places import lookup

DANISH = frozenset({"da"})


class Certificate(StrEnum):
    """Where the child certificate (børneattest) of the offer stands today."""

    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    MISSING = "missing"
    NOT_REQUIRED = "not_required"


class OfferState(StrEnum):
    NEW = "new"
    APPROVED = "approved"
    BLOCKED = "blocked"


class UnknownPostcode(ValueError):
    """The table of places has no such postcode, so no distance can be told."""


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """`consented_kinds`: the kinds of organisation the family's consent covers; None means all of them.

    `more_like`, `less_like`: offers the caseworker pointed at: more like this one, not this sort.
    """

    id: str
    age: int
    postcode: str
    lat: float
    lon: float
    text: str
    languages: frozenset[str]
    contact_form: ContactForm
    slots: frozenset[str]
    codes: tuple[str, ...]
    blocked_offers: frozenset[str]
    max_km: float | None
    guardian_consent: bool
    transport_agreed: bool = False
    consented_kinds: frozenset[str] | None = None
    more_like: frozenset[str] = frozenset()
    less_like: frozenset[str] = frozenset()

    @classmethod
    def at_postcode(
        cls,
        *,
        id: str,  # noqa: A002 - the field's own name
        age: int,
        postcode: str,
        text: str,
        languages: Iterable[str] = DANISH,
        contact_form: ContactForm | str = ContactForm.EITHER,
        slots: Iterable[str] = (),
        codes: Iterable[str] = (),
        blocked_offers: Iterable[str] = (),
        max_km: float | None = None,
        guardian_consent: bool = True,
        transport_agreed: bool = False,
        consented_kinds: Iterable[str] | None = None,
        more_like: Iterable[str] = (),
        less_like: Iterable[str] = (),
    ) -> "NeedProfile":
        lat, lon = _centroid(postcode)
        return cls(
            id=id,
            age=age,
            postcode=postcode,
            lat=lat,
            lon=lon,
            text=text,
            languages=frozenset(languages) or DANISH,
            contact_form=ContactForm(contact_form),
            slots=frozenset(slots),
            codes=tuple(codes),
            blocked_offers=frozenset(blocked_offers),
            max_km=max_km,
            guardian_consent=guardian_consent,
            transport_agreed=transport_agreed,
            consented_kinds=None if consented_kinds is None else frozenset(consented_kinds),
            more_like=frozenset(more_like),
            less_like=frozenset(less_like),
        )


@dataclass(frozen=True, slots=True)
class OfferProfile:
    """`consent`: the contact person's consent is in force. `free_places`: capacity less places taken."""

    id: str
    organisation: str
    organisation_kind: str
    title: str
    text: str
    age_min: int
    age_max: int
    postcode: str
    lat: float
    lon: float
    radius_km: float
    free_places: int
    contact_form: ContactForm
    languages: frozenset[str]
    slots: frozenset[str]
    kinds: tuple[str, ...]
    certificate: Certificate
    state: OfferState
    consent: bool
    paused: bool
    updated_on: date | None = None

    @classmethod
    def at_postcode(
        cls,
        *,
        id: str,  # noqa: A002 - the field's own name
        organisation: str,
        organisation_kind: str,
        title: str,
        text: str,
        age_min: int,
        age_max: int,
        postcode: str,
        radius_km: float,
        free_places: int = 1,
        contact_form: ContactForm | str = ContactForm.EITHER,
        languages: Iterable[str] = DANISH,
        slots: Iterable[str] = (),
        kinds: Iterable[str] = (),
        certificate: Certificate | str = Certificate.CONFIRMED,
        state: OfferState | str = OfferState.APPROVED,
        consent: bool = True,
        paused: bool = False,
        updated_on: date | None = None,
    ) -> "OfferProfile":
        lat, lon = _centroid(postcode)
        return cls(
            id=id,
            organisation=organisation,
            organisation_kind=organisation_kind,
            title=title,
            text=text,
            age_min=age_min,
            age_max=age_max,
            postcode=postcode,
            lat=lat,
            lon=lon,
            radius_km=radius_km,
            free_places=free_places,
            contact_form=ContactForm(contact_form),
            languages=frozenset(languages) or DANISH,
            slots=frozenset(slots),
            kinds=tuple(kinds),
            certificate=Certificate(certificate),
            state=OfferState(state),
            consent=consent,
            paused=paused,
            updated_on=updated_on,
        )


def _centroid(postcode: str) -> tuple[float, float]:
    place = lookup(postcode)
    if place is None:
        raise UnknownPostcode(postcode)
    return place.lat, place.lon
