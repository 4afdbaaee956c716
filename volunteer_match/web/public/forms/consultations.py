"""Booking a time on a consultation day, and changing it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than 3.3
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from volunteer_match.consultations.booking import TellsTooMuch, check_question
from volunteer_match.consultations.models import ConsultationDay
from volunteer_match.consultations.queries import OpenDay
from volunteer_match.consultations.rhythm import Slot
from volunteer_match.consultations.states import BookerRole, Topic
from volunteer_match.web.shared.consultation_words import BOOKERS, TOPICS
from volunteer_match.web.shared.fields import EmailField, Form, PhoneField, choices
from volunteer_match.web.shared.jinja import clock_span, long_date

from .registration import LONGEST_NAME, Trap

LONGEST_QUESTION = 200


class BookingForm(Trap):
    """One time, and who comes. `offer` gives it the times that are free."""

    slot = RadioField(_l("Hvilken tid?"), validators=[InputRequired(_l("Vælg en tid"))])
    topic = RadioField(
        _l("Hvad drejer det sig om?"),
        choices=choices((topic.value, words) for topic, words in TOPICS.items()),
        validators=[InputRequired(_l("Vælg det emne, der ligger nærmest"))],
    )
    question = TextAreaField(
        _l("Hvad vil du gerne spørge om?"),
        description=_l("En sætning er nok. Skriv ikke barnets navn, initialer eller klasse."),
        validators=[
            Optional(),
            Length(max=LONGEST_QUESTION, message=_l("Skriv højst %(max)d tegn")),
        ],
    )
    role = RadioField(
        _l("Hvem er du?"),
        choices=choices((role.value, words) for role, words in BOOKERS.items()),
        validators=[InputRequired(_l("Vælg, hvem du er"))],
    )
    name = StringField(
        _l("Dit eget navn"),
        validators=[
            DataRequired(_l("Skriv dit navn")),
            Length(max=LONGEST_NAME, message=_l("Navnet må højst være på %(max)d tegn")),
        ],
    )
    email = EmailField(
        _l("Din e-mail"),
        description=_l("Vi sender en bekræftelse med et link, hvor du kan skifte tid eller aflyse."),
        validators=[DataRequired(_l("Skriv din e-mailadresse, fx navn@eksempel.dk"))],
    )
    phone = PhoneField(_l("Dit telefonnummer"), validators=[Optional()])

    def offer(self, free: Iterable[Slot]) -> None:
        """The times to choose among."""
        self.slot.choices = choices((str(slot.number), clock_span(slot.starts_at, slot.ends_at)) for slot in free)

    def validate_question(self, field: Any) -> None:
        try:
            check_question(field.data or "")
        except TellsTooMuch as error:
            if error.words:
                words = _(
                    "Ordet »%(word)s« ligner et navn eller initialer. Skriv barnet, drengen eller pigen i stedet."
                )
                raise ValidationError(words % {"word": error.words[0]}) from None

    def chosen(self) -> tuple[BookerRole, Topic]:
        """The two that are stored as codes."""
        return BookerRole(self.role.data), Topic(self.topic.data)


class ChangeTimeForm(Form):
    """Another of the free times, day by day."""

    time = SelectField(_l("Vælg en anden tid"), validators=[InputRequired(_l("Vælg en tid"))])

    def offer(self, days: Iterable[OpenDay]) -> None:
        """The times to choose among."""
        self.time.choices = [
            SelectChoice(
                f"{each.day.id}:{slot.number}",
                f"{format_date(each.day.held_on, 'd/M')} {clock_span(slot.starts_at, slot.ends_at)}",
                optgroup=long_date(each.day.starts_at),
            )
            for each in days
            for slot in each.free
        ]

    def chosen(self, days: Iterable[OpenDay]) -> tuple[ConsultationDay, int]:
        """The day and the number of the slot."""
        day_id, number = (int(part) for part in str(self.time.data).split(":"))
        return next(each.day for each in days if each.day.id == day_id), number


class CancelTimeForm(Form):
    """One button."""
