from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from volunteer_match.vocabulary.imported_places import load_imported, replace_imported
from volunteer_match.vocabulary.places import Place, lay_over, lookup

ASAA_BY_THE_SEA = Place("9340", "Asaa Havn", 57.146, 10.425, "Brønderslev")


@pytest.fixture(autouse=True)
def nothing_laid_over() -> Iterator[None]:
    yield
    lay_over([])


def test_imported_rows_win_over_the_built_in_ones(session: Session) -> None:
    replace_imported(session, places=[ASAA_BY_THE_SEA])
    assert load_imported(session) == 1
    assert lookup("9340") == ASAA_BY_THE_SEA
    assert lookup("9700")


def test_a_second_import_replaces_the_first(session: Session) -> None:
    replace_imported(session, places=[ASAA_BY_THE_SEA])
    load_imported(session)
    replace_imported(session, places=[])
    assert load_imported(session) == 0
    found = lookup("9340")
    assert found
    assert found.name == "Asaa"
