"""`flask people`: the first accounts of a new instance."""

import sys

import click
from flask.cli import AppGroup
from flask_security.utils import hash_password

from volunteer_match.audit.trail import SYSTEM
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import EmailTaken, add_user, close_account, find_user
from volunteer_match.people.permissions import Role

SHORTEST_PASSWORD = 15
people_cli = AppGroup("people", help="Staff accounts.")


@people_cli.command()
@click.argument("email")
@click.option("--name", required=True, help="As others see it.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.password_option(help=f"At least {SHORTEST_PASSWORD} characters; asked for when not given.")
def add(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Add a member of staff with one or more roles."""
    if len(password) < SHORTEST_PASSWORD:
        click.echo(f"The password needs at least {SHORTEST_PASSWORD} characters.", err=True)
        sys.exit(1)
    try:
        add_user(
            email=email,
            name=name,
            roles=[Role(role) for role in roles],
            password_hash=hash_password(password),
            by=SYSTEM,
            now=utc_now(),
        )
    except EmailTaken:
        click.echo("There is an account with this address already.", err=True)
        sys.exit(1)
    db.session.commit()
    click.echo("Added.")


@people_cli.command()
@click.argument("email")
def close(email: str) -> None:
    """End a member of staff's access at once."""
    user = find_user(email)
    if user is None:
        click.echo("There is no account with this address.", err=True)
        sys.exit(1)
    close_account(user=user, by=SYSTEM, now=utc_now())
    db.session.commit()
    click.echo("Closed.")
