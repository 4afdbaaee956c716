"""From a sign-up on a phone to a match that is followed, and what happens when somebody changes their mind."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.journeys.story import Story, begin
from tests.visitors import coach
from tests.visitors.browsing import Visitor
from volunteer_match.audit.trail import verify_trail
from volunteer_match.people.permissions import Role

COACH, ANNA, ADMIN = coach.WHO["email"], "anna@brslev.example", "admin@brslev.example"
EXTERNAL = "Et barn vil gerne gå til gymnastik sammen med andre."


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    """A municipality with an admin and a caseworker, on each kind of database."""
    with begin(database_url, {ADMIN: Role.ADMIN, ANNA: Role.CASEWORKER}) as story:
        yield story


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
