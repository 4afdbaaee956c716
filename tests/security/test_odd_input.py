"""Whatever is put into an address or a form: an answer that makes sense, and never a fault of ours."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.people import NOW
from tests.security.access_table import address, addresses, routes, values_for
from tests.security.town import Persona, Town, build, csrf_token
from tests.settings import settings_for_tests
from volunteer_match.factory import create_app

WORKERS = (Persona.VISITOR, Persona.CONTACT, Persona.OWNER, Persona.LEADER, Persona.ADMIN)
IDS = (0, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**64, 10**40)
ODD = (
    "",
    " ",
    "\0",
    "a\0b",
    "-1",
    "1e9",
    "NaN",
    "٣",
    "9" * 40,
    "true",
    "[]",
    "{}",
    "../../etc/passwd",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "' OR 1=1 --",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "\N{RIGHT-TO-LEFT OVERRIDE}x",
    "\N{COMBINING ACUTE ACCENT}" * 50,
    "𝒳" * 300,
    "x" * 5000,
    "a\r\nX-Evil: 1",
)
# Names that some page listens to, and some that no page knows.
QUERY = (
    "page", "side", "soeg", "tilstand", "sorter", "raekkefoelge", "vis", "liste", "next", "v", "kind", "state", "name",
    "who", "action", "subject", "from", "to", "up_to", "from-day", "from-month", "from-year", "auth_token", "id", "a[]",
)  # fmt: skip
FORM = (
    "kind", "organisation_name", "cvr", "contact_name", "email", "phone", "postcode", "title", "description", "kinds",
    "age_min", "age_max", "contact_form", "capacity", "slots", "radius_km", "languages", "agree", "go", "whole",
    "answer", "reason", "birth_year", "ladder_step", "custody_holders", "caseworker", "text", "external_wording",
    "codes", "max_km", "child_view", "child_view_source", "child_view_on-day", "child_view_on-month",
    "child_view_on-year", "parties", "recipients", "suggestion_list", "block", "ended_by", "ever_met", "how_it_goes",
    "child_voice", "guardian_voice", "volunteer_voice", "seen_as_of", "offers_as_seen", "with_offers", "step",
    "confirmed_on-day", "confirmed_on-month", "confirmed_on-year", "next_review_on-day", "next_review_on-month",
    "next_review_on-year", "name", "state", "page", "language", "next", "password", "new_password", "remember",
    "suggest", "find_codes", "code_words", "draft_wording", "accepted_words",
)  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def open_town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town for the whole module: what these tests do to it doesn't matter. Each kind of database has its limits."""
    with time_machine.travel(NOW, tick=False):
        if request.param == "sqlite":
            town = Town(request.getfixturevalue("blueprint"), tmp_path_factory.mktemp("odd"))
            yield town
            town.close()
        else:
            yield from _on_postgresql(request)


def _on_postgresql(request: pytest.FixtureRequest) -> Iterator[Town]:
    server, template = request.getfixturevalue("postgresql_server"), request.getfixturevalue("migrated_postgresql")
    with server.database(template=template) as url:
        town = Town.__new__(Town)
        town.built = build(url, Path("nowhere"))
        town.app = create_app(settings_for_tests(database_url=url))
        yield town
        town.close()


def _numbered(town: Town, method: str) -> list[str]:
    found = []
    for route in routes(town.app):
        numbers = [name for name in route.arguments if name.endswith("_id")]
        if method in (route.methods or ()) and numbers:
            values = values_for(route.endpoint, route.arguments, town.built)
            found += [address(town, route.endpoint, {**values, name: odd}) for name in numbers for odd in IDS]
    return found


@pytest.mark.parametrize("persona", WORKERS[1:])
def test_a_number_no_row_can_have_is_not_found(open_town: Town, persona: Persona) -> None:
    client = open_town.client(persona)
    token = csrf_token(client)
    for path in _numbered(open_town, "GET"):
        assert client.get(path).status_code in (302, 403, 404), path
    for path in _numbered(open_town, "POST"):
        assert client.post(path, data={"csrf_token": token}).status_code in (302, 401, 403, 404, 405), path


@pytest.mark.slow
@pytest.mark.parametrize("persona", WORKERS)
def test_odd_things_in_the_address(open_town: Town, persona: Persona) -> None:
    paths = [path for _endpoint, path in addresses(open_town, "GET") if not path.startswith("/static")]
    client = open_town.client(persona)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        path=st.sampled_from(paths),
        query=st.lists(st.tuples(st.sampled_from(QUERY), st.sampled_from(ODD) | st.text(max_size=60)), max_size=5),
        raw=st.binary(max_size=20),
    )
    def ask(path: str, query: list[tuple[str, str]], raw: bytes) -> None:
        written = "&".join(f"{name}={quote_from_bytes(_bytes(value))}" for name, value in query)
        answer = client.get(f"{path.partition('?')[0]}?{written}&raw={quote_from_bytes(raw)}", buffered=True)
        assert answer.status_code < 500

    ask()


@pytest.mark.slow
@pytest.mark.parametrize("persona", WORKERS)
def test_odd_things_in_a_form(open_town: Town, persona: Persona) -> None:
    paths = [path for endpoint, path in addresses(open_town, "POST") if endpoint not in LEAVES]
    client = open_town.client(persona)
    token = csrf_token(client)

    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        path=st.sampled_from(paths),
        form=st.lists(st.tuples(st.sampled_from(FORM), st.sampled_from(ODD) | st.text(max_size=60)), max_size=12),
    )
    def send(path: str, form: list[tuple[str, str]]) -> None:
        body = "&".join([f"csrf_token={token}", *(f"{name}={quote_from_bytes(_bytes(value))}" for name, value in form)])
        answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500

    send()


# These end the session that the other tries need.
LEAVES = ("security.logout", "selfservice.leave", "security.change_password", "selfservice.withdraw_consent")


@pytest.mark.parametrize(
    "path",
    [
        "/tilmeld/%00",
        "/tilmeld/%ff%fe",
        "/min-side/aabn/%00",
        "/forespoergsel/%f0%28%8c%28",
        "/ny-adgangskode/%00",
        "/sager/%31",
        "/sager/-1",
        "/sager/1.0",
        "/%2e%2e/",
        "//",
        "/" + "a" * 4000,
    ],
)
def test_odd_addresses(open_town: Town, path: str) -> None:
    assert open_town.client(Persona.OWNER).get(path).status_code < 500


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"<x/>", "text/xml"),
        (b"a=1&" * 2000, "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_of_another_kind_is_refused(open_town: Town, body: bytes, kind: str) -> None:
    for path in ("/tilmeld/hvem", "/log-ind", "/sager/ny", "/min-side/link"):
        assert open_town.client(Persona.OWNER).post(path, data=body, content_type=kind).status_code in (400, 413)


def test_a_form_larger_than_any_of_ours_is_not_read(open_town: Town) -> None:
    client = open_town.client(Persona.OWNER)
    form = {"csrf_token": csrf_token(client), "text": "x" * 600_000}

    assert client.post("/sager/ny", data=form).status_code == 413


@cache
def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
