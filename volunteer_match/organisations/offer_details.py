"""Everything about an offer that is its owner's to say, and what it must keep to wherever it comes from."""

from dataclasses import dataclass

from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.languages import LANGUAGES
from volunteer_match.vocabulary.places import lookup
from volunteer_match.vocabulary.slots import SLOTS
from volunteer_match.vocabulary.taxonomy import taxonomy

from .models import Offer

OLDEST_CHILD = 17
LONGEST_RADIUS_KM = 400
MOST_PLACES = 99
LONGEST_TITLE = 200


class InvalidOffer(ValueError):
    """An answer that no form lets through; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDetails:
    """An offer as its owner describes it. Raises InvalidOffer."""

    title: str
    description: str
    kinds: tuple[str, ...]
    age_min: int
    age_max: int
    contact_form: ContactForm
    capacity: int
    postcode: str
    radius_km: int
    slots: tuple[str, ...]
    languages: tuple[str, ...]

    def __post_init__(self) -> None:
        sound = {
            "title": 0 < len(self.title.strip()) <= LONGEST_TITLE,
            "description": bool(self.description.strip()),
            "kinds": bool(self.kinds) and set(self.kinds) <= set(taxonomy().offers),
            "age_min": 0 <= self.age_min <= self.age_max,
            "age_max": self.age_max <= OLDEST_CHILD,
            "capacity": 1 <= self.capacity <= MOST_PLACES,
            "postcode": lookup(self.postcode) is not None,
            "radius_km": 1 <= self.radius_km <= LONGEST_RADIUS_KM,
            "slots": set(self.slots) <= set(SLOTS),
            "languages": bool(self.languages) and set(self.languages) <= set(LANGUAGES),
        }
        for field, holds in sound.items():
            if not holds:
                raise InvalidOffer(field)


def details_of(offer: Offer) -> OfferDetails:
    """The offer as its owner may change it."""
    return OfferDetails(**{name: getattr(offer, name) for name in OfferDetails.__slots__})
