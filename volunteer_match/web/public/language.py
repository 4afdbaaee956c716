"""Danish or English."""

from urllib.parse import urlsplit

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from volunteer_match.web.shared import language
from volunteer_match.web.shared.access import Audience, open_to

from .blueprint import blueprint


@blueprint.post("/sprog")
@open_to(Audience.PUBLIC)
def choose_language() -> Response:
    """Remembers the choice and shows the same page in it."""
    language.choose_language(request.form.get("language", ""))
    return redirect(page_of_ours(request.form.get("next", "")))


def page_of_ours(path: str) -> str:
    """The path if it stays on this site and is nothing but a path; otherwise the front page."""
    elsewhere = urlsplit(path) != ("", "", path, "", "")
    odd = not path.isascii() or not path.isprintable() or "\\" in path or " " in path
    if not path.startswith("/") or path.startswith("//") or elsewhere or odd:
        return url_for("public.front_page")
    return path
