"""Walks through the whole site as one person: every page they can reach, and every page there is by address."""

import html
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask
from sqlalchemy import event
from werkzeug.datastructures import Headers

from tests.security.access_table import HOLDS_TOKEN, addresses
from tests.security.town import Persona, Town
from volunteer_match.foundation.database import db

LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
WRITES = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)', re.IGNORECASE)
MOST_PAGES = 250


@dataclass(frozen=True)
class Page:
    """One answer."""

    url: str
    status: int
    headers: Headers
    text: str
    written: frozenset[str]

    @property
    def title(self) -> str:
        """What the tab says."""
        found = re.search(r"<title>(.*?)</title>", self.text, re.DOTALL)
        return html.unescape(found.group(1)) if found else ""


@dataclass
class Crawl:
    """All pages one person came to."""

    pages: list[Page] = field(default_factory=list)

    def pages_with(self, words: str) -> list[str]:
        """The addresses of the pages on which these words stand."""
        return [page.url for page in self.pages if words in html.unescape(page.text)]


def crawl(town: Town, persona: Persona) -> Crawl:
    """From every address there is, and on along the links."""
    client, done = town.client(persona), Crawl()
    holds_links = persona is Persona.CONTACT
    known = [path for endpoint, path in addresses(town, "GET") if holds_links or endpoint not in HOLDS_TOKEN]
    waiting = deque(["/", *known])
    seen = set()
    with written_tables(town.app) as written:
        while waiting and len(done.pages) < MOST_PAGES:
            url = waiting.popleft()
            if url in seen:
                continue
            seen.add(url)
            written.clear()
            answer = client.get(url, buffered=True)
            text = answer.get_data(as_text=True) if (answer.mimetype or "").startswith("text/") else ""
            done.pages.append(Page(url, answer.status_code, answer.headers, text, frozenset(written)))
            waiting.extend(_links(url, text, answer.headers))
    return done


@contextmanager
def written_tables(app: Flask) -> Iterator[set[str]]:
    """The tables that are written to meanwhile."""
    found: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        changes = WRITES.match(statement)
        if changes:
            found.add(changes.group(1))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _links(url: str, text: str, headers: Headers) -> Iterator[str]:
    here = [html.unescape(link) for link in LINK.findall(text)]
    for link in [*here, headers.get("Location", "")]:
        parts = urlsplit(urldefrag(urljoin(url, link)).url)
        if parts.scheme == "" and parts.netloc == "" and parts.path:
            yield parts.geturl()
