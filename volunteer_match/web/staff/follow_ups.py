"""How it goes: what the child, the family and the volunteer say."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.cases.responsibility import is_responsible
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.follow_ups import AlreadyRecorded, NotRunning, record_follow_up
from volunteer_match.proposals.queries import visible_follow_up
from volunteer_match.proposals.states import HowItGoes
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .forms.proposals import FollowUpForm


@blueprint.route("/opfoelgning/<int:follow_up_id>", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def follow_up(follow_up_id: int) -> str | Response | tuple[str, int]:
    """Write down the three voices."""
    user = current_user()
    found = visible_follow_up(user, follow_up_id)
    if found is None or not is_responsible(found.proposal.need.case, user):
        abort(404)
    form = FollowUpForm()
    if request.method == "POST" and form.validate():
        try:
            with attempt():
                record_follow_up(
                    found,
                    how_it_goes=HowItGoes(form.how_it_goes.data),
                    child_voice=form.child_voice.data or "",
                    guardian_voice=form.guardian_voice.data or "",
                    volunteer_voice=form.volunteer_voice.data or "",
                    by=user,
                    now=utc_now(),
                )
            flash(_("Opfølgningen er gemt."), "success")
        except AlreadyRecorded:
            flash(_("Opfølgningen var gemt i forvejen."), "info")
        except NotRunning:
            flash(_("Forløbet er ikke i gang, så der er intet at følge op på."), "info")
        return redirect(url_for("staff.proposal", proposal_id=found.proposal_id))
    page = render_template("staff/follow_ups/form.html", follow_up=found, proposal=found.proposal, form=form)
    return (page, 422) if form.errors else page
