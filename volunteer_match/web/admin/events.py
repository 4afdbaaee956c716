"""Events as their host sees them: the list, the form, how far it is, and the page as a guest sees it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.events import due, planning, queries
from volunteer_match.events.event_details import details_of
from volunteer_match.events.models import Event
from volunteer_match.events.states import ANSWERABLE, CHANGEABLE, EventState, Visibility
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared import event_words
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .forms.events import ButtonForm, CancelEventForm, EventForm

Page = str | Response | tuple[str, int]


@blueprint.get("/arrangementer")
@requires(Permission.MANAGE_EVENTS)
def events() -> str:
    """What is coming and being written, and below it what has been."""
    found, now = queries.all_events(), utc_now()
    ahead = [event for event in found if event.state in CHANGEABLE and event.ends_at > now]
    return render_template(
        "admin/events/list.html",
        ahead=sorted(ahead, key=lambda event: event.starts_at),
        past=[event for event in found if event not in ahead],
        words=event_words,
    )


@blueprint.route("/arrangementer/nyt", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
def event_new() -> Page:
    """A draft: nobody sees it yet."""
    user, form = current_user(), EventForm()
    if request.method == "POST" and form.validate():
        event = planning.plan_event(details=form.details(), by=user, now=utc_now())
        flash(_("Kladden er gemt. Kun I kan se den, indtil I åbner den for svar."), "success")
        return redirect(url_for("admin.event", event_id=event.id))
    if request.method == "GET":
        form.contact_name.data, form.contact_email.data = user.name, user.email
    page = render_template("admin/events/edit.html", form=form, event=None)
    return (page, 422) if form.errors else page


@blueprint.get("/arrangementer/<int:event_id>")
@requires(Permission.MANAGE_EVENTS)
def event(event_id: int) -> str:
    """How far it is, and what can be done now."""
    found = find(event_id)
    return render_template(
        "admin/events/show.html",
        event=found,
        figures=queries.figures(found),
        words=event_words,
        can_change=_can_change(found),
        can_hold=found.state in ANSWERABLE and found.starts_at <= utc_now(),
        held_by_itself_at=found.ends_at + due.HELD_AFTER_END,
        tabs_of=event_tabs(found, "event"),
    )


@blueprint.route("/arrangementer/<int:event_id>/ret", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
def event_change(event_id: int) -> Page:
    """The same form; what guests have in their calendars is told to them."""
    found, form = find(event_id), EventForm()
    here = redirect(url_for("admin.event", event_id=event_id))
    if not _can_change(found):
        return here
    form.reply_on_so_far = found.reply_on
    if request.method == "POST" and form.validate() and _change(found, form):
        return here
    if request.method == "GET":
        form.show(details_of(found))
    page = render_template("admin/events/edit.html", form=form, event=found)
    return (page, 422) if form.errors else page


def _change(found: Event, form: EventForm) -> bool:
    try:
        with attempt():
            changed = planning.change_event(found, details=form.details(), by=current_user(), now=utc_now())
    except planning.SeatsAreTaken as refused:
        form.capacity.errors = [_("%(taken)s pladser er taget. Der kan ikke være færre", taken=refused.seats_taken)]
        return False
    if found.state is not EventState.DRAFT and set(changed) & set(planning.IN_CALENDARS):
        flash(_("Ændringen er gemt, og gæsterne får den i en mail."), "success")
    elif changed:
        flash(_("Ændringen er gemt."), "success")
    return True


@blueprint.get("/arrangementer/<int:event_id>/som-gaest")
@requires(Permission.MANAGE_EVENTS)
def event_preview(event_id: int) -> str:
    """The public page before anybody can see it."""
    found = find(event_id)
    return render_template(
        "public/events/event.html",
        event=found,
        preview=True,
        takes_sign_ups=found.visibility is Visibility.PUBLIC,
        is_over=False,
    )


@blueprint.post("/arrangementer/<int:event_id>/aabn")
@requires(Permission.MANAGE_EVENTS)
def event_open(event_id: int) -> Response:
    """Open for answers."""
    found = find(event_id)
    if not ButtonForm().validate():
        abort(400)
    try:
        with attempt():
            planning.open_event(found, by=current_user(), now=utc_now())
    except planning.TooLate:
        flash(_("Tidspunktet er gået. Ret datoen først."), "error")
        return redirect(url_for("admin.event", event_id=event_id))
    except MoveRefused:
        flash(_("Arrangementet var allerede åbnet eller aflyst."), "info")
        return redirect(url_for("admin.event", event_id=event_id))
    flash(
        _("Arrangementet er åbent, og alle kan se det på forsiden.")
        if found.visibility is Visibility.PUBLIC
        else _("Arrangementet er åbent. Nu kan I sende indbydelser."),
        "success",
    )
    return redirect(url_for("admin.event", event_id=event_id))


@blueprint.route("/arrangementer/<int:event_id>/aflys", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
def event_cancel(event_id: int) -> Page:
    """Called off, with a reason to the guests."""
    found, form = find(event_id), CancelEventForm()
    here = redirect(url_for("admin.event", event_id=event_id))
    if not _can_change(found):
        return here
    if request.method == "POST" and form.validate():
        try:
            with attempt():
                planning.cancel_event(found, reason=form.reason.data or "", by=current_user(), now=utc_now())
        except MoveRefused:
            flash(_("Arrangementet kan ikke aflyses længere."), "info")
        else:
            flash(_("Arrangementet er aflyst. Gæsterne får besked."), "success")
        return here
    page = render_template("admin/events/cancel.html", form=form, event=found, figures=queries.figures(found))
    return (page, 422) if form.errors else page


@blueprint.post("/arrangementer/<int:event_id>/holdt")
@requires(Permission.MANAGE_EVENTS)
def event_hold(event_id: int) -> Response:
    """It is over; the worker would say so later."""
    found = find(event_id)
    if not ButtonForm().validate():
        abort(400)
    try:
        with attempt():
            planning.hold_event(found, by=current_user(), now=utc_now())
    except MoveRefused:
        flash(_("Arrangementet er ikke begyndt, eller det var allerede slut eller aflyst."), "info")
    else:
        flash(_("Arrangementet er holdt. Gæster kan stadig krydses af under »Fremmøde«."), "success")
    return redirect(url_for("admin.event", event_id=event_id))


@blueprint.post("/arrangementer/<int:event_id>/kopier")
@requires(Permission.MANAGE_EVENTS)
def event_copy(event_id: int) -> Response:
    """A new draft like it, to be looked through."""
    found = find(event_id)
    if not ButtonForm().validate():
        abort(400)
    copied = planning.copy_event(found, by=current_user(), now=utc_now())
    flash(_("Kopien er en kladde uden gæster. Se datoen efter."), "success")
    return redirect(url_for("admin.event_change", event_id=copied.id))


def find(event_id: int) -> Event:
    """The event, or 404."""
    return queries.find_event(event_id) or abort(404)


def event_tabs(found: Event, current: str) -> list[tuple[str, str, bool]]:
    """The pages of one event."""
    pages = (
        ("event", _("Overblik")),
        ("event_guests", _("Gæster")),
        ("event_invitation", _("Indbydelse")),
        ("event_answers", _("Svar")),
        ("event_door", _("Fremmøde")),
        ("event_thanks", _("Tak")),
        ("event_figures", _("Tal")),
    )
    return [(url_for(f"admin.{name}", event_id=found.id), label, name == current) for name, label in pages]


def _can_change(found: Event) -> bool:
    return found.state in CHANGEABLE and (found.state is EventState.DRAFT or found.starts_at > utc_now())
