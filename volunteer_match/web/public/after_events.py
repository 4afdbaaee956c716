"""From an event to an offer: by the link in the thanks, with what is known filled in, or by the code at the door."""

from flask import abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from volunteer_match.events.models import CheckIn
from volunteer_match.events.offer_origins import began_with, note_origin
from volunteer_match.events.queries import event_at
from volunteer_match.events.thanks import want_no_more, wants_no_more, who_came
from volunteer_match.events.thanks_mail import Known, known_of
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.organisations.registration import Typed
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.web.shared.access import Audience, open_to
from volunteer_match.web.shared.fields import Form

from .blueprint import blueprint
from .forms.registration import SIGNING_UP
from .registration import EVENT_COOKIE, Page, begin_registration, current_draft
from .sign_up_steps import WHO


class ButtonForm(Form):
    """One button."""


@blueprint.get("/arrangementer/<slug>/tilbud")
@open_to(Audience.PUBLIC)
def event_offer(slug: str) -> Response:
    """Where the code at the door leads."""
    found = event_at(slug) or abort(404)
    session[EVENT_COOKIE] = found.id
    return redirect(url_for("public.registration_start"))


@blueprint.route("/tak/<token>", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def offer_after_event(token: str) -> Page:
    """Mail programs open links by themselves, so only a POST begins a sign-up; as often as somebody likes."""
    try:
        came = who_came(token, now=utc_now())
    except LinkUnusable:
        return _unusable()
    form, known = ButtonForm(), known_of(came)
    if form.validate_on_submit():
        _begin(came, known)
        return redirect(url_for("public.registration_step", slug=WHO.slug))
    return render_template(
        "public/after_event/thanks.html",
        event=came.event,
        has_offer=known.has_offer,
        form=form,
        no_more=ButtonForm(formdata=None),
        wants_no_more=wants_no_more(came),
        token=token,
    )


@blueprint.post("/tak/<token>/ingen-flere")
@open_to(Audience.PUBLIC)
def no_more_after_event(token: str) -> Page:
    """No more mails about events, by the button on the page."""
    if not ButtonForm().validate():
        abort(400)
    return _end_mails(token)


@blueprint.route("/tak/<token>/afmeld", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def unsubscribe_after_event(token: str) -> Page:
    """For mail programs (RFC 8058), as with an invitation: whoever follows the link presses the button on the page."""
    if request.method == "GET":
        return redirect(url_for("public.offer_after_event", token=token))
    if request.form.get("List-Unsubscribe") != "One-Click":
        abort(400)
    return _end_mails(token)


def _end_mails(token: str) -> Page:
    try:
        came = who_came(token, now=utc_now())
    except LinkUnusable:
        return _unusable()
    want_no_more(came, now=utc_now())
    return render_template("public/after_event/no_more.html")


def _unusable() -> Page:
    return render_template("public/after_event/link_unusable.html"), 410


def _begin(came: CheckIn, known: Known) -> None:
    """What this person has begun in this browser already is gone on with."""
    draft = current_draft()
    if draft is None or not began_with(draft, came):
        draft = begin_registration(_answers(known))
        note_origin(draft, event=came.event, came=came, now=utc_now())
    session[EVENT_COOKIE] = came.event_id


def _answers(known: Known) -> Typed:
    """The first step as far as we know it."""
    answers = {
        "kind": known.kind.value if known.kind and known.kind in SIGNING_UP else "",
        "organisation_name": "" if known.kind is OrganisationKind.CITIZEN else known.organisation_name,
        "contact_name": known.name,
        "email": known.email,
    }
    return {name: [value] for name, value in answers.items() if value}
