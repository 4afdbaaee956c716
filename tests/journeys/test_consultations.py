"""A consultation day from the plan to what came of it: a leader, a psychologist, a teacher and a mother."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import icalendar
import pytest
import recurring_ical_events

from tests.journeys.story import Story, begin
from tests.visitors.browsing import Visitor
from volunteer_match.audit.trail import verify_trail
from volunteer_match.people.permissions import Role

LONE, ANNA, PIA, PER = (f"{name}@brslev.example" for name in ("lone", "anna", "pia", "per"))
LARS, MOTHER = "lars@skole.example", "mor@post.example"
FIRST_DAY, SECOND_DAY = "Tirsdag den 8. december 2026", "Tirsdag den 5. januar 2027"
ADDRESS = re.compile(r"http://localhost(/kalender/[\w-]+\.ics)")


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    """A leader, a caseworker and two psychologists, on each kind of database."""
    staff = {LONE: Role.TEAM_LEADER, ANNA: Role.CASEWORKER, PIA: Role.PROFESSIONAL, PER: Role.PROFESSIONAL}
    with begin(database_url, staff) as story:
        yield story


def test_from_the_plan_to_what_came_of_it(story: Story) -> None:
    plan(story)
    calendar = address_of_calendar(story.signed_in(PIA))
    assert starts(story, calendar)[:3] == ["2026-12-08 13:00", "2027-01-05 13:00", "2027-01-19 13:00"]

    book(story.visitor(), "1", name="Lars Lærer", email=LARS)
    book(story.visitor(), "2", name="En mor", email=MOTHER)
    mother = story.visitor().open(story.link_to(MOTHER))
    mother.press("Aflys min tid")
    assert mother.heading == "Din tid er aflyst"

    move_first_day(story)
    assert "flyttet" in story.mails_to(LARS)[-1]
    assert starts(story, calendar)[0] == "2026-12-10 14:00"
    lars = story.visitor().open(story.link_to(LARS))
    assert "Torsdag den 10. december 2026" in lars.text
    assert "kl. 14.20–14.40" in lars.text

    pia_is_away_on_the_second_day(story)
    assert starts(story, calendar)[:2] == ["2026-12-10 14:00", "2027-01-19 13:00"]
    assert "Du afløser pia" in story.signed_in(PER).text

    story.later(days=(datetime(2026, 12, 9, 12, tzinfo=UTC) - story.time).days)
    assert "i morgen" in story.mails_to(LARS)[-1]

    write_what_came_of_it(story)
    with story.app.app_context():
        assert verify_trail() is None


def plan(story: Story) -> None:
    lone = story.signed_in(LONE).follow("Konsultationsdage").follow("Skoleferier")
    lone.press("Læg skoleåret 2026/27 ind").follow("Konsultationsdage").follow("Ny række dage")
    lone.fill(
        school="Asaa Skole", address="Skolegade 1", postcode="9340", way_in="Lokale 12", starts="13", ends="14.30"
    )
    lone.fill(**date_parts("first_on", "8", "12", "2026"), **date_parts("last_on", "25", "6", "2027"))
    lone.press("Læg dagene")
    assert lone.heading == "Hvem sidder der?"
    choose(lone, caseworker="anna", psychologist="pia")
    lone.tick("health_visitor", "").press("Gem")
    assert "Juleferie" in lone.text


def address_of_calendar(pia: Visitor) -> str:
    pia.follow("Få dagene i din kalender").press("Lav en adresse")
    found = ADDRESS.search(pia.text)
    assert found
    return found[1]


def starts(story: Story, address: str) -> list[str]:
    """What the clock shows at the beginning of each entry."""
    answer = story.visitor().client.get(address)
    calendar = icalendar.Calendar.from_ical(answer.get_data())
    found = recurring_ical_events.of(calendar).between(datetime(2026, 11, 1), datetime(2027, 8, 1))  # noqa: DTZ001 - whole days
    return sorted(f"{event['DTSTART'].dt:%Y-%m-%d %H:%M}" for event in found)


def book(visitor: Visitor, slot: str, **who: str) -> None:
    visitor.open("/").follow("Konsultation på skolerne").follow("Asaa Skole").follow(FIRST_DAY)
    visitor.tick("slot", slot).tick("topic", "absence").tick("role", "teacher").fill(**who).press("Bestil tiden")
    assert visitor.heading == "Din tid er bestilt"


def move_first_day(story: Story) -> None:
    lone = story.signed_in(LONE).follow("Konsultationsdage").follow("Asaa Skole").follow("8. december 2026")
    lone.follow("Flyt dagen").fill(**date_parts("day", "10", "12", "2026"), starts="14.00", ends="15.30")
    lone.fill(note="Skolen holder fest.").press("Flyt dagen")
    assert "Dagen er flyttet." in lone.text


def pia_is_away_on_the_second_day(story: Story) -> None:
    lone = story.signed_in(LONE).follow("Konsultationsdage").follow("Asaa Skole").follow("5. januar 2027")
    links = [url for words, url in lone.page.links if words.strip() == "Meld fravær"]
    lone.open(links[-1])
    assert lone.heading == "pia er fraværende"
    choose(lone, stand_in="per")
    lone.press("Gem fraværet")
    assert "per afløser pia" in lone.text


def write_what_came_of_it(story: Story) -> None:
    story.later(days=1, hours=2)
    anna = story.signed_in(ANNA).follow("Konsultationer").follow("Torsdag den 10. december 2026")
    assert "Lars Lærer" in anna.text
    anna.follow("Skriv, hvad der kom ud af det").tick("outcome", "network_meeting")
    herself = min(value for name, value in anna.form.choices if name == "follow_up_by")  # hired first
    anna.tick("follow_up_by", herself).press("Gem")
    assert "Netværksmøde aftalt" in anna.text
    assert "anna følger op" in anna.text

    story.later(hours=1)
    anna = story.signed_in(ANNA).follow("Konsultationer")
    assert "Det følger du op på" in anna.text
    label = next(
        " ".join(button.label.split())
        for form in anna.page.main_forms
        for button in form.buttons
        if "Klaret" in button.label
    )
    anna.press(label)
    assert "Det følger du op på" not in anna.text


def date_parts(name: str, day: str, month: str, year: str) -> dict[str, str]:
    return {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}


def choose(visitor: Visitor, **names: str) -> None:
    """Chooses in lists by what stands in them."""
    page = visitor.answer.get_data(as_text=True)
    for field, name in names.items():
        options = page.split(f'name="{field}"', 1)[1].split("</select>", 1)[0]
        value = re.search(rf'value="(\d+)">{name}<', options)
        assert value, options
        visitor.tick(field, value[1])
