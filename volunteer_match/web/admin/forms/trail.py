"""Which lines of the trail to show."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from volunteer_match.audit.actions import ActorKind, AuditAction
from volunteer_match.audit.queries import Wanted
from volunteer_match.foundation.clock import COPENHAGEN
from volunteer_match.people.accounts import staff_names
from volunteer_match.web.admin.trail_words import ACTIONS, ACTORS
from volunteer_match.web.shared.fields import DateField, Form, IntegerRangeField, choices

# SQLite's and PostgreSQL's ids fit below.
LARGEST = 2**31 - 1
OTHERS = (ActorKind.CONTACT_PERSON, ActorKind.VISITOR, ActorKind.SYSTEM)


def people_choices() -> list[Any]:
    """All the staff by name, then the kinds of others."""
    staff = [(f"{ActorKind.STAFF}:{key}", name) for key, name in staff_names().items()]
    return choices([("", _l("Alle")), *staff, *((kind.value, ACTORS[kind]) for kind in OTHERS)])


class TrailForm(Form):
    """Everything may be left open."""

    action = SelectField(
        _l("Hvad"),
        choices=lambda: choices([("", _l("Alt")), *((action.value, ACTIONS[action]) for action in AuditAction)]),
        default="",
    )
    who = SelectField(_l("Hvem"), choices=people_choices, default="")
    since = DateField(_l("Fra"), validators=[Optional()])
    until = DateField(_l("Til og med"), validators=[Optional()])
    page = IntegerRangeField(_l("Side"), validators=[Optional()], lowest=1, highest=LARGEST)
    up_to = IntegerRangeField(_l("Til spor"), validators=[Optional()], lowest=0, highest=LARGEST)

    def validate_until(self, field: Any) -> None:
        if field.data == date.max:
            raise ValidationError(_("Skriv en tidligere dato"))
        if self.since.data is not None and field.data < self.since.data:
            raise ValidationError(_("Den sidste dag skal være den samme som den første eller senere"))

    def wanted(self) -> Wanted:
        """The valid answers."""
        kind, _colon, who = (self.who.data or "").partition(":")
        return Wanted(
            action=AuditAction(self.action.data) if self.action.data else None,
            actor_kind=ActorKind(kind) if kind else None,
            actor_id=int(who) if who else None,
            since=_midnight(self.since.data) if self.since.data else None,
            until=_midnight(self.until.data + timedelta(days=1)) if self.until.data else None,
        )

    def choices_made(self) -> dict[str, Any]:
        """What stands in the address of the other pages of the same list."""
        made: dict[str, Any] = {"action": self.action.data, "who": self.who.data}
        for name in ("since", "until"):
            day = getattr(self, name).data
            if day is not None:
                made |= {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}
        return {name: value for name, value in made.items() if value}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, COPENHAGEN)
