"""Sign-ups of one club at the same moment, on both kinds of database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.databases import app_over
from tests.organisations.conftest import NOW, coach, submitted
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.organisations import registration
from volunteer_match.organisations.models import ContactPerson, Offer, Organisation
from volunteer_match.organisations.sign_up import SignUp

pytestmark = pytest.mark.slow
AT_ONCE = 8


@pytest.fixture
def town(database_url: str) -> Iterator[Flask]:
    app = app_over(database_url)
    yield app
    with app.app_context():
        db.engine.dispose()


def mailed(app: Flask, sign_ups: list[SignUp]) -> list[str]:
    with app.app_context():
        tokens = [submitted(sign_up) for sign_up in sign_ups]
        db.session.commit()
        return tokens


def confirm_at_once(app: Flask, tokens: list[str]) -> int:
    """Returns how many succeeded."""

    def confirm(token: str) -> int:
        with app.app_context():
            try:
                registration.confirm(token=token, now=NOW)
                db.session.commit()
            except LinkUnusable:
                return 0
            return 1

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(confirm, tokens))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_one_link_pressed_many_times_counts_once(town: Flask) -> None:
    [token] = mailed(town, [coach()])

    assert confirm_at_once(town, [token] * AT_ONCE) == 1
    with town.app_context():
        assert (count(Organisation), count(ContactPerson), count(Offer)) == (1, 1, 1)


def test_many_offers_of_one_person_make_one_contact(town: Flask) -> None:
    tokens = mailed(town, [coach(title=f"Hold {number}") for number in range(AT_ONCE)])

    assert confirm_at_once(town, tokens) == AT_ONCE
    with town.app_context():
        assert (count(Organisation), count(ContactPerson), count(Offer)) == (1, 1, AT_ONCE)


def test_only_one_of_many_strangers_is_the_first_of_the_club(town: Flask) -> None:
    tokens = mailed(town, [coach(email=f"{number}@x.example") for number in range(AT_ONCE)])

    assert confirm_at_once(town, tokens) == AT_ONCE
    with town.app_context():
        first = db.session.scalars(select(Organisation).where(Organisation.possible_duplicate_of_id.is_(None))).all()
        assert (len(first), count(Organisation)) == (1, AT_ONCE)
