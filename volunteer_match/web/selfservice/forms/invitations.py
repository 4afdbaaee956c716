"""Answering an invitation."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from volunteer_match.events.answers import MOST_PEOPLE, Answer, Coming
from volunteer_match.events.models import EventQuestion, Invitation
from volunteer_match.events.states import QuestionKind
from volunteer_match.web.shared.fields import EmailField, Form, IntegerRangeField, choices

LONGEST_REPLY = 300
TICKED = "yes"
COMING = {
    Coming.YES: _l("Ja, jeg kommer"),
    Coming.MAYBE: _l("Måske"),
    Coming.NO: _l("Nej, jeg kommer ikke"),
}


class AnswerForm(Form):
    """Yes with how many, no or maybe; of the practical questions a page shows those that its event asks."""

    coming = RadioField(
        _l("Kommer du?"),
        choices=choices((coming.value, words) for coming, words in COMING.items()),
        validators=[InputRequired(_l("Vælg ja, måske eller nej"))],
    )
    people = IntegerRangeField(
        _l("Hvor mange kommer I i alt?"),
        description=_l("Tæl dig selv med."),
        default=1,
        lowest=1,
        highest=MOST_PEOPLE,
    )
    food = TextAreaField(
        _l("Er der noget, I ikke spiser?"),
        description=_l("Skriv kun, hvad I ikke spiser – ikke hvorfor."),
        validators=[Optional(), Length(max=LONGEST_REPLY)],
    )
    childcare = IntegerRangeField(
        _l("Hvor mange børn skal passes imens?"), lowest=0, highest=MOST_PEOPLE, validators=[Optional()]
    )
    lift = BooleanField(_l("Jeg har brug for kørelejlighed"))
    sign_language = BooleanField(_l("Jeg har brug for en tegnsprogstolk"))
    own = TextAreaField(_l("Dit svar"), validators=[Optional(), Length(max=LONGEST_REPLY)])

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """What was written in fields that only a yes shows is in nobody else's way."""
        if self.coming.data in {Coming.NO, Coming.MAYBE}:
            for name in ("people", *QuestionKind):
                self[name].process(None)
        return super().validate(extra_validators)

    def validate_people(self, field: Any) -> None:
        if self.coming.data == Coming.YES and field.data is None:
            raise ValidationError(_("Skriv, hvor mange I kommer"))

    def show(self, invitation: Invitation) -> None:
        """What was answered before, to be changed."""
        if invitation.answered_at is None:
            return
        state = invitation.state.value
        self.coming.data = Coming.YES.value if invitation.people else state if state in set(Coming) else None
        self.people.data = invitation.people or 1
        replies = {reply.question_id: reply.reply for reply in invitation.replies}
        for question in invitation.event.questions:
            reply = replies.get(question.id)
            if reply is not None:
                self[question.kind.value].data = _as_data(question.kind, reply)

    def said(self, questions: list[EventQuestion]) -> Answer:
        """The answer in the rules' terms."""
        return Answer(
            coming=Coming(self.coming.data),
            people=self.people.data or 1,
            replies=self._replies(questions),
        )

    def _replies(self, questions: list[EventQuestion]) -> Mapping[int, str]:
        return {question.id: _as_reply(self[question.kind.value].data) for question in questions}


class WhoseForm(Form):
    """The address that the invitation was mailed to."""

    email = EmailField(
        _l("Den e-mail, indbydelsen kom til"),
        validators=[DataRequired(_l("Skriv din e-mailadresse, fx navn@eksempel.dk"))],
    )


class NoInvitationsForm(Form):
    """One button."""


def _as_reply(data: Any) -> str:
    if isinstance(data, bool):
        return TICKED if data else ""
    return "" if data in (None, 0) else str(data)


def _as_data(kind: QuestionKind, reply: str) -> Any:
    if kind is QuestionKind.CHILDCARE:
        return int(reply)
    return reply == TICKED if kind in {QuestionKind.LIFT, QuestionKind.SIGN_LANGUAGE} else reply
