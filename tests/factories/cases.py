"""Families, and what their children need."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from volunteer_match.cases.caseload import CaseloadLimits
from volunteer_match.cases.guardian_consent import record_given_by_all, required_parties
from volunteer_match.cases.intake import CaseFacts, ChildView, NeedDraft, open_case, write_need
from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.states import ChildViewSource
from volunteer_match.foundation.clock import danish_date
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.people.models import User

from .people import NOW

PLENTY = CaseloadLimits(amber=900, limit=1000)
FAMILY = CaseFacts(birth_year=2018, postcode="9340", ladder_step=2, custody_holders=2)
CARTWHEELS = NeedDraft(
    text="Pige på 8 med uro i hjemmet, lyser op, når hun slår kolbøtter",
    external_wording="Et barn vil gerne gå til gymnastik sammen med andre.",
    codes=("faa_venner", "ingen_fritid"),
    slots=("tue-afternoon", "wed-evening"),
)
ALL_KINDS = tuple(OrganisationKind)
_names = Random(2026)


def open_case_for(caseworker: User, *, now: datetime = NOW, **facts: Any) -> Case:
    """A case of this caseworker's own."""
    return open_case(
        facts=replace(FAMILY, **facts), caseworker=caseworker, by=caseworker, limits=PLENTY, random=_names, now=now
    )


def write_need_in(case: Case, *, by: User, now: datetime = NOW, child_view: bool = True, **draft: Any) -> Need:
    """A need with the child's own view, and nobody's consent yet."""
    view = ChildView(text="Hun vil gerne slå kolbøtter.", source=ChildViewSource.CONVERSATION, on=danish_date(now))
    return write_need(
        case=case, draft=replace(CARTWHEELS, **draft), by=by, now=now, child_view=view if child_view else None
    )


def say_yes_for_all(need: Need, *, by: User, now: datetime = NOW, recipients: Iterable[str] = ALL_KINDS) -> None:
    """Everybody who is asked in this family says yes."""
    parties = required_parties(need.case, on=danish_date(now))
    record_given_by_all(need=need, parties=parties, recipients=recipients, by=by, now=now)


def ready_need(caseworker: User, *, case: Case | None = None, now: datetime = NOW, **draft: Any) -> Need:
    """A need for which an offer may be chosen: the child's view is written down and everybody has said yes."""
    need = write_need_in(case or open_case_for(caseworker, now=now), by=caseworker, now=now, **draft)
    say_yes_for_all(need, by=caseworker, now=now)
    return need
