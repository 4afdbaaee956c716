"""The finished answers of a registration, as they wait for the mailed link."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from volunteer_match.vocabulary.contact_forms import ContactForm

from .offer_details import OfferDetails
from .states import OrganisationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Who signs up and what they offer: checked and in the form the tables want. A citizen is named by themselves."""

    kind: OrganisationKind
    organisation_name: str
    contact_name: str
    email: str
    phone: str
    postcode: str
    cvr: str | None
    offer: OfferDetails

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "SignUp":
        """The reverse of `as_data`."""
        offer = data["offer"]
        details = OfferDetails(
            **{
                **offer,
                "contact_form": ContactForm(offer["contact_form"]),
                **{name: tuple(offer[name]) for name in ("kinds", "slots", "languages")},
            }
        )
        return cls(**{**data, "kind": OrganisationKind(data["kind"]), "offer": details})
