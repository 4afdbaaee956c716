"""All engines on one made-up Denmark, each in a process of its own, judged by the same rules."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from volunteer_match.benchmarks.judging import Judge
from volunteer_match.benchmarks.machine import Machine, this_machine
from volunteer_match.benchmarks.peers import OURS
from volunteer_match.benchmarks.synthetic_denmark import Filter
from volunteer_match.benchmarks.town_folder import Town

# One thread each: answers are compared, not cores.
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "NUMBA")
}

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Run:
    """One engine under one filter. `ineligible`: rows shown that a rule bars. `ndcg`: of the first ten."""

    engine: str
    offers: int
    needs: int
    filter: str
    p50_ms: float
    p95_ms: float
    qps: float
    build_s: float
    peak_mb: float
    ndcg: float | None
    ineligible: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`not_checked`: engines that could not be measured, and why. `eligible`: mean share let through, by filter.

    `own_p50_ms`: by filter and engine, the median of the time its process had a core. On a machine with other work it
    tells more than the time waited; of a database it sees only the asking side.
    """

    machine: Machine
    runs: tuple[Run, ...]
    not_checked: dict[str, str] = field(default_factory=dict)
    eligible: dict[str, float] = field(default_factory=dict)
    own_p50_ms: dict[str, dict[str, float]] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {
            "machine": self.machine.as_json(),
            "runs": [asdict(run) for run in self.runs],
            "not_checked": self.not_checked,
            "eligible": self.eligible,
            "own_p50_ms": self.own_p50_ms,
        }


def compare(
    town: Town, *, engines: Sequence[str], filters: Sequence[Filter], seconds: float, progress: Progress
) -> Comparison:
    judges: dict[str, Judge] = {}
    for filtered in filters:
        progress(f"working out what may be shown, {filtered}")
        denmark = town.denmark(filtered)
        judges[filtered] = Judge(denmark, denmark.needs(town.needs))
    runs: list[Run] = []
    not_checked: dict[str, str] = {}
    own: dict[str, dict[str, float]] = {filtered: {} for filtered in filters}
    for engine in engines:
        progress(f"{engine}: building")
        for found in _measured(town, engine, filters, seconds):
            if reason := found.get("not_checked"):
                not_checked[engine] = str(reason)
                progress(f"{engine}: NOT CHECKED: {reason}")
                continue
            run = _run(town, engine, found, judges[str(found["filter"])])
            runs.append(run)
            own[run.filter][engine] = round(float(np.median(found["own_milliseconds"])), 4)
            progress(f"{engine}, {run.filter}: p50 {run.p50_ms:.2f} ms, p95 {run.p95_ms:.2f} ms, {run.needs} needs")
    shares = {name: float(np.mean(judge.eligible)) / town.offers for name, judge in judges.items()}
    return Comparison(this_machine(), tuple(runs), not_checked, shares, own)


def _measured(town: Town, engine: str, filters: Sequence[Filter], seconds: float) -> Iterator[dict[str, Any]]:
    """What the engine's own process says, as it says it. Its death is a reason too."""
    command = [sys.executable, "-m", "volunteer_match.benchmarks.one_engine"]
    command += [str(town.folder), engine, ",".join(filters), str(seconds)]
    environment = {**os.environ, **ONE_THREAD}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603 - ours
        assert process.stdout is not None  # noqa: S101 - it was asked for
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        yield {"not_checked": f"its process ended with {process.returncode}"}


def _run(town: Town, engine: str, found: dict[str, Any], judge: Judge) -> Run:
    milliseconds, verdict = np.array(found["milliseconds"]), judge.verdict(found["lists"])
    return Run(
        engine=engine,
        offers=town.offers,
        needs=len(milliseconds),
        filter=str(found["filter"]),
        p50_ms=round(float(np.percentile(milliseconds, 50)), 4),
        p95_ms=round(float(np.percentile(milliseconds, 95)), 4),
        qps=round(1000 * len(milliseconds) / float(milliseconds.sum()), 2),
        build_s=round(float(found["build_s"]), 2),
        peak_mb=round(float(found["peak_mb"]), 1),
        ndcg=None if verdict.ndcg is None else round(verdict.ndcg, 4),
        ineligible=verdict.ineligible,
    )


def table(found: Comparison) -> str:
    """For a person: under each filter our engine first, then the others from quick to slow."""
    heads = (
        "engine",
        "needs",
        "p50 ms",
        "p95 ms",
        "own p50",
        "needs/s",
        "build s",
        "peak MB",
        "nDCG@10",
        "ineligible",
        "× ours",
    )
    lines = [str(found.machine)]
    for filtered, share in found.eligible.items():
        runs = sorted(
            (run for run in found.runs if run.filter == filtered), key=lambda run: (run.engine != OURS, run.p50_ms)
        )
        if not runs:
            continue
        lines += ["", f"{runs[0].offers:,} offers, filter {filtered}: {share:.3%} may be shown", _row(heads)]
        lines += [_row(_cells(run, runs, found.own_p50_ms[filtered][run.engine])) for run in runs]
    lines += ["", *(f"NOT CHECKED: {engine}: {reason}" for engine, reason in found.not_checked.items())]
    return "\n".join(lines).rstrip()


def _cells(run: Run, runs: Sequence[Run], own_p50_ms: float) -> tuple[str, ...]:
    ours = next((each.p50_ms for each in runs if each.engine == OURS), None)
    return (
        run.engine,
        str(run.needs),
        f"{run.p50_ms:.2f}",
        f"{run.p95_ms:.2f}",
        f"{own_p50_ms:.2f}",
        f"{run.qps:.1f}",
        f"{run.build_s:.1f}",
        f"{run.peak_mb:.0f}",
        "–" if run.ndcg is None else f"{run.ndcg:.3f}",
        str(run.ineligible),
        "–" if ours is None else f"{run.p50_ms / ours:.1f}",
    )


def _row(cells: Sequence[str]) -> str:
    return f"{cells[0]:20}" + "".join(f"{cell:>11}" for cell in cells[1:])
