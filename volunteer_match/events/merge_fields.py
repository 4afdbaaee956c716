"""The host's own words to each guest: {navn}, {titel} and the rest are filled in, once, as plain text."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from volunteer_match.notifications.rendering import clock, day, place
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.vocabulary.taxonomy import Wording

from .models import Event

DEFAULT_TEXT = Wording(
    """\
Vi vil gerne invitere {forening} til {titel} {dag} {tid}.

I Varige Spor finder vi sammen frivillige, foreninger og virksomheder, som kan gøre en forskel for børn her på egnen. \
Du behøver ikke være med i en forening for at komme.

Sig til senest {svarfrist}, om du kommer, og hvor mange I bliver.""",
    """\
We would like to invite {forening} to {titel} on {dag} at {tid}.

Varige Spor brings together volunteers, clubs and businesses who can make a difference to children around here. \
You need not be in a club to come.

Please tell us by {svarfrist} whether you are coming, and how many of you.""",
)
THANKS_TEXT = Wording(
    """\
Tak, fordi du var med til {titel} {dag}.

Det, der blev talt om, skal helst blive til noget. Et barn her på egnen kan få brug for en plads på et hold, en voksen \
at følges med eller et sted, hvor nogen bliver glade, når det kommer. Det er jer, der kan åbne døren.""",
    """\
Thank you for taking part in {titel} on {dag}.

We hope that the talk turns into something. A child around here may need a place on a team, an adult to go along with \
or somewhere people are glad to see them. You are the ones who can open the door.""",
)
_FIELD = re.compile(r"\{([^{}\n]{0,40})\}")


class Reader(Protocol):
    """Whom the text is for."""

    @property
    def name(self) -> str:
        """May be empty."""

    @property
    def organisation_name(self) -> str:
        """Empty for somebody who comes for themselves."""


Filler = Callable[[Event, Reader, str], str]


def _organisation(_event: Event, reader: Reader, language: str) -> str:
    return reader.organisation_name or Wording("dig", "you").in_language(language)


FIELDS: Mapping[str, Filler] = MappingProxyType(
    {
        "navn": lambda _event, reader, _language: reader.name,
        "forening": _organisation,
        "titel": lambda event, _reader, _language: event.title,
        "dag": lambda event, _reader, language: day(event.starts_at, language),
        "tid": lambda event, _reader, language: clock(event.starts_at, language),
        "sted": lambda event, _reader, _language: f"{event.place}, {place(event.postcode)}",
        "svarfrist": lambda event, _reader, language: day(event.reply_on, language),
    }
)


def unknown_fields(text: str) -> list[str]:
    """What stands in braces and is none of ours, each once."""
    return list(dict.fromkeys(name for name in _FIELD.findall(text) if name.strip().casefold() not in FIELDS))


def fill_in(text: str, *, event: Event, reader: Reader, language: str) -> str:
    """The text to one guest. What is filled in is not read for fields again, and an unknown field stays as written."""

    def value(match: re.Match[str]) -> str:
        filler = FIELDS.get(match[1].strip().casefold())
        return filler(event, reader, language) if filler else match[0]

    return _FIELD.sub(value, text)


def organisation_name(name: str, kind: OrganisationKind) -> str:
    """What {forening} says: a citizen is the organisation's name, and is spoken to as "you"."""
    return "" if kind is OrganisationKind.CITIZEN else name
