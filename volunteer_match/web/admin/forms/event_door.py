"""Forms at the door."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from volunteer_match.events.answers import MOST_PEOPLE
from volunteer_match.web.shared.fields import EmailField, Form, IntegerRangeField, choices

LONGEST_NAME = 120


class TickForm(Form):
    """How it shall be: here (1) or not here (0)."""

    here = RadioField(choices=choices([("1", "1"), ("0", "0")]))


class WalkInForm(Form):
    """Somebody who is on no list. The address is theirs to give."""

    name = StringField(
        _l("Navn"),
        validators=[
            DataRequired(_l("Skriv et navn")),
            Length(max=LONGEST_NAME, message=_l("Navnet må højst være på %(max)d tegn")),
        ],
    )
    email = EmailField(
        _l("E-mail"),
        description=_l("Så kan vi sige tak og spørge, hvad de kan tilbyde."),
        validators=[Optional()],
    )
    people = IntegerRangeField(
        _l("Hvor mange kommer de?"),
        lowest=1,
        highest=MOST_PEOPLE,
        default=1,
        validators=[InputRequired(_l("Skriv et tal"))],
    )
