"""An admin reads who is shown, chosen and left waiting, and sees no small number."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.cases import open_case_for, ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import hire
from tests.visitors.browsing import Visitor
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.fairness import About, Dimension, Figure
from volunteer_match.web.admin import fairness_words

PAGE = "/admin/motoren/fordeling"


def test_there_are_words_for_everything() -> None:
    assert set(fairness_words.ABOUT) == set(About)
    assert set(fairness_words.DIMENSIONS) == set(Dimension)
    assert set(fairness_words.FIGURES) == set(Figure)


def test_before_anything_is_there_the_page_says_so(admin: Visitor) -> None:
    admin.open("/admin/motoren").follow("Se fordelingen: hvem bliver vist, valgt og ladt vente?")
    assert admin.url == PAGE
    assert "Ingen tal endnu" in admin.text


def test_groups_are_named_and_small_ones_are_one(
    admin: Visitor, arrange: Callable[[Callable[[User], Any]], Any]
) -> None:
    def happens(karin: User) -> None:
        anna = hire("Anna", Role.CASEWORKER)
        for postcode in ("9340",) * 8 + ("9700", "9330"):
            ready_need(anna, case=open_case_for(anna, postcode=postcode))
        for _ in range(6):
            approved_offer(karin)

    arrange(happens)
    admin.open(PAGE)
    for words in ("Børnenes behov efter område", "9340 Asaa", "Øvrige", "Tilbuddene efter slags tilbud", "skjult"):
        assert words in admin.text
    for small in ("9700", "9330"):
        assert small not in admin.text


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.TEAM_LEADER])
def test_it_is_for_admins_only(sign_in: Callable[..., Visitor], role: Role) -> None:
    assert sign_in("anna@brslev.example", role).open(PAGE).status == 403
