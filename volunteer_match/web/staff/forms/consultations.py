"""What came of a talk, and the one-press forms of consultation days."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from volunteer_match.consultations.models import ConsultationBooking
from volunteer_match.consultations.states import BookingState, Outcome
from volunteer_match.people.models import User
from volunteer_match.web.shared.consultation_words import OUTCOMES
from volunteer_match.web.shared.fields import Form, choices

MISSED = "missed"
NOBODY = "nobody"


class OutcomeForm(Form):
    """Codes only; what was said is not written down here."""

    outcome = RadioField(
        _l("Hvad kom der ud af det?"),
        choices=choices([*((outcome.value, words) for outcome, words in OUTCOMES.items()), (MISSED, _l("Ingen kom"))]),
        validators=[InputRequired(_l("Vælg, hvad der kom ud af det"))],
    )
    follow_up_by = RadioField(_l("Hvem følger op?"), default=NOBODY)

    def offer(self, people: Iterable[User]) -> None:
        """Those who sit there on the day."""
        names = [(str(person.id), person.name) for person in people]
        self.follow_up_by.choices = choices([(NOBODY, _l("Ingen behøver følge op")), *names])

    def show(self, booking: ConsultationBooking) -> None:
        """What was written down before, to be corrected."""
        if booking.state is BookingState.STAYED_AWAY:
            self.outcome.data = MISSED
        elif booking.outcome is not None:
            self.outcome.data = booking.outcome.value
        self.follow_up_by.data = str(booking.follow_up_by_id or NOBODY)

    def chosen(self) -> Outcome | None:
        """None when nobody came."""
        return None if self.outcome.data == MISSED else Outcome(self.outcome.data)


class PressForm(Form):
    """One button."""
