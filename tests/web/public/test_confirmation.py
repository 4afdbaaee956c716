"""The mailed link of a sign-up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.visitors.browsing import Visitor
from tests.visitors.coach import sign_up
from tests.web.conftest import link_in
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import Offer, VolunteerConsent

Mails = Callable[[], list[OutboxMail]]


@pytest.fixture
def link(visitor: Visitor, clock: time_machine.Traveller, mails: Mails) -> str:
    """The path that was mailed to the coach."""
    sign_up(visitor, clock)
    return link_in(mails()[0])


def offers(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Offer)) or 0


def test_looking_uses_nothing_up(visitor: Visitor, app: Flask, link: str) -> None:
    for _look in range(3):
        assert visitor.open(link).heading == "Bekræft din tilmelding"
        assert visitor.client.head(link).status_code == 200
    assert offers(app) == 0
    assert visitor.press("Bekræft tilmeldingen").heading == "Tak, fordi du vil være med"


def test_it_works_on_another_device(app: Flask, link: str) -> None:
    phone = Visitor(app.test_client())
    phone.open(link).press("Bekræft tilmeldingen")

    assert phone.heading == "Tak, fordi du vil være med"
    assert offers(app) == 1


def test_the_token_is_gone_from_the_address_bar_afterwards(visitor: Visitor, link: str) -> None:
    visitor.open(link).press("Bekræft tilmeldingen")

    token = link.rsplit("/", 1)[1]
    assert visitor.url == "/tilmeld/bekraeftet"
    assert token not in visitor.answer.get_data(as_text=True)


def test_a_used_link_shows_a_way_on(visitor: Visitor, app: Flask, link: str) -> None:
    visitor.open(link).press("Bekræft tilmeldingen", times=2)
    assert offers(app) == 1
    assert visitor.status == 410

    visitor.open(link)
    assert (visitor.status, visitor.heading) == (410, "Linket virker ikke længere")
    assert visitor.follow("Til din egen side").url == "/min-side/link"


def test_an_old_link_shows_a_way_on(visitor: Visitor, link: str, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=7))

    assert visitor.open(link).status == 410
    assert visitor.follow("Tilmeld igen").heading in {"Hvem er I?", "Tak – tjek din mail"}


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "æ" * 10, "../../etc/passwd", "a" * 5000])
def test_no_made_up_link_opens_anything(visitor: Visitor, token: str) -> None:
    assert visitor.open(f"/tilmeld/bekraeft/{token}").status in (404, 410)


def test_a_link_for_something_else_opens_nothing(visitor: Visitor, app: Flask, link: str) -> None:
    token = link.rsplit("/", 1)[1]
    assert visitor.open(f"/min-side/aabn/{token}").status == 410
    assert visitor.open(f"/forespoergsel/{token}").status == 410
    assert visitor.open(link).status == 200


@pytest.mark.slow
def test_of_twenty_at_once_one_counts(visitor: Visitor, app: Flask, link: str) -> None:
    visitor.open(link)
    cookie, form = visitor.client.get_cookie("session"), visitor.form.values
    assert cookie is not None

    def press(_number: int) -> int:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        return client.post(link, data=form).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(press, range(20)))

    assert sorted(statuses) == [302] + [410] * 19
    assert offers(app) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(VolunteerConsent)) == 1


def test_the_receipt_is_for_those_who_confirmed(visitor: Visitor) -> None:
    assert visitor.open("/tilmeld/bekraeftet").url == "/"


def test_a_post_without_its_token_is_refused(visitor: Visitor, app: Flask, link: str) -> None:
    assert visitor.client.post(link).status_code == 400
    assert offers(app) == 0
