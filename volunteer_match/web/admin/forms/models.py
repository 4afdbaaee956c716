"""The decision to have another version of the engine serve."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from volunteer_match.web.shared.fields import Form

from .decisions import MarkField

LONGEST_REASON = 500


class ModelForm(Form):
    """Why, and which version was serving when it was decided."""

    reason = TextAreaField(
        _l("Begrundelse"),
        validators=[
            DataRequired(_l("Skriv, hvorfor I skifter")),
            Length(max=LONGEST_REASON, message=_l("Begrundelsen må højst være på %(max)d tegn")),
        ],
    )
    instead_of = MarkField()
