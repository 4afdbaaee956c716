import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from volunteer_match.cli.matching import matching_cli

CASES = Path(__file__).parents[1] / "matching/data/development"
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """The command on an app with no database."""
    app = Flask(__name__)
    app.cli.add_command(matching_cli)
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["matching", "evaluate", *map(str, arguments)])


def test_all_engines_stand_side_by_side(run: Run) -> None:
    result = run(CASES)
    assert result.exit_code == 0
    for name in ("this model", "char TF-IDF", "word TF-IDF", "BM25 (Danish stems)", "TruncatedSVD", "random"):
        assert name in result.output
    assert "nDCG@10" in result.output
    assert "72 needs, 300 offers" in result.output


def test_json_has_the_promised_shape(run: Run, tmp_path: Path) -> None:
    result = run(CASES, "--json", "--k", 5, "--run", tmp_path / "run.trec", "--depth", 7)
    found = json.loads(result.stdout)
    assert (found.pop("needs"), found.pop("offers")) == (72, 300)
    assert set(found) == {"model", "char_tfidf", "word_tfidf", "bm25", "svd", "random"}
    assert all(set(row) == {"ndcg@5", "recall@5", "mrr", "ineligible@5"} for row in found.values())
    assert found["model"]["ineligible@5"] == 0
    assert (tmp_path / "run.trec").read_text().startswith("n01 Q0 ")


def test_an_ablation_prints_every_step(run: Run) -> None:
    result = run(CASES, "--ablation")
    assert result.exit_code == 0
    for step in ("wording only", "+ topics", "+ need links", "+ family", "+ learned of examples", "all features"):
        assert step in result.output
    assert "char TF-IDF" not in result.output


def test_a_bad_line_is_refused_by_file_line_and_field(run: Run, tmp_path: Path) -> None:
    for name in ("offers.jsonl", "needs.jsonl", "qrels.tsv"):
        (tmp_path / name).write_bytes((CASES / name).read_bytes())
    with (tmp_path / "needs.jsonl").open("a") as needs:
        needs.write('{"id": "n99", "age": 9, "postcode": "1", "description": "Glad."}\n')
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "needs.jsonl, line 73, postcode: " in result.output
    assert "Traceback" not in result.output
