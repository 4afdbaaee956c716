"""A hundred and twenty guests at the door, on a phone whose net goes away for a moment."""

from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from tests.browser.town import PASSWORD, Town
from tests.browser.window import PHONE, Window
from tests.factories.events import invited, open_event
from volunteer_match.events.answers import Answer, Coming, answer
from volunteer_match.events.models import CheckIn, Invitation
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role

pytestmark = pytest.mark.browser
ADMIN = "admin@brslev.example"
GUESTS = 120


def _full_hall(town: Town) -> int:
    town.hire(ADMIN, Role.ADMIN, "Torben Admin")
    with town.app.app_context():
        admin, now = find_user(ADMIN), utc_now()
        assert admin is not None
        event = open_event(admin, now=now, capacity=GUESTS)
        invited(event, admin, GUESTS, now=now)
        for guest in db.session.scalars(select(Invitation)):
            answer(guest, said=Answer(coming=Coming.YES), now=now)
        db.session.commit()
        return event.id


def _here(town: Town) -> int:
    with town.app.app_context():
        return db.session.scalar(select(func.count()).select_from(CheckIn)) or 0


def test_ticks_outlive_a_net_that_goes_away(town: Town, window: Callable[..., Window]) -> None:
    event_id = _full_hall(town)
    door, other = window(PHONE), window(PHONE)
    for phone in (door, other):
        phone.open("/log-ind").fill(email=ADMIN, password=PASSWORD).press("Log ind")
        phone.open(f"/admin/arrangementer/{event_id}/fremmoede")
    page = door.page
    rows = page.locator("[data-guest]")
    expect(rows).to_have_count(GUESTS)

    name = rows.nth(70).locator(".door-tick__name").inner_text().split("\n")[0].strip()
    page.get_by_label("Søg efter navn").fill(name)
    page.locator("[data-guest]:visible button").first.click()
    page.get_by_label("Søg efter navn").fill("")
    expect(page.locator("[data-count]")).to_have_text("1")

    door.context.set_offline(True)
    for number in (3, 4, 5):
        rows.nth(number).locator("button").click()
    rows.nth(5).locator("button").click()
    expect(page.locator("[data-unsent]")).to_have_text("3 venter på net")
    expect(page.locator("[data-count]")).to_have_text("3")
    assert "@" not in page.evaluate("JSON.stringify(localStorage)")
    door.context.set_offline(False)
    expect(page.locator("[data-unsent]")).to_be_hidden(timeout=10_000)
    assert _here(town) == 3

    expect(other.page.locator("[data-count]")).to_have_text("3", timeout=10_000)
    began = monotonic()
    for button in other.page.locator("[data-guest]:not(.is-here) button").all()[::-1]:
        button.click()
    expect(other.page.locator("[data-unsent]")).to_be_hidden(timeout=20_000)
    assert monotonic() - began < 30
    assert _here(town) == GUESTS
    other.check()
