"""Whoever reads the logs learns how the platform is doing, and nothing about anybody."""

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.security.access_table import addresses
from tests.security.crawl import crawl
from tests.security.town import Canary, Persona, Town, address, csrf_token
from tests.visitors.browsing import Visitor
from tests.web.conftest import PASSWORD, sign_in_as
from volunteer_match.foundation.database import db
from volunteer_match.web.shared.access import Audience, open_to

FORGED = "\nINFO a line that nobody wrote"
PERSONAL = (*Canary, "60616263", PASSWORD, *(address(persona) for persona in Persona))


def _nothing_about_anybody(logged: str, town: Town) -> None:
    assert [word for word in PERSONAL if word in logged] == []
    assert [name for name, token in town.built.tokens.items() if token in logged] == []
    assert town.built.pseudonym not in logged


@pytest.mark.parametrize("persona", [Persona.CONTACT, Persona.OWNER, Persona.ADMIN])
def test_a_day_of_work_leaves_nothing_personal_in_the_log(
    town: Town, caplog: pytest.LogCaptureFixture, persona: Persona
) -> None:
    caplog.set_level(logging.INFO)
    crawl(town, persona)
    for _endpoint, path in addresses(town, "POST"):
        town.post(persona, path, email=Canary.CONTACT_EMAIL.value, password=PASSWORD, text=Canary.NEED_TEXT.value)

    _nothing_about_anybody(caplog.text, town)


def test_signing_in_and_failing_to_leaves_nothing_personal_in_the_log(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sign_in_as(Visitor(town.app.test_client()), address(Persona.OWNER))
    sign_in_as(Visitor(town.app.test_client()), address(Persona.OWNER), "forkert " + Canary.DRAFT.value)

    _nothing_about_anybody(caplog.text, town)


def _trip(**_values: str) -> str:
    raise ValueError(FORGED, Canary.NEED_TEXT.value, PASSWORD)


def _trip_over_the_database(**_values: str) -> str:
    statement = text("INSERT INTO organisation (name, kind) VALUES (:name, :kind)")
    db.session.execute(statement, {"name": Canary.CONTACT_NAME.value, "kind": Canary.CONTACT_EMAIL.value})
    return ""


@pytest.mark.parametrize("view", [_trip, _trip_over_the_database])
def test_a_break_down_is_logged_with_its_place_and_without_its_words(
    town: Town, caplog: pytest.LogCaptureFixture, view: Callable[..., str]
) -> None:
    town.app.add_url_rule("/falder/<token>", "public.breaks", open_to(Audience.PUBLIC)(view))
    town.app.config["PROPAGATE_EXCEPTIONS"] = False
    token = town.built.tokens["request"]

    answer = town.client(Persona.VISITOR).get(f"/falder/{token}")

    assert answer.status_code == 500
    _nothing_about_anybody(caplog.text, town)
    assert FORGED.strip() not in caplog.text
    assert "test_logs.py" in caplog.text, "where it broke must be found again"


@pytest.mark.parametrize("word", ["a\r\nINFO signed in", "a\x1b[2Jb", "a\u2028b"])
def test_nothing_that_is_sent_forges_a_line(town: Town, caplog: pytest.LogCaptureFixture, word: str) -> None:
    caplog.set_level(logging.INFO)
    client = town.client(Persona.VISITOR)
    form = {"csrf_token": csrf_token(client), "email": word, "password": word, "contact_name": word}
    for path in ("/log-ind", "/tilmeld/hvem", "/min-side/link", "/ny-adgangskode"):
        client.post(path, data=form, headers={"User-Agent": "x"})

    assert word not in caplog.text
    assert "signed in" not in caplog.text
