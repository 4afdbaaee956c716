"""A migrated database, a caseworker, an admin, and a need and an offer that fit."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import hire
from tests.settings import settings_for_tests
from volunteer_match.cases.models import Need
from volunteer_match.notifications.site import Site, use_site
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role


def use_test_site() -> None:
    """What the factory does for mails."""
    settings = settings_for_tests()
    use_site(Site(settings.base_url, settings.municipality_name, "hjaelp@kommune.example", "", settings.mail_from))


@pytest.fixture
def town(session: Session) -> Iterator[Session]:
    """A database in which mails can be written too."""
    use_test_site()
    yield session
    session.rollback()


@pytest.fixture
def anna(town: Session) -> User:
    """The caseworker."""
    return hire("Anna", Role.CASEWORKER)


@pytest.fixture
def bente(town: Session) -> User:
    """Another caseworker."""
    return hire("Bente", Role.CASEWORKER)


@pytest.fixture
def admin(town: Session) -> User:
    """Who vets."""
    return hire("Ditte", Role.ADMIN)


@pytest.fixture
def offer(admin: User) -> Offer:
    """Gymnastics on Tuesdays, with two places."""
    return approved_offer(admin)


@pytest.fixture
def need(anna: User) -> Need:
    """A child who wants to turn cartwheels; everybody has said yes."""
    return ready_need(anna)
