"""The steps of a sign-up, and the way of the answers between the browser, the draft and the rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from volunteer_match.matching.concepts import suggest_offer_kinds
from volunteer_match.organisations.registration import Typed
from volunteer_match.organisations.sign_up import SignUp
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.vocabulary.phone_numbers import InvalidPhoneNumber, normalise_phone
from volunteer_match.vocabulary.sensitive_text import contains_cpr
from volunteer_match.web.shared.fields import Form, PhoneField, offer_kind_choices
from volunteer_match.web.shared.offer_fields import offer_details

from .forms.registration import ConsentForm, OfferStep, OfferTextStep, WhenAndWhereForm, WhoForm

# Far above what any field allows; a draft is no place to store books.
LONGEST_KEPT = 5000


@dataclass(frozen=True)
class Step:
    """One page of the sign-up."""

    id: str
    slug: str
    heading: Any
    short: Any
    form: type[Form]


WHO = Step("who", "hvem", _l("Hvem er I?"), _l("Hvem"), WhoForm)
OFFER = Step("offer", "tilbud", _l("Hvad kan I tilbyde?"), _l("Hvad"), OfferStep)
WHERE = Step("where", "tid-og-sted", _l("Hvornår og hvor?"), _l("Tid og sted"), WhenAndWhereForm)
CONSENT = Step("consent", "samtykke", _l("Må vi bruge det, du har skrevet?"), _l("Samtykke"), ConsentForm)
STEPS = (WHO, OFFER, WHERE, CONSENT)
STEP_BY_SLUG = {step.slug: step for step in STEPS}

Answers = Mapping[str, Typed]


def following(step: Step) -> Step | None:
    """The step after this one; None after the last."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def preceding(step: Step) -> Step | None:
    """The step before this one; None before the first."""
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None


def form_for(step: Step, answers: Answers) -> Form:
    """The step's form with what was typed in it, right or wrong; it can be validated though it was not sent."""
    typed = {**_suggested(step, answers), **answers.get(step.id, {})}
    pairs = [(name, value) for name, values in typed.items() for value in values]
    pairs.append(("csrf_token", generate_csrf()))
    form_class = OfferTextStep if step is OFFER and not shows_whole_offer(answers) else step.form
    return prepared(form_class(formdata=MultiDict(pairs)))


def prepared(form: Form) -> Form:
    """Puts the kinds that the text speaks of on top."""
    if isinstance(form, OfferStep):
        form.kinds.choices = offer_kind_choices(first=suggest_offer_kinds(_words(form)))
    return form


def shows_whole_offer(answers: Answers) -> bool:
    """Whether the text of the offer is there, so that its kinds can be asked for."""
    typed = answers.get(OFFER.id, {})
    return "whole" in typed or bool(typed.get("described"))


def storable(form: Form) -> dict[str, list[str]]:
    """What was sent in each field as it was sent – but never anything that reads as a CPR number."""
    kept: dict[str, list[str]] = {}
    for name, field in form._fields.items():
        if name != "csrf_token":
            kept[name] = [value for value in _raw(field) if _may_be_kept(field, value)]
    return kept


def was_kept_whole(form: Form) -> bool:
    """Whether nothing had to be left out of the draft."""
    return all(
        _may_be_kept(field, value)
        for name, field in form._fields.items()
        if name != "csrf_token"
        for value in _raw(field)
    )


def first_unfinished(answers: Answers) -> Step | None:
    """The first step whose answers don't hold; None when the sign-up can be sent."""
    return next((step for step in STEPS if not is_finished(step, answers)), None)


def is_finished(step: Step, answers: Answers) -> bool:
    """Whether the step's answers hold."""
    if step.id not in answers or (step is OFFER and not shows_whole_offer(answers)):
        return False
    return form_for(step, answers).validate()


def valid_forms(answers: Answers) -> dict[str, Any]:
    """The forms of a sign-up that can be sent, with their answers made tidy."""
    forms: dict[str, Any] = {step.id: form_for(step, answers) for step in STEPS}
    for form in forms.values():
        form.validate()
    return forms


def as_sign_up(forms: Mapping[str, Any]) -> SignUp:
    """The answers as the rules want them. A citizen is an organisation of one, with their own name."""
    who = forms[WHO.id]
    return SignUp(
        kind=OrganisationKind(who.kind.data),
        organisation_name=who.contact_name.data if who.is_citizen else who.organisation_name.data,
        contact_name=who.contact_name.data,
        email=who.email.data,
        phone=who.phone.data,
        postcode=who.postcode.data,
        cvr=None if who.is_citizen else who.cvr.data or None,
        offer=offer_details(forms[OFFER.id], forms[OFFER.id], forms[WHERE.id]),
    )


def fell_into_trap(answers: Answers) -> bool:
    """Whether the hidden field of the first step was filled in."""
    return any(value.strip() for value in answers.get(WHO.id, {}).get("homepage", ()))


def _suggested(step: Step, answers: Answers) -> Typed:
    """What stands in a step before anyone has typed in it."""
    if step is WHERE and WHERE.id not in answers:
        return {"languages": ["da"], "postcode": answers.get(WHO.id, {}).get("postcode", [])}
    if step is OFFER and "whole" not in answers.get(OFFER.id, {}):
        return {"capacity": ["1"]}
    return {}


def _words(form: OfferStep) -> str:
    return f"{form.title.data or ''}. {form.description.data or ''}"


def _raw(field: Any) -> Iterable[str]:
    return [str(value)[:LONGEST_KEPT] for value in field.raw_data or ()]


def _may_be_kept(field: Any, value: str) -> bool:
    return not contains_cpr(value) or (isinstance(field, PhoneField) and _is_phone(value))


def _is_phone(value: str) -> bool:
    try:
        normalise_phone(value)
    except InvalidPhoneNumber:
        return False
    return True
