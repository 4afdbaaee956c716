"""Every page that can be reached by its links, as each kind of person, on a phone and at a desk."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from tests.browser.town import Town, running_town
from tests.browser.window import DESK, PHONE, Window
from volunteer_match.cli.demo_filling import fill
from volunteer_match.cli.demo_logins import CONTACT_PERSON, PASSWORD, staff
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["375px", "1280px"])
MOST_STEPS = 60


def _fill(app: Flask) -> None:
    with app.app_context():
        fill(now=utc_now())
        db.session.commit()


@pytest.fixture(scope="module")
def demo(migrated_sqlite: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo town, filled once for all tests here."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    path.write_bytes(migrated_sqlite.read_bytes())  # type: ignore[attr-defined]  # a path of the fixture
    with running_town(f"sqlite:///{path}", prepare=_fill) as town:
        yield town


@pytest.fixture
def visit(chromium: Browser, demo: Town) -> Iterator[Callable[[dict[str, int]], Window]]:
    """A window on the demo."""
    windows: list[Window] = []

    def open_window(size: dict[str, int]) -> Window:
        windows.append(Window(chromium, demo.base_url, size))
        return windows[-1]

    yield open_window
    for window in windows:
        window.close()


def _crawl(town: Town, window: Window, *starts: str) -> set[str]:
    """Opens one page of each kind that links lead to. Pages that only a button leads to belong to the journeys."""
    waiting, seen = list(starts), set[str]()
    while waiting and len(seen) < MOST_STEPS:
        path = waiting.pop(0)
        endpoint = _endpoint(town.app, path)
        if endpoint is None or endpoint in seen:
            continue
        seen.add(endpoint)
        window.open(path)
        links = window.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        waiting += [urlsplit(link).path for link in links if link.startswith(town.base_url)]
    return seen


def _endpoint(app: Flask, path: str) -> str | None:
    # A file for a calendar or a spreadsheet is saved, not shown.
    if path.startswith(("/static/", "/demo/")) or path.endswith((".ics", ".csv")):
        return None
    try:
        endpoint, _values = app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return None
    return str(endpoint)


def _sign_in(window: Window, role: str) -> None:
    person = next(login for login in staff() if login.roles == (role,))
    window.open("/log-ind").fill(email=person.email, password=PASSWORD).press("Log ind")


@SIZES
def test_public_pages(demo: Town, visit: Callable[[dict[str, int]], Window], size: dict[str, int]) -> None:
    seen = _crawl(demo, visit(size), "/", "/tilmeld/hvem", "/min-side/link", "/ny-adgangskode", "/privatliv")

    assert {"public.consultation", "public.consultation_day"} <= seen
    assert {"public.front_page", "public.privacy", "security.login", "security.forgot_password"} <= seen


@SIZES
def test_caseworkers_pages(demo: Town, visit: Callable[[dict[str, int]], Window], size: dict[str, int]) -> None:
    window = visit(size)
    _sign_in(window, "caseworker")

    seen = _crawl(demo, window, "/i-dag", "/sager", "/skift-adgangskode")

    assert {"staff.case", "staff.need", "staff.suggestions", "staff.confirm_choice", "staff.proposal"} <= seen
    assert {"staff.find_by_hand", "staff.reject_choice"} <= seen
    assert {"staff.consultations", "staff.consultation_day", "staff.own_calendar"} <= seen


@SIZES
def test_a_list_that_is_taught_and_compared(
    demo: Town, visit: Callable[[dict[str, int]], Window], size: dict[str, int]
) -> None:
    window = visit(size)
    _sign_in(window, "caseworker")
    window.open("/sager?soeg=Lærke-27").follow("Lærke-27").follow("Find forslag")
    first, second = (window.page.locator("[name=tilbud]").nth(n).get_attribute("value") or "" for n in range(2))

    window.tick("tilbud", first, second).press("Sammenlign de to")
    assert window.heading == "Sammenlign to tilbud"

    window.follow("Tilbage til listen")
    for button in ("Ikke det her", "Mere som dette"):
        window.page.locator(f"#tilbud-{first} button:has-text('{button}')").click()
        window.check()
    assert f"#tilbud-{first}" in window.page.url
    window.page.locator(".lessons button").click()
    window.check()
    window.page.locator(".need-word__number").first.click()
    assert window.page.locator("#ordliste-1").is_visible()


@SIZES
def test_team_leaders_pages(demo: Town, visit: Callable[[dict[str, int]], Window], size: dict[str, int]) -> None:
    window = visit(size)
    _sign_in(window, "team_leader")

    seen = _crawl(demo, window, "/i-dag", "/sager")

    assert {"staff.today", "staff.cases", "staff.case", "staff.joint_plan"} <= seen


def test_caseworkers_pages_in_english(demo: Town, visit: Callable[[dict[str, int]], Window]) -> None:
    """Longer words in the same room, and no page that knows Danish only: at the narrower width."""
    window = visit(PHONE)
    _sign_in(window, "caseworker")
    english = window.page.locator(".languages button:has-text('English'):visible")
    if not english.count():
        window.page.locator(".menu__toggle").click()
    english.first.click()
    window.page.wait_for_selector("html[lang=en]")
    window.check()

    assert {"staff.case", "staff.need", "staff.suggestions", "staff.confirm_choice"} <= _crawl(demo, window, "/i-dag")


@SIZES
def test_admins_pages(demo: Town, visit: Callable[[dict[str, int]], Window], size: dict[str, int]) -> None:
    window = visit(size)
    _sign_in(window, "admin")

    # The days of a series before those of the calendar, of which some have been.
    starts = ("/admin/", "/admin/konsultationer/1", "/admin/organisationer", "/admin/motoren", "/admin/ordbogen")
    seen = _crawl(demo, window, *starts, "/admin/spor")

    assert {"admin.queue", "admin.organisations", "admin.organisation", "admin.trail"} <= seen
    assert {"admin.models", "admin.model", "staff.calendar", "staff.calendar_list"} <= seen
    assert {"admin.consultation_series", "admin.consultation_day", "admin.consultation_absence"} <= seen
    assert {"admin.event_thanks", "admin.event_figures", "admin.events_figures"} <= seen
    assert {
        "admin.concepts",
        "admin.concept",
        "admin.vocabulary_findings",
        "admin.try_sentence",
        "admin.fairness",
    } <= seen


@SIZES
def test_contact_persons_pages(demo: Town, visit: Callable[[dict[str, int]], Window], size: dict[str, int]) -> None:
    window = visit(size)
    window.open("/min-side/link").fill(email=CONTACT_PERSON)
    window.page.locator("main button[type=submit]").first.click()
    window.check()
    window.open(_newest_link(demo, CONTACT_PERSON))
    window.page.locator("main button[type=submit]").first.click()
    window.check()

    assert {"selfservice.own_page", "selfservice.change_offer"} <= _crawl(demo, window, "/min-side")


def test_a_plan_is_laid_before_the_caseworkers(demo: Town, visit: Callable[[dict[str, int]], Window]) -> None:
    leader = visit(DESK)
    _sign_in(leader, "team_leader")
    leader.open("/samlet-forslag").press("Læg frem for rådgiverne")
    assert "Ingen af de behov, der venter, kan få et forslag lige nu" in leader.text

    for size in (PHONE, DESK):
        caseworker = visit(size)
        _sign_in(caseworker, "caseworker")
        assert "Forslag, der venter på dig" in caseworker.open("/i-dag").text
        waiting = caseworker.page.locator("h2:has-text('Forslag, der venter på dig') + ul a")
        waiting.last.click()
        assert "Hvorfor det passer" in caseworker.check().text


def _newest_link(town: Town, address: str) -> str:
    with town.app.app_context():
        mails = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).all()
        mail = next(mail for mail in mails if mail.to_address == address)
        found = re.search(re.escape(town.base_url) + r"/min-side/\S+", mail.text_body)
    assert found is not None
    return found.group(0)
