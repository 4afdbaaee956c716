"""The answers of a sign-up as they are read again before they are sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from volunteer_match.vocabulary.contact_forms import CONTACT_FORM_NAMES, ContactForm
from volunteer_match.web.shared.jinja import in_language, kind_label, language_names, phone, place_name, slot_names
from volunteer_match.web.shared.offer_fields import radius_name

from .forms.registration import who_choices
from .sign_up_steps import CONSENT, OFFER, WHERE, WHO, Step

Row = tuple[str, Any, str]


@dataclass(frozen=True)
class Section:
    """The answers of one step; each row leads back to its question."""

    heading: str
    rows: Sequence[Row]


def summary_of(forms: Mapping[str, Any]) -> list[Section]:
    """All answers in the order of the steps."""
    return [
        Section(str(WHO.heading), _who(forms[WHO.id])),
        Section(str(OFFER.heading), _offer(forms[OFFER.id])),
        Section(str(WHERE.heading), _where(forms[WHERE.id])),
        Section(str(CONSENT.short), [_row(CONSENT, "agree", _("Samtykke"), _("Givet"))]),
    ]


def _who(form: Any) -> list[Row]:
    kinds = {choice.value: choice.label for choice in who_choices()}
    organisation = [
        _row(WHO, "organisation_name", _("Navn på forening, kirke eller virksomhed"), form.organisation_name.data),
        _row(WHO, "cvr", _("CVR-nummer"), form.cvr.data),
    ]
    return [
        _row(WHO, "kind-0", _("Hvem"), str(kinds[form.kind.data])),
        *([] if form.is_citizen else organisation),
        _row(WHO, "contact_name", _("Dit navn"), form.contact_name.data),
        _row(WHO, "email", _("E-mail"), form.email.data),
        _row(WHO, "phone", _("Telefon"), phone(form.phone.data)),
        _row(WHO, "postcode", _("Postnummer"), place_name(form.postcode.data)),
    ]


def _offer(form: Any) -> list[Row]:
    ages = _("%(youngest)s–%(oldest)s år", youngest=form.age_min.data, oldest=form.age_max.data)
    together = in_language(CONTACT_FORM_NAMES[ContactForm(form.contact_form.data)])
    return [
        _row(OFFER, "description", _("Jeres tilbud"), form.description.data),
        _row(OFFER, "title", _("Overskrift"), form.title.data),
        _row(OFFER, "kinds-0", _("Slags tilbud"), [kind_label(kind) for kind in form.kinds.data]),
        _row(OFFER, "age_min", _("Alder"), ages),
        _row(OFFER, "contact_form-0", _("Sammen med barnet"), together),
        _row(OFFER, "capacity", _("Plads til"), str(form.capacity.data)),
    ]


def _where(form: Any) -> list[Row]:
    return [
        _row(WHERE, "slots-0", _("Tider"), slot_names(form.slots.data) or _("Fleksible")),
        _row(WHERE, "postcode", _("Sted"), place_name(form.postcode.data)),
        _row(WHERE, "radius_km-0", _("Afstand"), radius_name(form.radius_km.data)),
        _row(WHERE, "languages-0", _("Sprog"), language_names(form.languages.data)),
    ]


def _row(step: Step, field: str, label: str, value: Any) -> Row:
    return label, value, url_for("public.registration_step", slug=step.slug, _anchor=field)
