"""Whether we have met somebody before: the same address for the same organisation is the same contact person.

The same organisation from another address is never joined silently – anyone can write a club's name – but
becomes a row of its own that the admin sees as a possible duplicate.
"""

import unicodedata

from sqlalchemy import select

from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import address_fingerprint

from .models import ContactPerson, Offer, Organisation
from .offer_details import OfferDetails
from .sign_up import SignUp
from .states import Availability, OrganisationKind


def find_contact(sign_up: SignUp) -> ContactPerson | None:
    """The contact person with this address for this organisation."""
    contacts = db.session.scalars(
        select(ContactPerson)
        .where(ContactPerson.email_fingerprint == address_fingerprint(sign_up.email))
        .order_by(ContactPerson.id)
    )
    return next((contact for contact in contacts if is_same_organisation(contact.organisation, sign_up)), None)


def find_look_alike(sign_up: SignUp) -> Organisation | None:
    """The oldest organisation that seems to be the same."""
    alike = Organisation.postcode == sign_up.postcode
    if sign_up.cvr is not None:
        alike |= Organisation.cvr == sign_up.cvr
    nearby = db.session.scalars(select(Organisation).where(alike).order_by(Organisation.id))
    return next((organisation for organisation in nearby if is_same_organisation(organisation, sign_up)), None)


def find_same_offer(contact: ContactPerson, details: OfferDetails) -> Offer | None:
    """The offer of this person with the same title and kinds, unless it was withdrawn."""
    return next(
        (
            offer
            for offer in contact.offers
            if offer.availability is not Availability.WITHDRAWN
            and set(offer.kinds) == set(details.kinds)
            and plain(offer.title) == plain(details.title)
        ),
        None,
    )


def is_same_organisation(organisation: Organisation, sign_up: SignUp) -> bool:
    """By CVR number where both have one, otherwise by name and postcode; a citizen is never a club."""
    citizens = [kind is OrganisationKind.CITIZEN for kind in (organisation.kind, sign_up.kind)]
    if citizens[0] != citizens[1]:
        return False
    if organisation.cvr and sign_up.cvr:
        return organisation.cvr == sign_up.cvr
    same_name = plain(organisation.name) == plain(sign_up.organisation_name)
    return same_name and organisation.postcode == sign_up.postcode


def plain(name: str) -> str:
    """Letters and digits only, so that "Asaa IF." and "ASAA  IF" are the same."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
