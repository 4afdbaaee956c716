"""A database of its own for each test, staff to act in it, and a family to write about."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from tests.settings import SETTINGS
from volunteer_match import all_models  # noqa: F401 - fills the metadata
from volunteer_match.audit.models import AuditEntry, AuditHead
from volunteer_match.audit.trail import START, use_audit_key
from volunteer_match.cases.caseload import CaseloadLimits
from volunteer_match.cases.intake import CaseFacts, NeedDraft, open_case, write_need
from volunteer_match.cases.models import Case, Need
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import KeyRing, use_key_ring
from volunteer_match.people.models import RoleRow, User
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
def database() -> Iterator[None]:
    """All tables, empty but for the end of the audit chain."""
    app = Flask("cases")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    use_key_ring(KeyRing.from_text(SETTINGS["encryption_keys"]))
    use_audit_key(SETTINGS["audit_key"])
    db.init_app(app)
    with app.app_context():
        db.create_all()
        db.session.add(AuditHead(id=1, last_id=0, last_mac=START))
        for role in Role:
            db.session.add(RoleRow(name=role))
        db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def staff(database: None) -> Callable[..., User]:
    """Hires someone: `staff("Anna", Role.CASEWORKER)`."""

    def hire(name: str, *roles: Role) -> User:
        user = User(
            email=f"{name.lower().replace(' ', '.')}@kommune.example",
            name=name,
            fs_uniquifier=name,
            created_at=NOW,
            roles=list(db.session.scalars(select(RoleRow).where(RoleRow.name.in_(roles)))),
        )
        db.session.add(user)
        db.session.flush()
        return user

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
    """Commits, as a request does at its end, and reads what the trail then holds."""

    def read() -> list[AuditEntry]:
        db.session.commit()
        return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))

    return read
