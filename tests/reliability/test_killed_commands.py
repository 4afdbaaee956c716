"""Commands of the engine are killed at work: what they had finished stands, what they had not is not there."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, func, select

from tests.cli.test_worker import flask
from tests.databases import app_over
from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.proposals.conftest import use_test_site
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.audit.trail import verify_trail
from volunteer_match.cli.matching_propose import PAIRS_AT_ONCE
from volunteer_match.foundation.database import db
from volunteer_match.matching.learning import LEAST_DECISIONS
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.candidates import suggest
from volunteer_match.proposals.lifecycle import reject
from volunteer_match.proposals.models import MatchingModel, Proposal
from volunteer_match.proposals.serving_model import open_model
from volunteer_match.proposals.states import ProposalState, RejectReason

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
NEEDS = 2 * PAIRS_AT_ONCE + 5
PATIENCE_SECONDS = 180
NOBODY_LISTENS = 9


@contextmanager
def database(url: str) -> Iterator[None]:
    use_test_site()
    with app_over(url).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def until(happened: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Waits for it, or for the end of the process."""
    end = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < end and not happened():
        time.sleep(0.002)


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


@contextmanager
def looking_on(url: str) -> Iterator[Callable[[], int]]:
    """Counts proposals without waiting for who writes; a session of ours would queue up behind the command."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield lambda: connection.scalar(select(func.count()).select_from(Proposal)) or 0
    engine.dispose()


@pytest.mark.postgresql
def test_a_plan_that_is_laid_halfway_is_laid_to_the_end_the_next_time(postgresql_url: str) -> None:
    with database(postgresql_url):
        anna, lone, admin = hire("Anna", Role.CASEWORKER), hire("Lone", Role.TEAM_LEADER), hire("Ditte", Role.ADMIN)
        approved_offer(admin, capacity=NEEDS)
        for _ in range(NEEDS):
            ready_need(anna, now=NOW - timedelta(weeks=1))
        leader = lone.email
        db.session.commit()
    command = ("matching", "propose", "--write", "--as", leader)

    first = flask(postgresql_url, NOBODY_LISTENS, *command)
    with looking_on(postgresql_url) as laid:
        until(lambda: laid() > 0, first)
        kill(first)
        halfway = laid()
    said, _ = flask(postgresql_url, NOBODY_LISTENS, *command).communicate()

    assert 0 < halfway < NEEDS, "it was not killed while it laid them"
    assert halfway % PAIRS_AT_ONCE == 0, "a part is laid whole"
    assert f"{NEEDS - halfway} laid before the caseworkers" in said
    with database(postgresql_url):
        proposals = list(db.session.scalars(select(Proposal)))
        assert Counter(proposal.state for proposal in proposals) == {ProposalState.PROPOSED: NEEDS}
        assert len({proposal.need_id for proposal in proposals}) == NEEDS
        told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.CASELOAD_LAID_BEFORE))
        assert sorted(id_ for entry in told for id_ in entry.details["proposals"]) == [each.id for each in proposals]
        assert verify_trail() is None


def _say_too_far(anna: User, admin: User) -> None:
    for _ in range(3):
        approved_offer(admin, postcode="9330", radius_km=50)
    for _ in range(LEAST_DECISIONS):
        need = ready_need(anna)
        shown = suggest(need=need, by=anna, now=NOW)
        reject(
            need=need,
            offer=shown.suggestions[0].offer,
            reason=RejectReason.TOO_FAR,
            by=anna,
            now=NOW,
            suggestion_list_id=shown.list_id,
        )


def test_a_training_that_is_killed_leaves_a_whole_version_or_none(sqlite_url: str) -> None:
    with database(sqlite_url):
        _say_too_far(hire("Anna", Role.CASEWORKER), hire("Ditte", Role.ADMIN))
        db.session.commit()
    random = Random(5)

    for _kill in range(2):
        training = flask(sqlite_url, NOBODY_LISTENS, "matching", "train")
        # What it says first comes just before it stores.
        assert training.stdout is not None
        training.stdout.readline()
        time.sleep(random.uniform(0, 0.05))
        kill(training)
    said, _ = flask(sqlite_url, NOBODY_LISTENS, "matching", "train").communicate()

    assert "is stored as a candidate" in said
    with database(sqlite_url):
        versions = list(db.session.scalars(select(MatchingModel)))
        assert all(not isinstance(open_model(version), str) for version in versions)
        trained = select(AuditEntry.subject_id).where(AuditEntry.action == AuditAction.MODEL_TRAINED)
        assert set(db.session.scalars(trained)) == {version.id for version in versions}
        assert verify_trail() is None


def test_learning_of_kinds_that_is_killed_leaves_nothing_that_loads(tmp_path: Path) -> None:
    folder = tmp_path / "built"
    learning = subprocess.Popen(
        [sys.executable, "-m", "volunteer_match.matching.kind_reading", str(folder)], cwd=ROOT, text=True
    )
    until(lambda: any(tmp_path.glob("built.*/*.npy")), learning)
    kill(learning)
    assert list(tmp_path.glob("built.*")), "it was not killed while it wrote"
    assert not folder.exists()
