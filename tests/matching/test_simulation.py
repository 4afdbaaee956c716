"""The replay with made-up caseworkers: their taste is learned, and little evidence does no harm."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from volunteer_match.cli.matching import matching_cli
from volunteer_match.matching.case_files import read_cases
from volunteer_match.matching.simulation import TASTES, Learned, simulate

FOLDER = Path(__file__).parent / "data" / "development"
NOISE = 0.02
FEW = 8


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, int, str], Learned]:
    lines = simulate(read_cases(FOLDER), sizes=(20, 100), seeds=2)
    return {(line.taste, line.decisions, line.engine): line for line in lines}


@pytest.mark.parametrize("taste", TASTES)
def test_it_is_never_worse_than_the_hand_weights_and_starts_far_above_nothing(
    found: dict[tuple[str, int, str], Learned], taste: str
) -> None:
    for size in (20, 100):
        by_hand, ours = found[taste, size, "hand weights"], found[taste, size, "this model"]
        assert ours.ndcg >= by_hand.ndcg - NOISE
        assert ours.log_loss <= by_hand.log_loss + NOISE
    assert found["as the hand weights", 20, "this model"].ndcg > found["as the hand weights", 20, "from scratch"].ndcg


def test_a_taste_of_its_own_is_learned_in_a_hundred_decisions(found: dict[tuple[str, int, str], Learned]) -> None:
    by_hand, ours = (found["close to home", 100, engine] for engine in ("hand weights", "this model"))
    assert ours.ndcg > by_hand.ndcg + 0.08
    assert ours.log_loss < by_hand.log_loss - 0.05


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The first needs only: enough to print."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    needs = (tmp_path / "needs.jsonl").read_text().splitlines()[:FEW]
    head, *grades = (tmp_path / "qrels.tsv").read_text().splitlines()
    kept = [line for line in grades if line.split("\t")[0] in {json.loads(need)["id"] for need in needs}]
    (tmp_path / "needs.jsonl").write_text("\n".join(needs))
    (tmp_path / "qrels.tsv").write_text("\n".join([head, *kept]))
    return tmp_path


def test_the_command_prints_a_table_or_json(few: Path) -> None:
    run = CliRunner().invoke(matching_cli, ["simulate", str(few), "--seeds", "1", "--most", "20"])
    assert run.exit_code == 0
    assert "close to home" in run.output
    run = CliRunner().invoke(matching_cli, ["simulate", str(few), "--seeds", "1", "--most", "20", "--json"])
    assert {line["decisions"] for line in json.loads(run.output)} == {20}


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    run = CliRunner().invoke(matching_cli, ["simulate", str(tmp_path)])
    assert run.exit_code == 1
    assert "is not in the folder" in run.output
