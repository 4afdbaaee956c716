"""`flask mail`: a look at the outbox, and into the mailbox."""

import sys
from collections.abc import Callable

import click
from flask import current_app
from flask.cli import AppGroup

from volunteer_match.config import Settings
from volunteer_match.events.mailed_back import take_in
from volunteer_match.foundation.clock import utc_now
from volunteer_match.notifications.mailbox import MailboxUnreadable
from volunteer_match.notifications.queries import queue
from volunteer_match.notifications.reading import Read, read_new

mail_cli = AppGroup("mail", help="The outbox and the mailbox.")


@mail_cli.command("status")
def status() -> None:
    """Tell how many mails wait and how many were given up; exit 1 when nobody takes the ones that are due."""
    now = utc_now()
    found = queue()
    click.echo(f"{found.waiting} waiting, {found.failed} given up.")
    if found.is_late(now=now):
        click.echo(f"Due since {found.oldest_due_at:%Y-%m-%d %H:%M} UTC: is `flask worker` running?", err=True)
        sys.exit(1)


@mail_cli.command("read")
def read() -> None:
    """Read what is new in the mailbox, as the worker does by itself; exit 1 when there is no way into it."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.imap_host:
        click.echo("IMAP_HOST is not set: no mailbox is read.", err=True)
        sys.exit(1)
    try:
        found = read_mailbox(settings)
    except MailboxUnreadable as error:
        click.echo(f"The mailbox can't be read: {error}", err=True)
        sys.exit(1)
    click.echo(f"{found.taken} dealt with, {found.left} left for people.")


def read_mailbox(settings: Settings, *, keep_going: Callable[[], bool] = lambda: True) -> Read:
    """One round. Raises MailboxUnreadable."""
    return read_new(
        settings=settings, take=lambda raw: take_in(raw, now=utc_now()), clock=utc_now, keep_going=keep_going
    )
