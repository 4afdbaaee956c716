"""An admin reads what the engine learned, and decides whether it serves."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.models import candidate
from tests.visitors.browsing import Visitor
from volunteer_match.foundation.database import db
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.learning import Figures
from volunteer_match.matching.model import VERSION
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.decisions import DecisionKind
from volunteer_match.proposals.models import MatchingModel
from volunteer_match.proposals.promotion import promote
from volunteer_match.proposals.serving_model import serving_model
from volunteer_match.proposals.states import ModelState
from volunteer_match.web.admin import model_words

Arrange = Callable[[Callable[[User], Any]], Any]
Trail = Callable[[], list[tuple[str, str, int | None]]]
LIST = "/admin/motoren"


@pytest.fixture
def version(arrange: Arrange) -> int:
    """A candidate that learned that distance matters most."""
    return int(arrange(lambda _karin: candidate().id))


def _serving(arrange: Arrange) -> str:
    return str(arrange(lambda _karin: serving_model().version))


def test_there_are_words_for_everything() -> None:
    assert set(model_words.WEIGHTS) == set(FEATURES)
    assert set(model_words.STATES) == set(ModelState)
    assert set(model_words.DECISIONS) == set(DecisionKind)
    assert set(model_words.FIGURES) == set(Figures(None, None, None, None).as_json())


def test_before_anything_was_learned_the_page_says_so(admin: Visitor) -> None:
    admin.open("/admin/").follow("Motoren")
    assert admin.url == LIST
    assert "Ingen lærte udgaver endnu" in admin.text
    assert "de faste vægte" in admin.text


def test_a_version_is_read_beside_what_serves_and_taken_into_use(
    admin: Visitor, version: int, arrange: Arrange, trail: Trail
) -> None:
    admin.open(LIST).follow("21.11.2026 kl. 11.00")
    for words in ("120", "80 har holdt", "At der er kort vej", "0,80 op til", "Rækkefølge"):
        assert words in admin.text
    assert _serving(arrange) == VERSION
    admin.fill(reason="Den rammer bedre").press("Tag udgaven i brug")
    assert admin.url == LIST
    assert "Karin Vestergaard, 21.11.2026: Den rammer bedre" in admin.text
    assert _serving(arrange).startswith("learned-2026-11-21-")
    assert ("model_promoted", "matching_model", version) in trail()
    admin.open("/admin/spor")
    assert "tog en ny udgave af motoren i brug" in admin.text
    assert "Udgave af motoren nr." in admin.text


def test_back_to_the_prior_with_a_reason(admin: Visitor, version: int, arrange: Arrange, trail: Trail) -> None:
    admin.open(f"{LIST}/{version}").fill(reason="Bedre").press("Tag udgaven i brug")
    admin.follow("Gå tilbage til de faste vægte").press("Brug de faste vægte")
    assert admin.status == 422
    assert "Skriv, hvorfor I skifter" in admin.text
    admin.fill(reason="Rådgiverne klagede").press("Brug de faste vægte")
    assert _serving(arrange) == VERSION
    assert "Rådgiverne klagede" in admin.text
    assert ("model_taken_back", "matching_model", version) in trail()
    admin.open(f"{LIST}/faste-vaegte")
    assert "De faste vægte er i brug." in admin.text


def test_without_a_reason_nothing_happens(admin: Visitor, version: int, arrange: Arrange) -> None:
    admin.open(f"{LIST}/{version}").press("Tag udgaven i brug")
    assert admin.status == 422
    assert "Skriv, hvorfor I skifter" in admin.text
    assert _serving(arrange) == VERSION


def test_who_read_an_older_comparison_reads_again(admin: Visitor, version: int, arrange: Arrange) -> None:
    admin.open(f"{LIST}/{version}").fill(reason="Bedre")

    def another(karin: User) -> str:
        row = candidate(ReasonKey.TIMES)
        promote(row, instead_of=VERSION, reason="Også god", by=karin, now=row.trained_at)
        return row.version

    quicker = arrange(another)
    admin.press("Tag udgaven i brug")
    assert "En anden udgave er taget i brug imens" in admin.text
    assert _serving(arrange) == quicker


def test_a_broken_version_says_so_and_has_no_button(admin: Visitor, version: int, arrange: Arrange) -> None:
    def damage(_karin: User) -> None:
        db.session.get_one(MatchingModel, version).artefact = b"rust"

    admin.open(f"{LIST}/{version}").fill(reason="Bedre")
    arrange(damage)
    admin.press("Tag udgaven i brug")
    assert "beskadiget" in admin.text
    assert "Tag udgaven i brug" not in admin.text
    assert _serving(arrange) == VERSION


def test_a_serving_version_that_breaks_is_said_on_the_list(admin: Visitor, version: int, arrange: Arrange) -> None:
    admin.open(f"{LIST}/{version}").fill(reason="Bedre").press("Tag udgaven i brug")

    def damage(_karin: User) -> None:
        db.session.get_one(MatchingModel, version).artefact = b"rust"

    arrange(damage)
    admin.open(LIST)
    assert "Indtil videre bruges de faste vægte" in admin.text
    admin.follow("Gå tilbage til de faste vægte").fill(reason="I stykker").press("Brug de faste vægte")
    assert "Indtil videre" not in admin.text


def test_an_unknown_version_is_not_found(admin: Visitor) -> None:
    assert admin.open(f"{LIST}/99").status == 404


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.TEAM_LEADER])
def test_it_is_for_admins_only(sign_in: Callable[..., Visitor], role: Role) -> None:
    assert sign_in("anna@brslev.example", role).open(LIST).status == 403
