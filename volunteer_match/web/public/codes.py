"""Codes to point a phone at, and the poster of an event that carries one."""

from io import BytesIO

import segno
from flask import Response, abort, render_template, url_for

from volunteer_match.events.queries import event_at
from volunteer_match.events.states import Visibility
from volunteer_match.notifications.site import site
from volunteer_match.web.shared.access import Audience, open_to

from .blueprint import blueprint


@blueprint.get("/tilmeld/kode.svg")
@open_to(Audience.PUBLIC)
def registration_code() -> Response:
    """Leads to the sign-up."""
    return _code(url_for("public.registration_start"))


@blueprint.get("/arrangementer/<slug>/kode.svg")
@open_to(Audience.PUBLIC)
def event_code(slug: str) -> Response:
    """Leads to the event's page."""
    if event_at(slug) is None:
        abort(404)
    return _code(url_for("public.event", slug=slug))


@blueprint.get("/arrangementer/<slug>/tilbud/kode.svg")
@open_to(Audience.PUBLIC)
def event_offer_code(slug: str) -> Response:
    """Leads to the sign-up, and tells it at which event it was read."""
    if event_at(slug) is None:
        abort(404)
    return _code(url_for("public.event_offer", slug=slug))


@blueprint.get("/arrangementer/<slug>/plakat")
@open_to(Audience.PUBLIC)
def event_poster(slug: str) -> str:
    """For the notice board: of events that anybody may come to."""
    found = event_at(slug)
    if found is None or found.visibility is not Visibility.PUBLIC:
        abort(404)
    page_url = site().absolute(url_for("public.event", slug=slug))
    return render_template("public/events/poster.html", event=found, page_url=page_url)


def _code(path: str) -> Response:
    """Read from a poster three steps away and with a corner torn off: a quarter of it may be missing."""
    drawn = BytesIO()
    segno.make_qr(site().absolute(path), error="q").save(drawn, kind="svg", scale=10, border=4, light="#fff")
    return Response(drawn.getvalue(), content_type="image/svg+xml")
