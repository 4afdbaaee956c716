"""A button pressed twice, or twenty times at once, does one thing."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select

from tests.factories.people import NOW
from tests.security.town import Persona, Town, build, csrf_token
from tests.settings import settings_for_tests
from volunteer_match.audit.trail import verify_trail
from volunteer_match.cases.models import Case, Need
from volunteer_match.factory import create_app
from volunteer_match.foundation.database import Model, db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.proposals.models import FollowUp, Proposal

AT_ONCE = 20


@dataclass(frozen=True)
class Button:
    """Who presses it, where, and how many rows of what it makes."""

    persona: Persona
    path: Callable[[Town], str]
    form: dict[str, str]
    makes: type[Model]
    rows: int = 1


NEED = {
    "text": "Vil gerne have en ven at spille fodbold med",
    "external_wording": "Et barn vil gerne spille fodbold sammen med andre.",
    "languages": "da",
    "contact_form": "group",
}
BUTTONS = {
    "a case is opened": Button(
        Persona.OWNER,
        lambda _town: "/sager/ny",
        {"birth_year": "2018", "postcode": "9340", "ladder_step": "2", "custody_holders": "1"},
        Case,
    ),
    "a need is written": Button(Persona.OWNER, lambda town: f"/sager/{town.built.ids['case']}/behov/nyt", NEED, Need),
    "an offer is chosen": Button(
        Persona.OWNER,
        lambda town: f"/behov/{town.built.ids['looking']}/forslag/{town.built.ids['others_offer']}/godkend",
        {},
        Proposal,
    ),
    "a request is accepted": Button(
        Persona.VISITOR,
        lambda town: f"/forespoergsel/{town.built.tokens['request']}",
        {"answer": "yes"},
        OutboxMail,
        rows=2,  # one to the contact person, one to the caseworker
    ),
    "a sign-up is confirmed": Button(
        Persona.VISITOR,
        lambda town: f"/tilmeld/bekraeft/{town.built.tokens['registration']}",
        {},
        OutboxMail,
        rows=0,
    ),
    "an offer is approved": Button(
        Persona.ADMIN,
        lambda town: f"/admin/organisationer/{town.built.ids['waiting_organisation']}/godkend",
        {},
        OutboxMail,
    ),
    "a follow-up is written down": Button(
        Persona.OWNER,
        lambda town: f"/opfoelgning/{town.built.ids['follow_up']}",
        {"how_it_goes": "well"},
        FollowUp,
        rows=0,
    ),
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def busy_town(request: pytest.FixtureRequest) -> Iterator[Town]:
    """The town on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("town")
        return
    with time_machine.travel(NOW, tick=False):
        url = request.getfixturevalue("postgresql_url")
        town = Town.__new__(Town)
        town.built = build(url, Path("nowhere"))
        town.app = create_app(settings_for_tests(database_url=url))
        yield town
        town.close()


@pytest.mark.slow
@pytest.mark.parametrize("what", BUTTONS)
def test_it_happens_once(busy_town: Town, what: str) -> None:
    button = BUTTONS[what]
    before = _count(busy_town, button.makes)
    token = csrf_token(busy_town.client(button.persona)) if button.persona is not Persona.VISITOR else ""
    path = button.path(busy_town)

    def press(_time: int) -> int:
        client = busy_town.client(button.persona)
        form = {"csrf_token": token or csrf_token(client), **button.form}
        return client.post(path, data=form).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(press, range(AT_ONCE)))
    statuses.append(press(AT_ONCE))

    assert [status for status in statuses if status >= 500] == []
    assert 302 in statuses
    assert _count(busy_town, button.makes) - before == button.rows
    with busy_town.app.app_context():
        assert verify_trail() is None
        db.session.rollback()


def _count(town: Town, model: type[Model]) -> int:
    with town.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0
