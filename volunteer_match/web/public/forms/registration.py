"""The four steps of a sign-up."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.web.shared.fields import CvrField, EmailField, Form, PhoneField, PostcodeField, choices
from volunteer_match.web.shared.offer_fields import OfferKindFields, OfferTextFields, TimeAndPlaceFields
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

LONGEST_NAME = 120
# Professional programmes are the municipality's own and come in by another door.
SIGNING_UP = (
    OrganisationKind.SPORTS_CLUB,
    OrganisationKind.CHURCH,
    OrganisationKind.BUSINESS,
    OrganisationKind.ASSOCIATION,
    OrganisationKind.CITIZEN,
)


def who_choices() -> list[Any]:
    """The kinds that sign up by themselves; a citizen is asked in a citizen's words."""
    names = {**ORGANISATION_KINDS, OrganisationKind.CITIZEN: _("Bare mig selv")}
    return choices((kind.value, names[kind]) for kind in SIGNING_UP)


class Trap(Form):
    """A field that people don't see: who fills it in is no person."""

    homepage = StringField(_l("Hjemmeside – lad feltet stå tomt"), validators=[Optional()])


class WhoForm(Trap):
    """Step 1."""

    kind = RadioField(
        _l("Hvem tilbyder noget?"), choices=who_choices, validators=[InputRequired(_l("Vælg, hvem der tilbyder noget"))]
    )
    organisation_name = StringField(
        _l("Foreningens, kirkens eller virksomhedens navn"),
        description=_l("Lad feltet stå tomt, hvis det bare er dig selv."),
        validators=[Length(max=LONGEST_NAME, message=_l("Navnet må højst være på %(max)d tegn"))],
    )
    cvr = CvrField(_l("CVR-nummer"), description=_l("Kun hvis I har et. Det har otte cifre."), validators=[Optional()])
    contact_name = StringField(
        _l("Dit navn"),
        description=_l("Den person, vi skal tale med."),
        validators=[
            DataRequired(_l("Skriv dit navn")),
            Length(max=LONGEST_NAME, message=_l("Navnet må højst være på %(max)d tegn")),
        ],
    )
    email = EmailField(
        _l("Din e-mail"),
        description=_l("Vi sender dig et link, så vi ved, at adressen er din."),
        validators=[DataRequired(_l("Skriv din e-mailadresse, fx navn@eksempel.dk"))],
    )
    phone = PhoneField(
        _l("Dit telefonnummer"), validators=[DataRequired(_l("Skriv dit telefonnummer, fx 12 34 56 78"))]
    )
    postcode = PostcodeField(
        _l("Postnummer"),
        description=_l("Der, hvor I hører til."),
        validators=[DataRequired(_l("Skriv jeres postnummer, fx 9700"))],
    )

    @property
    def is_citizen(self) -> bool:
        """Whether somebody signs up for themselves alone."""
        return bool(self.kind.data == OrganisationKind.CITIZEN)

    def validate_organisation_name(self, field: Any) -> None:
        if self.kind.data and not self.is_citizen and not field.data:
            raise ValidationError(_("Skriv navnet på foreningen, kirken eller virksomheden"))


class OfferTextStep(OfferTextFields):
    """Step 2, before the text has been read."""


class OfferStep(OfferTextFields, OfferKindFields):
    """Step 2, with the kinds that the text suggests."""

    # Tells that the whole of the step was on the page.
    whole = HiddenField(default="yes")


class WhenAndWhereForm(TimeAndPlaceFields):
    """Step 3."""


class ConsentForm(Form):
    """Step 4."""

    agree = BooleanField(
        _l("Ja, jeg giver samtykke"),
        validators=[DataRequired(_l("Sæt kryds, hvis du giver samtykke. Uden det kan vi ikke tage imod tilbuddet"))],
    )


class SendForm(Trap):
    """The button below "Tjek dine svar"."""
