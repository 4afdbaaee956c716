"""`flask matching vocabulary`: whether the words the engine reads by hang together."""

import click

from volunteer_match.matching.vocabulary_check import Level, check_vocabulary
from volunteer_match.matching.wording import read_data
from volunteer_match.vocabulary.taxonomy import taxonomy


@click.command("vocabulary")
def vocabulary() -> None:
    """Check the concepts, the lists of small words and the taxonomy. Warnings are printed; an error fails."""
    found = check_vocabulary(concepts=read_data("concepts"), wording=read_data("wording"), taxonomy=taxonomy())
    for finding in found:
        click.echo(finding)
    errors = sum(finding.level is Level.ERROR for finding in found)
    click.echo(f"{errors} errors, {len(found) - errors} warnings")
    if errors:
        raise SystemExit(1)
