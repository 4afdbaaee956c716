"""The invitation: its words, how it looks to a real guest, a test to oneself, and sending it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_match.events import event_mail, inviting, planning, queries
from volunteer_match.events.merge_fields import DEFAULT_TEXT, FIELDS
from volunteer_match.events.models import Event, Invitation
from volunteer_match.events.states import CHANGEABLE, EventState, InvitationSource
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.rendering import render
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared import event_words
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .events import event_tabs, find
from .forms.events import ButtonForm, InvitationTextForm, SendForm

Page = str | Response | tuple[str, int]


@blueprint.route("/arrangementer/<int:event_id>/indbydelse", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
def event_invitation(event_id: int) -> Page:
    """The words, and below them the mail as a real guest gets it."""
    found, form = find(event_id), InvitationTextForm()
    if request.method == "POST" and form.validate():
        _save(found, form)
        flash(_("Teksten er gemt."), "success")
        return redirect(url_for("admin.event_invitation", event_id=event_id))
    if request.method == "GET":
        form.text.data = found.invitation_text or DEFAULT_TEXT.da
    return _invitation_page(found, form, SendForm(formdata=None))


@blueprint.post("/arrangementer/<int:event_id>/indbydelse/proeve")
@requires(Permission.MANAGE_EVENTS)
def event_invitation_test(event_id: int) -> Page:
    """To the host's own address, with the words that stand on the page."""
    found, form, user = find(event_id), InvitationTextForm(), current_user()
    if not form.validate():
        return _invitation_page(found, form, SendForm(formdata=None))
    _save(found, form)
    guest = _sample_guest(found)
    event_mail.send_test(found, guest, to=user.email, language=guest.language, now=utc_now())
    flash(_("Prøven er sendt til %(address)s.", address=user.email), "success")
    return redirect(url_for("admin.event_invitation", event_id=event_id))


@blueprint.post("/arrangementer/<int:event_id>/indbydelse/send")
@requires(Permission.MANAGE_EVENTS)
def event_invitation_send(event_id: int) -> Page:
    """To everybody on the list who has not been asked, now or later. A draft is opened for answers by it."""
    found, text, form = find(event_id), InvitationTextForm(), SendForm()
    if not all([text.validate(), form.validate()]):
        return _invitation_page(found, text, form)
    try:
        with attempt():
            number = _send(found, text, form)
    except (MoveRefused, planning.TooLate):
        flash(_("Indbydelserne kan ikke sendes: arrangementet er aflyst eller begynder før det tidspunkt."), "error")
        return redirect(url_for("admin.event_invitation", event_id=event_id))
    flash(_told(number, later=form.when.data == "later"), "success" if number else "info")
    return redirect(url_for("admin.event", event_id=event_id))


@blueprint.post("/arrangementer/<int:event_id>/indbydelse/stop")
@requires(Permission.MANAGE_EVENTS)
def event_invitation_stop(event_id: int) -> Response:
    """What has not gone does not go."""
    found = find(event_id)
    if not ButtonForm().validate():
        abort(400)
    number = inviting.stop_sending(found, by=current_user(), now=utc_now())
    flash(ngettext("%(num)s indbydelse er stoppet.", "%(num)s indbydelser er stoppet.", number), "success")
    return redirect(url_for("admin.event", event_id=event_id))


def _save(found: Event, form: InvitationTextForm) -> None:
    text = form.text.data or ""
    # Our own text sent back unchanged stays ours, so that it is in each guest's language.
    own = "" if text == DEFAULT_TEXT.da.strip() else text
    planning.write_invitation(found, text=own, by=current_user(), now=utc_now())


def _send(found: Event, text: InvitationTextForm, form: SendForm) -> int:
    _save(found, text)
    if found.state is EventState.DRAFT:
        planning.open_event(found, by=current_user(), now=utc_now())
    return inviting.send_invitations(found, at=form.moment(), by=current_user(), now=utc_now())


def _told(number: int, *, later: bool) -> str:
    if not number:
        return str(_("Der er ingen på listen, som mangler en indbydelse."))
    if later:
        return str(ngettext("%(num)s indbydelse sendes senere.", "%(num)s indbydelser sendes senere.", number))
    return str(ngettext("%(num)s indbydelse er på vej.", "%(num)s indbydelser er på vej.", number))


def _invitation_page(found: Event, form: InvitationTextForm, send: SendForm) -> Page:
    guest = _sample_guest(found)
    figures = queries.figures(found)
    page = render_template(
        "admin/events/invitation.html",
        event=found,
        form=form,
        send=send,
        figures=figures,
        to_ask=figures.on_list,
        guest=guest,
        mail=render(event_mail.sample(found, guest), language=guest.language),
        field_names=list(FIELDS),
        can_write=found.state in CHANGEABLE,
        can_send=found.state in CHANGEABLE and found.starts_at > utc_now(),
        words=event_words,
        tabs_of=event_tabs(found, "event_invitation"),
    )
    return (page, 422) if form.errors or send.errors else page


def _sample_guest(found: Event) -> Invitation:
    """A guest of the list; before there is one, the host."""
    user = current_user()
    return queries.first_guest(found, by=user.actor, now=utc_now()) or Invitation(
        name=user.name, email=user.email, language="da", organisation_name="", source=InvitationSource.SINGLE
    )
