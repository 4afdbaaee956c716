"""Signing in as staff, and what ends a session."""

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.visitors.browsing import Visitor
from tests.web.conftest import PASSWORD, sign_in_as
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.accounts import close_account, find_user
from volunteer_match.people.permissions import Role

ANNA = "anna@brslev.example"
NOON = "2026-11-23 12:00:00Z"


@pytest.fixture
def anna(sign_in: Callable[..., Visitor]) -> Visitor:
    return sign_in(ANNA, Role.CASEWORKER)


def test_a_caseworker_lands_on_what_waits_today(anna: Visitor) -> None:
    assert anna.url == "/i-dag"


def test_each_sign_in_and_refusal_leaves_a_trace(app: Flask, anna: Visitor) -> None:
    sign_in_as(Visitor(app.test_client()), ANNA, "forkert")

    with app.app_context():
        actions = list(db.session.scalars(select(AuditEntry.action)))
    assert AuditAction.SIGNED_IN in actions
    assert AuditAction.SIGN_IN_REFUSED in actions


@pytest.mark.parametrize("email", [ANNA, "ukendt@brslev.example"])
def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(app: Flask, anna: Visitor, email: str) -> None:
    stranger = Visitor(app.test_client())

    sign_in_as(stranger, email, "ikke den rigtige kode")

    assert "E-mail eller adgangskode passer ikke" in stranger.text
    assert stranger.url == "/log-ind"


def test_a_closed_account_gets_that_answer_too(app: Flask, hire: Callable[..., int]) -> None:
    hire(ANNA, Role.CASEWORKER)
    _close(app, ANNA)

    stranger = sign_in_as(Visitor(app.test_client()), ANNA)

    assert "E-mail eller adgangskode passer ikke" in stranger.text


def test_closing_an_account_ends_its_session_at_the_next_click(app: Flask, anna: Visitor) -> None:
    _close(app, ANNA)

    anna.open("/i-dag")

    assert anna.url == "/log-ind"


def test_a_copied_cookie_is_worth_nothing_after_sign_out(app: Flask, anna: Visitor) -> None:
    thief = Visitor(app.test_client())
    cookie = anna.client.get_cookie("session")
    assert cookie is not None
    thief.client.set_cookie("session", cookie.value)
    thief.open("/i-dag")
    assert thief.url == "/i-dag"

    anna.press("Log af")
    thief.open("/i-dag")

    assert thief.url == "/log-ind"


def test_the_session_is_a_new_one_after_signing_in(app: Flask, hire: Callable[..., int]) -> None:
    hire(ANNA, Role.CASEWORKER)
    planted = Visitor(app.test_client())
    planted.open("/log-ind")
    before = planted.client.get_cookie("session")

    sign_in_as(planted, ANNA)

    after = planted.client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_half_an_hour_of_silence_ends_the_session(app: Flask, hire: Callable[..., int]) -> None:
    hire(ANNA, Role.CASEWORKER)
    with time_machine.travel(NOON, tick=False) as clock:
        anna = sign_in_as(Visitor(app.test_client()), ANNA)
        clock.shift(29 * 60)
        anna.open("/i-dag")
        assert anna.url == "/i-dag"
        clock.shift(31 * 60)
        anna.open("/i-dag")
        assert anna.url == "/log-ind"


def test_twelve_hours_end_it_however_busy_one_is(app: Flask, hire: Callable[..., int]) -> None:
    hire(ANNA, Role.CASEWORKER)
    with time_machine.travel(NOON, tick=False) as clock:
        anna = sign_in_as(Visitor(app.test_client()), ANNA)
        for _ in range(36):
            clock.shift(20 * 60)
            anna.open("/i-dag")
        assert anna.url == "/i-dag"
        clock.shift(20 * 60)
        anna.open("/i-dag")
        assert anna.url == "/log-ind"


def test_guessing_is_slowed_for_the_guesser_and_not_for_the_owner(app: Flask, hire: Callable[..., int]) -> None:
    hire(ANNA, Role.CASEWORKER)
    guesser = Visitor(app.test_client())
    guesser.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    for _ in range(8):
        sign_in_as(guesser, ANNA, "gæt gæt gæt gæt gæt")

    sign_in_as(guesser, ANNA)
    owner = sign_in_as(Visitor(app.test_client()), ANNA)

    assert guesser.status == 429
    assert owner.url == "/i-dag"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https:evil.example",
        "/%09/evil.example",
        "http://localhost@evil.example",
        "javascript:alert(1)",
    ],
)
def test_signing_in_never_leads_to_another_site(app: Flask, hire: Callable[..., int], target: str) -> None:
    hire(ANNA, Role.CASEWORKER)
    visitor = Visitor(app.test_client())
    form = visitor.open("/log-ind").fill(email=ANNA, password=PASSWORD).form

    answer = visitor.client.post("/log-ind", query_string={"next": target}, data=form.values)

    # Browsers read a backslash as a slash.
    location = answer.headers.get("Location", "/").replace("\\", "/")
    assert urlsplit(urljoin("http://localhost/log-ind", location)).netloc == "localhost"


def test_the_page_asked_for_opens_after_signing_in(app: Flask, hire: Callable[..., int]) -> None:
    hire(ANNA, Role.CASEWORKER)
    visitor = Visitor(app.test_client())
    visitor.open("/sager").fill(email=ANNA, password=PASSWORD).press("Log ind")

    assert visitor.url == "/sager"


def test_a_new_password_comes_by_a_mailed_link_that_works_once(app: Flask, anna: Visitor) -> None:
    stranger = Visitor(app.test_client())
    stranger.open("/ny-adgangskode").fill(email=ANNA).press("Send linket")
    with app.app_context():
        mail = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
        assert mail is not None
        link = next(word for word in mail.text_body.split() if "/ny-adgangskode/" in word)
    path = link.removeprefix("http://localhost")
    new = "fire ord jeg selv har valgt"

    stranger.open(path).fill(password=new, password_confirm=new).press("Gem adgangskoden")
    again = Visitor(app.test_client())
    again.open(path)

    assert again.url == "/ny-adgangskode"
    anna.open("/i-dag")
    assert anna.url == "/log-ind", "sessions from before the change are ended"
    assert sign_in_as(Visitor(app.test_client()), ANNA, new).url == "/i-dag"


def test_asking_for_a_new_password_tells_nothing_about_accounts(app: Flask, anna: Visitor) -> None:
    answers = []
    for email in (ANNA, "ukendt@brslev.example"):
        stranger = Visitor(app.test_client())
        stranger.open("/ny-adgangskode").fill(email=email).press("Send linket")
        answers.append(stranger.text.replace(email, ""))
    with app.app_context():
        mails = list(db.session.scalars(select(OutboxMail)))

    assert answers[0] == answers[1]
    assert [mail.to_address for mail in mails] == [ANNA]


@pytest.mark.parametrize("password", ["kort", "fjorten tegn14"])
def test_a_short_password_is_refused_with_words(anna: Visitor, password: str) -> None:
    anna.open("/skift-adgangskode").fill(password=PASSWORD, new_password=password, new_password_confirm=password).press(
        "Skift adgangskode"
    )

    assert "mindst 15 tegn" in anna.text


def _close(app: Flask, email: str) -> None:
    with app.app_context():
        user = find_user(email)
        assert user is not None
        close_account(user=user, by=SYSTEM, now=utc_now())
        db.session.commit()
