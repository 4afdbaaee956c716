"""Single consultation days: moved, cancelled, held after all, and who is away."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.consultations import days, queries, roster
from volunteer_match.consultations.models import ConsultationDay
from volunteer_match.consultations.states import DayState
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared import consultation_words
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .forms.consultations import AbsenceForm, CancelDayForm, MoveDayForm, PressForm

Page = str | Response | tuple[str, int]


@blueprint.get("/konsultationer/dag/<int:day_id>")
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_day(day_id: int) -> str:
    """How the day stands. Who has booked is for those who sit there."""
    day = _find(day_id)
    return render_template(
        "admin/consultations/day.html",
        day=day,
        booked=queries.booked_counts([day])[day.id],
        lies_ahead=not days.has_begun(day, now=utc_now()),
        words=consultation_words,
    )


@blueprint.route("/konsultationer/dag/<int:day_id>/flyt", methods=["GET", "POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_day_move(day_id: int) -> Page:
    """Another date, time or place; bookings go along."""
    day, form = _find(day_id), MoveDayForm()
    if not _can_change(day):
        return _back(day)
    if request.method == "POST" and form.validate():
        to, note = form.new_time(), form.note.data or ""
        _try(lambda: days.move_day(day, to, note=note, by=current_user(), now=utc_now()), _("Dagen er flyttet."))
        return _back(day)
    if request.method == "GET":
        form.show(day)
    booked = queries.booked_counts([day])[day.id]
    page = render_template("admin/consultations/move.html", day=day, form=form, booked=booked)
    return (page, 422) if form.errors else page


@blueprint.route("/konsultationer/dag/<int:day_id>/aflys", methods=["GET", "POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_day_cancel(day_id: int) -> Page:
    """Not held; who has booked is told and can book another."""
    day, form = _find(day_id), CancelDayForm()
    if not _can_change(day):
        return _back(day)
    if request.method == "POST" and form.validate():
        note = form.note.data or ""
        _try(lambda: days.cancel_day(day, note=note, by=current_user(), now=utc_now()), _("Dagen er aflyst."))
        return _back(day)
    booked = queries.booked_counts([day])[day.id]
    page = render_template("admin/consultations/cancel.html", day=day, form=form, booked=booked)
    return (page, 422) if form.errors else page


@blueprint.post("/konsultationer/dag/<int:day_id>/hold-alligevel")
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_day_resume(day_id: int) -> Response:
    """Held after all."""
    day = _find(day_id)
    if not PressForm().validate():
        abort(400)
    _try(lambda: days.resume_day(day, by=current_user(), now=utc_now()), _("Dagen holdes alligevel."))
    return _back(day)


@blueprint.route("/konsultationer/fravaer/<int:duty_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_absence(duty_id: int) -> Page:
    """Somebody is away on a day; another stands in, now or later."""
    duty, form = queries.find_duty(duty_id) or abort(404), AbsenceForm()
    form.offer(duty, roster.possible_people())
    if request.method == "POST" and form.validate():
        try:
            with attempt():
                roster.report_absence(duty, stand_in_id=form.chosen(), by=current_user(), now=utc_now())
            flash(_("Fraværet er gemt."), "success")
        except roster.NotOnTheRoster:
            flash(_("Afløseren sidder der allerede. Vælg en anden."), "warning")
        except days.DayOver:
            flash(_("Dagen er begyndt, så den kan ikke ændres længere."), "info")
        return _back(duty.day)
    if request.method == "GET" and duty.stand_in_id is not None:
        form.stand_in.data = str(duty.stand_in_id)
    page = render_template("admin/consultations/absence.html", duty=duty, form=form, words=consultation_words)
    return (page, 422) if form.errors else page


@blueprint.post("/konsultationer/fravaer/<int:duty_id>/slut")
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_absence_over(duty_id: int) -> Response:
    """They come after all."""
    duty = queries.find_duty(duty_id) or abort(404)
    if not PressForm().validate():
        abort(400)
    _try(lambda: roster.end_absence(duty, by=current_user(), now=utc_now()), _("Fraværet er slettet."))
    return _back(duty.day)


def _try(step: Callable[[], None], done: str) -> None:
    try:
        with attempt():
            step()
    except (days.DayOver, days.DateRefused):
        flash(_("Dagen er begyndt, så den kan ikke ændres længere."), "info")
    except MoveRefused:
        flash(_("Dagen var ændret i forvejen. Se, hvordan den står nu."), "info")
    else:
        flash(done, "success")


def _can_change(day: ConsultationDay) -> bool:
    return day.state is DayState.PLANNED and not days.has_begun(day, now=utc_now())


def _back(day: ConsultationDay) -> Response:
    return redirect(url_for("admin.consultation_day", day_id=day.id))


def _find(day_id: int) -> ConsultationDay:
    return queries.find_day(day_id) or abort(404)
