"""The front page."""

from flask import render_template

from volunteer_match.web.shared.access import Audience, open_to

from .blueprint import blueprint


@blueprint.get("/")
@open_to(Audience.PUBLIC)
def front_page() -> str:
    """Explains the idea and asks for one thing."""
    return render_template("public/front_page.html")
