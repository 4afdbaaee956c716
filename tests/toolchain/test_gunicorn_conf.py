"""What gunicorn writes down holds no key to anybody's page."""

import logging
import runpy
from pathlib import Path
from typing import Any

import pytest

CONFIGURATION = Path(__file__).parents[2] / "gunicorn.conf.py"
TOKEN = "c29tZXRoaW5nIG5vYm9keSBzaG91bGQgc2VlIGF0IGFsbA"


@pytest.fixture(scope="module")
def configuration() -> dict[str, Any]:
    return runpy.run_path(str(CONFIGURATION))


@pytest.mark.parametrize(
    ("asked_for", "written"),
    [
        (f"/bekraeft/{TOKEN}", "/bekraeft/…"),
        ("/sager/17?navn=Frida", "/sager/17"),
        ("/sager/17\n2026 all is well", "/sager/17?2026 all is well"),
        ("/static/vendor/dkfds/css/dkfds.min.css", "/static/vendor/dkfds/css/dkfds.min.css"),
    ],
)
def test_an_address_is_written_without_what_opens_it(
    configuration: dict[str, Any], asked_for: str, written: str
) -> None:
    assert configuration["without_tokens"](asked_for) == written


def test_an_error_names_no_token_either(configuration: dict[str, Any]) -> None:
    record = logging.LogRecord(
        "gunicorn.error", logging.ERROR, __file__, 1, "Error handling request %s", (f"/svar/{TOKEN}",), None
    )
    assert configuration["HideTokens"]().filter(record)
    assert record.getMessage() == "Error handling request /svar/…"
