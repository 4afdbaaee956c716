"""Who in the family has said yes, and to what kinds of organisations."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired

from volunteer_match.cases.states import ConsentParty
from volunteer_match.web.shared.fields import Form, choices
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS
from volunteer_match.web.staff.case_words import party_name


class ConsentGivenForm(Form):
    """One yes for everybody who was at the table."""

    parties = SelectMultipleField(
        _l("Hvem har sagt ja?"), [InputRequired(_l("Sæt kryds ved dem, der har sagt ja"))], choices=[]
    )
    recipients = SelectMultipleField(
        _l("Hvem må få teksten at se?"),
        [InputRequired(_l("Sæt kryds ved mindst én slags tilbud, som samtykket gælder"))],
        choices=lambda: choices((kind.value, words) for kind, words in ORGANISATION_KINDS.items()),
    )

    def ask_about(self, parties: Sequence[ConsentParty], *, custody_holders: int, recipients: Iterable[str]) -> None:
        """Lets the form choose among these parties, and ticks what was agreed before."""
        self.parties.choices = choices(
            (party.value, party_name(party, custody_holders=custody_holders)) for party in parties
        )
        if not self.is_submitted():
            self.recipients.data = list(recipients)

    def agreed(self) -> dict[str, Any]:
        """What was filled in, as the domain takes it."""
        return {
            "parties": [ConsentParty(party) for party in self.parties.data or ()],
            "recipients": tuple(self.recipients.data or ()),
        }
