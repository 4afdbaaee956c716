"""What every page owes, checked on each page that any test opens."""

import re
from html.parser import HTMLParser

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


def check_page(html: str, path: str) -> None:
    """What every page owes: one h1, a title, a language, nothing inline."""
    headings = HEADING.findall(html)
    assert len(headings) == 1, f"{path}: {len(headings)} h1"
    assert TITLE.search(html), f"{path}: no title"
    assert re.search(r'<html[^>]* lang="(da|en)"', html), f"{path}: no language"
    attributes = _attributes(html)
    assert "style" not in attributes, f"{path}: inline style"
    assert not any(name.startswith("on") for name in attributes), f"{path}: inline handler"
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html), f"{path}: inline script"


class _Attributes(HTMLParser):
    """Reads tags as a browser does, so that words inside a value are only words."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.update(name for name, _value in attrs)


def _attributes(html: str) -> set[str]:
    reader = _Attributes()
    reader.feed(html)
    return reader.names
