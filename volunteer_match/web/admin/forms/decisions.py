"""Forms of the decisions on organisations and offers."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from volunteer_match.web.shared.fields import Form

LONGEST_REASON = 1000


class MarkField(Field):
    """What stood on the page when it was read. Made by us and only compared, so no text to guard."""

    widget = HiddenInput()

    def _value(self) -> str:
        return self.data or ""


class ApproveOrganisationForm(Form):
    """An organisation, and on request the offers that were on the page."""

    with_offers = BooleanField(_l("Godkend også de tilbud, der venter"))
    offers_as_seen = MarkField()


class ApproveOfferForm(Form):
    """The offer as it was read."""

    seen_as_of = MarkField()


class BlockForm(Form):
    """Why not, in the words that the contact person gets."""

    reason = TextAreaField(
        _l("Begrundelse"),
        validators=[
            DataRequired(_l("Skriv, hvorfor I siger nej. Kontaktpersonen får teksten i en mail")),
            Length(max=LONGEST_REASON, message=_l("Begrundelsen må højst være på %(max)d tegn")),
        ],
    )
    step = MarkField()


class ConfirmForm(Form):
    """Nothing to fill in: a page that asks whether it is meant."""
