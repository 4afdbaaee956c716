"""`flask trail verify`: has anybody touched the audit trail?"""

import sys

import click
from flask.cli import AppGroup

from volunteer_match.audit.trail import verify_trail

trail_cli = AppGroup("trail", help="The audit trail.")


@trail_cli.command()
def verify() -> None:
    """Walk the whole chain; exit code 1 and the entry where it breaks."""
    broken = verify_trail()
    if broken is not None:
        click.echo(f"The trail is broken at entry {broken.entry_id}: {broken.reason}.", err=True)
        sys.exit(1)
    click.echo("The trail is whole.")
