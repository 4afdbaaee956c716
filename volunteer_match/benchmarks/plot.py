"""Draws what `flask matching benchmark --json` printed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from volunteer_match.benchmarks.peers import OURS
from volunteer_match.benchmarks.synthetic_denmark import Filter

# How many times higher the next name stands: names as high as the axis makes them, on its logarithmic scale.
NEXT_LINE = 1.3


def draw(figures: Sequence[Mapping[str, Any]], target: Path) -> None:
    """Median time by number of offers under natural filters, both logarithmic, one line an engine."""
    # The same figures give the same file; text stays text.
    with mpl.rc_context({"svg.hashsalt": "benchmark", "svg.fonttype": "none", "font.size": 10}):
        figure = Figure(figsize=(9, 5), layout="constrained")
        axes = figure.subplots()
        lines = {engine: sorted(points) for engine, points in _lines(figures).items()}
        heights = _label_heights({engine: points[-1][1] for engine, points in lines.items()})
        for engine, points in lines.items():
            sizes, times = zip(*points, strict=True)
            ours = engine == OURS
            drawn = axes.plot(sizes, times, marker="o", linewidth=3 if ours else 1, color="black" if ours else None)
            beside = (sizes[-1] * 1.08, heights[engine])
            axes.annotate(f"{engine} {times[-1]:.1f}", beside, va="center", color=drawn[0].get_color())
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


def _label_heights(times: Mapping[str, float]) -> dict[str, float]:
    """Where to write each engine's name (ms), as near its line's end as leaves every name a line of its own."""
    heights: dict[str, float] = {}
    lowest = 0.0
    for engine in sorted(times, key=times.__getitem__):
        heights[engine] = max(times[engine], lowest)
        lowest = heights[engine] * NEXT_LINE
    return heights
