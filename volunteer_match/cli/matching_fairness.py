"""`flask matching fairness`: who is shown, chosen and left waiting, group by group, small numbers hidden."""

import json
from collections.abc import Iterator
from datetime import datetime

import click
from flask.cli import with_appcontext

from volunteer_match.foundation.clock import COPENHAGEN, utc_now
from volunteer_match.proposals.fairness import FIGURES, About, Fairness, Row, Table, read_fairness
from volunteer_match.proposals.small_numbers import LEAST

GROUP_WIDTH, NUMBER_WIDTH = 26, 11
HIDDEN = "·"


@click.command("fairness")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Count what was shown and decided from this day on.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; null is a hidden number.")
@with_appcontext
def fairness(*, since: datetime | None, as_json: bool) -> None:
    """Compare areas, ages, languages, kinds of offers and of organisations; see docs/algorithms/matching.md."""
    found = read_fairness(now=utc_now(), since=since.replace(tzinfo=COPENHAGEN) if since else None)
    click.echo(json.dumps(found.as_json(), indent=2) if as_json else "\n".join(_lines(found)))


def _lines(found: Fairness) -> Iterator[str]:
    yield f"As of {found.at:%Y-%m-%d}" + (f", since {found.since:%Y-%m-%d}" if found.since else ", from the beginning")
    yield f"{HIDDEN} is hidden: a number below {LEAST}, or one that would give such a number away."
    for table in found.tables:
        yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    days = ["median", "longest"] if table.about is About.NEEDS else []
    heads = [*(figure.value for figure in FIGURES[table.about]), *days]
    yield ""
    yield f"{f'{table.about} by {table.dimension}':{GROUP_WIDTH}}" + "".join(
        f"{head:>{NUMBER_WIDTH}}" for head in heads
    )
    for row in (*table.rows, table.total):
        yield f"{row.group:{GROUP_WIDTH}}" + "".join(f"{cell:>{NUMBER_WIDTH}}" for cell in _cells(row, table.about))


def _cells(row: Row, about: About) -> Iterator[str]:
    days = [row.median_days, row.longest_days] if about is About.NEEDS else []
    for number in (*(row.figures[figure] for figure in FIGURES[about]), *days):
        yield HIDDEN if number is None else str(number)
