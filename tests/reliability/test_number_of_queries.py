"""A list of forty lines asks the database no more often than a list of five."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy import event, update

from tests.factories.cases import open_case_for, ready_need, write_need_in
from tests.factories.consultations import every_second_tuesday
from tests.factories.events import open_event
from tests.factories.mails import mails, token_in
from tests.factories.organisations import approved_offer, club, sign_up
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in
from tests.security.town import copy_database, csrf_token
from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from tests.web.conftest import PASSWORD, sign_in_as
from volunteer_match.factory import create_app
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.own_page import send_link
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import lifecycle
from volunteer_match.proposals.states import PauseReason, ProposalState

FEW, MANY = 5, 40
CLUB = "mette@asaa-if.example"
NOT_A_QUERY = re.compile(r"\s*(BEGIN|SAVEPOINT|RELEASE|ROLLBACK|COMMIT|PRAGMA)", re.IGNORECASE)


@dataclass(frozen=True)
class Lists:
    """Everything there is, so and so many times."""

    app: Flask
    emails: dict[Role, str]
    ids: dict[str, int]

    def visitor(self, who: Role | str) -> Visitor:
        """Signed in, at home."""
        visitor = Visitor(self.app.test_client())
        if isinstance(who, Role):
            return sign_in_as(visitor, self.emails[who])
        with self.app.app_context():
            send_link(email=who, language="da", now=NOW)
            db.session.commit()
            token = token_in(mails("own_page_link")[-1])
            db.session.rollback()
        return visitor.open(f"/min-side/aabn/{token}").press("Åbn min side")


@pytest.fixture(scope="module")
def lists(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Lists]]:
    """Short ones and long ones, each built once."""
    built: dict[int, Lists] = {}

    def build(lines: int) -> Lists:
        if lines not in built:
            path = tmp_path_factory.mktemp("lists") / "lists.sqlite"
            copy_database(migrated_sqlite, path)
            built[lines] = _fill(f"sqlite:///{path}", lines)
        return built[lines]

    with time_machine.travel(NOW, tick=False):
        yield build
        for one in built.values():
            with one.app.app_context():
                db.engine.dispose()


PAGES: list[tuple[str, Role | str, Callable[[dict[str, int]], str]]] = [
    ("the day of a caseworker", Role.CASEWORKER, lambda _ids: "/i-dag"),
    ("the day of a leader", Role.TEAM_LEADER, lambda _ids: "/i-dag"),
    ("the calendar by month", Role.CASEWORKER, lambda _ids: "/kalender?maaned=2027-01"),
    ("the calendar as a list", Role.TEAM_LEADER, lambda _ids: "/kalender/liste"),
    ("her cases", Role.CASEWORKER, lambda _ids: "/sager"),
    ("the team's cases", Role.TEAM_LEADER, lambda _ids: "/sager"),
    ("one plan for all needs", Role.TEAM_LEADER, lambda _ids: "/samlet-forslag"),
    ("whom to give a case", Role.TEAM_LEADER, lambda _ids: "/sager/ny/for-en-kollega"),
    ("one case", Role.CASEWORKER, lambda ids: f"/sager/{ids['busy_case']}"),
    ("one need", Role.CASEWORKER, lambda ids: f"/behov/{ids['busy_need']}"),
    ("suggestions", Role.CASEWORKER, lambda ids: f"/behov/{ids['looking']}/forslag"),
    ("offers by distance", Role.CASEWORKER, lambda ids: f"/behov/{ids['looking']}/find-selv"),
    ("two offers", Role.CASEWORKER, lambda ids: f"/behov/{ids['looking']}/sammenlign?tilbud=1&tilbud=2"),
    ("one match", Role.CASEWORKER, lambda ids: f"/forslag/{ids['match']}"),
    ("what waits for approval", Role.ADMIN, lambda _ids: "/admin/"),
    ("the register", Role.ADMIN, lambda _ids: "/admin/organisationer"),
    ("one organisation", Role.ADMIN, lambda ids: f"/admin/organisationer/{ids['organisation']}"),
    ("who is shown and who waits", Role.ADMIN, lambda _ids: "/admin/motoren/fordeling"),
    ("the trail", Role.ADMIN, lambda _ids: "/admin/spor"),
    ("the own page", CLUB, lambda _ids: "/min-side"),
    ("the demo's letter box", Role.ADMIN, lambda _ids: "/demo/mails"),
]


@pytest.mark.parametrize(("who", "where"), [page[1:] for page in PAGES], ids=[page[0] for page in PAGES])
def test_a_long_list_asks_no_more_often(
    lists: Callable[[int], Lists], who: Role | str, where: Callable[[dict[str, int]], str]
) -> None:
    asked = {}
    for lines in (FEW, MANY):
        here = lists(lines)
        visitor = here.visitor(who)
        visitor.open(where(here.ids))
        assert visitor.status == 200
        with _queries(here.app) as asked[lines]:
            visitor.open(where(here.ids))

    assert asked[FEW]
    assert asked[MANY][len(asked[FEW]) :] == []
    assert len(asked[MANY]) == len(asked[FEW])


def test_a_long_file_for_a_spreadsheet_asks_no_more_often(lists: Callable[[int], Lists]) -> None:
    asked = {}
    for lines in (FEW, MANY):
        here = lists(lines)
        client = here.visitor(Role.ADMIN).client
        form = {"csrf_token": csrf_token(client)}
        with _queries(here.app) as asked[lines]:
            answer = client.post("/admin/organisationer/regneark", data=form)
        assert answer.text.count("\r\n") > lines

    assert len(asked[MANY]) == len(asked[FEW])


@contextmanager
def _queries(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not NOT_A_QUERY.match(statement):
            seen.append(" ".join(statement.split())[:200])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _fill(url: str, lines: int) -> Lists:
    app = create_app(settings_for_tests(database_url=url, demo=True, caseload_amber=900, caseload_limit=1000))
    with app.app_context():
        staff = {role: hire(role.value, role) for role in (Role.CASEWORKER, Role.TEAM_LEADER, Role.ADMIN)}
        offers = [_offer(staff[Role.ADMIN], number) for number in range(lines)]
        ids = _work(staff[Role.CASEWORKER], offers)
        for number in range(lines):
            hire(f"kollega{number}", Role.CASEWORKER)
            sign_up(club(), now=NOW)
            approved_offer(staff[Role.ADMIN], certificate=False)
            open_event(staff[Role.ADMIN])
            every_second_tuesday(staff[Role.TEAM_LEADER], psychologist=staff[Role.CASEWORKER])
        db.session.execute(update(User).values(password=hash_password(PASSWORD)))
        db.session.commit()
        return Lists(app, {role: user.email for role, user in staff.items()}, ids)


def _offer(admin: User, number: int) -> Offer:
    details = {"title": f"Gymnastik, hold {number}", "capacity": 90}
    who = club(details, email=CLUB, organisation_name="Asaa Idrætsforening")
    return approved_offer(admin, who=who, certificate=number == 0)


def _work(caseworker: User, offers: list[Offer]) -> dict[str, int]:
    """As much of everything as there are offers."""
    busy = ready_need(caseworker)
    for offer in offers:
        case = open_case_for(caseworker)
        proposal_in(ProposalState.ASKED, need=ready_need(caseworker, case=case), offer=offer, by=caseworker)
        write_need_in(case, by=caseworker, child_view=False)
        accepted = ready_need(caseworker, case=busy.case)
        proposal_in(ProposalState.ACCEPTED, need=accepted, offer=offer, by=caseworker)
        proposal_in(ProposalState.REJECTED, need=busy, offer=offer, by=caseworker)
    match = proposal_in(ProposalState.ACTIVE, need=ready_need(caseworker), offer=offers[0], by=caseworker)
    for _rest in offers:
        lifecycle.pause(match, reason=PauseReason.AGREED_BREAK, by=caseworker, now=NOW)
        lifecycle.resume(match, by=caseworker, now=NOW)
    return {
        "busy_case": busy.case_id,
        "busy_need": busy.id,
        "looking": ready_need(caseworker).id,
        "match": match.id,
        "organisation": offers[0].organisation_id,
    }
