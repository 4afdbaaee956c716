"""What every answer carries, and what no cookie, header or form may do."""

import json
import re
import time
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import abort, request
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories.mails import mails
from tests.security.access_table import addresses
from tests.security.town import Blueprint, Canary, Persona, Town, address, csrf_token
from tests.web.conftest import PASSWORD
from volunteer_match.audit.models import AuditEntry
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.web.public.language import page_of_ours
from volunteer_match.web.shared.access import Audience, open_to

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
EVERY_ANSWER = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
CURIOUS = ("X-Powered-By", "Via", "X-Runtime")


@pytest.fixture
def https(blueprint: Blueprint, clock: object, quick_folder: Path) -> Iterator[Town]:
    """The town as it is served to the world."""
    town = Town(blueprint, quick_folder, base_url="https://spor.example")
    town.app.add_url_rule("/falder-sammen", "public.breaks", open_to(Audience.PUBLIC)(_break))
    town.app.add_url_rule("/for-meget", "public.too_large", open_to(Audience.PUBLIC)(lambda: abort(413)))
    town.app.config["PROPAGATE_EXCEPTIONS"] = False
    yield town
    town.close()


def _break() -> str:
    raise RuntimeError(f"{Canary.NEED_TEXT} must not be shown")


def _ask(town: Town, path: str, *, method: str = "GET", **kwargs: object) -> TestResponse:
    client = town.client(Persona.VISITOR)
    return client.open(path, method=method, base_url="https://spor.example", buffered=True, **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 200),
        ("/healthz", "GET", 200),
        ("/i-dag", "GET", 302),
        ("/sprog", "POST", 400),
        ("/findes-ikke", "GET", 404),
        ("/sager/x", "GET", 404),
        ("/", "DELETE", 405),
        ("/for-meget", "GET", 413),
        ("/falder-sammen", "GET", 500),
        ("/min-side/aabn/ukendt", "GET", 410),
        ("/static/css/varige-spor.css", "GET", 200),
        ("/static/findes-ikke.css", "GET", 404),
        ("/", "OPTIONS", 200),
        ("/", "HEAD", 200),
    ],
)
def test_every_answer_carries_the_same_headers(https: Town, path: str, method: str, status: int) -> None:
    answer = _ask(https, path, method=method)

    assert answer.status_code == status
    expected = EVERY_ANSWER | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert [name for name in CURIOUS if name in answer.headers] == []
    if not path.startswith("/static/css"):
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_break_down_tells_nothing_of_what_broke(https: Town) -> None:
    page = _ask(https, "/falder-sammen").get_data(as_text=True)

    assert Canary.NEED_TEXT not in page
    assert not re.search(r"Traceback|RuntimeError|\.py\b|werkzeug|flask|sqlalchemy", page, re.IGNORECASE)


def test_without_https_no_browser_is_told_to_insist_on_it(town: Town) -> None:
    assert "Strict-Transport-Security" not in town.client(Persona.VISITOR).get("/").headers


def test_cookies_are_bound_to_this_host_and_closed_to_scripts(https: Town) -> None:
    client = https.client(Persona.VISITOR)
    page = client.get("/log-ind", base_url="https://spor.example").get_data(as_text=True)
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    answer = client.post(
        "/log-ind",
        base_url="https://spor.example",
        headers={"Referer": "https://spor.example/log-ind"},
        data={"csrf_token": token, "email": address(Persona.OWNER), "password": PASSWORD},
    )

    [cookie] = answer.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-session=")
    assert set(attributes) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert len(cookie) < 4096
    inside = _read_cookie(name.partition("=")[2])
    assert [word for word in (address(Persona.OWNER), "Ansat", *Canary) if word in inside] == []


@pytest.mark.parametrize("persona", [persona for persona in Persona if persona is not Persona.VISITOR])
def test_a_cookie_holds_nothing_about_anybody(town: Town, persona: Persona) -> None:
    inside = _read_cookie(town.built.cookies[persona])

    assert "@" not in inside
    assert [canary for canary in Canary if canary in inside] == []
    json.loads(inside)


def _read_cookie(value: str) -> str:
    squeezed = value.startswith(".")
    body = value.lstrip(".").split(".")[0]
    raw = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return (zlib.decompress(raw) if squeezed else raw).decode()


@pytest.mark.parametrize("persona", [Persona.OWNER, Persona.LEADER, Persona.ADMIN, Persona.CONTACT])
@pytest.mark.parametrize("token", [None, "", "gættet", "another"])
def test_no_form_is_taken_without_the_token_of_its_own_session(town: Town, persona: Persona, token: str | None) -> None:
    if token == "another":
        token = csrf_token(town.client(Persona.OTHER_CASEWORKER))
    before = _trail_length(town)
    for endpoint, path in addresses(town, "POST"):
        answer = town.client(persona).post(path, data={} if token is None else {"csrf_token": token})
        assert answer.status_code == 400, endpoint

    assert _trail_length(town) == before


