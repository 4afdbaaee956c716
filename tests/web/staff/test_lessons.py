"""More like this, not this one: pressed on the list, heard at once, undone."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.security.town import csrf_token
from tests.visitors.browsing import Visitor
from tests.web.staff.conftest import ANNA
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.models import Proposal, SuggestionLesson
from volunteer_match.proposals.withdrawal import withdraw_volunteer_consent

GYMNASTICS, CHESS, MORE_CHESS = "Gymnastik for begyndere", "Skak", "Skak for alle"


@pytest.fixture
def listed(app: Flask, anna: Visitor) -> str:
    """Where Anna's need has gymnastics and two clubs for chess."""
    with app.app_context():
        caseworker, admin = find_user(ANNA), hire("Admin", Role.ADMIN)
        assert caseworker is not None
        need = ready_need(caseworker, now=NOW)
        approved_offer(admin, now=NOW)
        for title in (CHESS, MORE_CHESS):
            approved_offer(admin, now=NOW, title=title, description="Vi spiller skak.", kinds=("esport",))
        path = f"/behov/{need.id}/forslag"
        db.session.commit()
    return path


def _lessons(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(lesson.offer.title, lesson.direction.value) for lesson in db.session.scalars(select(SuggestionLesson))]


def test_more_like_this_moves_the_list_and_says_why(app: Flask, anna: Visitor, listed: str) -> None:
    anna.open(listed).press(f"Mere som dette – {CHESS}", times=2)

    assert anna.url == listed
    assert f"Du har bedt om mere som »{CHESS}«." in anna.text
    assert f"Minder om »{CHESS}«, som du ville have mere af" in anna.text
    assert "Du har bedt om mere som dette" in anna.text
    assert _lessons(app) == [(CHESS, "more")]

    anna.press(f"Fortryd – {CHESS}")
    assert "Det har du sagt om listen" not in anna.text
    assert _lessons(app) == []


def test_not_this_one_is_put_aside_within_reach_and_decides_nothing(app: Flask, anna: Visitor, listed: str) -> None:
    anna.open(listed).press(f"Ikke det her – {GYMNASTICS}")

    ranked, aside = anna.text.split("Lagt til side")
    assert f"Sammenlign {GYMNASTICS}" not in ranked
    assert GYMNASTICS in aside
    with app.app_context():
        assert db.session.scalars(select(Proposal)).all() == []

    anna.press(f"Mere som dette – {GYMNASTICS}")
    assert "Lagt til side" not in anna.text
    assert _lessons(app) == [(GYMNASTICS, "more")]


def test_a_colleague_can_say_nothing(app: Flask, bente: Visitor, listed: str) -> None:
    form = {"csrf_token": csrf_token(bente.client), "direction": "more"}
    for button in ("mere-eller-mindre", "fortryd"):
        assert bente.client.post(f"{listed}/1/{button}", data=form).status_code == 404
    assert _lessons(app) == []


def test_an_old_list_whose_offer_was_withdrawn_meanwhile(app: Flask, anna: Visitor, listed: str) -> None:
    anna.open(listed)
    with app.app_context():
        offer = db.session.scalars(select(Offer).where(Offer.title == CHESS)).one()
        withdraw_volunteer_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)
        db.session.commit()

    anna.press(f"Ikke det her – {CHESS}")

    assert "Tilbuddet er ikke længere på listen" in anna.text
    assert _lessons(app) == []


def test_the_words_that_led_there_are_numbered_and_the_numbers_lead_to_them(anna: Visitor, listed: str) -> None:
    shown = anna.open(listed).answer.get_data(as_text=True)

    assert '<mark class="need-word">' in shown
    assert 'id="ord-1"' in shown
    assert 'href="#ord-1"' in shown
    assert 'id="ordliste-1"' in shown
    assert "De markerede ord, og hvad de førte til" in anna.text
