"""Find selv: an equal way beside the suggestions, and the only one when the model is switched off."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from tests.web.conftest import sign_in_as
from tests.web.staff.conftest import ANNA
from volunteer_match.factory import create_app
from volunteer_match.foundation.database import db
from volunteer_match.matching.ranking import Ranker
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.models import SuggestionList

GYMNASTICS, CHESS, BARRED = "Gymnastik for begyndere", "Skak", "English club"


@pytest.fixture
def searched(app: Flask, anna: Visitor) -> str:
    """Anna's need: gymnastics here, chess further off, and something in English only."""
    with app.app_context():
        caseworker, admin = find_user(ANNA), hire("Admin", Role.ADMIN)
        assert caseworker is not None
        need = ready_need(caseworker, now=NOW)
        approved_offer(admin, now=NOW)
        approved_offer(admin, now=NOW, title=CHESS, description="Brætspil.", kinds=("esport",), postcode="9330")
        approved_offer(admin, now=NOW, title=BARRED, languages=("en",))
        path = f"/behov/{need.id}/find-selv"
        db.session.commit()
    return path


def _found(visitor: Visitor) -> list[str]:
    text = visitor.text
    return sorted((title for title in (GYMNASTICS, CHESS, BARRED) if title in text), key=text.index)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", [GYMNASTICS, CHESS]),
        ("?show=alle", [GYMNASTICS, BARRED, CHESS]),
        ("?show=alle&order=navn", [BARRED, GYMNASTICS, CHESS]),
        ("?km=5", [GYMNASTICS]),
        ("?kind=esport", [CHESS]),
        ("?slot=tue-afternoon", [GYMNASTICS, CHESS]),
        ("?organisation=business", []),
        ("?page=99", [GYMNASTICS, CHESS]),
        ("?km=7000&kind=nonsense", [GYMNASTICS, CHESS]),
    ],
)
def test_filters_stand_in_the_address(anna: Visitor, searched: str, asked: str, found: list[str]) -> None:
    anna.open(searched + asked)

    assert anna.status == 200
    assert sorted(_found(anna)) == sorted(found)
    if "order" not in asked and len(found) > 1:
        assert _found(anna)[-1] == CHESS, "the nearest first"


@pytest.mark.parametrize(("words", "found"), [("skak", [CHESS]), ("bræts", [CHESS]), ("kolbøt gymn", []), ("xyz", [])])
def test_words_go_by_post_and_begin_words(anna: Visitor, searched: str, words: str, found: list[str]) -> None:
    anna.open(searched).fill(words=words).press("Find")

    assert anna.url == searched
    assert [title for title in _found(anna) if title in found] == found
    assert "tilbud fundet" in anna.text


def test_each_says_whether_it_may_be_chosen(anna: Visitor, searched: str) -> None:
    anna.open(f"{searched}?show=alle")

    assert anna.text.count("Kan vælges") == 2
    assert "I har intet sprog til fælles." in anna.text


def test_choosing_and_rejecting_go_as_from_the_suggestions(app: Flask, anna: Visitor, searched: str) -> None:
    anna.open(f"{searched}?kind=esport").follow("Vælg fra").tick("reason", "too_far").press("Vælg fra")
    assert anna.url == searched
    assert "Det har du allerede taget stilling til" in anna.text

    anna.follow("Vælg dette")
    assert "Ingen computer har rangordnet tilbuddene." in anna.text
    anna.press("Godkend og spørg")
    assert "Spurgt – venter på svar" in anna.text
    with app.app_context():
        assert set(db.session.scalars(select(SuggestionList.model_version))) == {"manual"}


def test_what_was_found_can_be_taken_along(anna: Visitor, searched: str) -> None:
    anna.open(f"{searched}?show=alle").press("Hent som regneark")

    file = anna.answer.get_data(as_text=True)
    assert anna.answer.mimetype == "text/csv"
    assert CHESS in file
    assert "I har intet sprog til fælles." in file


def test_a_colleague_finds_nothing(bente: Visitor, searched: str) -> None:
    assert bente.open(searched).status == 404


@pytest.fixture
def manual(sqlite_url: str, clock: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The model is switched off, and whoever asks it all the same is found out."""

    def asked(*_args: object, **_more: object) -> None:
        raise AssertionError("the model was asked")

    monkeypatch.setattr(Ranker, "fit", asked)
    app = create_app(settings_for_tests(database_url=sqlite_url, matching="manual"))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_without_the_model_it_stands_in_the_place_of_suggestions(searched: str, manual: Flask) -> None:
    anna = sign_in_as(Visitor(manual.test_client()), ANNA)
    need = searched.removesuffix("/find-selv")

    anna.open(need).follow("Find tilbud")

    assert anna.url == searched
    for path in (searched, need):
        anna.open(path)
        assert "Find forslag" not in anna.text
        assert "Vis forslagene" not in anna.text
    anna.open(f"{need}/forslag")
    assert anna.url == searched
    anna.follow("Vælg dette").press("Godkend og spørg")
    assert "Spurgt – venter på svar" in anna.text
