"""Asking for the way in."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from volunteer_match.web.shared.fields import EmailField, Form


class AskForLinkForm(Form):
    """One address."""

    email = EmailField(
        _l("Din e-mail"),
        description=_l("Den, du skrev, da du tilmeldte tilbuddet."),
        validators=[DataRequired(_l("Skriv din e-mailadresse, fx navn@eksempel.dk"))],
    )


class OpenForm(Form):
    """One button."""
