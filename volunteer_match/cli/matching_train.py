"""`flask matching train`: a new version of the model from what was decided, measured beside the serving one."""

import click
from flask.cli import with_appcontext

from volunteer_match.audit.trail import SYSTEM
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.learning import TooLittle
from volunteer_match.proposals.training import Training, store_candidate
from volunteer_match.proposals.training import train as train_model


@click.command("train")
@click.option("--dry-run", is_flag=True, help="Measure and print, store nothing.")
@with_appcontext
def train(*, dry_run: bool) -> None:
    """Learn from the stored decisions and store a candidate. An admin promotes it, or doesn't."""
    now = utc_now()
    try:
        trained = train_model(now=now)
    except TooLittle as too_little:
        click.echo(f"Too little to learn from: {too_little}. Nothing is stored; what serves goes on serving.")
        return
    click.echo(_table(trained))
    if dry_run:
        click.echo("Dry run: nothing is stored.")
        return
    store_candidate(trained, by=SYSTEM, now=now)
    db.session.commit()
    click.echo(f"{trained.version} is stored as a candidate. It serves when an admin promotes it.")


def _table(trained: Training) -> str:
    lessons, kinds = trained.decisions.lessons, trained.decisions.kinds
    counts = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    lines = [f"{lessons.decisions} decisions on {len(lessons.needs)} needs: {counts}", ""]
    lines.append(f"{'':20}{trained.serving.version:>36}{trained.version:>36}")
    held, serving = trained.unseen.as_json(), trained.serving_figures.as_json()
    lines += [f"{name:20}{_figure(serving[name]):>36}{_figure(held[name]):>36}" for name in held]
    lines += ["", "(the candidate judged on needs held back in turn)", ""]
    for place, key in enumerate(FEATURES):
        before, after = trained.serving.coef_[0][place], trained.model.coef_[0][place]
        lines.append(f"{key:20}{before:>36.2f}{after:>36.2f}")
    before, after = trained.serving.intercept_[0], trained.model.intercept_[0]
    lines.append(f"{'baseline':20}{before:>36.2f}{after:>36.2f}")
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
