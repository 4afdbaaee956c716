"""Where a member of staff lands after signing in: each at what they came for."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint

FIRST_PAGES = (
    (Permission.SEE_TODAY, "staff.today"),
    (Permission.VET_ORGANISATIONS, "admin.queue"),
    (Permission.WORK_CONSULTATIONS, "staff.consultations"),
    (Permission.SEE_CALENDAR, "staff.calendar"),
)


@blueprint.get("/start")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def home() -> Response:
    """The first page this person may open."""
    user = current_user()
    for permission, endpoint in FIRST_PAGES:
        if user.may(permission):
            return redirect(url_for(endpoint))
    return redirect(url_for("security.change_password"))
