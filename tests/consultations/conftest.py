"""A leader who plans, a psychologist who sits there, and a series of days."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.factories.consultations import every_second_tuesday
from tests.factories.people import hire
from tests.proposals.conftest import use_test_site
from volunteer_match.consultations.models import ConsultationSeries
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role


@pytest.fixture
def town(session_on_each: Session) -> Iterator[Session]:
    """A database in which mails can be written too."""
    use_test_site()
    yield session_on_each
    session_on_each.rollback()


@pytest.fixture
def lone(town: Session) -> User:
    """The leader."""
    return hire("Lone", Role.TEAM_LEADER)


@pytest.fixture
def pia(town: Session) -> User:
    """The psychologist."""
    return hire("Pia", Role.PROFESSIONAL)


@pytest.fixture
def series(lone: User, pia: User) -> ConsultationSeries:
    """Every second Tuesday at Asaa Skole."""
    return every_second_tuesday(lone, psychologist=pia)
