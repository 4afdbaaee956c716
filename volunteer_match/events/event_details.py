"""What a host writes about an event: the fields of the form, in the form the tables want them."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from .models import Event
from .states import QuestionKind, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """All that can be written and changed. `own_question` is asked beside `questions` unless it is empty."""

    title: str
    description: str
    programme: str
    place: str
    address: str
    postcode: str
    access_notes: str
    starts_at: datetime
    ends_at: datetime
    reply_on: date
    capacity: int
    language: str
    visibility: Visibility
    contact_name: str
    contact_email: str
    contact_phone: str
    questions: tuple[QuestionKind, ...] = ()
    own_question: str = ""

    def columns(self) -> dict[str, Any]:
        """What lies in the event's own row."""
        return {name: value for name, value in asdict(self).items() if name not in _ASKED}

    def asked(self) -> dict[QuestionKind, str | None]:
        """Each question with its wording; ours have none."""
        asked: dict[QuestionKind, str | None] = dict.fromkeys(
            kind for kind in self.questions if kind is not QuestionKind.OWN
        )
        return {**asked, QuestionKind.OWN: self.own_question} if self.own_question else asked


_ASKED = frozenset({"questions", "own_question"})


def details_of(event: Event) -> EventDetails:
    """The event as it could be written again."""
    columns = {field.name: getattr(event, field.name) for field in fields(EventDetails) if field.name not in _ASKED}
    own = next((question.wording for question in event.questions if question.kind is QuestionKind.OWN), None)
    kinds = tuple(question.kind for question in event.questions if question.kind is not QuestionKind.OWN)
    return EventDetails(**columns, questions=kinds, own_question=own or "")
