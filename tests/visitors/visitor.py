"""Anyone with a browser: opens pages, fills in forms and presses their buttons, as a person would."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TAGS = re.compile(r"<[^>]+>")
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Visitor:
    """One browser with its own cookies. Every page it opens is checked for what every page owes."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page: TestResponse | None = None

    def open(self, path: str, *, status: int = 200) -> str:
        """Opens a page, follows redirects, and returns its HTML."""
        self.page = self.client.get(path, follow_redirects=True)
        return self._checked(status)

    def send(self, path: str, fields: Mapping[str, Any] | None = None, *, form_at: str = "", status: int = 200) -> str:
        """Sends a form with the token of the page it stands on (`form_at`, else the page itself); follows redirects."""
        data = {**(fields or {}), "csrf_token": self.token(form_at or path)}
        self.page = self.client.post(path, data=data, follow_redirects=True)
        return self._checked(status)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, *, form_at: str = "") -> TestResponse:
        """Sends a form without following where it leads."""
        data = {**(fields or {}), "csrf_token": self.token(form_at or path)}
        return self.client.post(path, data=data)

    def token(self, path: str) -> str:
        """The form token of a page of this session."""
        found = TOKEN.search(self.client.get(path, follow_redirects=True).text)
        return unescape(found.group(1)) if found else ""

    @property
    def where(self) -> str:
        """The path of the page the visitor ended on."""
        return self._shown().request.path

    @property
    def text(self) -> str:
        """The page's words without its tags."""
        return " ".join(unescape(TAGS.sub(" ", self._shown().text)).split())

    def _shown(self) -> TestResponse:
        if self.page is None:
            raise AssertionError("no page has been opened")
        return self.page

    def _checked(self, status: int) -> str:
        page = self._shown()
        assert page.status_code == status, f"{page.request.path}: {page.status_code}, {self.text[:300]}"
        if page.mimetype == "text/html":
            check_page(page.text, page.request.path)
        return page.text


def check_page(html: str, path: str) -> None:
    """What every page owes: one h1, a title, a language, nothing inline."""
    headings = HEADING.findall(html)
    assert len(headings) == 1, f"{path}: {len(headings)} h1"
    assert TITLE.search(html), f"{path}: no title"
    assert re.search(r'<html[^>]* lang="(da|en)"', html), f"{path}: no language"
    assert not re.search(r"<[^>]+\sstyle=", html), f"{path}: inline style"
    assert not re.search(r"<[^>]+\son[a-z]+=", html), f"{path}: inline handler"
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html), f"{path}: inline script"


def ids_of(html: str, pattern: str) -> Sequence[int]:
    """The numbers in links of the page, as `/behov/(\\d+)`, in the order they stand."""
    return [int(number) for number in dict.fromkeys(re.findall(pattern, html))]
