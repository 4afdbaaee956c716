"""Danish first, English on a switch."""

from flask import Flask, g, has_request_context, session
from flask_babel import Babel

LANGUAGES = ("da", "en")
LANGUAGE_COOKIE = "language"


def current_language() -> str:
    """The visitor's own choice, else Danish."""
    if not has_request_context():
        return LANGUAGES[0]
    if "language" not in g:
        choice = session.get(LANGUAGE_COOKIE)
        g.language = choice if choice in LANGUAGES else LANGUAGES[0]
    return str(g.language)


def choose_language(code: str) -> None:
    """Remembers the choice; an unknown code changes nothing."""
    if code in LANGUAGES:
        session[LANGUAGE_COOKIE] = code
        g.language = code


def set_up_languages(app: Flask) -> None:
    """Texts are written in Danish in the templates; English is a catalogue."""
    app.config["BABEL_DEFAULT_LOCALE"] = "da"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Copenhagen"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=current_language)

    @app.before_request
    def remember_language() -> None:
        current_language()
