"""Opening, finding, changing and closing cases; what is not yours is not there."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.visitors.browsing import Visitor
from tests.web.staff.conftest import ANNA, Known, make_need
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.intake import DOUBLE_CLICK
from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.states import CaseState
from volunteer_match.foundation.database import db

PAGES = ("/sager/{}", "/sager/{}/ret", "/sager/{}/luk", "/sager/{}/behov/nyt")
NEED_PAGES = (
    "/behov/{}",
    "/behov/{}/ret",
    "/behov/{}/luk",
    "/behov/{}/barnets-mening",
    "/behov/{}/samtykke",
    "/behov/{}/samtykke/tekst",
    "/behov/{}/samtykke/custody_holder_1/traek-tilbage",
)
POSTS = ("/sager/{}/luk", "/sager/{}/ret", "/sager/{}/behov/nyt")
NEED_POSTS = (
    "/behov/{}/ret",
    "/behov/{}/luk",
    "/behov/{}/barnets-mening",
    "/behov/{}/samtykke",
    "/behov/{}/samtykke/custody_holder_1/spurgt",
    "/behov/{}/samtykke/custody_holder_1/traek-tilbage",
)
MISSING = 999


def fill_in_case(visitor: Visitor) -> None:
    visitor.fill(birth_year="2018", postcode="9340").tick("custody_holders", "2").tick("ladder_step", "2")


def test_a_new_case_gets_its_name_from_the_system_and_leads_to_the_need(anna: Visitor) -> None:
    anna.open("/sager/ny")
    fill_in_case(anna)
    anna.press("Opret sag")

    assert anna.heading == "Skriv et behov"
    assert "Sagen hedder" in anna.text
    assert anna.url.endswith("/behov/nyt")


def test_what_was_typed_stands_there_still_when_something_is_missing(anna: Visitor) -> None:
    anna.open("/sager/ny").fill(birth_year="2018", postcode="97 år").press("Opret sag")

    assert anna.status == 422
    assert "Der er problemer" in anna.text
    assert (anna.form.values["birth_year"], anna.form.values["postcode"]) == ("2018", "97 år")


@pytest.mark.parametrize("year", ["1999", "2027", "to tusind", "99999999999999999999"])
def test_a_year_that_no_child_is_born_in_is_told(anna: Visitor, year: str) -> None:
    anna.open("/sager/ny")
    fill_in_case(anna)
    anna.fill(birth_year=year).press("Opret sag")

    assert anna.status == 422
    assert "Skriv et helt tal mellem 2008 og 2026" in anna.text


def test_at_the_limit_the_leader_is_asked_and_gives_a_reason(
    app: Flask,
    clock: time_machine.Traveller,
    anna: Visitor,
    lone: Visitor,
    trail: Callable[[], list[AuditEntry]],
) -> None:
    for number in range(20):
        make_need(app, ANNA, seed=number)
    clock.shift(DOUBLE_CLICK)

    anna.open("/sager/ny")
    fill_in_case(anna)
    anna.press("Opret sag")
    assert "Bed din teamleder om at oprette sagen" in anna.text

    lone.open("/sager/ny/for-en-kollega")
    fill_in_case(lone)
    anna_id = next(value for name, value in lone.form.choices if name == "caseworker" and value)
    lone.tick("caseworker", anna_id).press("Opret sag")
    assert "Rådgiveren er på grænsen" in lone.text
    lone.tick("reason", "urgent").press("Opret sag")

    assert "Du læser med" in lone.text
    opened = [entry for entry in trail() if entry.action is AuditAction.CASE_OPENED][-1]
    assert opened.details["over_limit_reason"] == "urgent"


def test_another_caseworkers_case_is_not_there(
    app: Flask, bente: Visitor, known: Known, trail: Callable[[], list[AuditEntry]]
) -> None:
    before = len(trail())
    for paths, row_id in ((PAGES, known.case_id), (NEED_PAGES, known.need_id)):
        for path in paths:
            theirs, nobodys = bente.client.get(path.format(row_id)), bente.client.get(path.format(MISSING))
            assert (theirs.status_code, nobodys.status_code) == (404, 404), path
            assert theirs.data == nobodys.data, path
    assert len(trail()) == before


def test_another_caseworkers_case_cannot_be_changed(
    bente: Visitor, lone: Visitor, known: Known, stored: Callable[..., Case | Need]
) -> None:
    for stranger in (bente, lone):
        token = csrf_token(stranger)
        for paths, row_id in ((POSTS, known.case_id), (NEED_POSTS, known.need_id)):
            for path in paths:
                answer = stranger.client.post(path.format(row_id), data={"csrf_token": token})
                assert answer.status_code in {403, 404}, path
    assert stored(Case, known.case_id).state is CaseState.OPEN


def csrf_token(visitor: Visitor) -> str:
    return visitor.open("/i-dag").page.forms[0].values["csrf_token"]


def test_a_leader_reads_with_and_has_no_buttons(lone: Visitor, known: Known) -> None:
    lone.open(f"/sager/{known.case_id}")
    assert "Du læser med. Det er Anna Holm, der arbejder med sagen." in lone.text
    assert "Luk sagen" not in lone.text

    lone.open(f"/behov/{known.need_id}")
    assert "Du læser med" in lone.text
    assert "Find forslag" not in lone.text


def test_every_look_leaves_a_trace(anna: Visitor, known: Known, trail: Callable[[], list[AuditEntry]]) -> None:
    before = len(trail())
    for path in ("/i-dag", "/sager", f"/sager/{known.case_id}", f"/behov/{known.need_id}"):
        anna.open(path)

    entries = [(entry.action, entry.subject_kind) for entry in trail()[before:]]

    assert entries == [
        (AuditAction.CASE_READ, "case_list"),
        (AuditAction.CASE_READ, "case_list"),
        (AuditAction.CASE_READ, "case"),
        (AuditAction.NEED_READ, "need"),
    ]


def test_changing_a_case(anna: Visitor, known: Known, stored: Callable[..., Case]) -> None:
    anna.open(f"/sager/{known.case_id}/ret")
    assert (anna.form.values["birth_year"], anna.form.values["ladder_step"]) == ("2018", "2")
    anna.fill(postcode="9700 Brønderslev").tick("ladder_step", "3").press("Gem")

    case = stored(Case, known.case_id)
    assert (case.postcode, case.ladder_step) == ("9700", 3)


def test_fields_that_are_not_on_the_form_change_nothing(
    anna: Visitor, known: Known, stored: Callable[..., Case]
) -> None:
    before = stored(Case, known.case_id)
    anna.open(f"/sager/{known.case_id}/ret")
    extra = {"id": "77", "caseworker_id": "2", "pseudonym": "Ida", "state": "closed", "opened_at": "2020-01-01"}
    anna.client.post(f"/sager/{known.case_id}/ret", data={**anna.form.values, **extra, "ladder_step": "4"})

    after = stored(Case, known.case_id)
    assert after.ladder_step == 4
    assert (after.pseudonym, after.caseworker_id, after.state) == (
        before.pseudonym,
        before.caseworker_id,
        CaseState.OPEN,
    )


def test_closing_asks_first_and_then_the_case_is_read_only(
    anna: Visitor, known: Known, stored: Callable[..., Case]
) -> None:
    anna.open(f"/sager/{known.case_id}").follow("Luk sagen")
    assert stored(Case, known.case_id).state is CaseState.OPEN
    anna.press("Luk sagen", times=2)

    assert stored(Case, known.case_id).state is CaseState.CLOSED
    assert "Skriv et behov" not in anna.open(f"/sager/{known.case_id}").text
    assert known.pseudonym not in anna.open("/sager").text
    assert known.pseudonym in anna.open("/sager?tilstand=closed").text


def test_searching_and_sorting_by_nonsense_shows_the_list(anna: Visitor, known: Known) -> None:
    for query in ("?sorter=;drop&page=x&tilstand=%00", "?page=-3", "?page=99999999999", "?sorter=area&raekkefoelge=?"):
        assert anna.open(f"/sager{query}").status == 200, query
    assert "Ingen sager passer til søgningen" in anna.open("/sager?soeg=findes-ikke").text


def test_lists_ask_as_often_for_many_as_for_few(app: Flask, anna: Visitor, known: Known) -> None:
    def queries(path: str) -> int:
        return count_queries(app, anna.client, path)

    few = {path: queries(path) for path in ("/i-dag", "/sager", f"/sager/{known.case_id}")}
    for number in range(2, 14):
        make_need(app, ANNA, seed=number)

    assert {path: queries(path) for path in few} == few


def count_queries(app: Flask, client: FlaskClient, path: str) -> int:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_no_page_carries_a_name_in_its_title_or_address(anna: Visitor, known: Known) -> None:
    for path in ("/i-dag", "/sager", f"/sager/{known.case_id}", f"/behov/{known.need_id}"):
        anna.open(path)
        assert known.pseudonym not in anna.title
        assert all(known.pseudonym not in url for _words, url in anna.page.links)
