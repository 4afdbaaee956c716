"""What a member of staff may see of cases, and their lists. What one may not see is None, as if it were not there.

Reading leaves a trace: `read_case`, `read_need` and `list_cases` write it with the answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission
from volunteer_match.vocabulary.collation import danish_sort_key
from volunteer_match.vocabulary.places import all_places, lookup

from .guardian_consent import deciding_line, missing_among, required_parties
from .models import Case, GuardianConsent, Need, Task
from .responsibility import is_responsible
from .states import CaseState, ConsentParty, NeedState

PER_PAGE = 25


class CaseSort(StrEnum):
    """The columns a list of cases can be sorted by."""

    PSEUDONYM = "pseudonym"
    AREA = "area"
    AGE = "age"
    LADDER = "ladder"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """What to look for: part of a pseudonym, a postcode or a town; and the state."""

    words: str = ""
    state: CaseState | None = CaseState.OPEN
    sort: CaseSort = CaseSort.PSEUDONYM
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list."""

    case_id: int
    pseudonym: str
    birth_year: int
    postcode: str
    ladder_step: int
    state: CaseState
    opened_at: datetime
    caseworker: str
    open_needs: int
    matched_needs: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of the list, and how much there is in all."""

    rows: tuple[CaseRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class UnreadyNeed:
    """An open need for which nothing can be approved yet, and what it lacks."""

    need_id: int
    case_id: int
    pseudonym: str
    written_at: datetime
    missing_parties: tuple[ConsentParty, ...]
    child_view_missing: bool


def visible_case(user: User, case_id: int) -> Case | None:
    """The case for its caseworker, and for a team leader to read."""
    return db.session.scalar(
        select(Case)
        .where(Case.id == case_id, _visible_to(user))
        .options(joinedload(Case.caseworker), selectinload(Case.needs).selectinload(Need.consents))
    )


def visible_need(user: User, need_id: int) -> Need | None:
    """The need for the case's caseworker, and for a team leader to read."""
    return db.session.scalar(
        select(Need)
        .join(Need.case)
        .where(Need.id == need_id, _visible_to(user))
        .options(joinedload(Need.case).joinedload(Case.caseworker), selectinload(Need.consents))
    )


def own_case(user: User, case_id: int) -> Case | None:
    """The case for somebody who is about to change it."""
    case = visible_case(user, case_id)
    return case if case is not None and is_responsible(case, user) else None


def own_need(user: User, need_id: int) -> Need | None:
    """The need for somebody who is about to change it."""
    need = visible_need(user, need_id)
    return need if need is not None and is_responsible(need.case, user) else None


def own_task(user: User, task_id: int) -> Task | None:
    """The task for the caseworker it waits for."""
    task = db.session.get(Task, task_id)
    return task if task is not None and is_responsible(task.case, user) else None


def read_case(user: User, case_id: int, *, now: datetime) -> Case | None:
    """`visible_case`, with the trace of having looked."""
    case = visible_case(user, case_id)
    if case is not None:
        record(AuditAction.CASE_READ, by=user.actor, now=now, subject=("case", case.id))
    return case


def read_need(user: User, need_id: int, *, now: datetime) -> Need | None:
    """`visible_need`, with the trace of having looked."""
    need = visible_need(user, need_id)
    if need is not None:
        details = {"case": need.case_id}
        record(AuditAction.NEED_READ, by=user.actor, now=now, subject=("need", need.id), details=details)
    return need


def withdrawable_consent(user: User, need_id: int, party: ConsentParty) -> GuardianConsent | None:
    """The line that says where a party stands, for those who may take down that it is withdrawn."""
    need = visible_need(user, need_id)
    return deciding_line(need.consents, party) if need is not None else None


def trace_list(user: User, case_ids: Iterable[int], *, now: datetime) -> None:
    """The trace of having had these cases on one page together."""
    ids = sorted(set(case_ids))
    if ids:
        record(AuditAction.CASE_READ, by=user.actor, now=now, subject=("case_list", None), details={"cases": ids})


