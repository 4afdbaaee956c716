"""Two offers side by side, and what is said when there are not two."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from tests.web.conftest import sign_in_as
from tests.web.staff.conftest import ANNA
from volunteer_match.factory import create_app
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.withdrawal import withdraw_volunteer_consent


@dataclass(frozen=True)
class Two:
    """A need and two offers: gymnastics here, English chess further off, which language bars."""

    need_id: int
    near: int
    far: int

    def compared(self, *offers: object) -> str:
        """Where these are beside each other."""
        return f"/behov/{self.need_id}/sammenlign?" + "&".join(f"tilbud={offer}" for offer in offers)


@pytest.fixture
def two(app: Flask, anna: Visitor) -> Two:
    """The need is Anna's."""
    with app.app_context():
        caseworker, admin = find_user(ANNA), hire("Admin", Role.ADMIN)
        assert caseworker is not None
        need, near = ready_need(caseworker, now=NOW), approved_offer(admin, now=NOW)
        far = approved_offer(admin, now=NOW, title="Skak", postcode="9330", languages=("en",))
        found = Two(need.id, near.id, far.id)
        db.session.commit()
    return found


def test_both_stand_there_with_reasons_and_what_sets_them_apart(anna: Visitor, two: Two) -> None:
    anna.open(two.compared(two.near, two.far))

    assert anna.status == 200
    assert "»Gymnastik for begyndere« er nærmest: under 1 km mod 7 km." in anna.text
    assert "Forslaget er lavet af en computer" in anna.text
    assert "Kan ikke vælges nu: I har intet sprog til fælles." in anna.text
    assert "Børneattest" in anna.text
    anna.follow("Vælg dette").press("Godkend og spørg")
    assert "Spurgt – venter på svar" in anna.text


@pytest.mark.parametrize("ids", [(), (1,), (1, 1), (1, 2, 3), ("x", "y"), ("9" * 40, 1), (-1, 1)])
def test_anything_but_two_says_what_to_do(anna: Visitor, two: Two, ids: tuple[object, ...]) -> None:
    anna.open(two.compared(*ids))

    assert anna.status == 200
    assert "Sæt kryds ved præcis to forskellige tilbud" in anna.text


def test_what_was_withdrawn_is_not_shown(app: Flask, anna: Visitor, two: Two) -> None:
    with app.app_context():
        offer = db.session.get_one(Offer, two.far)
        withdraw_volunteer_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)
        db.session.commit()

    for ids in ((two.near, two.far), (two.near, 99999)):
        anna.open(two.compared(*ids))
        assert anna.status == 404
        assert "ikke længere på listen" in anna.text
        assert "Skak" not in anna.text


def test_a_colleague_sees_none_of_it(bente: Visitor, two: Two) -> None:
    assert bente.open(two.compared(two.near, two.far)).status == 404


def test_without_the_model_there_are_facts_only(two: Two, sqlite_url: str, clock: object) -> None:
    manual = create_app(settings_for_tests(database_url=sqlite_url, matching="manual"))
    anna = sign_in_as(Visitor(manual.test_client()), ANNA)

    anna.open(two.compared(two.near, two.far))

    assert "Ingen computer har rangordnet tilbuddene." in anna.text
    assert "orslag" not in anna.text
    with manual.app_context():
        db.engine.dispose()
