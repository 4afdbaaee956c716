"""A small app with the shared templates, fields and filters, and nothing behind them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from tests.settings import settings_for_tests
from volunteer_match.web.shared.jinja import set_up_jinja
from volunteer_match.web.shared.language import set_up_languages

ROOT = Path(__file__).parents[3]
PAGES = {
    "public": ("front_page", "registration_start", "privacy", "accessibility", "choose_language", "consultations"),
    "security": ("login", "logout"),
    "staff": ("today", "cases"),
    "admin": ("queue",),
}


@pytest.fixture
def shared_app() -> Flask:
    app = Flask("shared", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="a secret of this test", WTF_CSRF_ENABLED=False)
    set_up_languages(app)
    CSRFProtect(app)
    LoginManager(app).user_loader(lambda _user_id: None)
    set_up_jinja(app, settings_for_tests(contact_phone="99 45 45 45"))
    for name, endpoints in PAGES.items():
        pages = Blueprint(name, name)
        for endpoint in endpoints:
            pages.add_url_rule(f"/{name}/{endpoint}", endpoint, lambda: "", methods=["GET", "POST"])
        app.register_blueprint(pages)
    return app


@pytest.fixture
def in_danish(shared_app: Flask) -> Iterator[Flask]:
    with shared_app.test_request_context("/"):
        yield shared_app


@pytest.fixture
def in_english(shared_app: Flask) -> Iterator[Flask]:
    with shared_app.test_request_context("/") as context:
        context.session["language"] = "en"
        yield shared_app
