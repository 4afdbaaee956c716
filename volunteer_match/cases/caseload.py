"""How many open cases each caseworker has, against the limits the municipality has set."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, func, select

from volunteer_match.foundation.database import db
from volunteer_match.people.models import RoleRow, User
from volunteer_match.people.permissions import Role
from volunteer_match.vocabulary.collation import danish_sort_key

from .models import Case
from .states import CaseState


class CaseloadLevel(StrEnum):
    """Room for more, getting full, at the limit, beyond it."""

    CALM = "calm"
    AMBER = "amber"
    FULL = "full"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class CaseloadLimits:
    """From the settings: where a caseload turns amber, and the most anybody should have."""

    amber: int
    limit: int


@dataclass(frozen=True, slots=True)
class Caseload:
    """One caseworker's open cases. A figure to share work by, never a ranking of people."""

    caseworker_id: int
    name: str
    open_cases: int
    limits: CaseloadLimits
    takes_cases: bool = True

    @property
    def level(self) -> CaseloadLevel:
        """Where the number stands between the limits."""
        if self.open_cases > self.limits.limit:
            return CaseloadLevel.OVER
        if self.open_cases == self.limits.limit:
            return CaseloadLevel.FULL
        return CaseloadLevel.AMBER if self.open_cases >= self.limits.amber else CaseloadLevel.CALM


def open_case_count(caseworker_id: int) -> int:
    """The open cases of one caseworker."""
    count = select(func.count()).where(Case.caseworker_id == caseworker_id, Case.state == CaseState.OPEN)
    return db.session.scalar(count) or 0


def caseload_of(user: User, *, limits: CaseloadLimits) -> Caseload:
    """One caseworker's own figure."""
    return Caseload(user.id, user.name, open_case_count(user.id), limits)


def team_caseload(*, limits: CaseloadLimits) -> list[Caseload]:
    """Every active caseworker by name, and whoever else still has open cases."""
    is_caseworker = User.roles.any(RoleRow.name == Role.CASEWORKER)
    takes_cases = User.active & is_caseworker
    rows = db.session.execute(
        select(User.id, User.name, func.count(Case.id), takes_cases)
        .outerjoin(Case, and_(Case.caseworker_id == User.id, Case.state == CaseState.OPEN))
        .where(takes_cases | Case.id.is_not(None))
        .group_by(User.id, User.name, User.active)
    )
    loads = [Caseload(user_id, name, count, limits, bool(takes)) for user_id, name, count, takes in rows]
    return sorted(loads, key=lambda load: danish_sort_key(load.name))
