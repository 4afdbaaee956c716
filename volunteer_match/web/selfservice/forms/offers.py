"""Changing an offer."""

from typing import Any

from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.web.shared.fields import Form, offer_kind_choices
from volunteer_match.web.shared.offer_fields import (
    OfferKindFields,
    OfferTextFields,
    TimeAndPlaceFields,
    radius_choices,
)


class OfferForm(OfferTextFields, OfferKindFields, TimeAndPlaceFields):
    """Everything about an offer that is its owner's to say."""

    @classmethod
    def of(cls, offer: Offer) -> "OfferForm":
        """The form as the offer is, or as it was sent."""
        form = cls(obj=offer)
        distances: Any = form.radius_km
        distances.choices = radius_choices(offer.radius_km)
        kinds: Any = form.kinds
        kinds.choices = offer_kind_choices(professional=offer.organisation.kind is OrganisationKind.PROFESSIONAL)
        return form


class SureForm(Form):
    """One button below what will happen."""
