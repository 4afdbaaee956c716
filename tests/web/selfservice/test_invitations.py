"""A guest answers by the link in a mail, changes their mind, and passes the mail on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.factories.events import invited, open_event
from tests.factories.people import hire
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW, link_in
from volunteer_match.events import inviting
from volunteer_match.events.answers import Answer, Coming, answer
from volunteer_match.events.due import run_due
from volunteer_match.events.models import Event, Invitation, NoInvitations
from volunteer_match.events.states import InvitationSource, InvitationState
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.permissions import Role

Mails = Callable[[], list[OutboxMail]]
EMAIL, NAME = "mette@asaa.example", "Mette Holm"


@pytest.fixture
def link(app: Flask, clock: time_machine.Traveller, mails: Mails) -> str:
    """Mette is invited to a meeting with two seats."""
    with app.app_context():
        admin = hire("Ditte", Role.ADMIN, now=NOW)
        invited(open_event(admin, capacity=2), admin, email=EMAIL, name=NAME)
        db.session.commit()
    return link_in(mails()[-1])


@pytest.fixture
def invitation(app: Flask, link: str) -> Callable[[], Invitation]:
    """Mette's, as it stands."""

    def read() -> Invitation:
        with app.app_context():
            return db.session.scalars(select(Invitation).order_by(Invitation.id).limit(1)).one()

    return read


def _say(visitor: Visitor, link: str, coming: str, people: str = "1") -> Visitor:
    return visitor.open(link).tick("coming", coming).fill(people=people).press("Send mit svar")


def test_yes_with_what_it_takes_and_a_change_of_mind(
    visitor: Visitor, link: str, invitation: Callable[[], Invitation], mails: Mails
) -> None:
    visitor.open(link)
    assert "søndag den 10. januar 2027" in visitor.text
    assert NAME not in visitor.text, "a mail that is passed on must not tell who was invited"
    visitor.tick("coming", "yes").fill(people="2", food="Ingen nødder").press("Send mit svar")
    assert "Vi har sat 2 pladser af til jer." in visitor.text
    assert "Ingen nødder" in visitor.answer.text
    assert mails()[-1].template == "event_answered"
    _say(visitor, link, "no")
    assert "Du kommer ikke" in visitor.text
    assert invitation().state is InvitationState.NO


def test_nothing_ticked_is_no_answer(visitor: Visitor, link: str) -> None:
    visitor.open(link).press("Send mit svar")
    assert visitor.status == 422
    assert "Vælg ja, måske eller nej" in visitor.text


def test_how_many_is_asked_of_a_yes_only(visitor: Visitor, link: str, invitation: Callable[[], Invitation]) -> None:
    visitor.open(link).tick("coming", "yes").fill(people="").press("Send mit svar")
    assert "Skriv, hvor mange I kommer" in visitor.text
    visitor.fill(people="40").press("Send mit svar")
    assert "Skriv et helt tal mellem 1 og 20" in visitor.text
    visitor.tick("coming", "no").press("Send mit svar")
    assert "Du kommer ikke" in visitor.text, "what stands in the field that a no hides is in nobody's way"
    assert invitation().state is InvitationState.NO


def test_an_answered_link_passed_on_shows_no_answer(
    app: Flask, visitor: Visitor, link: str, invitation: Callable[[], Invitation]
) -> None:
    _say(visitor, link, "yes")
    stranger = Visitor(app.test_client()).open(link)
    assert "Der er svaret på denne indbydelse." in stranger.text
    assert "Du kommer" not in stranger.text
    stranger.fill(email="fremmed@post.example").press("Vis mit svar")
    assert "Indbydelsen er ikke sendt til den adresse" in stranger.text
    assert invitation().state is InvitationState.YES
    stranger.follow("Se arrangementet")
    assert stranger.heading == "Møde om Varige Spor"


def test_on_another_device_the_guest_tells_the_address(app: Flask, visitor: Visitor, link: str) -> None:
    _say(visitor, link, "maybe")
    phone = Visitor(app.test_client()).open(link).fill(email=EMAIL.upper()).press("Vis mit svar")
    assert "Du kommer måske" in phone.text