def test_only_the_pages_that_mail_programs_post_to_are_excused_from_the_token(town: Town) -> None:
    protection = town.app.extensions["csrf"]

    excused = {
        "volunteer_match.web.selfservice.invitations.unsubscribe",
        "volunteer_match.web.public.after_events.unsubscribe_after_event",
    }
    assert (protection._exempt_views, protection._exempt_blueprints) == (excused, set())


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example"]
)
def test_a_request_for_another_host_is_refused(town: Town, host: str) -> None:
    answer = town.client(Persona.VISITOR).get("/", headers={"Host": host})

    assert answer.status_code == 400
    assert host not in answer.get_data(as_text=True)


def test_links_in_mails_come_from_the_settings_whatever_the_request_says(town: Town) -> None:
    client = town.client(Persona.VISITOR)
    client.post(
        "/min-side/link",
        data={"csrf_token": csrf_token(client), "email": Canary.CONTACT_EMAIL.value},
        headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "ftp"},
    )

    with town.app.app_context():
        newest = mails("own_page_link")[-1]
        assert newest.created_at == max(mail.created_at for mail in mails())
        assert "http://localhost/min-side/aabn/" in newest.text_body
        assert "evil" not in newest.text_body + newest.html_body


@pytest.mark.parametrize("path", ["/", "/i-dag", "/log-ind"])
def test_without_a_proxy_nobody_is_believed_about_the_host(town: Town, path: str) -> None:
    spoofed = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Prefix": "/evil"}
    answer = town.client(Persona.VISITOR).get(path, headers=spoofed)

    assert answer.status_code < 400
    assert "evil" not in answer.get_data(as_text=True) + answer.headers.get("Location", "")


def test_behind_a_proxy_only_its_own_word_counts(blueprint: Blueprint, clock: object, quick_folder: Path) -> None:
    town = Town(blueprint, quick_folder, base_url="https://spor.example", proxies_in_front=1)
    mirror = open_to(Audience.PUBLIC)(lambda: str(request.remote_addr))
    town.app.add_url_rule("/hvem-er-jeg", "public.mirror", mirror)

    def ask(**headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return town.client(Persona.VISITOR).get("/hvem-er-jeg", base_url="http://10.0.0.1", headers=named)

    told = {"X_Forwarded_Host": "spor.example", "X_Forwarded_Proto": "https"}
    assert ask(**told, X_Forwarded_For="203.0.113.9, 198.51.100.7").text == "198.51.100.7"
    assert ask(X_Forwarded_Host="evil.example", X_Forwarded_Proto="https").status_code == 400
    town.close()


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "http://localhost@evil.example",
    "http://localhost.evil.example",
    "data:text/html,x",
    "/ok\r\nSet-Cookie: a=b",
    "／／evil.example",
    "/?next=//evil.example",
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_changing_the_language_never_leads_away(town: Town, target: str) -> None:
    answer = town.post(Persona.VISITOR, "/sprog", language="en", next=target)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert "a=b" not in "".join(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("target", ELSEWHERE[:-2])
def test_confirming_the_password_never_leads_away(town: Town, target: str) -> None:
    client = town.client(Persona.OWNER)
    answer = client.post(
        "/bekraeft-adgangskode",
        query_string={"next": target},
        data={"csrf_token": csrf_token(client), "password": PASSWORD},
    )

    location = answer.headers.get("Location", "/").replace("\\", "/")
    assert not re.match(r"\s*([a-z]+:|//)(?!//localhost/)", location)


def test_a_page_of_ours_is_kept(town: Town) -> None:
    with town.app.test_request_context():
        assert page_of_ours("/tilmeld/hvem") == "/tilmeld/hvem"


@pytest.mark.parametrize(
    ("path", "known", "unknown"),
    [
        ("/min-side/link", Canary.CONTACT_EMAIL.value, "fremmed@ukendt.example"),
        ("/ny-adgangskode", address(Persona.OWNER), "fremmed@brslev.example"),
    ],
)
def test_a_known_and_an_unknown_address_get_the_same_answer(town: Town, path: str, known: str, unknown: str) -> None:
    answers = []
    for email in (known, unknown):
        answer = town.post(Persona.VISITOR, path, email=email)
        text = re.sub(r'(name="csrf_token"[^>]*value=")[^"]+', r"\1", answer.get_data(as_text=True))
        headers = [pair for pair in answer.headers.to_wsgi_list() if pair[0] not in ("Set-Cookie", "Content-Length")]
        answers.append((answer.status_code, headers, text.replace(email, "")))

    assert answers[0] == answers[1]
    with town.app.app_context():
        assert not [mail for mail in db.session.scalars(select(OutboxMail)) if mail.to_address == unknown]


def _trail_length(town: Town) -> int:
    with town.app.app_context():
        return len(db.session.scalars(select(AuditEntry.id)).all())


def test_an_unknown_account_costs_as_much_thought_as_a_wrong_password(town: Town) -> None:
    """Time would tell who works here; the count is per address, so a few tries each are let through."""
    spent = {address(Persona.OWNER): 0.0, "ingen@brslev.example": 0.0}
    for _round in range(3):
        for email in spent:
            client = town.client(Persona.VISITOR)
            form = {"csrf_token": csrf_token(client), "email": email, "password": "en helt forkert adgangskode"}
            begun = time.process_time()
            assert client.post("/log-ind", data=form).status_code == 200
            spent[email] += time.process_time() - begun

    known, unknown = spent.values()
    assert 0.5 < unknown / known < 2
