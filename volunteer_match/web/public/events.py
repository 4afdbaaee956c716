"""The events anybody may read about: the list, the page of each, its file for the calendar, and signing up."""

from datetime import timedelta

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from volunteer_match.calendars.entries import published
from volunteer_match.events import inviting
from volunteer_match.events.answers import can_answer
from volunteer_match.events.event_mail import entry
from volunteer_match.events.models import Event
from volunteer_match.events.queries import coming_public_events, event_at
from volunteer_match.events.states import EventState, Visibility
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.site import site
from volunteer_match.people.throttle import note_attempt, too_many
from volunteer_match.web.shared.access import Audience, open_to
from volunteer_match.web.shared.language import current_language

from .blueprint import blueprint
from .forms.events import EventSignUpForm

Page = str | AnyResponse | tuple[str, int]
HOUR = timedelta(hours=1)
# A family or an office shares a network address, so not too few.
SIGN_UPS_FROM_ONE_NETWORK = 30
MAILED_TO_ONE_ADDRESS = 3


@blueprint.get("/arrangementer")
@open_to(Audience.PUBLIC)
def events() -> str:
    """What is coming, the next one first."""
    return render_template("public/events/list.html", events=coming_public_events(now=utc_now()))


@blueprint.route("/arrangementer/<slug>", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def event(slug: str) -> Page:
    """One event, and the form by which anybody signs up where they may."""
    found, form = _find(slug), EventSignUpForm()
    if request.method == "POST" and form.validate():
        return _sign_up(found, form)
    page = render_template(
        "public/events/event.html",
        event=found,
        form=form,
        preview=False,
        takes_sign_ups=found.visibility is Visibility.PUBLIC and can_answer(found, now=utc_now()),
        is_over=found.state is EventState.HELD or found.starts_at <= utc_now(),
        page_url=site().absolute(url_for("public.event", slug=slug)),
        picture_url=site().absolute(url_for("static", filename="img/share.png")),
    )
    return (page, 422) if form.errors else page


def _sign_up(found: Event, form: EventSignUpForm) -> Page:
    sent = redirect(url_for("public.event_link_sent", slug=found.slug))
    if form.homepage.data:
        return sent
    now, network, email = utc_now(), request.remote_addr or "", form.email.data or ""
    if too_many("event", network, now=now, limit=SIGN_UPS_FROM_ONE_NETWORK, window=HOUR) or too_many(
        f"event_mail:{found.id}", email, now=now, limit=MAILED_TO_ONE_ADDRESS, window=HOUR
    ):
        return render_template("public/events/too_many.html", event=found), 429
    note_attempt("event", network, now=now)
    note_attempt(f"event_mail:{found.id}", email, now=now)
    try:
        inviting.sign_up(found, email=email, name=form.name.data or "", language=current_language(), now=now)
    except (inviting.NotByInvitation, MoveRefused):
        return redirect(url_for("public.event", slug=found.slug))
    return sent


@blueprint.get("/arrangementer/<slug>/mail-sendt")
@open_to(Audience.PUBLIC)
def event_link_sent(slug: str) -> str:
    """Look in your mail: the same for an address we know and one we don't."""
    return render_template("public/events/link_sent.html", event=_find(slug))


@blueprint.get("/arrangementer/<slug>/kalender.ics")
@open_to(Audience.PUBLIC)
def event_calendar_file(slug: str) -> Response:
    """For whoever would rather put it into their calendar by themselves."""
    found = _find(slug)
    if found.state is EventState.CANCELLED:
        abort(404)
    answer = Response(published([entry(found)]), content_type="text/calendar; charset=utf-8; method=PUBLISH")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.slug}.ics")
    return answer


def _find(slug: str) -> Event:
    return event_at(slug) or abort(404)
