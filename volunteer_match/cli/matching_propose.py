"""`flask matching propose`: one plan for the whole caseload, to read first and to lay before the caseworkers then."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext
from joblib import parallel_config

from volunteer_match.audit.trail import SYSTEM
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import find_user
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission

if TYPE_CHECKING:
    from volunteer_match.matching.explanations import Ranking
    from volunteer_match.proposals.joint_plan import JointPlan, PlannedPair
    from volunteer_match.proposals.waiting_needs import WholeCaseload

# Fewer are ranked sooner than other processes have started.
MANY_NEEDS = 200
# Locks are held for so many at a time.
PAIRS_AT_ONCE = 25
SECONDS_TO_ANSWER = 10
EVERY_CORE = -1


@click.command("propose")
@click.option("--write/--dry-run", default=False, help="Lay the plan before the caseworkers. Default: only show it.")
@click.option("--as", "leader", metavar="EMAIL", help="The team leader on whose word it is done.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the plan here (.html, .csv, or else plain text).",
)
@click.option("--dask", metavar="ADDRESS", help="Rank on a Dask cluster, e.g. tcp://scheduler:8786.")
@with_appcontext
def propose(*, write: bool, leader: str | None, report: Path | None, dask: str | None) -> None:
    """Find the best total of offers for all needs that wait. Nothing is proposed without --write --as EMAIL."""
    # The engine takes a second to import; no other command should wait for it.
    from volunteer_match.proposals.joint_plan import make_plan  # noqa: PLC0415 - see above
    from volunteer_match.proposals.laying_before import trace_plan  # noqa: PLC0415 - see above
    from volunteer_match.proposals.plan_report import as_text  # noqa: PLC0415 - see above
    from volunteer_match.proposals.waiting_needs import read_waiting  # noqa: PLC0415 - see above

    if current_app.extensions["settings"].matching == "manual":
        raise click.ClickException("MATCHING=manual: the model is switched off, so there is nothing to propose")
    user = _leader(leader, needed=write)
    now = utc_now()
    waiting = read_waiting(now=now)
    plan = make_plan(waiting, _ranked(waiting, dask=dask), now=now)
    trace_plan(plan, by=user.actor if user else SYSTEM, now=now)
    db.session.commit()
    click.echo(as_text(plan))
    if report is not None:
        _save(plan, report, now=now)
    if write and user is not None:
        _lay_before(plan, user)


def _leader(email: str | None, *, needed: bool) -> User | None:
    if email is None:
        if needed:
            raise click.ClickException("--write needs --as EMAIL: a named team leader lays the plan before caseworkers")
        return None
    user = find_user(email)
    if user is None or not user.active or not user.may(Permission.PLAN_CASELOAD):
        raise click.ClickException(f"{email} is not an active team leader")
    return user


def _ranked(waiting: "WholeCaseload", *, dask: str | None) -> "dict[str, Ranking]":
    from volunteer_match.proposals.joint_plan import rank_waiting  # noqa: PLC0415 - as above

    jobs = EVERY_CORE if len(waiting.needs) >= MANY_NEEDS else 1
    parts = rank_waiting(waiting, jobs=None if dask else jobs)
    db.session.rollback()  # a long ranking must not hold a transaction open
    found: dict[str, Ranking] = {}
    with (
        _cluster(dask),
        click.progressbar(length=len(waiting.needs), label="Ranking the needs that wait", show_pos=True) as bar,
    ):
        for part in parts:
            found.update(part)
            bar.update(len(part))
    return found


@contextmanager
def _cluster(address: str | None) -> Iterator[None]:
    """What joblib is given to do inside goes to the cluster; without an address, nothing changes."""
    if address is None:
        yield
        return
    try:
        from distributed import Client  # noqa: PLC0415 - an extra that most never need
    except ImportError:
        raise click.ClickException("--dask needs the extra: pip install 'volunteer-match[cluster]'") from None
    try:
        client = Client(address, timeout=SECONDS_TO_ANSWER)  # type: ignore[no-untyped-call]  # Dask types half of it
    except (OSError, ValueError) as error:
        raise click.ClickException(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        if not client.scheduler_info(n_workers=-1)["workers"]:
            raise click.ClickException(f"the Dask scheduler at {address} has no workers")
        with parallel_config(backend="dask"):
            yield


def _save(plan: "JointPlan", path: Path, *, now: datetime) -> None:
    from volunteer_match.proposals.plan_report import as_csv, as_html, as_text  # noqa: PLC0415 - as above

    match path.suffix.lower():
        case ".csv":
            # The mark at the front tells a spreadsheet that æ, ø and å are UTF-8.
            text, encoding = as_csv(plan), "utf-8-sig"
        case ".html" | ".htm":
            text, encoding = as_html(plan, now=now), "utf-8"
        case _:
            text, encoding = as_text(plan), "utf-8"
    path.write_text(text, encoding=encoding, newline="")
    click.echo(f"Written to {path}.")


def _lay_before(plan: "JointPlan", user: User) -> None:
    laid = already = 0
    for start in range(0, len(plan.pairs), PAIRS_AT_ONCE):
        new, known = _lay_some(plan.pairs[start : start + PAIRS_AT_ONCE], plan.model_version, user)
        laid, already = laid + new, already + known
    click.echo(f"{laid} laid before the caseworkers, {already} lay there already.")


def _lay_some(pairs: "Sequence[PlannedPair]", model_version: str, user: User) -> tuple[int, int]:
    from volunteer_match.proposals.laying_before import lay_pairs_before  # noqa: PLC0415 - as above

    found = {(pair.need.need_id, pair.offer.offer_id): pair for pair in pairs}
    result = lay_pairs_before(list(found), found=found, model_version=model_version, by=user, now=utc_now())
    db.session.commit()
    for line in result.skipped:
        why = ", ".join(line.gates) or "decided on, or no longer suggested"
        click.echo(f"Skipped need {line.need_id} and offer {line.offer_id}: {why}")
    return len(result.proposals), result.already
