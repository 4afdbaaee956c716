"""What visitors can read about the site itself."""

import jinja2
import pytest
from flask import Flask

from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from volunteer_match.factory import create_app
from volunteer_match.organisations.consent import TEXT_VERSIONS


def test_privacy_and_accessibility_are_in_the_footer_of_every_page(visitor: Visitor) -> None:
    for path in ("/", "/tilmeld", "/min-side/link"):
        assert visitor.open(path).follow("Privatliv og cookies").heading == "Privatliv og cookies"
        assert visitor.open(path).follow("Tilgængelighedserklæring").heading == "Tilgængelighed"


def test_the_short_address_leads_to_the_declaration_when_there_is_one(sqlite_url: str) -> None:
    declaration = "https://was.digst.dk/varigespor-dk"
    app = create_app(settings_for_tests(database_url=sqlite_url, accessibility_url=declaration))

    assert app.test_client().get("/was").headers["Location"] == declaration


def test_privacy_tells_of_every_cookie_there_is(visitor: Visitor) -> None:
    visitor.open("/tilmeld")

    assert [cookie for cookie in ("session", "remember_token") if visitor.client.get_cookie(cookie)] == ["session"]
    assert "én cookie" in visitor.open("/privatliv").text


@pytest.mark.parametrize("version", TEXT_VERSIONS)
def test_every_version_of_the_consent_can_still_be_read(app: Flask, version: str) -> None:
    with app.test_request_context():
        try:
            text = app.jinja_env.get_template(f"public/consent_text/{version}.html").render(settings=_settings(app))
        except jinja2.TemplateNotFound:
            pytest.fail(f"nobody can read consent text {version} any more")
    assert "Samtykket gælder i to år" in text


def _settings(app: Flask) -> object:
    return app.extensions["settings"]
