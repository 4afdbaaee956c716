"""From a sign-up on a phone to a match that is followed, and what happens when somebody changes their mind."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event

import pytest
import time_machine
from flask import Flask
from flask_security.utils import hash_password

from tests.factories.people import NOW
from tests.notifications.mail_server import MailServer
from tests.settings import settings_for_tests
from tests.visitors import coach
from tests.visitors.browsing import Visitor
from volunteer_match.audit.trail import SYSTEM, verify_trail
from volunteer_match.cli.worker import do_what_is_due
from volunteer_match.factory import create_app
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import add_user
from volunteer_match.people.permissions import Role

COACH, ANNA, ADMIN = coach.WHO["email"], "anna@brslev.example", "admin@brslev.example"
PASSWORD = "en lang og nem adgangskode"
EXTERNAL = "Et barn vil gerne gå til gymnastik sammen med andre."
Clock = time_machine.Traveller


class Story:
    """The people of the story, the clock, and the post between them."""

    def __init__(self, app: Flask, server: MailServer, clock: Clock) -> None:
        self.app, self.server, self.clock = app, server, clock
        self.time = NOW

    def later(self, **time: float) -> None:
        """Time passes, and the worker does what is due."""
        self.time += timedelta(**time)
        self.clock.move_to(self.time)
        self.post()

    def post(self) -> None:
        """One round of the worker."""
        with self.app.app_context():
            assert do_what_is_due(settings=self.app.extensions["settings"], stop=Event())

    def hire(self, email: str, role: Role) -> None:
        """A member of staff with a password."""
        with self.app.app_context():
            hashed = hash_password(PASSWORD)
            add_user(
                email=email,
                name=email.split("@", maxsplit=1)[0],
                roles=[role],
                password_hash=hashed,
                by=SYSTEM,
                now=NOW,
            )
            db.session.commit()

    def visitor(self) -> Visitor:
        """Somebody with a browser of their own."""
        return Visitor(self.app.test_client())

    def signed_in(self, email: str) -> Visitor:
        """A member of staff at their first page."""
        return self.visitor().open("/log-ind").fill(email=email, password=PASSWORD).press("Log ind")

    def mails_to(self, address: str) -> list[str]:
        """The texts of the mails that have come to an address, oldest first."""
        self.post()
        texts = []
        for mail in self.server.mails:
            body = mail.get_body(preferencelist=("plain",))
            if mail["To"] == address and body is not None:
                texts.append(str(body.get_content()))
        return texts

    def link_to(self, address: str) -> str:
        """The path of the first link in the newest mail to an address."""
        words = self.mails_to(address)[-1].split()
        return next(word for word in words if word.startswith("http://localhost/")).removeprefix("http://localhost")


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    """A municipality with an admin and a caseworker, on each kind of database."""
    with MailServer().running() as server, time_machine.travel(NOW, tick=False) as clock:
        app = create_app(settings_for_tests(database_url=database_url, smtp_port=server.port))
        story = Story(app, server, clock)
        story.hire(ADMIN, Role.ADMIN)
        story.hire(ANNA, Role.CASEWORKER)
        yield story
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def asked(story: Story) -> Story:
    """As far as the request in the coach's inbox."""
    coach.sign_up(story.visitor(), story.clock)
    story.time += timedelta(minutes=5)
    story.later(minutes=1)
    _press_the_only_button(story.visitor().open(story.link_to(COACH)))
    _approve(story)
    _describe_and_ask(story)
    return story


def _press_the_only_button(person: Visitor) -> Visitor:
    return person.press(" ".join(person.form.buttons[0].label.split()))


def _approve(story: Story) -> None:
    admin = story.signed_in(ADMIN).follow("Asaa Idrætsforening")
    admin.tick("with_offers", "y").press("Godkend").follow("Bekræft børneattest")
    admin.fill(**_date("confirmed_on", story.time)).press("Bekræft")


