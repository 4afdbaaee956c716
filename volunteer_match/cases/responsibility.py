"""Who may change a case: the caseworker responsible for it, and nobody in her place without becoming that."""

from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission

from .models import Case


class NotResponsible(Exception):
    """Somebody else is the caseworker of this case."""


def is_responsible(case: Case, user: User) -> bool:
    """Whether this person may change the case."""
    return case.caseworker_id == user.id and user.may(Permission.WORK_ON_OWN_CASES)


def must_be_responsible(case: Case, user: User) -> None:
    """Raises NotResponsible."""
    if not is_responsible(case, user):
        raise NotResponsible


def must_be_able_to_stop(case: Case, user: User) -> None:
    """A family's no is taken down by a team leader too when the caseworker is away. Raises NotResponsible."""
    if not (is_responsible(case, user) or user.may(Permission.READ_TEAM_CASES)):
        raise NotResponsible
