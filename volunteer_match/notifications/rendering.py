"""From a message to the words of a mail, as plain text and as simple HTML from the same template.

`kit.txt` and `kit.html` define the same macros (paragraph, quotation, facts, …), so the two parts always say the same.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from volunteer_match.foundation.clock import COPENHAGEN, danish_date
from volunteer_match.vocabulary import places
from volunteer_match.vocabulary.slots import in_week_order, slot_name

from .messages import PATHS, Message
from .site import site

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "mail"
DAY_PATTERNS = {"da": "EEEE 'den' d. MMMM y", "en": "EEEE d MMMM y"}

Part = Literal["txt", "html"]


@dataclass(frozen=True)
class RenderedMail:
    """A mail's words in one language."""

    subject: str
    text: str
    html: str


def language_of_mail(language: str) -> str:
    """The language a mail to this person is written in: English on request, otherwise Danish."""
    return "en" if language.startswith("en") else "da"


def render(message: Message, *, language: str) -> RenderedMail:
    """Both parts of a mail. A field that a template names and the message lacks raises UndefinedError."""
    chosen = language_of_mail(language)
    subject = message.subject.in_language(chosen)
    text, page = (_fill(part, message, subject=subject, language=chosen) for part in ("txt", "html"))
    return RenderedMail(subject=subject, text=_tidy(text), html=page)


def _fill(part: Part, message: Message, *, subject: str, language: str) -> str:
    here = site()
    template = _environment(part).get_template(f"{language}/{message.template}.jinja")
    return template.render(
        asdict(message),
        part=part,
        subject=subject,
        language=language,
        site=here,
        link=None if message.path is None else here.absolute(message.path),
        ask_for_link=here.absolute(PATHS["ask_for_link"]),
    )


@cache
def _environment(part: Part) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=part == "html",  # noqa: S701 - plain text shows what it is given
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=day, clock=clock, week=week, place=place, one_line=one_line, quoted=quoted, paragraphs=paragraphs
    )
    return environment


def day(moment: date, language: str) -> str:
    """Fredag den 4. december 2026, on the calendar in Denmark."""
    on = danish_date(moment) if isinstance(moment, datetime) else moment
    return format_date(on, DAY_PATTERNS[language], locale=language)


def clock(moment: datetime, language: str) -> str:
    """Kl. 15.00 – 15:00 in English – on the clock in Denmark."""
    local = moment.astimezone(COPENHAGEN)
    return f"{local:%H:%M}" if language == "en" else f"kl. {local:%H.%M}"


def paragraphs(text: str) -> list[str]:
    """What stands between blank lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def week(slots: Iterable[str], language: str) -> str:
    """Mandag eftermiddag, tirsdag aften."""
    return ", ".join(slot_name(slot, language) for slot in in_week_order(list(slots)))


def place(postcode: str) -> str:
    """9340 Asaa."""
    known = places.lookup(postcode)
    return f"{known.postcode} {known.name}" if known else postcode


def one_line(text: Any) -> str:
    """A paragraph as one line, which the mail program breaks to fit its screen. No-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", str(text)).strip()


def quoted(text: str) -> str:
    """Somebody's own words, told apart from ours by the mark that mail programs know."""
    return "\n".join(f"> {line}".rstrip() for line in re.sub(r"\n\s*\n", "\n\n", text.strip()).splitlines())


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