def _date(name: str, day: datetime) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def _describe_and_ask(story: Story) -> None:
    anna = story.signed_in(ANNA).follow("Opret sag")
    anna.fill(birth_year="2018", postcode="9340").tick("ladder_step", "2").tick("custody_holders", "1")
    anna.press("Opret sag")
    anna.fill(text="Pige på 8 med uro i hjemmet, lyser op når hun slår kolbøtter", external_wording=EXTERNAL)
    anna.fill(child_view="Jeg vil gerne slå kolbøtter", **_date("child_view_on", story.time))
    anna.tick("child_view_source", "conversation").press("Gem behovet")
    anna.follow("Spørg eller notér et ja").tick("parties", "custody_holder_1").tick("recipients", "sports_club")
    anna.press("Gem samtykket").follow("Find forslag").follow("Vælg dette").press("Godkend og spørg")
    assert "Spurgt – venter på svar" in anna.text


def test_the_coach_says_yes_and_the_match_is_followed(asked: Story) -> None:
    request = asked.mails_to(COACH)[-1]
    assert EXTERNAL in " ".join(request.split())
    assert "uro i hjemmet" not in request

    asked.visitor().open(asked.link_to(COACH)).press("Ja, det vil jeg gerne")
    anna = asked.signed_in(ANNA)
    assert "sagt ja" in anna.text
    anna.open("/forslag/1").press("Forældrene har mødt kontaktpersonen").press("Sæt forløbet i gang")
    asked.later(days=15)

    assert "Tid til opfølgning" in asked.signed_in(ANNA).open("/forslag/1").text
    with asked.app.app_context():
        assert verify_trail() is None


def test_a_reminder_after_a_week_and_the_end_of_waiting_after_two(asked: Story) -> None:
    before = len(asked.mails_to(COACH))

    asked.later(days=7, hours=1)
    assert len(asked.mails_to(COACH)) == before + 1
    reminder = asked.link_to(COACH)
    asked.later(days=7)

    assert "Svarfristen er gået" in asked.visitor().open(reminder).text
    assert "Intet svar i tide" in asked.signed_in(ANNA).open("/forslag/1").text


def test_the_coach_withdraws_and_is_gone_at_once(asked: Story) -> None:
    link = asked.link_to(COACH)
    me = asked.visitor().open("/min-side/link").fill(email=COACH)
    _press_the_only_button(me)
    own = asked.visitor().open(asked.link_to(COACH))
    _press_the_only_button(own)
    _withdraw_consent(own)

    anna = asked.signed_in(ANNA)
    assert "trukket" in anna.text
    assert "Stoppet" in anna.open("/forslag/1").text
    listed = anna.open("/behov/1/forslag?vis=afstand").text.split("taget stilling")[0]
    assert "Gymnastik for begyndere" not in listed
    assert "Ja, det vil jeg gerne" not in asked.visitor().open(link).text


def _withdraw_consent(own: Visitor) -> None:
    link = next(url for _words, url in own.page.links if "/samtykke/" in url and "traek" in url)
    own.open(link)
    _press_the_only_button(own)


def test_the_family_withdraws_and_the_coach_is_told_without_a_reason(asked: Story) -> None:
    link = asked.link_to(COACH)
    anna = asked.signed_in(ANNA)
    anna.open("/behov/1/samtykke/custody_holder_1/traek-tilbage").press("Træk samtykket tilbage")

    told = " ".join(asked.mails_to(COACH)[-1].split())
    assert EXTERNAL not in told
    assert "samtykke" not in told.split("Med venlig hilsen")[0]
    assert "Ja, det vil jeg gerne" not in asked.visitor().open(link).text


def test_the_link_answers_once(asked: Story, caplog: pytest.LogCaptureFixture) -> None:
    link = asked.link_to(COACH)
    first, second = asked.visitor().open(link), asked.visitor().open(link)

    first.press("Ja, det vil jeg gerne")
    second.press("Ja, det vil jeg gerne")

    assert "Tak for dit ja" in asked.visitor().open(link).text
    _tokens_are_not_logged(link, caplog)


def _tokens_are_not_logged(link: str, caplog: pytest.LogCaptureFixture) -> None:
    assert link.rsplit("/", 1)[1] not in caplog.text