def test_addresses_can_not_be_tried_for_ever(app: Flask, visitor: Visitor, link: str) -> None:
    _say(visitor, link, "yes")
    stranger = Visitor(app.test_client()).open(link)
    for _try in range(5):
        stranger.fill(email="fremmed@post.example").press("Vis mit svar")
    stranger.fill(email=EMAIL).press("Vis mit svar")
    assert stranger.status == 429


def test_a_full_house_and_a_freed_seat(
    app: Flask, visitor: Visitor, link: str, mails: Mails, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        admin = hire("Dorte", Role.ADMIN, now=NOW)
        [first] = invited(event, admin)
        answer(first, said=Answer(coming=Coming.YES, people=2), now=NOW)
        db.session.commit()
    visitor.open(link)
    assert "Alle pladser er taget. Svarer du ja, kommer du på ventelisten." in visitor.text
    _say(visitor, link, "yes")
    assert "Du står på ventelisten" in visitor.text
    with app.app_context():
        other = db.session.scalars(select(Invitation).order_by(Invitation.id.desc()).limit(1)).one()
        answer(other, said=Answer(coming=Coming.NO), now=NOW)
        db.session.commit()
    assert mails()[-2].template == "seat_offered"
    visitor.open(link_in(mails()[-2]))
    assert "Vi holder pladsen til dig til" in visitor.text
    visitor.tick("coming", "yes").press("Send mit svar")
    assert "Vi har sat plads af til dig." in visitor.text


def test_who_has_a_seat_is_told_when_more_do_not_fit(visitor: Visitor, link: str) -> None:
    _say(visitor, link, "yes")
    _say(visitor, link, "yes", "5")
    assert "I kan højst være 2" in visitor.text
    assert "Vi har sat plads af til dig." in visitor.text


def test_no_more_invitations(app: Flask, visitor: Visitor, link: str) -> None:
    visitor.open(link).press("Send mig ikke flere")
    assert "Du får ikke flere indbydelser fra os." in visitor.text
    assert "Vil du ikke have flere" not in visitor.text, "asked and answered"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(NoInvitations)) == 1
        admin = hire("Dorte", Role.ADMIN, now=NOW)
        guest = inviting.Guest(email=EMAIL, name=NAME, source=InvitationSource.SINGLE)
        added = inviting.add_guests(open_event(admin), [guest], by=admin, now=NOW)
        assert (added.added, added.unwanted) == (0, 1)


def test_a_mail_program_says_no_more_in_one_press(app: Flask, visitor: Visitor, link: str, mails: Mails) -> None:
    place = mails()[-1].unsubscribe or ""
    assert place.endswith(f"{link}/afmeld")
    program = app.test_client()
    assert program.post(f"{link}/afmeld").status_code == 400
    assert program.get(f"{link}/afmeld").location == link
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(NoInvitations)) == 0
    for _press in range(2):
        assert program.post(f"{link}/afmeld", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(NoInvitations)) == 1
    assert program.post(f"/indbydelse/{'x' * 43}/afmeld", data={"List-Unsubscribe": "One-Click"}).status_code == 410


def test_an_unknown_link_and_one_that_is_too_old(visitor: Visitor, link: str, clock: time_machine.Traveller) -> None:
    assert visitor.open(f"/indbydelse/{'x' * 43}").status == 410
    clock.move_to(NOW + timedelta(days=200))
    assert visitor.open(link).status == 410


def test_after_it_began_nothing_can_be_changed(
    app: Flask, visitor: Visitor, link: str, clock: time_machine.Traveller
) -> None:
    _say(visitor, link, "yes")
    clock.move_to(NOW + timedelta(days=60))
    with app.app_context():
        run_due(now=NOW + timedelta(days=60))
        db.session.commit()
    visitor.open(link)
    assert "svaret kan ikke ændres længere" in visitor.text
    assert "Send mit svar" not in visitor.text
