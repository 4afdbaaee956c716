"""A professional's consultation days as their calendar program fetches them. Whoever has the address may read it."""

from flask import Response, abort
from flask_babel import gettext as _

from volunteer_match.calendars.series import feed
from volunteer_match.consultations.feeds import calendar_entries, owner_of
from volunteer_match.foundation.clock import utc_now
from volunteer_match.web.shared.access import Audience, open_to

from .blueprint import blueprint


@blueprint.get("/kalender/<token>.ics")
@open_to(Audience.PUBLIC)
def staff_calendar(token: str) -> Response:
    """Days, times and places; nothing of who has booked."""
    owner = owner_of(token)
    if owner is None:
        abort(404)
    text = feed(calendar_entries(owner, now=utc_now()), name=_("Konsultationsdage"))
    return Response(text, content_type="text/calendar; charset=utf-8; method=PUBLISH")
