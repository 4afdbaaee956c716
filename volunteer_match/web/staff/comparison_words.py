"""What two offers have in common and where they part, in words."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from volunteer_match.organisations.vetting import CertificateStatus, certificate_status
from volunteer_match.proposals.candidates import Candidate
from volunteer_match.web.shared.jinja import kind_label, km, language_names, place_name, slot_names
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

from .match_words import CONTACT_FORMS, gate_sentences, unknown

CERTIFICATES = {
    CertificateStatus.CONFIRMED: _l("Bekræftet"),
    CertificateStatus.EXPIRED: _l("Skal bekræftes igen"),
    CertificateStatus.MISSING: _l("Mangler"),
    CertificateStatus.NOT_REQUIRED: _l("Kræves ikke"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing about both; a side may have several lines."""

    label: str
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the two part here."""
        return self.left != self.right


def rows(left: Candidate, right: Candidate, *, today: date) -> list[Row]:
    """Everything but the reasons, which are told above."""
    facts_left, facts_right = _facts(left, today=today), _facts(right, today=today)
    return [Row(label, lines, facts_right[label]) for label, lines in facts_left.items()]


def _facts(side: Candidate, *, today: date) -> dict[str, tuple[str, ...]]:
    offer, none = side.offer, (_("Ikke oplyst"),)
    return {
        _("Det ved vi ikke"): tuple(unknown(side)) or (_("Intet særligt"),),
        _("Spærrer"): tuple(gate_sentences(side.bars)) or (_("Intet"),),
        _("Afstand"): (km(side.distance_km),),
        _("Sted"): (place_name(offer.postcode),),
        _("Tider"): tuple(slot_names(offer.slots)) or none,
        _("Tider, der passer"): tuple(slot_names(side.shared_slots)) or (_("Ingen, vi kender"),),
        _("Alder"): (_("%(low)s–%(high)s år", low=offer.age_min, high=offer.age_max),),
        _("Form"): (str(CONTACT_FORMS[offer.contact_form]),),
        _("Sprog"): (language_names(offer.languages),),
        _("Slags"): tuple(kind_label(kind) for kind in offer.kinds) or none,
        _("Hvem"): (f"{offer.organisation.name} ({ORGANISATION_KINDS[offer.organisation.kind]})",),
        _("Ledige pladser"): (str(offer.free_places),),
        _("Børneattest"): (str(CERTIFICATES[certificate_status(offer, on=today)]),),
        _("Teksten"): (offer.description,),
    }


def differences(left: Candidate, right: Candidate) -> list[str]:
    """The few that are asked first."""
    told = [_nearer(left, right), *_own_times(left, right), _barred(left, right)]
    return [sentence for sentence in told if sentence]


def _nearer(left: Candidate, right: Candidate) -> str:
    if km(left.distance_km) == km(right.distance_km):
        return ""
    near, far = sorted((left, right), key=lambda side: side.distance_km)
    return str(
        _(
            "»%(near)s« er nærmest: %(near_km)s mod %(far_km)s.",
            near=near.offer.title,
            near_km=km(near.distance_km),
            far_km=km(far.distance_km),
        )
    )


def _own_times(left: Candidate, right: Candidate) -> list[str]:
    return [
        str(_("Kun »%(title)s« kan %(times)s.", title=side.offer.title, times=", ".join(slot_names(own))))
        for side, other in ((left, right), (right, left))
        if (own := sorted(set(side.shared_slots) - set(other.shared_slots)))
    ]


def _barred(left: Candidate, right: Candidate) -> str:
    barred = [side for side in (left, right) if side.bars]
    return (
        str(_("Kun »%(title)s« er der noget, der spærrer for.", title=barred[0].offer.title))
        if len(barred) == 1
        else ""
    )
