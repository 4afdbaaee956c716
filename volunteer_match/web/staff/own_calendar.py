"""The secret address of one's own consultation days, for one's own calendar program."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.consultations.feeds import feed_of, make_address, revoke_address
from volunteer_match.foundation.clock import utc_now
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .forms.consultations import PressForm


@blueprint.get("/konsultationer/kalender")
@requires(Permission.WORK_CONSULTATIONS)
def own_calendar() -> str:
    """Whether there is an address, and how to use one. The address itself is shown once, when it is made."""
    return render_template("staff/consultations/calendar.html", feed=feed_of(current_user()), address=None)


@blueprint.post("/konsultationer/kalender")
@requires(Permission.WORK_CONSULTATIONS)
def own_calendar_made() -> str:
    """A new address; the old one ends."""
    user = current_user()
    if not PressForm().validate():
        abort(400)
    token = make_address(user, now=utc_now())
    address = url_for("public.staff_calendar", token=token, _external=True)
    return render_template("staff/consultations/calendar.html", feed=feed_of(user), address=address)


@blueprint.post("/konsultationer/kalender/luk")
@requires(Permission.WORK_CONSULTATIONS)
def own_calendar_closed() -> Response:
    """The address shows nothing any more."""
    if not PressForm().validate():
        abort(400)
    if revoke_address(current_user(), now=utc_now()):
        flash(_("Adressen er lukket. Kalendere, der bruger den, får ikke mere at vide."), "success")
    return redirect(url_for("staff.own_calendar"))
