"""A database of its own for each test, staff to act in it, and a family to write about."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.cases.caseload import CaseloadLimits
from volunteer_match.cases.intake import CaseFacts, NeedDraft, open_case, write_need
from volunteer_match.cases.models import Case, Need
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import add_user
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
LIMITS = CaseloadLimits(amber=15, limit=20)
FACTS = CaseFacts(birth_year=2018, postcode="9340", ladder_step=2, custody_holders=2)
DRAFT = NeedDraft(
    text="Pige på 8 med uro i hjemmet, lyser op, når hun slår kolbøtter",
    external_wording="Et barn vil gerne gå til gymnastik sammen med andre.",
    codes=("faa_venner", "ingen_fritid"),
    slots=("wed-evening", "tue-afternoon"),
)


@pytest.fixture(autouse=True)
def database(session: Session) -> Session:
    """Every test here needs one; those of lists ask for both kinds (`session_on_each`)."""
    return session


@pytest.fixture
def staff(database: Session) -> Callable[..., User]:
    """Hires someone: `staff("Anna", Role.CASEWORKER)`."""

    def hire(name: str, *roles: Role) -> User:
        email = f"{name}@kommune.example"
        return add_user(email=email, name=name, roles=roles, password_hash=None, by=SYSTEM, now=NOW)

    return hire


@pytest.fixture
def anna(staff: Callable[..., User]) -> User:
    """The caseworker."""
    return staff("Anna", Role.CASEWORKER)


@pytest.fixture
def bente(staff: Callable[..., User]) -> User:
    """Another caseworker."""
    return staff("Bente", Role.CASEWORKER)


@pytest.fixture
def lone(staff: Callable[..., User]) -> User:
    """The team leader."""
    return staff("Lone", Role.TEAM_LEADER)


@pytest.fixture
def case(anna: User) -> Case:
    """Anna's case."""
    return open_case(facts=FACTS, caseworker=anna, by=anna, limits=LIMITS, random=Random(1), now=NOW)


@pytest.fixture
def need(case: Case, anna: User) -> Need:
    """A need in Anna's case, without consent or the child's view."""
    return write_need(case=case, draft=DRAFT, by=anna, now=NOW)


@pytest.fixture
def trail() -> Callable[[], list[AuditEntry]]:
    """Commits, as a request does at its end, and reads what the trail then says of cases."""

    def read() -> list[AuditEntry]:
        db.session.commit()
        about_cases = AuditEntry.action != AuditAction.USER_ADDED
        return list(db.session.scalars(select(AuditEntry).where(about_cases).order_by(AuditEntry.id)))

    return read
