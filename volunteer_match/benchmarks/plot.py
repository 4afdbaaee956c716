"""Draws what `flask matching benchmark --json` printed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from volunteer_match.benchmarks.peers import OURS
from volunteer_match.benchmarks.synthetic_denmark import Filter


def draw(figures: Sequence[Mapping[str, Any]], target: Path) -> None:
    """Median time by number of offers under natural filters, both logarithmic, one line an engine."""
    # The same figures give the same file; text stays text.
    with mpl.rc_context({"svg.hashsalt": "benchmark", "svg.fonttype": "none", "font.size": 10}):
        figure = Figure(figsize=(8, 5), layout="constrained")
        axes = figure.subplots()
        for engine, points in _lines(figures).items():
            sizes, times = zip(*sorted(points), strict=True)
            ours = engine == OURS
            axes.plot(sizes, times, marker="o", linewidth=3 if ours else 1, color="black" if ours else None)
            axes.annotate(engine, (sizes[-1], times[-1]), xytext=(6, -3), textcoords="offset points")
        axes.set(xscale="log", yscale="log", xlabel="offers", ylabel="ms for one need, median", title="Natural filters")
        axes.margins(x=0.25)
        axes.grid(visible=True, which="major", alpha=0.3)
        figure.savefig(target, metadata={"Date": None})


def _lines(figures: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[int, float]]]:
    lines: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for run in (run for figure in figures for run in figure["runs"]):
        if run["filter"] == Filter.NATURAL:
            lines[run["engine"]].append((run["offers"], run["p50_ms"]))
    return lines
