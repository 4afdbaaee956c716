"""From the thanks, or the code at the door, to an offer that the figures know."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.factories.events import invited, open_event
from tests.factories.organisations import approved_offer, club
from tests.factories.people import hire
from tests.visitors.browsing import Visitor
from tests.visitors.coach import answer_consent, answer_offer, answer_where
from tests.web.conftest import NOW, link_in
from volunteer_match.events import due, planning, thanks
from volunteer_match.events.check_in import note_presence
from volunteer_match.events.funnel import funnel_of
from volunteer_match.events.models import Event, NoInvitations
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import Registration
from volunteer_match.people.permissions import Role

EMAIL = "mette@asaa-if.example"
Mails = Callable[[], list[OutboxMail]]


@pytest.fixture
def slug(app: Flask, clock: time_machine.Traveller) -> str:
    """A meeting that Mette came to, and has been thanked for."""
    with app.app_context():
        admin = hire("Ditte", Role.ADMIN, now=NOW)
        event = open_event(admin, now=NOW)
        [mette] = invited(event, admin, email=EMAIL, name="Mette Holm", organisation_name="Asaa IF", now=NOW)
        note_presence(event, mette, is_here=True, by=admin, now=event.starts_at)
        planning.hold_event(event, by=admin, now=event.ends_at)
        thanks.say_thanks(event, by=admin, now=NOW)
        due.run_due(now=NOW)
        db.session.commit()
        return event.slug


@pytest.fixture
def link(slug: str, mails: Mails) -> str:
    """Mette's, in the mail."""
    assert slug
    return link_in(mails()[-1])


def _offers(app: Flask) -> tuple[int, int]:
    """How many gave an offer, and how many offers, as the figures have it."""
    with app.app_context():
        total = funnel_of(db.session.scalars(select(Event)).one()).total
        return total.offering, total.offers


def _finish(visitor: Visitor, clock: time_machine.Traveller, mails: Mails, title: str = "Gymnastik") -> None:
    visitor.tick("kind", "sports_club").fill(phone="12 34 56 78", postcode="9340").press("Videre")
    clock.shift(timedelta(minutes=2))
    answer_offer(visitor, title=title)
    answer_where(visitor)
    answer_consent(visitor)
    visitor.press("Send tilmeldingen")
    visitor.open(link_in(mails()[-1])).press("Bekræft tilmeldingen")


def test_what_is_known_is_filled_in_and_the_offer_is_counted(
    app: Flask, visitor: Visitor, link: str, mails: Mails, clock: time_machine.Traveller
) -> None:
    visitor.open(link)
    assert "Tak, fordi du var med til Møde om Varige Spor." in visitor.text
    assert "Mette" not in visitor.text
    visitor.press("Tilmeld et tilbud")
    known = visitor.form.values
    assert (known["contact_name"], known["email"], known["organisation_name"]) == ("Mette Holm", EMAIL, "Asaa IF")
    assert visitor.url.endswith("/tilmeld/hvem"), "nothing of it in the address"
    assert "Skriv" not in visitor.text.split("Dit telefonnummer")[1][:80], "and nothing is called wrong yet"
    _finish(visitor, clock, mails)
    assert _offers(app) == (1, 1)

    visitor.open(link)
    assert "Du har allerede fortalt os, hvad du kan tilbyde" in visitor.text
    visitor.press("Tilmeld et tilbud mere")
    _finish(visitor, clock, mails, title="Fodbold for begyndere")
    assert _offers(app) == (1, 2)


def test_pressed_again_it_goes_on_where_they_were(app: Flask, visitor: Visitor, link: str) -> None:
    for _again in range(2):
        visitor.open(link).press("Tilmeld et tilbud")
        visitor.fill(phone="12 34 56 78").press("Videre")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Registration)) == 1


def test_the_code_at_the_door_is_counted_by_the_address(
    app: Flask, visitor: Visitor, slug: str, mails: Mails, clock: time_machine.Traveller
) -> None:
    assert visitor.client.get(f"/arrangementer/{slug}/tilbud/kode.svg").content_type == "image/svg+xml"
    visitor.open(f"/arrangementer/{slug}/tilbud")
    assert visitor.heading == "Hvem er I?"
    visitor.fill(contact_name="Mette Holm", email=EMAIL, organisation_name="Asaa IF")
    _finish(visitor, clock, mails)
    assert _offers(app) == (1, 1)
    assert visitor.open("/arrangementer/findes-ikke/tilbud").status == 404


def test_who_offers_something_already_is_asked_for_more(app: Flask, visitor: Visitor, link: str) -> None:
    with app.app_context():
        approved_offer(hire("Dorte", Role.ADMIN, now=NOW), who=club(email=EMAIL))
        db.session.commit()
    visitor.open(link)
    assert "det står ved magt" in visitor.text
    assert "Til din egen side" in visitor.text


def test_no_more_mails_by_the_page_and_by_the_mail_program(
    app: Flask, visitor: Visitor, link: str, mails: Mails
) -> None:
    place = (mails()[-1].unsubscribe or "").removeprefix("http://localhost")
    assert place == f"{link}/afmeld"
    program = app.test_client()
    assert program.get(place).headers["Location"] == link
    assert program.post(place, data={"noget": "andet"}).status_code == 400
    assert program.post(place, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    visitor.open(link)
    assert "Du får ikke flere mails fra os om arrangementer." in visitor.text
    with app.app_context():
        db.session.delete(db.session.scalars(select(NoInvitations)).one())
        db.session.commit()
    visitor.open(link).press("Send mig ikke flere")
    assert visitor.heading == "Du får ikke flere mails fra os om arrangementer."
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(NoInvitations)) == 1


def test_an_old_or_broken_link_still_leads_to_the_sign_up(
    app: Flask, visitor: Visitor, link: str, clock: time_machine.Traveller
) -> None:
    assert visitor.open("/tak/" + "x" * 43).status == 410
    clock.shift(timedelta(days=61))
    assert visitor.open(link).status == 410
    assert "Du kan stadig tilmelde et tilbud." in visitor.text
    assert app.test_client().post(f"{link}/afmeld", data={"List-Unsubscribe": "One-Click"}).status_code == 410
