"""Two programs on one database that do something at the same moment. This file is also those programs.

A program reads a job, gets ready, waits for the word, does the job in a transaction of its own and says how it went.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select

from tests.databases import app_over
from tests.proposals.conftest import use_test_site
from volunteer_match.cases.models import GuardianConsent, Need
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.proposals import deadlines, lifecycle, requests, withdrawal
from volunteer_match.proposals.joint_plan import make_plan, rank_all_here
from volunteer_match.proposals.laying_before import lay_pairs_before
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.waiting_needs import read_waiting

ROOT = Path(__file__).resolve().parents[2]
DONE = "done"
Job = Mapping[str, Any]


def _proposal(job: Job) -> Proposal:
    found = lifecycle.find_pair(need_id=job["need"], offer_id=job["offer"])
    assert found is not None
    return found


def _choose(job: Job, now: datetime) -> None:
    need, offer = db.session.get_one(Need, job["need"]), db.session.get_one(Offer, job["offer"])
    lifecycle.choose(need=need, offer=offer, by=db.session.get_one(User, job["by"]), now=now)


def _approve(job: Job, now: datetime) -> None:
    lifecycle.approve(_proposal(job), by=db.session.get_one(User, job["by"]), now=now)


def _volunteer_withdraws(job: Job, now: datetime) -> None:
    contact = db.session.get_one(Offer, job["offer"]).contact
    withdrawal.withdraw_volunteer_consent(contact=contact, by=contact.actor, now=now)


def _offer_paused(job: Job, now: datetime) -> None:
    offer = db.session.get_one(Offer, job["offer"])
    withdrawal.pause_offer(offer=offer, by=offer.contact.actor, now=now)


def _guardian_withdraws(job: Job, now: datetime) -> None:
    newest = select(GuardianConsent).where(GuardianConsent.need_id == job["need"]).order_by(GuardianConsent.id.desc())
    consent = db.session.scalars(newest.limit(1)).one()
    withdrawal.withdraw_guardian_consent(consent=consent, by=db.session.get_one(User, job["by"]), now=now)


def _need_closed(job: Job, now: datetime) -> None:
    need = db.session.get_one(Need, job["need"])
    withdrawal.close_need(need=need, by=db.session.get_one(User, job["by"]), now=now)


def _accept(job: Job, now: datetime) -> None:
    requests.accept(token=job["token"], now=now)


def _cancel(job: Job, now: datetime) -> None:
    lifecycle.cancel_by_caseworker(_proposal(job), by=db.session.get_one(User, job["by"]), now=now)


def _lay_before(job: Job, now: datetime) -> None:
    waiting = read_waiting(now=now)
    plan = make_plan(waiting, rank_all_here(waiting), now=now)
    db.session.rollback()  # the leader reads; the other one reads the same
    found = {(pair.need.need_id, pair.offer.offer_id): pair for pair in plan.pairs}
    leader = db.session.get_one(User, job["leader"])
    lay_pairs_before(list(found), found=found, model_version=plan.model_version, by=leader, now=now)


def _time_passes(job: Job, now: datetime) -> None:
    deadlines.run_due(now=now)


JOBS: dict[str, Callable[[Job, datetime], None]] = {
    "choose": _choose,
    "approve": _approve,
    "volunteer withdraws": _volunteer_withdraws,
    "offer paused": _offer_paused,
    "guardian withdraws": _guardian_withdraws,
    "need closed": _need_closed,
    "accept": _accept,
    "cancel": _cancel,
    "time passes": _time_passes,
    "lay before": _lay_before,
}


class Program:
    """One of the two, as the test sees it."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proposals.two_processes", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout
        answer = self._process.stdout.readline().strip()
        assert answer, "the program has died"
        return answer

    def stop(self) -> None:
        self._process.communicate()


AtOnce = Callable[[Job, Job], tuple[str, str]]


@contextmanager
def two_programs(url: str) -> Iterator[AtOnce]:
    """Gives a function that has the two jobs done at once and tells what came of each."""
    programs = Program(url), Program(url)

    def at_once(one: Job, other: Job) -> tuple[str, str]:
        for program, job in zip(programs, (one, other), strict=True):
            program.tell(json.dumps(job))
        for program in programs:
            assert program.hear() == "ready"
        for program in programs:
            program.tell("now")
        return programs[0].hear(), programs[1].hear()

    try:
        yield at_once
    finally:
        for program in programs:
            program.stop()


def _serve(lines: IO[str]) -> None:
    while line := lines.readline():
        job = json.loads(line)
        db.session.connection()  # connected, and the model of the tables is warm
        db.session.rollback()
        print("ready", flush=True)  # noqa: T201 - the parent reads it
        lines.readline()
        print(_outcome(job), flush=True)  # noqa: T201 - the same


def _outcome(job: Job) -> str:
    try:
        JOBS[job["do"]](job, datetime.fromisoformat(job["now"]))
        db.session.commit()
    except Exception as error:  # noqa: BLE001 - which one it is, is the answer
        db.session.rollback()
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    finally:
        db.session.remove()
    return DONE


def main() -> None:
    use_test_site()
    with app_over(sys.argv[1]).app_context():
        _serve(sys.stdin)
        db.engine.dispose()


if __name__ == "__main__":
    main()
