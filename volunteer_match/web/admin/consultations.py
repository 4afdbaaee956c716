"""Series of consultation days as those who plan them see them: schools, rhythm, who sits there."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.consultations import planning, queries, roster
from volunteer_match.consultations.models import ConsultationSeries
from volunteer_match.consultations.rhythm import PeriodRefused
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared import consultation_words
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .forms.consultations import RHYTHMS, RosterForm, SeriesForm

Page = str | Response | tuple[str, int]


@blueprint.get("/konsultationer")
@requires(Permission.MANAGE_CONSULTATIONS)
def consultations() -> str:
    """Every series and its next day."""
    return render_template("admin/consultations/list.html", series=queries.all_series(now=utc_now()), rhythms=RHYTHMS)


@blueprint.route("/konsultationer/ny", methods=["GET", "POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_new() -> Page:
    """A new series; its days are laid at once, and who sits there comes next."""
    form = SeriesForm()
    if request.method == "POST" and form.validate():
        series = planning.plan_series(
            form.facts(),
            first_on=form.first_on.data,
            every_weeks=int(form.every_weeks.data),
            by=current_user(),
            now=utc_now(),
        )
        flash(_("Dagene er lagt. Vælg nu, hvem der sidder der."), "success")
        return redirect(url_for("admin.consultation_roster", series_id=series.id))
    page = render_template("admin/consultations/edit.html", form=form, series=None)
    return (page, 422) if form.errors else page


@blueprint.get("/konsultationer/<int:series_id>")
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_series(series_id: int) -> str:
    """Its facts, its people and all its days."""
    series, now = _find(series_id), utc_now()
    ahead = [day for day in series.days if day.ends_at > now]
    return render_template(
        "admin/consultations/show.html",
        series=series,
        ahead=ahead,
        held=[day for day in series.days if day not in ahead],
        booked=queries.booked_counts(series.days),
        rhythms=RHYTHMS,
        words=consultation_words,
    )


@blueprint.route("/konsultationer/<int:series_id>/ret", methods=["GET", "POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_change(series_id: int) -> Page:
    """Place, times and end; the days to come follow and who has booked is told."""
    series, form = _find(series_id), SeriesForm()
    form.keep_rhythm(series)
    if request.method == "POST" and form.validate():
        try:
            with attempt():
                planning.change_series(series, form.facts(), by=current_user(), now=utc_now())
        except PeriodRefused:
            form.last_on.errors = [_("Planlæg højst et år ad gangen")]
        else:
            flash(_("Rækken er rettet. De, der har bestilt, får besked, hvis tid eller sted er nyt."), "success")
            return redirect(url_for("admin.consultation_series", series_id=series_id))
    if request.method == "GET":
        form.show(series)
    page = render_template("admin/consultations/edit.html", form=form, series=series)
    return (page, 422) if form.errors else page


@blueprint.route("/konsultationer/<int:series_id>/bemanding", methods=["GET", "POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation_roster(series_id: int) -> Page:
    """Who usually holds each role."""
    series, form = _find(series_id), RosterForm()
    form.offer(roster.possible_people())
    if request.method == "POST" and form.validate():
        try:
            with attempt():
                roster.set_posts(series, form.chosen(), by=current_user(), now=utc_now())
        except roster.NotOnTheRoster:
            form.form_errors.append(_("Den samme kan kun have én rolle. Vælg en anden til den ene"))
        else:
            flash(_("Bemandingen er gemt."), "success")
            return redirect(url_for("admin.consultation_series", series_id=series_id))
    if request.method == "GET":
        form.show(series)
    page = render_template("admin/consultations/roster.html", form=form, series=series)
    return (page, 422) if form.errors or form.form_errors else page


def _find(series_id: int) -> ConsultationSeries:
    return queries.find_series(series_id) or abort(404)
