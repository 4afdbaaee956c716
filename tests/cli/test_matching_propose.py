"""`flask matching propose`: shows first, lays before the caseworkers when told to, and ranks where it is told to."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.databases import app_over
from tests.factories.cases import open_case_for, ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import hire
from tests.proposals.conftest import use_test_site
from tests.settings import settings_for_tests
from volunteer_match.cli.matching import matching_cli
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.models import Proposal

ROOT = Path(__file__).parents[2]
PLAN = "Samlet forslag – en prøvekørsel"


@dataclass
class Town:
    """Two needs, one offer with one place, a leader."""

    app: Flask
    leader: str
    caseworker: str

    def propose(self, *arguments: object) -> Result:
        return self.app.test_cli_runner().invoke(args=["matching", "propose", *map(str, arguments)])

    def proposals(self) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(Proposal)) or 0


@pytest.fixture
def town(sqlite_url: str) -> Iterator[Town]:
    app = app_over(sqlite_url)
    app.extensions["settings"] = settings_for_tests(database_url=sqlite_url)
    app.cli.add_command(matching_cli)
    use_test_site()
    with app.app_context():
        anna, leader = hire("Anna", Role.CASEWORKER), hire("Lone", Role.TEAM_LEADER)
        approved_offer(hire("Ditte", Role.ADMIN), capacity=1, now=utc_now() - timedelta(weeks=12))
        ready_need(anna, now=utc_now() - timedelta(weeks=10))
        away = open_case_for(anna, postcode="9330", now=utc_now() - timedelta(weeks=3))
        ready_need(anna, case=away, now=utc_now() - timedelta(weeks=3))
        emails = leader.email, anna.email
        db.session.commit()
        db.session.remove()
    yield Town(app, *emails)
    with app.app_context():
        db.engine.dispose()


def test_by_default_it_only_shows(town: Town) -> None:
    result = town.propose()
    assert result.exit_code == 0
    assert PLAN in result.output
    assert "1 behov kan få et forslag, 1 står uden." in result.output
    assert "alle pladser gik til andre: Gymnastik for begyndere" in result.output
    assert "Ranking the needs that wait" in result.output
    assert town.proposals() == 0


def test_written_once_however_often_it_is_run(town: Town) -> None:
    assert "1 laid before the caseworkers" in town.propose("--write", "--as", town.leader).output
    assert "0 laid before the caseworkers" in town.propose("--write", "--as", town.leader).output
    assert town.proposals() == 1


@pytest.mark.parametrize("who", ["nobody@kommune.example", "caseworker", None])
def test_only_a_named_leader_lays_anything_before_caseworkers(town: Town, who: str | None) -> None:
    named = () if who is None else ("--as", town.caseworker if who == "caseworker" else who)
    result = town.propose("--write", *named)
    assert result.exit_code == 1
    assert "leader" in result.output
    assert town.proposals() == 0


def test_a_leader_who_has_left_lays_nothing(town: Town) -> None:
    with town.app.app_context():
        db.session.scalars(select(User).where(User.email == town.leader)).one().active = False
        db.session.commit()
    assert town.propose("--write", "--as", town.leader).exit_code == 1


def test_a_report_on_paper_one_for_a_spreadsheet_and_one_for_a_browser(town: Town, tmp_path: Path) -> None:
    for name in ("plan.txt", "plan.csv", "plan.html"):
        assert f"Written to {tmp_path / name}" in town.propose("--report", tmp_path / name).output
    assert (tmp_path / "plan.txt").read_text().startswith(PLAN)
    assert (tmp_path / "plan.csv").read_text(encoding="utf-8-sig").startswith("behov;sag;rådgiver;dage ventet;")
    assert (tmp_path / "plan.html").read_text().startswith("<!doctype html>")


def test_nothing_with_the_model_switched_off(town: Town) -> None:
    town.app.extensions["settings"] = settings_for_tests(matching="manual")
    result = town.propose()
    assert result.exit_code == 1
    assert "switched off" in result.output


def test_a_scheduler_that_does_not_answer_is_named(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("volunteer_match.cli.matching_propose.SECONDS_TO_ANSWER", 1)
    result = town.propose("--dask", "tcp://127.0.0.1:9")
    assert result.exit_code == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in result.output


@pytest.mark.parametrize("address", ["nonsense://x", "tcp://"])
def test_an_address_that_is_none_is_named(town: Town, address: str) -> None:
    result = town.propose("--dask", address)
    assert result.exit_code == 1
    assert f"no Dask scheduler answers at {address}" in result.output


@contextmanager
def dask_process(*arguments: str, ready: str, folder: Path) -> Iterator[str]:
    """A scheduler or a worker in a process of its own, with the line it was ready by."""
    log = folder / f"{arguments[0]}-{len(list(folder.iterdir()))}.log"
    command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."})
    try:
        yield _line_with(ready, log, process)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def _line_with(words: str, log: Path, process: "subprocess.Popen[bytes]") -> str:
    end = utc_now() + timedelta(seconds=60)
    while utc_now() < end and process.poll() is None:
        found = [line for line in log.read_text().splitlines() if words in line]
        if found:
            return found[0]
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
    raise AssertionError(log.read_text())


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Callable[[int], str]]:
    """Starts a scheduler and so many workers; gives the scheduler's address."""
    with ExitStack() as running:

        def start(workers: int) -> str:
            line = running.enter_context(
                dask_process(
                    *("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"),
                    ready="Scheduler at:",
                    folder=tmp_path,
                )
            )
            address = line.split()[-1]
            for _ in range(workers):
                running.enter_context(
                    dask_process(
                        *("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"),
                        ready="Registered to:",
                        folder=tmp_path,
                    )
                )
            return address

        yield start


@pytest.mark.slow
def test_a_cluster_of_two_workers_makes_the_same_plan(town: Town, cluster: Callable[[int], str]) -> None:
    here = town.propose().output
    there = town.propose("--dask", cluster(2))
    assert there.exit_code == 0, there.output
    assert there.output[there.output.index(PLAN) :] == here[here.index(PLAN) :]


@pytest.mark.slow
def test_a_cluster_without_workers_says_so(town: Town, cluster: Callable[[int], str]) -> None:
    result = town.propose("--dask", cluster(0))
    assert result.exit_code == 1
    assert "has no workers" in result.output
