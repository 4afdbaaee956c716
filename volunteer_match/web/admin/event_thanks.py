"""Thanks to those who came: the words, how the mail looks, a test to oneself, sending it, and how far it is."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_match.events import thanks, thanks_mail
from volunteer_match.events.merge_fields import FIELDS, THANKS_TEXT
from volunteer_match.events.models import Event
from volunteer_match.events.states import EventState
from volunteer_match.events.thanks_mail import Known
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.rendering import render
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared import event_words
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .events import event_tabs, find
from .forms.events import ThanksTextForm

Page = str | Response | tuple[str, int]


@blueprint.route("/arrangementer/<int:event_id>/tak", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
def event_thanks(event_id: int) -> Page:
    """The words, which can be written before it is held, and below them the mail as somebody who came gets it."""
    found, form = find(event_id), ThanksTextForm()
    if request.method == "GET":
        form.text.data = found.thanks_text or THANKS_TEXT.da
        return _page(found, form)
    return _kept(found, form) or _back(found, _("Teksten er gemt."))


@blueprint.post("/arrangementer/<int:event_id>/tak/proeve")
@requires(Permission.MANAGE_EVENTS)
def event_thanks_test(event_id: int) -> Page:
    """To the host's own address, with the words that stand on the page."""
    found, form, user = find(event_id), ThanksTextForm(), current_user()
    refused = _kept(found, form)
    if refused:
        return refused
    thanks_mail.send_test(found, _reader(found), to=user.email, now=utc_now())
    return _back(found, _("Prøven er sendt til %(address)s.", address=user.email))


@blueprint.post("/arrangementer/<int:event_id>/tak/send")
@requires(Permission.MANAGE_EVENTS)
def event_thanks_send(event_id: int) -> Page:
    """To everybody who came and has not been thanked."""
    found, form = find(event_id), ThanksTextForm()
    refused = _kept(found, form)
    if refused:
        return refused
    try:
        with attempt():
            number = thanks.say_thanks(found, by=current_user(), now=utc_now())
    except MoveRefused:
        return _back(found, _("Takken kan sendes, når arrangementet er holdt."), kind="error")
    if not number:
        return _back(found, _("Alle, der kom og kan få en mail, er takket."), kind="info")
    return _back(found, ngettext("%(num)s takkemail er på vej.", "%(num)s takkemails er på vej.", number))


def _kept(found: Event, form: ThanksTextForm) -> Page | None:
    """Stores what stands on the page; the page again where it can't be."""
    if not form.validate():
        return _page(found, form), 422
    # Our own text sent back unchanged stays ours, so that it is in the language of whoever reads it.
    own = "" if form.text.data == THANKS_TEXT.da.strip() else form.text.data or ""
    try:
        with attempt():
            thanks.write_thanks(found, text=own, by=current_user(), now=utc_now())
    except MoveRefused:
        return _back(found, _("Arrangementet er aflyst, så der er ikke noget at takke for."), kind="error")
    return None


def _back(found: Event, told: str, *, kind: str = "success") -> Response:
    flash(told, kind)
    return redirect(url_for("admin.event_thanks", event_id=found.id))


def _page(found: Event, form: ThanksTextForm) -> str:
    reader = _reader(found)
    return render_template(
        "admin/events/thanks.html",
        event=found,
        form=form,
        thanks=thanks.thanks_of(found, now=utc_now()),
        reader=reader,
        mail=render(thanks_mail.sample(found, reader), language=reader.language),
        field_names=[name for name in FIELDS if name != "svarfrist"],
        can_write=found.state is not EventState.CANCELLED,
        can_send=found.state is EventState.HELD,
        words=event_words,
        tabs_of=event_tabs(found, "event_thanks"),
    )


def _reader(found: Event) -> Known:
    """Somebody who came; before there is one, the host."""
    user = current_user()
    came = thanks.somebody_who_came(found, by=user.actor, now=utc_now())
    return thanks_mail.known_of(came) if came else Known(name=user.name, email=user.email, language="da")
