"""The front page."""

from flask import render_template

from volunteer_match.events.queries import coming_public_events
from volunteer_match.foundation.clock import utc_now
from volunteer_match.web.shared.access import Audience, open_to

from .blueprint import blueprint

MOST_EVENTS = 3


@blueprint.get("/")
@open_to(Audience.PUBLIC)
def front_page() -> str:
    """Explains the idea and asks for one thing; what is coming stands below."""
    return render_template("public/front_page.html", events=coming_public_events(now=utc_now())[:MOST_EVENTS])
