"""A caseworker, a colleague and a leader at their pages, and a case to work on."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cases.conftest import DRAFT, FACTS, LIMITS
from tests.visitors.browsing import Visitor
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.intake import open_case, write_need
from volunteer_match.cases.models import Case, Need
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role

Row = TypeVar("Row", Case, Need)
ANNA, BENTE, LONE = "anna@kommune.example", "bente@kommune.example", "lone@kommune.example"


@dataclass(frozen=True)
class Known:
    """The ids of a case and its need."""

    case_id: int
    need_id: int
    pseudonym: str


@pytest.fixture
def anna(clock: object, sign_in: Callable[..., Visitor]) -> Visitor:
    """The caseworker."""
    return sign_in(ANNA, Role.CASEWORKER, name="Anna Holm")


@pytest.fixture
def bente(clock: object, sign_in: Callable[..., Visitor]) -> Visitor:
    """Another caseworker."""
    return sign_in(BENTE, Role.CASEWORKER, name="Bente Friis")


@pytest.fixture
def lone(clock: object, sign_in: Callable[..., Visitor]) -> Visitor:
    """The team leader."""
    return sign_in(LONE, Role.TEAM_LEADER, name="Lone Krogh")


@pytest.fixture
def known(app: Flask, anna: Visitor) -> Known:
    """Anna's case and the need in it, without consent or the child's view."""
    return make_need(app, ANNA)


def make_need(app: Flask, email: str, *, seed: int = 1) -> Known:
    """One more case with a need."""
    with app.app_context():
        user = find_user(email)
        assert user is not None
        case = open_case(facts=FACTS, caseworker=user, by=user, limits=LIMITS, random=Random(seed), now=utc_now())
        need = write_need(case=case, draft=DRAFT, by=user, now=utc_now())
        found = Known(case.id, need.id, case.pseudonym)
        db.session.commit()
        return found


@pytest.fixture
def stored(app: Flask) -> Callable[[type[Row], int], Row]:
    """A row as it is in the database now."""

    def read(model: type[Row], row_id: int) -> Row:
        with app.app_context():
            return db.session.get_one(model, row_id)

    return read


@pytest.fixture
def trail(app: Flask) -> Callable[[], list[AuditEntry]]:
    """Everything in the trail, oldest first."""

    def read() -> list[AuditEntry]:
        with app.app_context():
            return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))

    return read
