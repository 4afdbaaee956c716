"""`flask mail`: a look at the outbox."""

import sys

import click
from flask.cli import AppGroup

from volunteer_match.foundation.clock import utc_now
from volunteer_match.notifications.queries import queue

mail_cli = AppGroup("mail", help="The outbox.")


@mail_cli.command("status")
def status() -> None:
    """Tell how many mails wait and how many were given up; exit 1 when nobody takes the ones that are due."""
    now = utc_now()
    found = queue()
    click.echo(f"{found.waiting} waiting, {found.failed} given up.")
    if found.is_late(now=now):
        click.echo(f"Due since {found.oldest_due_at:%Y-%m-%d %H:%M} UTC: is `flask worker` running?", err=True)
        sys.exit(1)
