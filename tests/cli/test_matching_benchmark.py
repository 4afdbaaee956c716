import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from volunteer_match.cli.matching import matching_cli

Run = Callable[..., Result]
FIELDS = {
    "engine",
    "offers",
    "needs",
    "filter",
    "p50_ms",
    "p95_ms",
    "qps",
    "build_s",
    "peak_mb",
    "ndcg",
    "ineligible",
}


@pytest.fixture
def run() -> Run:
    """The command on an app with no database."""
    app = Flask(__name__)
    app.cli.add_command(matching_cli)
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["matching", "benchmark", *map(str, arguments)])


def test_json_has_the_promised_shape(run: Run, tmp_path: Path) -> None:
    result = run("--offers", 300, "--needs", 25, "--peers", "linear_kernel", "--json", "--folder", tmp_path)
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert {"machine", "runs"} <= set(found)
    assert {(each["engine"], each["filter"]) for each in found["runs"]} == {
        (engine, filtered)
        for engine in ("ours", "linear_kernel")
        for filtered in ("natural", "50%", "5%", "0.5%", "none")
    }
    for each in found["runs"]:
        assert set(each) == FIELDS
        assert (each["offers"], each["ineligible"]) == (300, 0)
        assert 20 <= each["needs"] <= 25
        assert 0 < each["p50_ms"] <= each["p95_ms"]
        assert each["peak_mb"] > 10
    assert "linear_kernel: building" in result.stderr


@pytest.mark.slow
def test_a_person_gets_a_table_with_the_machine(run: Run) -> None:
    result = run("--offers", 300, "--needs", 20, "--peers", "sqlite_fts5", "--filters", "natural")
    assert result.exit_code == 0
    assert "cores" in result.stdout.splitlines()[0]
    rows = [line.split()[0] for line in result.stdout.splitlines() if line.startswith(("ours", "sqlite"))]
    assert rows == ["ours", "sqlite_fts5"]


@pytest.mark.parametrize(("option", "value"), [("--peers", "google"), ("--filters", "60%")])
def test_what_is_not_known_is_refused(run: Run, option: str, value: str) -> None:
    result = run(option, value)
    assert result.exit_code == 2
    assert value in result.output
