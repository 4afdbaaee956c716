"""The school holidays, which every series that skips them follows at once."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_match.consultations import queries, school_year
from volunteer_match.consultations.rhythm import PeriodRefused
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.people.permissions import Permission
from volunteer_match.vocabulary.school_holidays import known_school_years
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .forms.consultations import HolidayForm, PressForm

Page = str | Response | tuple[str, int]


@blueprint.route("/skoleferier", methods=["GET", "POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def school_holidays() -> Page:
    """All of them, and one more."""
    form = HolidayForm()
    if request.method == "POST" and form.validate() and _add(form):
        return redirect(url_for("admin.school_holidays"))
    page = render_template(
        "admin/consultations/holidays.html",
        form=form,
        holidays=queries.school_holidays(),
        years=school_year.years_to_put_in(),
    )
    return (page, 422) if form.errors else page


def _add(form: HolidayForm) -> bool:
    try:
        with attempt():
            school_year.add_holiday(
                name=form.name.data or "",
                first_on=form.first_on.data,
                last_on=form.last_on.data,
                by=current_user(),
                now=utc_now(),
            )
    except school_year.AlreadyThere:
        form.first_on.errors = [_("Der er allerede en ferie med de to datoer")]
        return False
    except PeriodRefused:
        form.last_on.errors = [_("En ferie kan højst vare ti uger")]
        return False
    flash(_("Ferien er gemt, og dagene er lagt om efter den."), "success")
    return True


@blueprint.post("/skoleferier/skoleaar")
@requires(Permission.MANAGE_CONSULTATIONS)
def school_year_added() -> Response:
    """The holidays of a whole school year, as the municipality has published them."""
    year = request.form.get("year", "")
    if not PressForm().validate() or year not in known_school_years():
        abort(400)
    added = school_year.add_school_year(year, by=current_user(), now=utc_now())
    flash(
        ngettext("%(num)s ferie er lagt ind.", "%(num)s ferier er lagt ind.", added)
        if added
        else _("Ferierne var lagt ind i forvejen."),
        "success" if added else "info",
    )
    return redirect(url_for("admin.school_holidays"))


@blueprint.post("/skoleferier/<int:holiday_id>/slet")
@requires(Permission.MANAGE_CONSULTATIONS)
def school_holiday_removed(holiday_id: int) -> Response:
    """School is held after all."""
    holiday = queries.find_holiday(holiday_id) or abort(404)
    if not PressForm().validate():
        abort(400)
    school_year.remove_holiday(holiday, by=current_user(), now=utc_now())
    flash(_("Ferien er slettet, og dagene er lagt om efter det."), "success")
    return redirect(url_for("admin.school_holidays"))
