"""`flask matching benchmark`: the engine's speed beside its peers'. Needs no database."""

import json
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from volunteer_match.benchmarks.synthetic_denmark import Filter

ALL = "all"
FILTERS = "natural,50%,5%,0.5%,none"


def _several(_context: click.Context, _parameter: click.Parameter, value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


@click.command("benchmark")
@click.option("--offers", default=100_000, show_default=True, type=click.IntRange(min=1), help="How many offers.")
@click.option("--needs", default=1_000, show_default=True, type=click.IntRange(min=1), help="How many needs are asked.")
@click.option("--peers", default=ALL, show_default=True, callback=_several, help="Engines by name, or all.")
@click.option("--filters", default=FILTERS, show_default=True, callback=_several, help="What the hard rules let by.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--seed", default=2026, show_default=True, help="Another number makes up another Denmark.")
@click.option("--seconds", default=20.0, show_default=True, help="A slow engine stops here, after 20 needs or more.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the made-up offers here and use them again; otherwise they are thrown away.",
)
def benchmark(
    *,
    offers: int,
    needs: int,
    peers: list[str],
    filters: list[str],
    as_json: bool,
    seed: int,
    seconds: float,
    folder: Path | None,
) -> None:
    """Measure this engine beside others on a made-up Denmark: text in, list out, one thread.

    Our engine is measured whatever --peers says.
    """
    # numpy, scipy and the peers: no other command should wait for them.
    from volunteer_match.benchmarks.comparison import compare, table  # noqa: PLC0415 - see above
    from volunteer_match.benchmarks.town_folder import lay  # noqa: PLC0415 - see above

    engines, chosen = _engines(peers), _filters(filters)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory(prefix="benchmark-") as place:
        town = lay(Path(place), seed=seed, offers=offers, needs=needs, progress=_tell)
        found = compare(town, engines=engines, filters=chosen, seconds=seconds, progress=_tell)
    click.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False) if as_json else table(found))
    if any(run.ineligible for run in found.runs if run.engine == "ours"):
        raise click.ClickException("our engine showed barred offers")


@click.command("plot-benchmark")
@click.argument("figures", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="An SVG file.")
def plot_benchmark(figures: tuple[Path, ...], target: Path) -> None:
    """Draw time by number of offers, natural filters, from what `benchmark --json` printed."""
    from volunteer_match.benchmarks.plot import draw  # noqa: PLC0415 - draws with a package few have installed

    draw([json.loads(path.read_text()) for path in figures], target)


def _engines(asked: list[str]) -> list[str]:
    """Ours first, then the others in the order asked for."""
    from volunteer_match.benchmarks.peers import OURS, PEERS  # noqa: PLC0415 - not for other commands

    names = list(PEERS) if asked == [ALL] else [OURS, *(name for name in asked if name != OURS)]
    return _known(names, list(PEERS), "--peers")


def _filters(asked: list[str]) -> "list[Filter]":
    from volunteer_match.benchmarks.synthetic_denmark import Filter  # noqa: PLC0415 - not for other commands

    return [Filter(name) for name in _known(asked, list(Filter), "--filters")]


def _known(names: list[str], known: Sequence[str], option: str) -> list[str]:
    for name in names:
        if name not in known:
            raise click.BadParameter(f"{name!r} is none of {', '.join(known)}", param_hint=option)
    return names


def _tell(progress: str) -> None:
    click.echo(progress, err=True)
