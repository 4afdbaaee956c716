"""What is asked about a case: nothing that says who the child is."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from volunteer_match.cases.caseload import Caseload
from volunteer_match.cases.intake import OLDEST, CaseFacts
from volunteer_match.cases.states import OverLimitReason
from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.vocabulary.taxonomy import taxonomy
from volunteer_match.web.shared.fields import Form, IntegerRangeField, PostcodeField, choices
from volunteer_match.web.shared.language import current_language
from volunteer_match.web.staff.case_words import OVER_LIMIT_REASONS


def ladder_choices() -> list[Any]:
    """The six steps with their numbers."""
    language = current_language()
    return choices((str(step), f"{step}. {label.in_language(language)}") for step, label in taxonomy().ladder.items())


class CaseForm(Form):
    """The child's year of birth and area, the step on the ladder, and how many must say yes."""

    birth_year = IntegerRangeField(
        _l("Barnets fødselsår"),
        [InputRequired(_l("Skriv barnets fødselsår med fire cifre, fx 2018"))],
        lowest=0,
        highest=0,
    )
    postcode = PostcodeField(
        _l("Postnummer, hvor barnet bor"), [InputRequired(_l("Skriv postnummeret, hvor barnet bor, fx 9700"))]
    )
    custody_holders = RadioField(
        _l("Hvor mange har forældremyndigheden?"),
        [InputRequired(_l("Vælg, om én eller to har forældremyndigheden"))],
        choices=lambda: choices([("1", _l("Én")), ("2", _l("To"))]),
    )
    ladder_step = RadioField(
        _l("Trin på indsatstrappen nu"),
        [InputRequired(_l("Vælg det trin, sagen er på nu"))],
        choices=ladder_choices,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = danish_date(utc_now()).year
        self.birth_year.lowest, self.birth_year.highest = this_year - OLDEST, this_year

    def facts(self) -> CaseFacts:
        """What was filled in, as the domain takes it."""
        return CaseFacts(
            birth_year=self.birth_year.data or 0,
            postcode=self.postcode.data or "",
            ladder_step=int(self.ladder_step.data),
            custody_holders=int(self.custody_holders.data),
        )


class ColleagueCaseForm(CaseForm):
    """A team leader opens a case for a caseworker, beyond the limit if there is a reason."""

    caseworker = SelectField(
        _l("Hvem skal have sagen?"), [InputRequired(_l("Vælg, hvem der skal have sagen"))], choices=[]
    )
    reason = RadioField(
        _l("Grund til at gå over grænsen"),
        [Optional()],
        choices=lambda: choices((reason.value, words) for reason, words in OVER_LIMIT_REASONS.items()),
    )

    def offer(self, caseworkers: Iterable[Caseload]) -> None:
        """Lets the form choose among these, each with the number of cases they have."""
        named = [(str(load.caseworker_id), f"{load.name} ({load.open_cases})") for load in caseworkers]
        self.caseworker.choices = choices([("", _l("Vælg en rådgiver")), *named])

    def over_limit_reason(self) -> OverLimitReason | None:
        """The reason ticked, if any."""
        return OverLimitReason(self.reason.data) if self.reason.data else None
