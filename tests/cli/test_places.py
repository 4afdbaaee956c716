from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.databases import app_over
from volunteer_match.cli.places import places_cli
from volunteer_match.foundation.database import db
from volunteer_match.vocabulary.models import Postcode
from volunteer_match.vocabulary.places import lay_over

HEADER = "postcode,name,lat,lon,municipality\n"
ASAA = "9340,Asaa Havn,57.146,10.425,Brønderslev\n"


@pytest.fixture
def app(sqlite_url: str) -> Iterator[Flask]:
    app = app_over(sqlite_url)
    yield app
    with app.app_context():
        db.engine.dispose()
    lay_over([])


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(places_cli, list(words))


def imported_names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Postcode.name)))


def test_a_file_is_imported_and_counted(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text(HEADER + ASAA, encoding="utf-8")
    result = run(app, "import", str(file))
    assert result.exit_code == 0, result.output
    assert "1 postcodes imported" in result.output
    assert imported_names(app) == ["Asaa Havn"]
    assert "1 imported. Coordinates: GeoNames" in run(app, "show").output


def test_one_wrong_row_stops_the_whole_file(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text(HEADER + ASAA, encoding="utf-8")
    run(app, "import", str(file))
    file.write_text(HEADER + "9330,Dronninglund,57.18,10.3,Brønderslev\n9700,Brønderslev,x,9.9,Brønderslev\n")
    result = run(app, "import", str(file))
    assert result.exit_code == 1
    assert f"{file}: line 3, lat: 'x' is not a number" in result.output
    assert imported_names(app) == ["Asaa Havn"]


def test_a_file_in_another_encoding_is_refused(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text(HEADER + ASAA, encoding="latin-1")
    result = run(app, "import", str(file))
    assert result.exit_code == 1
    assert "not UTF-8" in result.output
