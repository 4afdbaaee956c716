"""Who did or read what, when: the trail in plain words, and the proof that nobody has touched it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.audit.queries import Wanted, read_trail
from volunteer_match.audit.trail import verify_trail
from volunteer_match.foundation.clock import utc_now
from volunteer_match.organisations.register import organisations_of
from volunteer_match.people.accounts import staff_names
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared.access import current_user, requires

from . import trail_words
from .blueprint import blueprint
from .forms.trail import TrailForm


@blueprint.get("/spor")
@requires(Permission.READ_AUDIT)
def trail() -> str | tuple[str, int]:
    """The newest first. Looking at lines about cases is a look at the cases, and leaves a line too."""
    form = TrailForm(request.args, meta={"csrf": False})
    valid = form.validate()
    lines = read_trail(
        form.wanted() if valid else Wanted(),
        page=(form.page.data or 1) if valid else 1,
        up_to=form.up_to.data if valid else None,
        by=current_user().actor,
        now=utc_now(),
    )
    contacts = {entry.subject_id for entry in lines.entries if entry.subject_kind == "contact_person"}
    shown = render_template(
        "admin/trail/list.html",
        form=form,
        trail=lines,
        kept={**form.choices_made(), "up_to": lines.up_to} if valid else {},
        staff=staff_names(),
        organisations_of=organisations_of(key for key in contacts if key is not None),
        words=trail_words,
    )
    return shown if valid else (shown, 422)


@blueprint.post("/spor/kaeden")
@requires(Permission.READ_AUDIT)
def check_trail() -> Response:
    """Walks the whole chain."""
    broken = verify_trail()
    if broken is None:
        flash(_("Kæden er hel: Ingen har ændret eller fjernet spor."), "success")
    else:
        flash(_("Kæden er brudt ved spor nr. %(number)s. Kontakt it-driften nu.", number=broken.entry_id), "error")
    return redirect(url_for("admin.trail"))
