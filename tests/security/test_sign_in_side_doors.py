"""A library offers more ways in than ours: none of them may lead past the session kept on the server."""

from sqlalchemy import select

from tests.security.town import Persona, Town, address, csrf_token
from tests.web.conftest import PASSWORD
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User

OWNER = address(Persona.OWNER)


def test_asking_to_be_remembered_leaves_no_cookie_that_outlives_the_session(town: Town) -> None:
    client = town.client(Persona.VISITOR)
    form = {"csrf_token": csrf_token(client), "email": OWNER, "password": PASSWORD, "remember": "y"}
    client.post("/log-ind", data=form)

    assert client.get_cookie("session") is not None
    assert client.get_cookie("remember_token") is None


def _token_by_json(town: Town) -> str | None:
    client = town.client(Persona.VISITOR)
    answer = client.post(
        "/log-ind?include_auth_token",
        json={"email": OWNER, "password": PASSWORD, "csrf_token": csrf_token(client)},
        headers={"X-CSRFToken": csrf_token(client), "Accept": "application/json"},
    )
    found = (answer.get_json(silent=True) or {}).get("response", {}).get("user", {}).get("authentication_token")
    return str(found) if found else None


def test_no_token_is_handed_out_that_works_without_a_session(town: Town) -> None:
    assert _token_by_json(town) is None


def _library_token(town: Town) -> str:
    with town.app.test_request_context():
        user = db.session.scalars(select(User).where(User.email == OWNER)).one()
        return str(user.get_auth_token())


def test_a_token_of_the_librarys_making_opens_nothing(town: Town) -> None:
    token = _library_token(town)

    assert town.client(Persona.VISITOR).get("/i-dag", headers={"Authentication-Token": token}).status_code == 302
    assert town.client(Persona.VISITOR).get(f"/i-dag?auth_token={token}").status_code == 302


def test_a_name_and_password_in_a_header_open_nothing(town: Town) -> None:
    assert town.client(Persona.VISITOR).get("/i-dag", auth=(OWNER, PASSWORD)).status_code == 302
