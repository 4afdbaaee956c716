"""The host's own words to each guest: {navn}, {titel} and the rest are filled in, once, as plain text."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from volunteer_match.notifications.rendering import clock, day, place
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.vocabulary.taxonomy import Wording

from .models import Event, Invitation

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
_FIELD = re.compile(r"\{([^{}\n]{0,40})\}")

Filler = Callable[[Event, Invitation, str], str]


def _organisation(_event: Event, invitation: Invitation, language: str) -> str:
    return invitation.organisation_name or Wording("dig", "you").in_language(language)


FIELDS: Mapping[str, Filler] = MappingProxyType(
    {
        "navn": lambda _event, invitation, _language: invitation.name,
        "forening": _organisation,
        "titel": lambda event, _invitation, _language: event.title,
        "dag": lambda event, _invitation, language: day(event.starts_at, language),
        "tid": lambda event, _invitation, language: clock(event.starts_at, language),
        "sted": lambda event, _invitation, _language: f"{event.place}, {place(event.postcode)}",
        "svarfrist": lambda event, _invitation, language: day(event.reply_on, language),
    }
)


def unknown_fields(text: str) -> list[str]:
    """What stands in braces and is none of ours, each once."""
    return list(dict.fromkeys(name for name in _FIELD.findall(text) if name.strip().casefold() not in FIELDS))


def fill_in(text: str, *, event: Event, invitation: Invitation, language: str) -> str:
    """The text to one guest. What is filled in is not read for fields again, and an unknown field stays as written."""

    def value(match: re.Match[str]) -> str:
        filler = FIELDS.get(match[1].strip().casefold())
        return filler(event, invitation, language) if filler else match[0]

    return _FIELD.sub(value, text)


def organisation_name(name: str, kind: OrganisationKind) -> str:
    """What {forening} says: a citizen is the organisation's name, and is spoken to as "you"."""
    return "" if kind is OrganisationKind.CITIZEN else name
