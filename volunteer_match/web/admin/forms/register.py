"""What to look for in the register of organisations."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from volunteer_match.organisations.states import Vetting
from volunteer_match.web.admin.vetting_words import STATES
from volunteer_match.web.shared.fields import Form, IntegerRangeField, choices
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

MOST_PAGES = 100_000
WITHOUT_CONSENT = "uden-samtykke"


class RegisterForm(Form):
    """Everything may be left open."""

    name = StringField(_l("Navn"), validators=[Optional()])
    kind = SelectField(
        _l("Slags"),
        choices=lambda: choices(
            [("", _l("Alle slags")), *((kind.value, name) for kind, name in ORGANISATION_KINDS.items())]
        ),
        default="",
    )
    state = SelectField(
        _l("Tilstand"),
        choices=lambda: choices(
            [
                ("", _l("Alle")),
                *((state.value, STATES[state][0]) for state in Vetting),
                (WITHOUT_CONSENT, _l("Uden gyldigt samtykke")),
            ]
        ),
        default="",
    )
    page = IntegerRangeField(_l("Side"), validators=[Optional()], lowest=1, highest=MOST_PAGES)

    def choices_made(self) -> dict[str, Any]:
        """What may stand in an address: never the name."""
        made = {"kind": self.kind.data, "state": self.state.data}
        return {name: value for name, value in made.items() if value}
