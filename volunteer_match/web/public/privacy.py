"""Privacy and cookies, and the accessibility statement."""

from flask import current_app, redirect, render_template
from werkzeug.wrappers import Response

from volunteer_match.organisations.consent import LIFETIME_YEARS
from volunteer_match.web.shared.access import Audience, open_to

from .blueprint import blueprint


@blueprint.get("/privatliv")
@open_to(Audience.PUBLIC)
def privacy() -> str:
    """What is kept about whom, why and for how long, and the cookies."""
    return render_template("public/privacy/privacy.html", consent_years=LIFETIME_YEARS)


@blueprint.get("/was")
@open_to(Audience.PUBLIC)
def accessibility() -> str | Response:
    """The short address the law asks for: to the municipality's declaration, once it has one."""
    declaration = current_app.extensions["settings"].accessibility_url
    return redirect(declaration) if declaration else render_template("public/privacy/accessibility.html")
