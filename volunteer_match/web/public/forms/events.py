"""Signing up for an event on its public page."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from volunteer_match.web.shared.fields import EmailField

from .registration import LONGEST_NAME, Trap


class EventSignUpForm(Trap):
    """A name and an address; how many come is told on the page that the mailed link opens."""

    name = StringField(
        _l("Dit navn"),
        validators=[
            DataRequired(_l("Skriv dit navn")),
            Length(max=LONGEST_NAME, message=_l("Navnet må højst være på %(max)d tegn")),
        ],
    )
    email = EmailField(
        _l("Din e-mail"),
        description=_l("Vi sender dig et link, hvor du bekræfter, at du kommer."),
        validators=[DataRequired(_l("Skriv din e-mailadresse, fx navn@eksempel.dk"))],
    )
