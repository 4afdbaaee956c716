"""Who sees what, and lists that find, sort, page, and ask the database as often for many as for few."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.cases.conftest import DRAFT, FACTS, NOW
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.caseload import CaseloadLimits
from volunteer_match.cases.guardian_consent import missing_parties, record_given
from volunteer_match.cases.intake import ChildView, close_case, close_need, open_case, record_child_view, write_need
from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.queries import (
    PER_PAGE,
    CaseSearch,
    CaseSort,
    list_cases,
    own_case,
    own_need,
    read_case,
    read_need,
    unready_needs,
    visible_case,
    visible_need,
)
from volunteer_match.cases.states import CaseState, ChildViewSource, ConsentParty
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

MANY = CaseloadLimits(amber=500, limit=1000)
FIRST, SECOND = ConsentParty.CUSTODY_HOLDER_1, ConsentParty.CUSTODY_HOLDER_2


@pytest.fixture(autouse=True)
def database(session_on_each: Session) -> Session:
    """Lists lean on what each kind of database does with text, groups and order."""
    return session_on_each


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def open_named(name: str, caseworker: User, *, postcode: str = "9340", birth_year: int = 2018) -> Case:
    facts = replace(FACTS, postcode=postcode, birth_year=birth_year)
    case = open_case(facts=facts, caseworker=caseworker, by=caseworker, limits=MANY, random=Random(), now=NOW)
    case.pseudonym = name
    db.session.flush()
    return case


def names(user: User, search: CaseSearch) -> list[str]:
    return [row.pseudonym for row in list_cases(user, search, now=NOW).rows]


def test_a_case_is_there_for_its_caseworker_and_the_leader_and_for_nobody_else(
    need: Need, anna: User, bente: User, lone: User, staff: Callable[..., User]
) -> None:
    assert visible_case(anna, need.case_id) is need.case
    assert visible_need(anna, need.id) is need
    assert visible_case(lone, need.case_id) is need.case
    assert visible_need(lone, need.id) is need
    for stranger in (bente, staff("Ib", Role.ADMIN), staff("Per", Role.PROFESSIONAL)):
        assert visible_case(stranger, need.case_id) is None
        assert visible_need(stranger, need.id) is None
        assert list_cases(stranger, CaseSearch(state=None), now=NOW).rows == ()


def test_a_leader_reads_but_does_not_write(need: Need, anna: User, lone: User) -> None:
    assert own_case(lone, need.case_id) is None
    assert own_need(lone, need.id) is None
    assert own_case(anna, need.case_id) is need.case
    assert own_need(anna, need.id) is need


def test_a_closed_account_sees_nothing(need: Need, anna: User, lone: User) -> None:
    anna.active = lone.active = False

    assert visible_case(anna, need.case_id) is None
    assert visible_need(lone, need.id) is None


def test_reading_leaves_a_trace_and_a_closed_door_none(
    need: Need, anna: User, bente: User, trail: Callable[[], list[AuditEntry]]
) -> None:
    before = len(trail())
    read_case(bente, need.case_id, now=NOW)
    read_need(bente, need.id, now=NOW)
    read_case(anna, need.case_id, now=NOW)
    read_need(anna, need.id, now=NOW)
    list_cases(anna, CaseSearch(), now=NOW)

    entries = trail()[before:]

    assert [(e.action, e.actor_id, e.subject_kind) for e in entries] == [
        (AuditAction.CASE_READ, anna.id, "case"),
        (AuditAction.NEED_READ, anna.id, "need"),
        (AuditAction.CASE_READ, anna.id, "case_list"),
    ]
    assert entries[-1].details == {"cases": [need.case_id]}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lærke", ["Lærke-27"]),
        ("LÆRKE-2", ["Lærke-27"]),
        ("øgle", ["Øgle-11"]),
        ("27", ["Lærke-27"]),
        ("asaa", ["Lærke-27"]),
        ("9700", ["Øgle-11"]),
        ("brønders", ["Øgle-11"]),
        ("%", []),
        ("", ["Lærke-27", "Øgle-11"]),
    ],
)
def test_finding_by_name_town_or_postcode(anna: User, words: str, found: list[str]) -> None:
    open_named("Lærke-27", anna, postcode="9340")
    open_named("Øgle-11", anna, postcode="9700")

    assert names(anna, CaseSearch(words=words)) == found


def test_closed_cases_are_kept_apart(anna: User) -> None:
    close_case(case=open_named("Birk-10", anna), by=anna, now=NOW)
    open_named("Trane-10", anna)

    assert names(anna, CaseSearch()) == ["Trane-10"]
    assert names(anna, CaseSearch(state=CaseState.CLOSED)) == ["Birk-10"]
    assert names(anna, CaseSearch(state=None)) == ["Birk-10", "Trane-10"]


def test_sorting_as_danes_do(anna: User) -> None:
    open_named("Åkande-10", anna, postcode="9700", birth_year=2012)
    open_named("Ærfugl-10", anna, postcode="9440", birth_year=2020)  # Aabybro
    open_named("Ørred-10", anna, postcode="9320", birth_year=2016)

    assert names(anna, CaseSearch()) == ["Ærfugl-10", "Ørred-10", "Åkande-10"]
    assert names(anna, CaseSearch(descending=True)) == ["Åkande-10", "Ørred-10", "Ærfugl-10"]
    assert names(anna, CaseSearch(sort=CaseSort.AREA)) == ["Åkande-10", "Ørred-10", "Ærfugl-10"]
    assert names(anna, CaseSearch(sort=CaseSort.AGE)) == ["Ærfugl-10", "Ørred-10", "Åkande-10"]


def test_the_list_counts_needs_and_turns_pages(anna: User, lone: User) -> None:
    for number in range(PER_PAGE + 3):
        case = open_named(f"Birk-{number + 10}", anna)
    write_need(case=case, draft=DRAFT, by=anna, now=NOW)
    close_need(need=write_need(case=case, draft=DRAFT, by=anna, now=NOW), by=anna, now=NOW)

    last = list_cases(lone, CaseSearch(page=99), now=NOW)

    assert (last.total, last.page, last.pages, len(last.rows)) == (PER_PAGE + 3, 2, 2, 3)
    assert (last.rows[-1].open_needs, last.rows[-1].matched_needs, last.rows[-1].caseworker) == (1, 0, "Anna")


def test_lists_ask_as_often_for_many_as_for_few(anna: User) -> None:
    def queries() -> int:
        db.session.commit()
        db.session.expire_all()
        with counted_queries() as statements:
            list_cases(anna, CaseSearch(), now=NOW)
            unready_needs(anna, now=NOW)
        return len(statements)

    def one_more(number: int) -> None:
        need = write_need(case=open_named(f"Birk-{number}", anna), draft=DRAFT, by=anna, now=NOW)
        record_given(need=need, party=FIRST, recipients=("church",), by=anna, now=NOW)

    one_more(10)
    few = queries()
    for number in range(11, 30):
        one_more(number)

    assert queries() == few


def test_one_need_and_all_around_it_come_in_few_queries(need: Need, anna: User) -> None:
    record_given(need=need, party=FIRST, recipients=("church",), by=anna, now=NOW)
    need_id = need.id
    db.session.commit()
    user = db.session.get_one(User, anna.id)
    assert user.permissions
    db.session.expunge_all()

    with counted_queries() as statements:
        found = visible_need(user, need_id)
        assert found is not None
        assert missing_parties(found, now=NOW) == (SECOND,)
        assert found.case.caseworker.name == "Anna"

    assert len(statements) <= 3


def test_what_a_need_lacks_before_anything_can_be_approved(need: Need, anna: User, bente: User) -> None:
    (lacking,) = unready_needs(anna, now=NOW)
    assert (lacking.need_id, lacking.missing_parties, lacking.child_view_missing) == (need.id, (FIRST, SECOND), True)
    assert unready_needs(bente, now=NOW) == []

    for party in (FIRST, SECOND):
        record_given(need=need, party=party, recipients=("church",), by=anna, now=NOW)
    view = ChildView("Jeg vil gerne svømme", ChildViewSource.CONVERSATION, date(2026, 11, 20))
    record_child_view(need=need, view=view, by=anna, now=NOW)
    assert unready_needs(anna, now=NOW) == []

    (expired,) = unready_needs(anna, now=NOW + timedelta(days=366))
    assert expired.missing_parties == (FIRST, SECOND)
