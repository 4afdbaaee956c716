"""Clubs and their offers, signed up and vetted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from tests.factories.mails import token_in
from tests.factories.people import NOW
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations import registration, vetting
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.offer_details import OfferDetails
from volunteer_match.organisations.sign_up import SignUp
from volunteer_match.organisations.states import OrganisationKind, Vetting
from volunteer_match.people.models import User
from volunteer_match.vocabulary.contact_forms import ContactForm

_numbers = count(1)
GYMNASTICS = OfferDetails(
    title="Gymnastik for begyndere",
    description="Vi har plads til flere på holdet om tirsdagen. Ingen skal kunne noget i forvejen.",
    kinds=("gymnastik",),
    age_min=6,
    age_max=9,
    contact_form=ContactForm.GROUP,
    capacity=2,
    postcode="9340",
    radius_km=20,
    slots=("tue-afternoon",),
    languages=("da",),
)


def club(details: Mapping[str, Any] | None = None, **changes: Any) -> SignUp:
    """A club nobody has heard of before, with the gymnastics offer; `details` change the offer."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "kind": OrganisationKind.SPORTS_CLUB,
        "organisation_name": f"Asaa Idrætsforening {number}",
        "contact_name": "Mette Holm",
        "email": f"mette.{number}@asaa-if.example",
        "phone": "+4512345678",
        "postcode": "9340",
        "cvr": None,
        "offer": replace(GYMNASTICS, **(details or {})),
    }
    return SignUp(**{**usual, **changes})


def sign_up(who: SignUp, *, now: datetime = NOW) -> Offer:
    """Submitted, and confirmed by the mailed link; nobody has decided on it yet."""
    draft, _key = registration.start(language="da", now=now)
    registration.submit(registration=draft, sign_up=who, language="da", now=now)
    mail = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(1)).one()
    return registration.confirm(token=token_in(mail), now=now).offer


def approved_offer(
    admin: User,
    *,
    who: SignUp | None = None,
    now: datetime = NOW,
    certificate: bool = True,
    next_review_on: date | None = None,
    **details: Any,
) -> Offer:
    """An offer that may be proposed: approved, consented to, with a child certificate."""
    offer = sign_up(who or club(details), now=now)
    if offer.organisation.state is Vetting.NEW:
        vetting.approve_organisation(organisation=offer.organisation, by=admin, now=now)
    vetting.approve_offer(offer=offer, by=admin, now=now)
    if certificate:
        vetting.confirm_certificate(
            contact=offer.contact, confirmed_on=danish_date(now), next_review_on=next_review_on, by=admin, now=now
        )
    return offer
