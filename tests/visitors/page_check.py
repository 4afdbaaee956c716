"""What every page owes, checked on each page that any test opens."""

import re

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


def check_page(html: str, path: str) -> None:
    """What every page owes: one h1, a title, a language, nothing inline."""
    headings = HEADING.findall(html)
    assert len(headings) == 1, f"{path}: {len(headings)} h1"
    assert TITLE.search(html), f"{path}: no title"
    assert re.search(r'<html[^>]* lang="(da|en)"', html), f"{path}: no language"
    assert not re.search(r"<[^>]+\sstyle=", html), f"{path}: inline style"
    assert not re.search(r"<[^>]+\son[a-z]+=", html), f"{path}: inline handler"
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html), f"{path}: inline script"
