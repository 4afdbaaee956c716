"""The first page of the day says what waits, and says it once."""

from collections.abc import Callable

from flask import Flask

from tests.visitors.browsing import Visitor
from tests.web.staff.conftest import ANNA, Known, make_need
from volunteer_match.cases.models import Case
from volunteer_match.cases.states import TaskKind
from volunteer_match.cases.tasks import add_task
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.people.permissions import Role


def give_task(app: Flask, known: Known, kind: TaskKind) -> int:
    with app.app_context():
        task = add_task(case=db.session.get_one(Case, known.case_id), kind=kind, now=utc_now())
        task_id = task.id
        db.session.commit()
        return task_id


def test_a_new_caseworker_has_nothing_waiting(anna: Visitor) -> None:
    anna.open("/i-dag")

    assert "Ingenting venter på dig lige nu" in anna.text
    assert "Dine sager: 0 af 20" in anna.text


def test_a_need_that_lacks_something_leads_to_it_and_is_told_once(anna: Visitor, known: Known) -> None:
    anna.open("/i-dag")

    assert anna.text.count(known.pseudonym) == 1
    assert "Mangler familiens samtykke og barnets egen mening" in anna.text
    anna.follow(known.pseudonym)
    assert anna.url == f"/behov/{known.need_id}"


def test_a_task_is_ticked_off_once(app: Flask, anna: Visitor, known: Known) -> None:
    give_task(app, known, TaskKind.OFFER_BLOCKED)
    anna.open("/i-dag")
    assert "Tilbuddet er spærret" in anna.text
    anna.press(f"Klaret {known.pseudonym}", times=2)

    assert "Opgaven er klaret" in anna.text
    assert "Tilbuddet er spærret" not in anna.text


def test_nobody_ticks_off_anothers_task(app: Flask, anna: Visitor, bente: Visitor, lone: Visitor, known: Known) -> None:
    task_id = give_task(app, known, TaskKind.OFFER_BLOCKED)
    for stranger, status in ((bente, 404), (lone, 403)):
        token = stranger.open("/i-dag").page.forms[0].values["csrf_token"]
        answer = stranger.client.post(f"/opgaver/{task_id}/faerdig", data={"csrf_token": token})
        assert answer.status_code == status

    assert "Tilbuddet er spærret" in anna.open("/i-dag").text


def test_others_work_is_not_mine(bente: Visitor, known: Known) -> None:
    assert known.pseudonym not in bente.open("/i-dag").text


def test_a_leader_sees_how_the_work_is_shared(app: Flask, lone: Visitor, anna: Visitor, bente: Visitor) -> None:
    for number in range(16):
        make_need(app, ANNA, seed=number)
    lone.open("/i-dag")

    assert "Anna Holm Sager: 16 af 20 · tæt på grænsen" in lone.text
    assert "Bente Friis Sager: 0 af 20" in lone.text


def test_the_pages_are_for_those_who_work_with_cases(sign_in: Callable[..., Visitor], clock: object) -> None:
    for email, role in (("ib@kommune.example", Role.ADMIN), ("per@kommune.example", Role.PROFESSIONAL)):
        visitor = sign_in(email, role)
        for path in ("/i-dag", "/sager", "/sager/ny", "/sager/1", "/behov/1"):
            assert visitor.open(path).status == 403, (role, path)
