"""Forms of the decisions on a match."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Optional

from volunteer_match.proposals.states import EndedBy, EndReason, HowItGoes, LessonDirection, PauseReason, RejectReason
from volunteer_match.web.shared.fields import Form, choices
from volunteer_match.web.staff.match_words import ENDED_BY, HOW_IT_GOES, REASONS, REJECT_REASONS

BY_HAND_PAUSES = (PauseReason.AGREED_BREAK, PauseReason.ILLNESS, PauseReason.OTHER)


class ApproveForm(Form):
    """Nothing to fill in: the decision itself, and which list it was made from."""

    suggestion_list = HiddenField()


class RejectForm(Form):
    """Not this one, with the reason we learn from."""

    suggestion_list = HiddenField()
    reason = RadioField(
        _l("Hvorfor ikke?"),
        choices=choices((reason.value, REJECT_REASONS[reason]) for reason in RejectReason),
        validators=[InputRequired(_l("Vælg, hvorfor tilbuddet ikke passer"))],
    )
    block = BooleanField(_l("Foreslå aldrig denne organisation til barnet"))


class LessonForm(Form):
    """One press: more like this, or not this sort."""

    suggestion_list = HiddenField()
    direction = RadioField(
        choices=choices((direction.value, direction.value) for direction in LessonDirection),
        validators=[InputRequired()],
    )


class PauseForm(Form):
    """A rest, with its reason."""

    reason = RadioField(
        _l("Hvorfor holder forløbet pause?"),
        choices=choices((reason.value, REASONS[reason.value]) for reason in BY_HAND_PAUSES),
        validators=[InputRequired(_l("Vælg, hvorfor forløbet holder pause"))],
    )


class EndForm(Form):
    """The end, with what we want to learn from it."""

    reason = RadioField(
        _l("Hvorfor slutter det?"),
        choices=choices((reason.value, REASONS[reason.value]) for reason in EndReason),
        validators=[InputRequired(_l("Vælg, hvorfor det slutter"))],
    )
    ended_by = RadioField(
        _l("Hvem ønskede det?"),
        choices=choices((who.value, ENDED_BY[who]) for who in EndedBy),
        validators=[InputRequired(_l("Vælg, hvem der ønskede det"))],
    )
    ever_met = RadioField(
        _l("Nåede de at mødes?"),
        choices=choices([("yes", _l("Ja")), ("no", _l("Nej"))]),
        validators=[InputRequired(_l("Svar på, om de nåede at mødes"))],
    )


class FollowUpForm(Form):
    """Three voices and one overall answer."""

    how_it_goes = RadioField(
        _l("Hvordan går det?"),
        choices=choices((how.value, HOW_IT_GOES[how]) for how in HowItGoes),
        validators=[InputRequired(_l("Vælg, hvordan det går"))],
    )
    child_voice = TextAreaField(_l("Barnet siger"), validators=[Optional()])
    guardian_voice = TextAreaField(_l("Forældrene siger"), validators=[Optional()])
    volunteer_voice = TextAreaField(_l("Den frivillige siger"), validators=[Optional()])
