"""How an offer stands in one word, for its owner and for the staff: the first thing that keeps it from being used."""

from datetime import datetime
from enum import StrEnum

from volunteer_match.foundation.clock import danish_date

from .consent import consent_in_force
from .models import Offer
from .states import Availability, Vetting
from .vetting import CertificateStatus, certificate_status


class Standing(StrEnum):
    """In the order in which one hides the next."""

    WITHDRAWN = "withdrawn"
    BLOCKED = "blocked"
    NO_CONSENT = "no_consent"
    PAUSED = "paused"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    WAITING_FOR_CERTIFICATE = "waiting_for_certificate"
    CERTIFICATE_EXPIRED = "certificate_expired"
    FULL = "full"
    OPEN = "open"


def standing(offer: Offer, *, now: datetime) -> Standing:
    """The first standing that applies; OPEN when nothing keeps the offer from being proposed."""
    vetting = {offer.state, offer.organisation.state}
    certificate = certificate_status(offer, on=danish_date(now))
    applies = {
        Standing.WITHDRAWN: offer.availability is Availability.WITHDRAWN,
        Standing.BLOCKED: Vetting.BLOCKED in vetting,
        Standing.NO_CONSENT: consent_in_force(offer.contact, now=now) is None,
        Standing.PAUSED: offer.availability is Availability.PAUSED,
        Standing.WAITING_FOR_APPROVAL: Vetting.NEW in vetting,
        Standing.WAITING_FOR_CERTIFICATE: certificate is CertificateStatus.MISSING,
        Standing.CERTIFICATE_EXPIRED: certificate is CertificateStatus.EXPIRED,
        Standing.FULL: offer.free_places == 0,
    }
    return next((name for name, holds in applies.items() if holds), Standing.OPEN)
