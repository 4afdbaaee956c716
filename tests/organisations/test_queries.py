"""What the pages read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.organisations.conftest import NOW, coach, signed_up
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.queries import (
    own_offer,
    own_offers,
    waiting_offers,
    waiting_organisations,
)
from volunteer_match.organisations.self_service import withdraw_offer
from volunteer_match.organisations.standing import standing
from volunteer_match.organisations.vetting import approve_organisation
from volunteer_match.people.models import User


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_queue_shows_who_has_waited_longest_first(admin: User) -> None:
    second = signed_up(coach(email="b@x.example", organisation_name="B"), now=NOW + timedelta(hours=2)).offer
    first = signed_up(coach(email="a@x.example", organisation_name="A"), now=NOW + timedelta(hours=1)).offer
    done = signed_up(coach(email="c@x.example", organisation_name="C")).offer
    approve_organisation(organisation=done.organisation, by=admin, now=NOW, with_offers=True)
    gone = signed_up(coach(title="Andet", email="a@x.example", organisation_name="A")).offer
    withdraw_offer(offer=gone, by=gone.contact.actor, now=NOW)

    assert [organisation.name for organisation in waiting_organisations()] == ["A", "B"]
    assert list(waiting_offers()) == [first, second]


def test_an_empty_queue() -> None:
    assert not waiting_organisations()
    assert not waiting_offers()


@pytest.mark.parametrize("read", [waiting_organisations, waiting_offers])
def test_a_longer_queue_takes_no_more_queries(read: Callable[[], list[Offer]]) -> None:
    def queries() -> int:
        db.session.commit()
        with counted() as statements:
            for row in read():
                offers = row.offers if hasattr(row, "offers") else [row]
                assert all(standing(offer, now=NOW) for offer in offers)
        return len(statements)

    signed_up(coach(email="0@x.example", organisation_name="0"))
    short = queries()
    for number in range(1, 6):
        signed_up(coach(email=f"{number}@x.example", organisation_name=str(number)))
    assert queries() == short


def test_own_offers_are_own_only() -> None:
    mine = signed_up().offer
    theirs = signed_up(coach(email="b@x.example", organisation_name="B")).offer
    older = signed_up(coach(title="Fodbold"), now=NOW - timedelta(days=1)).offer
    withdraw_offer(offer=mine, by=mine.contact.actor, now=NOW)

    assert list(own_offers([mine.contact])) == [older, mine]
    assert own_offer([mine.contact], mine.id) is mine
    assert own_offer([mine.contact], theirs.id) is None
    assert own_offer([mine.contact], 10**12) is None
