"""States, standings and certificates in the words an admin uses, each with the tone of its badge."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.organisations.standing import Standing
from volunteer_match.organisations.states import Vetting
from volunteer_match.organisations.vetting import CertificateStatus

Words = Mapping[Any, tuple[Any, str]]
# A week is what the front page of the sign-up promises.
LONG_WAIT_DAYS = 7

STATES: Words = MappingProxyType(
    {
        Vetting.NEW: (_l("Venter på godkendelse"), "info"),
        Vetting.APPROVED: (_l("Godkendt"), "success"),
        Vetting.BLOCKED: (_l("Blokeret"), "error"),
    }
)

STANDINGS: Words = MappingProxyType(
    {
        Standing.WITHDRAWN: (_l("Trukket tilbage"), "neutral"),
        Standing.BLOCKED: (_l("Blokeret"), "error"),
        Standing.NO_CONSENT: (_l("Intet samtykke"), "warning"),
        Standing.PAUSED: (_l("På pause"), "neutral"),
        Standing.WAITING_FOR_APPROVAL: (_l("Venter på godkendelse"), "info"),
        Standing.WAITING_FOR_CERTIFICATE: (_l("Mangler børneattest"), "warning"),
        Standing.CERTIFICATE_EXPIRED: (_l("Børneattest udløbet"), "warning"),
        Standing.FULL: (_l("Alle pladser optaget"), "neutral"),
        Standing.OPEN: (_l("Åbent for forslag"), "success"),
    }
)

CERTIFICATES: Words = MappingProxyType(
    {
        CertificateStatus.CONFIRMED: (_l("Børneattest bekræftet"), "success"),
        CertificateStatus.EXPIRED: (_l("Børneattest udløbet"), "warning"),
        CertificateStatus.MISSING: (_l("Børneattest mangler"), "warning"),
        CertificateStatus.NOT_REQUIRED: (_l("Børneattest kræves ikke"), "neutral"),
    }
)

# What follows from it for the offer.
CERTIFICATE_MEANS: Mapping[CertificateStatus, Any] = MappingProxyType(
    {
        CertificateStatus.CONFIRMED: _l("Tilbuddet må foreslås, så længe bekræftelsen gælder."),
        CertificateStatus.EXPIRED: _l("Tilbuddet kan ikke foreslås, før en ny børneattest er bekræftet."),
        CertificateStatus.MISSING: _l("Tilbuddet kan ikke foreslås, før børneattesten er bekræftet."),
        CertificateStatus.NOT_REQUIRED: _l(
            "Tilbuddet må foreslås uden, fordi det er for unge fra 15 år eller uden fast samvær med børn."
        ),
    }
)


def days_since(moment: date | datetime) -> int:
    """How many midnights have passed in Denmark; negative for days to come."""
    day = danish_date(moment) if isinstance(moment, datetime) else moment
    return (danish_date(utc_now()) - day).days


def waited(moment: date | datetime) -> str:
    """For how long, in days."""
    days = days_since(moment)
    return str(_("siden i dag") if days <= 0 else ngettext("i %(num)s dag", "i %(num)s dage", days))


def wait_tone(moment: date | datetime) -> str:
    """Draws the eye to what has waited too long."""
    return "warning" if days_since(moment) >= LONG_WAIT_DAYS else "neutral"
