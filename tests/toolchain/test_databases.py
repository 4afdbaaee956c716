"""Each test has a database to itself, with everything in it that the app's own has."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.postgresql import PostgresServer, private_postgresql
from volunteer_match.vocabulary.models import Postcode


@pytest.mark.parametrize("name", ["Hjallerup", "Dronninglund"])
def test_no_test_sees_the_rows_of_another(session_on_each: Session, name: str) -> None:
    session_on_each.add(Postcode(postcode="9320", name=name, lat=57.2, lon=10.1, municipality="Brønderslev"))
    session_on_each.commit()
    assert session_on_each.scalars(select(Postcode.name)).all() == [name]


@pytest.mark.postgresql
def test_postgresql_knows_the_case_of_danish_letters(postgresql_server: PostgresServer) -> None:
    assert postgresql_server.value("SELECT lower('ÆBLEGØ')") == "æblegø"


@pytest.mark.postgresql
def test_a_durable_server_waits_for_the_disk(postgresql_programs: Path) -> None:
    with private_postgresql(postgresql_programs, durable=True) as server:
        assert server.value("SHOW fsync") == "on"
    assert not server.folder.exists()
