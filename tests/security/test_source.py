"""What can be seen from reading the code alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from tests.security.town import Town

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted((ROOT / "volunteer_match").rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".jinja", ".txt"))
PAGES = [path for path in TEMPLATES if "mail" not in path.parts]
# Text that goes onto a page without being escaped. Empty, and meant to stay so.
TRUSTED: frozenset[str] = frozenset()
UNESCAPED = re.compile(r"\|\s*safe\b|Markup\(|autoescape\s+false|\{%-?\s*autoescape", re.IGNORECASE)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE)
SECRET = re.compile(r"(^|_)(mac|hmac|digest|token|secret|signature|password)$")
# Of joblib only what spreads work over processes: its load and Memory unpickle files.
UNPICKLES = re.compile(
    r"^\s*((import|from) (pickle|marshal|shelve|dill)\b"
    r"|import joblib\b|from joblib import (?!((Parallel|delayed|parallel_config)(, )?)+$)|from joblib\.)",
    re.MULTILINE,
)


def _where(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths if pattern.search(path.read_text())]


def test_everything_on_a_page_is_escaped() -> None:
    assert set(_where(UNESCAPED, [*CODE, *TEMPLATES])) == TRUSTED


def test_templates_of_every_ending_are_escaped(town: Town) -> None:
    app: Flask = town.app
    for name in ("page.html", "part.htm", "picture.svg", "feed.xml"):
        assert app.jinja_env.autoescape(name), name  # type: ignore[operator]  # Flask always makes it a function


def test_nothing_runs_or_is_styled_inside_a_page() -> None:
    assert _where(INLINE, PAGES) == []


def _compared(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            for side in (node.left, *node.comparators):
                yield side.attr if isinstance(side, ast.Attribute) else getattr(side, "id", "")


def test_secrets_are_compared_in_constant_time() -> None:
    """The hash of a token is compared by the database, inside a query: that tells nothing."""
    found = [(path.name, name) for path in CODE for name in _compared(ast.parse(path.read_text()))]

    # The chain's links are no secret: they stand beside each other in the table.
    assert [(path, name) for path, name in found if SECRET.search(name) and name != "previous_mac"] == []


def test_nothing_is_unpickled_evaluated_or_run_through_a_shell() -> None:
    calls = [node.func for path in CODE for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    names = {func.id for func in calls if isinstance(func, ast.Name)}

    assert not names & {"eval", "exec", "compile", "__import__"}
    assert _where(UNPICKLES, CODE) == []
    assert _where(re.compile("shell=True"), CODE) == []
