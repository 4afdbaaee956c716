"""Staff."""

from datetime import UTC, datetime
from itertools import count

from volunteer_match.audit.trail import SYSTEM
from volunteer_match.people.accounts import add_user
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
_numbers = count(1)


def hire(name: str, *roles: Role, now: datetime = NOW) -> User:
    """A member of staff, with an address nobody else has."""
    email = f"{name.lower()}.{next(_numbers)}@kommune.example"
    return add_user(email=email, name=name, roles=roles, password_hash=None, by=SYSTEM, now=now)
