"""`flask matching …`: the engine measured, taught, tried out, and at work on the whole caseload."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from volunteer_match.cli.matching_benchmark import benchmark, plot_benchmark
from volunteer_match.cli.matching_fairness import fairness
from volunteer_match.cli.matching_propose import propose
from volunteer_match.cli.matching_simulate import simulate
from volunteer_match.cli.matching_train import train
from volunteer_match.cli.matching_vocabulary import vocabulary
from volunteer_match.matching.case_files import BadCaseFile, read_cases

if TYPE_CHECKING:
    from volunteer_match.matching.evaluation import Evaluation, Mean

matching_cli = AppGroup("matching", help="The matching engine.")
matching_cli.add_command(benchmark)
matching_cli.add_command(plot_benchmark)
matching_cli.add_command(simulate)
matching_cli.add_command(train)
matching_cli.add_command(propose)
matching_cli.add_command(vocabulary)
matching_cli.add_command(fairness)

ENGINE_NAMES = {
    "model": "this model",
    "char_tfidf": "char TF-IDF",
    "word_tfidf": "word TF-IDF",
    "bm25": "BM25 (Danish stems)",
    "svd": "TruncatedSVD",
    "random": "random",
}
STEP_NAMES = {
    "wording": "wording only",
    "topics": "+ topics",
    "need_links": "+ need links",
    "family": "+ family",
    "examples": "+ learned of examples",
    "all_features": "all features",
}


@matching_cli.command("evaluate", with_appcontext=False)
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--k", default=10, show_default=True, type=click.IntRange(min=1), help="How far down a list counts.")
@click.option(
    "--run", "run_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the ranking here (TREC)."
)
@click.option("--depth", default=100, show_default=True, type=click.IntRange(min=1), help="Longest list in the run.")
@click.option("--ablation", is_flag=True, help="Compare the model with parts of itself instead, step by step.")
def evaluate(folder: Path, *, as_json: bool, k: int, run_file: Path | None, depth: int, ablation: bool) -> None:
    """Rank the graded cases in DIR and compare with plain text similarity.

    DIR holds offers.jsonl, needs.jsonl and qrels.tsv.
    """
    # The baselines take seconds to import; no other command and no web worker should wait for them.
    from volunteer_match.matching import evaluation  # noqa: PLC0415 - see above

    try:
        cases = read_cases(folder)
    except BadCaseFile as mistake:
        raise click.ClickException(str(mistake)) from None
    if run_file is not None:
        evaluation.write_run(run_file, cases, depth=depth)
    found = evaluation.ablate(cases, k=k) if ablation else evaluation.evaluate(cases, k=k)
    click.echo(json.dumps(found.as_json(), indent=2) if as_json else _table(found))
    if any(result.ineligible for result in found.results.values()):
        raise click.ClickException("an engine put barred offers on a list")


def _table(found: "Evaluation") -> str:
    heads = (f"nDCG@{found.k}", f"Recall@{found.k}", "MRR (grade 2)", f"ineligible@{found.k}")
    lines = [f"{found.needs} needs, {found.offers} offers; 95 % intervals", ""]
    lines.append(f"{'':22}" + "".join(f"{head:>22}" for head in heads))
    for name, result in found.results.items():
        means = "".join(f"{_interval(mean):>22}" for mean in (result.ndcg, result.recall, result.mrr))
        lines.append(f"{(ENGINE_NAMES | STEP_NAMES)[name]:22}{means}{result.ineligible:>22}")
    return "\n".join(lines)


def _interval(mean: "Mean") -> str:
    return f"{mean.value:.3f} [{mean.low:.3f}, {mean.high:.3f}]"
