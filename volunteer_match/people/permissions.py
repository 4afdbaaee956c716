"""Who may do what: one enum of roles, one of permissions, one table between them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is here to do. A person may have several."""

    CASEWORKER = "caseworker"
    TEAM_LEADER = "team_leader"
    PROFESSIONAL = "professional"
    INTAKE = "intake"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing that a page or an action asks for."""

    SEE_TODAY = "see_today"
    SEE_CALENDAR = "see_calendar"
    SEE_CASES = "see_cases"
    WORK_ON_OWN_CASES = "work_on_own_cases"
    READ_TEAM_CASES = "read_team_cases"
    PLAN_CASELOAD = "plan_caseload"
    VET_ORGANISATIONS = "vet_organisations"
    MANAGE_EVENTS = "manage_events"
    MANAGE_CONSULTATIONS = "manage_consultations"
    WORK_CONSULTATIONS = "work_consultations"
    MANAGE_MATCHING = "manage_matching"
    READ_AUDIT = "read_audit"
    MANAGE_OWN_ACCOUNT = "manage_own_account"


GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.CASEWORKER: frozenset(
        {
            Permission.SEE_TODAY,
            Permission.SEE_CASES,
            Permission.WORK_ON_OWN_CASES,
            Permission.WORK_CONSULTATIONS,
            Permission.SEE_CALENDAR,
            Permission.MANAGE_OWN_ACCOUNT,
        }
    ),
    Role.TEAM_LEADER: frozenset(
        {
            Permission.SEE_TODAY,
            Permission.SEE_CASES,
            Permission.READ_TEAM_CASES,
            Permission.PLAN_CASELOAD,
            Permission.MANAGE_CONSULTATIONS,
            Permission.SEE_CALENDAR,
            Permission.MANAGE_OWN_ACCOUNT,
        }
    ),
    Role.PROFESSIONAL: frozenset(
        {Permission.WORK_CONSULTATIONS, Permission.SEE_CALENDAR, Permission.MANAGE_OWN_ACCOUNT}
    ),
    Role.INTAKE: frozenset({Permission.SEE_CALENDAR, Permission.MANAGE_OWN_ACCOUNT}),
    Role.ADMIN: frozenset(
        {
            Permission.VET_ORGANISATIONS,
            Permission.MANAGE_EVENTS,
            Permission.MANAGE_CONSULTATIONS,
            Permission.MANAGE_MATCHING,
            Permission.READ_AUDIT,
            Permission.SEE_CALENDAR,
            Permission.MANAGE_OWN_ACCOUNT,
        }
    ),
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that someone with these roles may do."""
    return frozenset().union(*(GRANTS[role] for role in roles))
