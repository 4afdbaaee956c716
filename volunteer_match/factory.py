"""Puts the application together from its settings."""

import hashlib
import logging
from collections.abc import MutableMapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from volunteer_match import all_models  # noqa: F401 - fills the metadata
from volunteer_match.audit.trail import use_audit_key
from volunteer_match.cli import commands
from volunteer_match.config import Settings
from volunteer_match.foundation.database import db, engine_options
from volunteer_match.foundation.encryption import KeyRing, use_key_ring
from volunteer_match.notifications.site import Site, use_site
from volunteer_match.vocabulary.imported_places import load_imported
from volunteer_match.web.shared.access import check_declarations, guard
from volunteer_match.web.shared.browser_sessions import keep_browser_sessions
from volunteer_match.web.shared.errors import set_up_errors
from volunteer_match.web.shared.headers import headers_of_every_answer, set_headers
from volunteer_match.web.shared.jinja import set_up_jinja
from volunteer_match.web.shared.language import set_up_languages
from volunteer_match.web.shared.row_numbers import use_row_numbers
from volunteer_match.web.shared.sign_in import set_up_sign_in
from volunteer_match.web.shared.transaction import commit_after_request

ROOT = Path(__file__).parent.parent
ONE_YEAR = 31_536_000
LARGEST_FORM = 512 * 1024
# Each page module adds its views to its audience's blueprint when it is imported.
PAGES = {
    "public": (
        "front_page",
        "registration",
        "confirmation",
        "events",
        "after_events",
        "consultations",
        "staff_calendars",
        "codes",
        "privacy",
        "language",
        "health",
        "demo_mails",
    ),
    "selfservice": ("own_page", "offers", "consent", "requests", "invitations"),
    "staff": (
        "home",
        "today",
        "cases",
        "needs",
        "guardian_consent",
        "candidates",
        "comparison",
        "proposals",
        "follow_ups",
        "joint_plan",
        "calendar",
        "manual_search",
        "consultations",
        "own_calendar",
    ),
    "admin": (
        "queue",
        "organisations",
        "offers",
        "certificates",
        "events",
        "event_door",
        "event_figures",
        "event_guests",
        "event_invitations",
        "event_thanks",
        "consultations",
        "consultation_days",
        "school_holidays",
        "contact_lists",
        "models",
        "fairness",
        "dictionary",
        "trail",
    ),
}

# Pages that programs post to, which hold no session; the link itself is the secret.
WITHOUT_SESSION = (
    "volunteer_match.web.selfservice.invitations.unsubscribe",
    "volunteer_match.web.public.after_events.unsubscribe_after_event",
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Raises pydantic's ValidationError when a setting is missing or unsafe."""
    settings = settings or Settings()
    app = Flask(__name__, root_path=str(ROOT / "volunteer_match"), template_folder=str(ROOT / "templates"))
    app.static_folder = str(ROOT / "static")
    app.instance_path = str(ROOT / "instance")
    app.extensions["settings"] = settings
    _configure(app, settings)
    use_row_numbers(app)
    keep_browser_sessions(app)
    _give_keys(settings)
    _set_up_logging()
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    commit_after_request(app)
    set_headers(app, settings)
    set_up_languages(app)
    set_up_errors(app)
    protection = CSRFProtect(app)
    for page in WITHOUT_SESSION:
        protection.exempt(page)
    set_up_sign_in(app)
    app.before_request(guard)
    set_up_jinja(app, settings)
    _add_pages(app)
    commands.add_to(app)
    _lay_imported_places_over(app)
    check_declarations(app)
    _serve_behind(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    url = _absolute(settings.database_url)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=[key.get_secret_value() for key in settings.secret_key_fallbacks],
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
        TRUSTED_HOSTS=[settings.host],
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="__Host-session" if settings.secure else "session",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # valid as long as the session: a form left open over lunch must still save
        PREFERRED_URL_SCHEME="https" if settings.secure else "http",
    )


def _absolute(url: str) -> str:
    """A relative SQLite path means one below the project, wherever the command was started."""
    prefix = "sqlite:///"
    path = url.removeprefix(prefix)
    if url.startswith(prefix) and path and not path.startswith(("/", ":")):
        return f"{prefix}{ROOT / path}"
    return url


def _give_keys(settings: Settings) -> None:
    use_key_ring(KeyRing.from_text(settings.encryption_keys.get_secret_value()))
    use_audit_key(settings.audit_key.get_secret_value())
    use_site(
        Site(
            base_url=settings.base_url.rstrip("/"),
            municipality_name=settings.municipality_name,
            contact_email=settings.contact_email,
            contact_phone=settings.contact_phone,
            mail_from=settings.mail_from,
            reads_replies=bool(settings.imap_host),
        )
    )


def _set_up_logging() -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)


def _add_pages(app: Flask) -> None:
    for audience, modules in PAGES.items():
        package = f"volunteer_match.web.{audience}"
        for module in modules:
            import_module(f"{package}.{module}")
        app.register_blueprint(import_module(f"{package}.blueprint").blueprint)


def _lay_imported_places_over(app: Flask) -> None:
    with app.app_context():
        # A database that is away, or has no tables yet, leaves the built-in postcodes.
        with suppress(OperationalError, ProgrammingError):
            load_imported(db.session())
        db.session.remove()
        db.engine.dispose()


def _serve_behind(app: Flask, settings: Settings) -> None:
    static = Path(str(app.static_folder))

    @cache
    def fingerprint(filename: str) -> str | None:
        path = static / filename
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else None

    @app.url_defaults
    def name_the_version(endpoint: str, values: dict[str, object]) -> None:
        # Browsers keep static files for a year, so a changed file needs a changed address.
        if endpoint == "static" and "v" not in values:
            values["v"] = fingerprint(str(values.get("filename", "")))

    def add_headers(answer: MutableMapping[str, str], _path: str, _url: str) -> None:
        for name, value in headers_of_every_answer(settings).items():
            answer[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # the documented way to wrap a Flask app
        app.wsgi_app,
        root=static,
        prefix="static/",
        max_age=ONE_YEAR,
        add_headers_function=add_headers,
    )
    if settings.proxies_in_front:
        hops = settings.proxies_in_front
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
