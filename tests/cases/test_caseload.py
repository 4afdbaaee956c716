"""Caseloads are counted in one go and turn amber before they are full."""

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy.orm import Session

from tests.cases.conftest import FACTS, LIMITS, NOW
from volunteer_match.cases.caseload import Caseload, CaseloadLevel, caseload_of, team_caseload
from volunteer_match.cases.intake import close_case, open_case
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role


@pytest.fixture(autouse=True)
def database(session_on_each: Session) -> Session:
    """Lists lean on what each kind of database does with text, groups and order."""
    return session_on_each


@pytest.mark.parametrize(
    ("cases", "level"),
    [
        (0, CaseloadLevel.CALM),
        (14, CaseloadLevel.CALM),
        (15, CaseloadLevel.AMBER),
        (19, CaseloadLevel.AMBER),
        (20, CaseloadLevel.FULL),
        (21, CaseloadLevel.OVER),
    ],
)
def test_levels(cases: int, level: CaseloadLevel) -> None:
    assert Caseload(1, "Anna", cases, LIMITS).level is level


def test_only_open_cases_weigh(anna: User) -> None:
    cases = [
        open_case(facts=FACTS, caseworker=anna, by=anna, limits=LIMITS, random=Random(n), now=NOW) for n in range(3)
    ]
    close_case(case=cases[0], by=anna, now=NOW)

    assert caseload_of(anna, limits=LIMITS).open_cases == 2


def test_the_team_is_every_caseworker_and_whoever_left_cases_behind(
    anna: User, lone: User, staff: Callable[..., User]
) -> None:
    staff("Åse", Role.CASEWORKER)
    gone = staff("Gurli", Role.CASEWORKER)
    open_case(facts=FACTS, caseworker=gone, by=gone, limits=LIMITS, random=Random(), now=NOW)
    gone.active = False
    long_gone = staff("Hans", Role.CASEWORKER)
    long_gone.active = False

    team = team_caseload(limits=LIMITS)

    assert [(load.name, load.open_cases, load.takes_cases) for load in team] == [
        ("Anna", 0, True),
        ("Gurli", 1, False),
        ("Åse", 0, True),
    ]
