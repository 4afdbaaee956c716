"""The clock is set one hour back: nothing that held stops holding, and nothing that was over comes back."""

from datetime import timedelta

import time_machine
from sqlalchemy import update

from tests.factories.mails import mails
from tests.factories.people import NOW
from tests.security.town import Canary, Persona, Town, csrf_token
from volunteer_match.audit.trail import verify_trail
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import MailedLink
from volunteer_match.notifications.delivery import LEASE
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.outbox import cancel_queued
from volunteer_match.people.models import WebSession

HOUR = timedelta(hours=1)


def test_those_who_are_signed_in_stay_signed_in(town: Town, clock: time_machine.Traveller) -> None:
    clock.shift(-HOUR)

    assert town.client(Persona.OWNER).get("/i-dag").status_code == 200
    assert town.client(Persona.CONTACT).get("/min-side").status_code == 200


def test_a_session_that_was_ended_stays_ended(town: Town, clock: time_machine.Traveller) -> None:
    client = town.client(Persona.OWNER)
    cookie = client.get_cookie("session")
    client.post("/log-af", data={"csrf_token": csrf_token(client)})
    clock.shift(-HOUR)

    later = town.app.test_client()
    assert cookie is not None
    later.set_cookie("session", cookie.value)
    assert later.get("/i-dag").status_code == 302


def test_idle_time_is_counted_from_the_earlier_clock_again(town: Town, clock: time_machine.Traveller) -> None:
    clock.shift(-HOUR)
    client = town.client(Persona.OWNER)
    client.get("/i-dag")
    clock.shift(timedelta(hours=13))

    assert client.get("/i-dag").status_code == 302


def test_a_mailed_link_works_once_all_the_same(town: Town, clock: time_machine.Traveller) -> None:
    clock.shift(-HOUR)
    path = f"/min-side/aabn/{town.built.tokens['own_page']}"

    assert town.client(Persona.VISITOR).get(path).status_code == 200
    assert town.post(Persona.VISITOR, path).status_code == 302
    clock.shift(-HOUR)
    assert town.post(Persona.VISITOR, path).status_code == 410


def test_a_request_is_answered_once_and_the_trail_stays_whole(town: Town, clock: time_machine.Traveller) -> None:
    clock.shift(-HOUR)
    path = f"/forespoergsel/{town.built.tokens['request']}"

    assert town.post(Persona.VISITOR, path, answer="yes").status_code == 302
    clock.shift(-HOUR)
    town.post(Persona.VISITOR, path, answer="no", reason="no_time")

    with town.app.app_context():
        assert len(mails("introduction_agreed", about=town.built.ids["asked"])) == 1
        assert verify_trail() is None


def test_a_mail_that_is_being_handed_over_is_left_to_the_worker_that_has_it(
    town: Town, clock: time_machine.Traveller
) -> None:
    with town.app.app_context():
        mail = mails("request_for_help")[0]
        mail.leased_until = NOW + LEASE
        db.session.commit()
        clock.shift(-HOUR)

        cancel_queued(about=(mail.about_kind, mail.about_id), now=NOW - HOUR)
        db.session.commit()

        stored = db.session.get_one(OutboxMail, mail.id)
        assert stored.leased_until == NOW + LEASE


def test_no_link_and_no_session_lives_longer_than_an_hour_more(town: Town, clock: time_machine.Traveller) -> None:
    with town.app.app_context():
        db.session.execute(update(MailedLink).values(expires_at=NOW + HOUR))
        db.session.execute(update(WebSession).values(last_seen_at=NOW, created_at=NOW))
        db.session.commit()
    clock.shift(-HOUR)
    clock.shift(2 * HOUR + timedelta(minutes=1))

    path = f"/min-side/aabn/{town.built.tokens['own_page']}"
    assert town.post(Persona.VISITOR, path).status_code == 410
    assert town.client(Persona.OWNER).get("/i-dag").status_code == 302
    assert Canary.CONTACT_EMAIL not in town.client(Persona.CONTACT).get("/min-side").text
