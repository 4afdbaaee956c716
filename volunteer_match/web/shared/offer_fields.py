"""The questions about an offer, asked at sign-up and again when it is changed."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from volunteer_match.organisations.offer_details import MOST_PLACES, OLDEST_CHILD, OfferDetails
from volunteer_match.vocabulary.contact_forms import CONTACT_FORM_NAMES, ContactForm
from volunteer_match.vocabulary.taxonomy import taxonomy

from .fields import (
    Form,
    IntegerRangeField,
    KindsField,
    LanguagesField,
    PostcodeField,
    SlotsField,
    choices,
    wording_choices,
)
from .language import current_language

LONGEST_TITLE = 80
# Distances are counted between postcodes, so "only here" means the same postcode.
ONLY_HERE_KM = 1
WHOLE_MUNICIPALITY_KM = 45


def radius_choices(current: int | None = None) -> list[Any]:
    """The distances to choose from; one chosen elsewhere stays on the list."""
    names = {
        ONLY_HERE_KM: _("Kun her på stedet"),
        10: _("Op til 10 km herfra"),
        20: _("Op til 20 km herfra"),
        30: _("Op til 30 km herfra"),
        WHOLE_MUNICIPALITY_KM: _("I hele kommunen"),
    }
    if current is not None and current not in names:
        names[current] = _("Op til %(distance)s km herfra", distance=current)
    return choices((str(distance), name) for distance, name in sorted(names.items()))


def radius_name(distance: int) -> str:
    """The words of the choice that was made."""
    return next(str(choice.label) for choice in radius_choices(distance) if choice.value == str(distance))


def boundaries() -> dict[str, str]:
    """What each kind of offer is not; always shown beside it."""
    language = current_language()
    return {
        kind.id: kind.boundary.in_language(language) for kind in taxonomy().offers.values() if kind.boundary is not None
    }


class OfferTextFields(Form):
    """The offer in its owner's own words."""

    description = TextAreaField(
        _l("Hvad vil I gerne tilbyde?"),
        description=_l("Skriv, som du ville sige det. Fx: Vi har plads til flere på gymnastikholdet om tirsdagen."),
        validators=[
            DataRequired(_l("Skriv med et par ord, hvad I gerne vil tilbyde")),
            Length(min=10, max=2000, message=_l("Skriv mellem 10 og 2000 tegn om det, I tilbyder")),
        ],
    )
    title = StringField(
        _l("Giv tilbuddet en kort overskrift"),
        description=_l("Fx: Gymnastik for begyndere"),
        validators=[
            DataRequired(_l("Skriv en kort overskrift til tilbuddet")),
            Length(max=LONGEST_TITLE, message=_l("Overskriften må højst være på %(max)d tegn")),
        ],
    )


class OfferKindFields(Form):
    """What sort of offer it is and whom it suits."""

    kinds = KindsField(
        _l("Hvilke slags tilbud er det?"),
        description=_l("Sæt kryds ved det, der passer. Gerne flere."),
        validators=[DataRequired(_l("Sæt kryds ved mindst én slags tilbud"))],
    )
    age_min = IntegerRangeField(
        _l("Fra alder"),
        lowest=0,
        highest=OLDEST_CHILD,
        validators=[InputRequired(_l("Skriv den yngste alder, fx 6"))],
    )
    age_max = IntegerRangeField(
        _l("Til og med alder"),
        lowest=0,
        highest=OLDEST_CHILD,
        validators=[InputRequired(_l("Skriv den ældste alder, fx 12"))],
    )
    contact_form = RadioField(
        _l("Hvordan er I sammen med barnet?"),
        choices=lambda: wording_choices(CONTACT_FORM_NAMES),
        validators=[InputRequired(_l("Vælg, hvordan I er sammen med barnet"))],
    )
    capacity = IntegerRangeField(
        _l("Hvor mange børn har I plads til fra os?"),
        description=_l("Ét barn er også en stor hjælp."),
        lowest=1,
        highest=MOST_PLACES,
        validators=[InputRequired(_l("Skriv, hvor mange børn I har plads til, fx 1"))],
    )

    def validate_age_max(self, field: Any) -> None:
        if self.age_min.data is not None and field.data is not None and field.data < self.age_min.data:
            raise ValidationError(_("Den ældste alder skal være den samme som den yngste eller højere"))


class TimeAndPlaceFields(Form):
    """When and where."""

    slots = SlotsField(
        _l("Hvornår kan I?"),
        description=_l("Sæt kryds ved alle de tider, der kan passe. Lad det stå tomt, hvis I er fleksible."),
    )
    postcode = PostcodeField(
        _l("Postnummer på stedet"),
        description=_l("Der, hvor det foregår, eller hvor du kommer fra."),
        validators=[DataRequired(_l("Skriv postnummeret på stedet, fx 9700"))],
    )
    radius_km = RadioField(
        _l("Hvor langt væk må barnet bo?"),
        choices=radius_choices,
        coerce=int,
        validators=[InputRequired(_l("Vælg, hvor langt væk barnet må bo"))],
    )
    languages = LanguagesField(
        _l("Hvilke sprog kan I tale med barnet?"),
        validators=[DataRequired(_l("Sæt kryds ved mindst ét sprog"))],
    )


def offer_details(text: OfferTextFields, kind: OfferKindFields, where: TimeAndPlaceFields) -> OfferDetails:
    """The valid answers of the three parts; one form may be all of them."""
    return OfferDetails(
        title=text.title.data or "",
        description=text.description.data or "",
        kinds=tuple(kind.kinds.data or ()),
        age_min=kind.age_min.data or 0,
        age_max=kind.age_max.data or 0,
        contact_form=ContactForm(kind.contact_form.data),
        capacity=kind.capacity.data or 0,
        postcode=where.postcode.data or "",
        radius_km=where.radius_km.data,
        slots=tuple(where.slots.data or ()),
        languages=tuple(where.languages.data or ()),
    )
