"""`flask matching fairness`: a plain table, or JSON of the same."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.databases import app_over
from tests.factories.cases import open_case_for, ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import hire
from tests.proposals.conftest import use_test_site
from volunteer_match.cli.matching import matching_cli
from volunteer_match.foundation.database import db
from volunteer_match.people.permissions import Role


@pytest.fixture
def app(sqlite_url: str) -> Iterator[Flask]:
    """Eight children in Asaa and two elsewhere."""
    app = app_over(sqlite_url)
    app.cli.add_command(matching_cli)
    use_test_site()
    with app.app_context():
        anna, ditte = hire("Anna", Role.CASEWORKER), hire("Ditte", Role.ADMIN)
        for postcode in ("9340",) * 8 + ("9700",) * 2:
            ready_need(anna, case=open_case_for(anna, postcode=postcode))
        approved_offer(ditte)
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


def _run(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=["matching", "fairness", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_table_names_groups_and_hides_small_numbers(app: Flask) -> None:
    lines = _run(app).splitlines()
    heads = next(line for line in lines if line.startswith("needs by area")).split()
    assert heads[3:5] == ["counted", "shown"]
    assert next(line for line in lines if line.startswith("9340")).split()[1] == "·"
    assert next(line for line in lines if line.startswith("total")).split()[1] == "10"
    assert "9700" not in "".join(lines)


def test_json_says_null_for_what_is_hidden(app: Flask) -> None:
    found = json.loads(_run(app, "--json", "--since", "2026-01-01"))
    assert found["since"].startswith("2026-01-01")
    areas = next(one for one in found["tables"] if (one["about"], one["dimension"]) == ("needs", "area"))
    assert [row["group"] for row in areas["rows"]] == ["9340", "others", "total"]
    assert [row["counted"] for row in areas["rows"]] == [None, None, 10]


def test_a_day_that_is_none_is_refused(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["matching", "fairness", "--since", "i går"]).exit_code == 2
