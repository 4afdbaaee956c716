"""Postcodes a municipality has imported. Kept apart from `places`, so that the engine needs no database."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from volunteer_match.vocabulary.models import Postcode
from volunteer_match.vocabulary.places import Place, lay_over


def replace_imported(session: Session, *, places: Iterable[Place]) -> int:
    """Put these rows in the place of every row imported before."""
    rows = [
        {"postcode": p.postcode, "name": p.name, "lat": p.lat, "lon": p.lon, "municipality": p.municipality}
        for p in places
    ]
    session.execute(delete(Postcode))
    if rows:
        session.execute(insert(Postcode), rows)
    return len(rows)


def load_imported(session: Session) -> int:
    """Lay the imported rows over the built-in ones; each process does this once, at its start."""
    rows = session.scalars(select(Postcode))
    places = [Place(row.postcode, row.name, row.lat, row.lon, row.municipality) for row in rows]
    lay_over(places)
    return len(places)
