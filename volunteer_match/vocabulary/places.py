"""Postcodes and the distances between them.

The built-in table covers the whole country, so everything works before any import. Its coordinates are postcode
centroids: a distance says how far apart two postcodes are, never two homes.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType
from typing import Protocol

ATTRIBUTION = "GeoNames (geonames.org), CC BY 4.0"
EARTH_RADIUS_KM = 6371.0088
# Brønderslev Kommune first, then the postcodes that are partly in it or next to it.
PILOT_POSTCODES = ("9700", "9320", "9330", "9340", "9740", "9352", "9750", "9760", "9382", "9480", "9440", "9370")
# No point of Denmark (without Greenland and the Faroes) lies outside these degrees.
LATITUDES = (54.5, 57.8)
LONGITUDES = (8.0, 15.3)

_imported: dict[str, "Place"] = {}


@dataclass(frozen=True, slots=True)
class Place:
    postcode: str
    name: str
    lat: float
    lon: float
    municipality: str


class Located(Protocol):
    """Anything with coordinates: a place, or a profile that carries its place's."""

    @property
    def lat(self) -> float: ...

    @property
    def lon(self) -> float: ...


class InvalidPlaceRow(ValueError):
    """A row of an import file that can't be used."""

    def __init__(self, line: int, field: str, problem: str) -> None:
        super().__init__(f"line {line}, {field}: {problem}")
        self.line = line
        self.field = field
        self.problem = problem


def lookup(postcode: str) -> Place | None:
    code = postcode.strip()
    return _imported.get(code) or built_in_places().get(code)


def all_places() -> Mapping[str, Place]:
    return {**built_in_places(), **_imported}


def pilot_places() -> list[Place]:
    return [place for code in PILOT_POSTCODES if (place := lookup(code))]


def on_globe(place: Located) -> tuple[float, float, float]:
    """Where a place is on a globe of radius one, seen from its middle."""
    lat, lon = radians(place.lat), radians(place.lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def distance_km(a: Located, b: Located) -> float:
    """Great-circle distance between the two centroids."""
    (a_x, a_y, a_z), (b_x, b_y, b_z) = on_globe(a), on_globe(b)
    x, y, z = a_x - b_x, a_y - b_y, a_z - b_z
    # Products, no powers: whole columns of places must come out the same (`matching.segments`).
    return asin(min(1.0, sqrt(x * x + y * y + z * z) / 2)) * (2 * EARTH_RADIUS_KM)


@cache
def built_in_places() -> Mapping[str, Place]:
    text = files("volunteer_match.vocabulary").joinpath("data/postcodes.csv").read_text(encoding="utf-8")
    return MappingProxyType({place.postcode: place for place in read_places(text)})


def read_places(text: str) -> list[Place]:
    """Every row of a CSV with the columns postcode, name, lat, lon and municipality, or the first mistake."""
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in Place.__slots__ if name not in (reader.fieldnames or ())]
    if missing:
        raise InvalidPlaceRow(1, missing[0], "column is missing")
    places: dict[str, Place] = {}
    for row in reader:
        place = _place(row, line=reader.line_num)
        if place.postcode in places:
            raise InvalidPlaceRow(reader.line_num, "postcode", f"{place.postcode} is in the file twice")
        places[place.postcode] = place
    return list(places.values())


def lay_over(places: Iterable[Place]) -> None:
    """Let these places, and no others, win over the built-in ones in this process."""
    chosen = {place.postcode: place for place in places}
    _imported.clear()
    _imported.update(chosen)


def _place(row: Mapping[str, str | None], *, line: int) -> Place:
    postcode = _text(row, "postcode", line=line)
    if not (len(postcode) == 4 and postcode.isascii() and postcode.isdigit()):  # noqa: PLR2004 - Danish postcodes
        raise InvalidPlaceRow(line, "postcode", f"{postcode!r} is not four digits")
    return Place(
        postcode=postcode,
        name=_text(row, "name", line=line),
        lat=_degrees(row, "lat", LATITUDES, line=line),
        lon=_degrees(row, "lon", LONGITUDES, line=line),
        municipality=_text(row, "municipality", line=line),
    )


def _text(row: Mapping[str, str | None], field: str, *, line: int) -> str:
    value = (row[field] or "").strip()
    if not value:
        raise InvalidPlaceRow(line, field, "is empty")
    return value


def _degrees(row: Mapping[str, str | None], field: str, span: tuple[float, float], *, line: int) -> float:
    value = _text(row, field, line=line)
    try:
        degrees = float(value)
    except ValueError:
        raise InvalidPlaceRow(line, field, f"{value!r} is not a number") from None
    if not span[0] <= degrees <= span[1]:
        raise InvalidPlaceRow(line, field, f"{value} is outside Denmark")
    return degrees
