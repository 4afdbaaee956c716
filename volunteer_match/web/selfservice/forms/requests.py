"""Answering a request."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Optional

from volunteer_match.proposals.states import DeclineReason
from volunteer_match.web.shared.fields import Form, choices

DECLINE_REASONS = {
    DeclineReason.NO_TIME: _l("Jeg har ikke tid lige nu"),
    DeclineReason.NO_ROOM: _l("Der er ikke plads"),
    DeclineReason.NOT_RIGHT_FOR_US: _l("Det passer ikke til det, vi kan"),
    DeclineReason.TOO_FAR: _l("Det er for langt væk"),
    DeclineReason.OTHER: _l("Noget andet"),
}


class AcceptForm(Form):
    """One button."""


class DeclineForm(Form):
    """A no, and why if they like to tell; the mail promises that nobody has to."""

    reason = RadioField(
        _l("Hvorfor passer det ikke?"),
        description=_l("Det hjælper os med at spørge bedre næste gang. Familien får det ikke at vide."),
        choices=choices((reason.value, words) for reason, words in DECLINE_REASONS.items()),
        validators=[Optional()],
    )

    def chosen(self) -> DeclineReason:
        """The reason ticked; nothing ticked tells no more than "something else"."""
        return DeclineReason(self.reason.data) if self.reason.data else DeclineReason.OTHER
