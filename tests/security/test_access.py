"""Every page, every kind of person: the door opens for those it should and for nobody else."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.security.access_table import EVERYBODY, WHO_MAY, Outcome, address, addresses, routes, values_for
from tests.security.town import Persona, Town
from volunteer_match.foundation.database import db
from volunteer_match.proposals.lifecycle import find_pair
from volunteer_match.proposals.models import Proposal, SuggestionList
from volunteer_match.web.shared.access import UndeclaredPageError, check_declarations

NOWHERE = 999_999


def test_every_page_is_in_the_table_and_nothing_else(town: Town) -> None:
    assert set(WHO_MAY) == set(town.app.view_functions)


def test_a_page_that_declares_no_audience_stops_the_application(town: Town) -> None:
    town.app.add_url_rule("/glemt", "forgotten", lambda: "everything")

    with pytest.raises(UndeclaredPageError, match="forgotten"):
        check_declarations(town.app)


@pytest.mark.parametrize("persona", Persona)
def test_reading(town: Town, persona: Persona) -> None:
    found = {
        endpoint: outcome(town.client(persona).get(path, buffered=True)) for endpoint, path in addresses(town, "GET")
    }

    assert found == {endpoint: WHO_MAY[endpoint][persona] for endpoint in found}


@pytest.mark.parametrize("persona", Persona)
def test_doing(town: Town, persona: Persona) -> None:
    found = {}
    for endpoint, path in addresses(town, "POST"):
        found[endpoint] = outcome(town.post(persona, path))
        if found[endpoint] is Outcome.OPEN:
            town.reset()

    assert found == {endpoint: WHO_MAY[endpoint][persona] for endpoint in found}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("stranger", "owner"), [(Persona.OTHER_CASEWORKER, Persona.OWNER), (Persona.OTHER_CONTACT, Persona.CONTACT)]
)
def test_what_belongs_to_somebody_else_looks_exactly_like_what_does_not_exist(
    town: Town, method: str, stranger: Persona, owner: Persona
) -> None:
    tried = 0
    for endpoint, path in addresses(town, method):
        if WHO_MAY[endpoint][stranger] is not Outcome.HIDDEN or WHO_MAY[endpoint] is EVERYBODY:
            continue
        if WHO_MAY[endpoint][owner] is not Outcome.OPEN:
            continue
        theirs, missing = (_send(town, stranger, method, where) for where in (path, _missing(town, endpoint)))
        assert (theirs.status_code, missing.status_code) == (404, 404), endpoint
        assert theirs.data == missing.data, endpoint
        assert theirs.headers.to_wsgi_list() == missing.headers.to_wsgi_list(), endpoint
        tried += 1

    assert tried >= 4


def test_a_closed_account_is_out_at_the_next_click_of_a_session_that_lives(town: Town) -> None:
    answer = town.client(Persona.CLOSED).get("/i-dag")

    assert outcome(answer) is Outcome.SIGN_IN


def test_a_list_of_suggestions_shown_to_somebody_else_is_not_taken_for_ones_own(town: Town) -> None:
    ids = town.built.ids
    with town.app.app_context():
        others_need = db.session.get_one(Proposal, ids["others_match"]).need_id
    town.client(Persona.OTHER_CASEWORKER).get(f"/behov/{others_need}/forslag")
    with town.app.app_context():
        others_list = db.session.scalars(select(SuggestionList.id).order_by(SuggestionList.id.desc())).first()
        assert others_list is not None

    town.post(
        Persona.OWNER,
        f"/behov/{ids['looking']}/forslag/{ids['offer']}/godkend",
        suggestion_list=str(others_list),
    )

    with town.app.app_context():
        chosen = find_pair(need_id=ids["looking"], offer_id=ids["offer"])
        assert chosen is not None
        assert chosen.suggestion_list_id is None


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "PUT", "PATCH", "DELETE"])
def test_no_page_knows_other_methods(town: Town, method: str) -> None:
    for path in ("/", "/log-ind", "/min-side", "/admin/"):
        assert town.client(Persona.ADMIN).open(path, method=method).status_code == 405, path


def outcome(answer: TestResponse) -> Outcome:
    """What the door did."""
    location = urlsplit(answer.headers.get("Location", "")).path
    if answer.status_code == 401 or (answer.status_code == 302 and location == "/log-ind"):
        return Outcome.SIGN_IN
    if answer.status_code == 302 and location == "/min-side/link":
        return Outcome.ASK_FOR_LINK
    if answer.status_code in (403, 404):
        return Outcome(str(answer.status_code))
    assert answer.status_code < 500, answer.request.path
    return Outcome.OPEN


def _missing(town: Town, endpoint: str) -> str:
    route = next(route for route in routes(town.app) if route.endpoint == endpoint)
    values = values_for(endpoint, route.arguments, town.built)
    first = next(
        name
        for name in (
            "case_id",
            "need_id",
            "proposal_id",
            "offer_id",
            "follow_up_id",
            "task_id",
            "contact_id",
            "day_id",
            "booking_id",
        )
        if name in values
    )
    return address(town, endpoint, {**values, first: NOWHERE})


def _send(town: Town, persona: Persona, method: str, path: str) -> TestResponse:
    return town.client(persona).get(path) if method == "GET" else town.post(persona, path)
