"""`flask matching simulate`: made-up caseworkers with a known taste, and by how many decisions the model learns it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from volunteer_match.matching.case_files import BadCaseFile, read_cases

if TYPE_CHECKING:
    from volunteer_match.matching.simulation import Learned


@click.command("simulate")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--seeds", default=5, show_default=True, type=click.IntRange(min=1), help="Runs that each figure means.")
@click.option("--most", default=3000, show_default=True, type=click.IntRange(min=20), help="The most decisions.")
def simulate(folder: Path, *, as_json: bool, seeds: int, most: int) -> None:
    """Replay decisions of made-up caseworkers on the offers and needs in DIR (as for `evaluate`; grades don't count).

    Compares the hand weights, logistic regression from scratch and this model on needs that taught nothing.
    """
    from volunteer_match.matching.simulation import SIZES  # noqa: PLC0415 - no other command should wait for it
    from volunteer_match.matching.simulation import simulate as run  # noqa: PLC0415 - see above

    try:
        cases = read_cases(folder)
    except BadCaseFile as mistake:
        raise click.ClickException(str(mistake)) from None
    found = run(cases, sizes=[size for size in SIZES if size <= most], seeds=seeds)
    click.echo(json.dumps([asdict(line) for line in found], indent=2) if as_json else _table(found))


def _table(found: "list[Learned]") -> str:
    engines = list(dict.fromkeys(line.engine for line in found))
    lines = ["nDCG@10 / log loss on needs that taught nothing", ""]
    lines.append(f"{'taste of the town':24}{'decisions':>10}" + "".join(f"{engine:>18}" for engine in engines))
    cells = {(line.taste, line.decisions, line.engine): f"{line.ndcg:.3f} / {line.log_loss:.3f}" for line in found}
    for taste, size in dict.fromkeys((line.taste, line.decisions) for line in found):
        lines.append(f"{taste:24}{size:>10}" + "".join(f"{cells[taste, size, engine]:>18}" for engine in engines))
    return "\n".join(lines)