def list_cases(user: User, search: CaseSearch, *, now: datetime) -> CasePage:
    """One page of the cases this person may see; the trace names those that were on it."""
    columns = select(Case.id, Case.pseudonym, Case.postcode, Case.birth_year, Case.ladder_step, Case.opened_at)
    found = db.session.execute(columns.where(_visible_to(user), *_conditions(search))).all()
    # Sorted here, because neither database knows that å comes last and Aabybro is spelled with it.
    ordered = sorted(found, key=lambda row: danish_sort_key(row.pseudonym))
    ordered.sort(key=lambda row: _sort_key(row, search.sort), reverse=search.descending)
    pages = max(1, -(-len(ordered) // PER_PAGE))
    page = min(max(1, search.page), pages)
    ids = [row.id for row in ordered[(page - 1) * PER_PAGE : page * PER_PAGE]]
    trace_list(user, ids, now=now)
    return CasePage(_rows(ids), total=len(ordered), page=page, pages=pages)


def unready_needs(user: User, *, now: datetime) -> list[UnreadyNeed]:
    """The caseworker's own open needs that lack somebody's yes or the child's view, the oldest first."""
    needs = db.session.execute(
        select(
            Need.id,
            Need.case_id,
            Need.created_at,
            Need.wording_changed_at,
            Need.child_view_on,
            Case.pseudonym,
            Case.birth_year,
            Case.custody_holders,
        )
        .join(Need.case)
        .where(Case.caseworker_id == user.id, Case.state == CaseState.OPEN, Need.state == NeedState.OPEN)
        .order_by(Need.created_at, Need.id)
    ).all()
    consents = _consents_of([row.id for row in needs])
    unready = []
    for row in needs:
        missing = missing_among(
            required_parties(row, on=danish_date(now)),
            consents[row.id],
            now=now,
            wording_changed_at=row.wording_changed_at,
        )
        if missing or row.child_view_on is None:
            unready.append(
                UnreadyNeed(row.id, row.case_id, row.pseudonym, row.created_at, missing, row.child_view_on is None)
            )
    return unready


def open_tasks(user: User) -> list[Task]:
    """What waits for this caseworker because somebody else did something, the oldest first."""
    return list(
        db.session.scalars(
            select(Task)
            .join(Task.case)
            .where(Case.caseworker_id == user.id, Case.state == CaseState.OPEN, Task.done_at.is_(None))
            .options(joinedload(Task.case))
            .order_by(Task.created_at, Task.id)
        )
    )


def _visible_to(user: User) -> ColumnElement[bool]:
    if user.may(Permission.READ_TEAM_CASES):
        return true()
    return Case.caseworker_id == user.id if user.may(Permission.WORK_ON_OWN_CASES) else false()


def _conditions(search: CaseSearch) -> list[ColumnElement[bool]]:
    conditions = [] if search.state is None else [Case.state == search.state]
    words = search.words.strip()
    if words:
        # A pseudonym is one capital and then small letters, so this finds it however it was typed, æ, ø and å too.
        found = or_(
            Case.pseudonym.startswith(words.capitalize(), autoescape=True),
            Case.pseudonym.contains(words.lower(), autoescape=True),
            Case.postcode.in_(_postcodes(words)),
        )
        conditions.append(found)
    return conditions


def _postcodes(words: str) -> list[str]:
    sought = words.casefold()
    return [
        place.postcode
        for place in all_places().values()
        if place.name.casefold().startswith(sought) or f"{place.postcode} {place.name}".casefold().startswith(sought)
    ]


def _sort_key(row: Any, sort: CaseSort) -> Any:
    if sort is CaseSort.AREA:
        place = lookup(row.postcode)
        return danish_sort_key(place.name if place else row.postcode)
    keys = {
        CaseSort.PSEUDONYM: danish_sort_key(row.pseudonym),
        CaseSort.AGE: -row.birth_year,
        CaseSort.LADDER: row.ladder_step,
        CaseSort.OPENED: row.opened_at,
    }
    return keys[sort]


def _rows(ids: Sequence[int]) -> tuple[CaseRow, ...]:
    def count(state: NeedState) -> ColumnElement[int]:
        return func.count(Need.id).filter(Need.state == state)

    found = db.session.execute(
        select(Case, User.name, count(NeedState.OPEN), count(NeedState.MATCHED))
        .join(Case.caseworker)
        .outerjoin(Case.needs)
        .where(Case.id.in_(ids))
        .group_by(Case.id, User.name)
    )
    by_id = {
        case.id: CaseRow(
            case_id=case.id,
            pseudonym=case.pseudonym,
            birth_year=case.birth_year,
            postcode=case.postcode,
            ladder_step=case.ladder_step,
            state=case.state,
            opened_at=case.opened_at,
            caseworker=name,
            open_needs=open_needs,
            matched_needs=matched_needs,
        )
        for case, name, open_needs, matched_needs in found
    }
    return tuple(by_id[case_id] for case_id in ids)


def _consents_of(need_ids: Sequence[int]) -> dict[int, list[GuardianConsent]]:
    by_need: dict[int, list[GuardianConsent]] = defaultdict(list)
    query = select(GuardianConsent).where(GuardianConsent.need_id.in_(need_ids)).order_by(GuardianConsent.id)
    for consent in db.session.scalars(query):
        by_need[consent.need_id].append(consent)
    return by_need
