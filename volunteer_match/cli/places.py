"""`flask places`: the postcodes and the points distances are measured from."""

from pathlib import Path

import click
from flask.cli import AppGroup

from volunteer_match.foundation.database import db
from volunteer_match.vocabulary.imported_places import load_imported, replace_imported
from volunteer_match.vocabulary.places import ATTRIBUTION, InvalidPlaceRow, built_in_places, read_places

places_cli = AppGroup("places", help="Postcodes and their coordinates.")


@places_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_places(file: Path) -> None:
    """Replace the imported postcodes by those of FILE; nothing changes unless every row is right.

    FILE is UTF-8 CSV with the columns postcode, name, lat, lon and municipality.
    """
    try:
        read = read_places(file.read_text(encoding="utf-8"))
    except InvalidPlaceRow as mistake:
        raise click.ClickException(f"{file}: {mistake}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: not UTF-8") from None
    replace_imported(db.session(), places=read)
    db.session.commit()
    click.echo(f"{len(read)} postcodes imported. Running servers read them at their next start.")


@places_cli.command("show")
def show_places() -> None:
    """Tell how many postcodes are built in and imported, and whose data it is."""
    imported = load_imported(db.session())
    click.echo(f"{len(built_in_places())} built in, {imported} imported. Coordinates: {ATTRIBUTION}.")
