"""At the door on a phone: tick who comes, write in who was on no list, and the same list on paper.

Each tick is a form of its own. The script (static/js/check_in.js) sends the same form without leaving the page, and
again when the net was gone.
"""

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.events import check_in, queries
from volunteer_match.events.models import Event
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared import event_words
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .events import event_tabs, find
from .forms.event_door import TickForm, WalkInForm
from .forms.events import ButtonForm

Page = str | Response | tuple[str, int]


@blueprint.get("/arrangementer/<int:event_id>/fremmoede")
@requires(Permission.MANAGE_EVENTS)
def event_door(event_id: int) -> str:
    """Those who said yes or maybe; everybody on the list where that is asked for."""
    return _door_page(find(event_id), WalkInForm(formdata=None))


@blueprint.post("/arrangementer/<int:event_id>/fremmoede/<int:invitation_id>")
@requires(Permission.MANAGE_EVENTS)
def event_tick(event_id: int, invitation_id: int) -> Response:
    """Here, or not here after all: as often as it is sent."""
    found, form = find(event_id), TickForm()
    guest = queries.find_guest(found, invitation_id) or abort(404)
    if not form.validate():
        abort(400)
    try:
        with attempt():
            check_in.note_presence(found, guest, is_here=form.here.data == "1", by=current_user(), now=utc_now())
    except (check_in.NothingToCome, check_in.IsThanked):
        abort(409)
    if request.accept_mimetypes.best == "application/json":
        return _presence(found)
    return redirect(_back(found, invitation_id))


@blueprint.get("/arrangementer/<int:event_id>/fremmoede/tal")
@requires(Permission.MANAGE_EVENTS)
def event_presence(event_id: int) -> Response:
    """What the other phones have ticked, in numbers."""
    return _presence(find(event_id))


@blueprint.post("/arrangementer/<int:event_id>/fremmoede/uden-indbydelse")
@requires(Permission.MANAGE_EVENTS)
def event_walk_in(event_id: int) -> Page:
    """Somebody who is on no list."""
    found, form = find(event_id), WalkInForm()
    if not form.validate():
        return _door_page(found, form), 422
    name, email, people = form.name.data or "", form.email.data or "", form.people.data or 1
    try:
        with attempt():
            check_in.walk_in(found, name=name, email=email, people=people, by=current_user(), now=utc_now())
    except check_in.NothingToCome:
        abort(409)
    flash(_("Noteret. Velkommen."), "success")
    return redirect(_back(found))


@blueprint.post("/arrangementer/<int:event_id>/fremmoede/uden-indbydelse/<int:check_in_id>/fortryd")
@requires(Permission.MANAGE_EVENTS)
def event_walk_in_undo(event_id: int, check_in_id: int) -> Response:
    """Written by mistake."""
    found = find(event_id)
    if not ButtonForm().validate():
        abort(400)
    try:
        with attempt():
            check_in.undo_walk_in(found, check_in_id, by=current_user(), now=utc_now())
    except (check_in.NothingToCome, check_in.IsThanked):
        abort(409)
    return redirect(_back(found))


@blueprint.get("/arrangementer/<int:event_id>/fremmoede/liste")
@requires(Permission.MANAGE_EVENTS)
def event_door_list(event_id: int) -> str:
    """The list on paper, for a door without net."""
    found = find(event_id)
    return render_template(
        "admin/events/door_list.html",
        event=found,
        door=check_in.door(found, everybody=False, by=current_user().actor, now=utc_now()),
        words=event_words,
    )


def _door_page(found: Event, form: WalkInForm) -> str:
    everybody = bool(request.args.get("alle"))
    return render_template(
        "admin/events/door.html",
        event=found,
        door=check_in.door(found, everybody=everybody, by=current_user().actor, now=utc_now()),
        everybody=everybody,
        can_tick=found.state in check_in.CAN_CHECK_IN,
        form=form,
        words=event_words,
        tabs_of=event_tabs(found, "event_door"),
    )


def _presence(found: Event) -> Response:
    now = check_in.presence(found)
    return jsonify(here=sorted(now.here), people=now.people)


def _back(found: Event, invitation_id: int | None = None) -> str:
    anchor = f"guest-{invitation_id}" if invitation_id else None
    return url_for("admin.event_door", event_id=found.id, alle=request.form.get("alle") or None, _anchor=anchor)
