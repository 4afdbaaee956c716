"""All commands of `flask`, gathered for the factory."""

from flask import Flask

from .demo import demo_cli
from .mail import mail_cli
from .matching import matching_cli
from .people import people_cli
from .places import places_cli
from .trail import trail_cli
from .worker import worker


def add_to(app: Flask) -> None:
    """Makes every command known to the app."""
    for group in (demo_cli, mail_cli, matching_cli, people_cli, places_cli, trail_cli, worker):
        app.cli.add_command(group)
