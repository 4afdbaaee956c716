"""A migrated database, an admin, and the meeting at Asaa Skole."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.factories.events import open_event
from tests.factories.people import hire
from tests.settings import settings_for_tests
from volunteer_match.events.models import Event
from volunteer_match.notifications.site import Site, use_site
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
def admin(town: Session) -> User:
    """The host."""
    return hire("Ditte", Role.ADMIN)


@pytest.fixture
def event(admin: User) -> Event:
    """Ten seats, open for answers."""
    return open_event(admin)
