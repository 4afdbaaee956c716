"""Somebody who reads English meets no Danish on the way, but for names and what they wrote themselves."""

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine

from tests.visitors.browsing import Visitor
from tests.visitors.coach import WHO
from tests.web.conftest import link_in
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.permissions import Role
from volunteer_match.vocabulary.places import all_places

Clock = time_machine.Traveller
SignIn = Callable[..., Visitor]

TELL_TALES = frozenset(
    [
        *("af", "afslut", "bekræft", "bliver", "bloker", "den", "der", "det", "dig", "din", "du", "efter", "eller"),
        *("er", "et", "fejl", "fra", "frivillig", "fx", "gem", "godkend", "har", "hvad", "hvem", "hvis", "hvor"),
        *("ikke", "ingen", "jeg", "jeres", "luk", "mangler", "med", "mellem", "og", "ret", "sag", "sager", "siden"),
        *("skal", "skriv", "som", "sprog", "tilbage", "tilbud", "til", "uden", "venter", "vi", "videre", "vis"),
    ]
)
# Names of the law, of the municipality and of the club that signs up.
NAMES = frozenset({"børneattest", "tilgængelighedserklæring", "asaa", "idrætsforening", "brønderslev", "kommune"})
CODE_NAME = re.compile(r"\w+-\d\d\b")
WORD = re.compile(r"[^\W\d_]+")
READ_ALOUD = ("aria-label", "alt", "title", "placeholder")


class _Words(HTMLParser):
    """What is read on a page or aloud, except where the page says that it is Danish."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "use", "path", "circle", "line"})

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()
        self._danish: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        silent = tag in {"style", "script"} or found.get("lang") == "da"
        if not self._is_danish:
            for name in READ_ALOUD:
                self._take(found.get(name) or "")
        if tag not in self.VOID:
            self._danish.append(silent)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and self._danish:
            self._danish.pop()

    def handle_data(self, data: str) -> None:
        if not self._is_danish:
            self._take(data)

    @property
    def _is_danish(self) -> bool:
        return any(self._danish)

    def _take(self, text: str) -> None:
        self.words |= {word.lower() for word in WORD.findall(CODE_NAME.sub("", text))}


def danish_words(visitor: Visitor) -> set[str]:
    """The tell-tale words on the page, and words with letters that English lacks."""
    reader = _Words()
    reader.feed(visitor.answer.get_data(as_text=True))
    places = {word.lower() for place in all_places().values() for word in WORD.findall(place.name)}
    return {
        word for word in reader.words - NAMES - places if word in TELL_TALES or any(letter in word for letter in "æøå")
    }


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    """A visitor who has chosen English."""
    return visitor.open("/").press("English")


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/", "A child near you may need just what you can do"),
        ("/tilmeld/hvem", "Who are you?"),
        ("/privatliv", "Privacy and cookies"),
        ("/was", "Accessibility"),
        ("/log-ind", "Staff log-in"),
        ("/min-side/link", "Get a link to your own page"),
        ("/min-side/aabn/used-up", "The link no longer works"),
        ("/tilmeld/bekraeft/used-up", "The link no longer works"),
        ("/not-a-page", "We can’t find the page"),
    ],
)
def test_the_public_pages(reader: Visitor, path: str, heading: str) -> None:
    reader.open(path)

    assert reader.heading == heading
    assert danish_words(reader) == set()


def test_signing_up_from_the_first_step_to_the_mail(
    reader: Visitor, clock: Clock, mails: Callable[[], list[OutboxMail]]
) -> None:
    seen = {}

    def look() -> None:
        seen[reader.heading] = danish_words(reader)

    reader.open("/tilmeld").press("Continue")
    look()
    reader.tick("kind", "sports_club").fill(**WHO).press("Continue")
    look()
    clock.shift(timedelta(minutes=2))
    reader.fill(description="We have room for more in the gymnastics group on Tuesdays.", title="Gymnastics")
    reader.press("Continue to suggestions")
    look()
    reader.tick("kinds", "gymnastik").tick("contact_form", "group").fill(age_min="12", age_max="9", capacity="many")
    reader.press("Continue")
    look()
    reader.fill(age_min="6", age_max="9", capacity="2").press("Continue")
    look()
    reader.tick("slots", "tue-afternoon").tick("radius_km", "20").press("Continue")
    look()
    reader.tick("agree", "y").press("Continue to your answers")
    look()
    assert "Tuesday afternoon" in reader.text
    assert "Up to 20 km from here" in reader.text
    reader.press("Send the sign-up")
    look()
    [mail] = mails()
    assert mail.language == "en"
    reader.open(link_in(mail))
    look()
    reader.press("Confirm the sign-up")
    look()

    assert {heading: words for heading, words in seen.items() if words} == {}
    assert reader.heading == "Thank you for joining in"


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.CASEWORKER, ["/i-dag", "/sager", "/sager/ny", "/skift-adgangskode"]),
        (Role.TEAM_LEADER, ["/i-dag", "/sager", "/sager/ny/for-en-kollega"]),
        (
            Role.ADMIN,
            [
                "/admin/",
                "/admin/organisationer",
                "/admin/motoren",
                "/admin/motoren/fordeling",
                "/admin/ordbogen",
                "/admin/spor",
            ],
        ),
    ],
)
def test_the_pages_of_the_staff(sign_in: SignIn, role: Role, paths: list[str]) -> None:
    visitor = sign_in("anna@brslev.example", role)
    visitor.press("English")

    found = {path: (visitor.open(path).status, danish_words(visitor)) for path in paths}

    assert found == {path: (200, set()) for path in paths}


def test_a_case_and_its_first_need(sign_in: SignIn) -> None:
    visitor = sign_in("anna@brslev.example", Role.CASEWORKER)
    visitor.press("English").open("/sager/ny").press("Open a case")
    assert danish_words(visitor) == set()

    visitor.fill(birth_year="2018", postcode="9340").tick("custody_holders", "1").tick("ladder_step", "1")
    visitor.press("Open a case")
    assert visitor.heading == "Write a need"
    assert danish_words(visitor) == set()
