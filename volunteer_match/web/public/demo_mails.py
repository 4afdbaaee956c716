"""The demo's letter box: every mail that was written, since nobody behind a demo address can read theirs."""

from flask import abort, current_app, render_template
from flask_babel import lazy_gettext as _l

from volunteer_match.config import Settings
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.queries import newest_mails
from volunteer_match.notifications.states import MailState
from volunteer_match.web.shared.access import Audience, open_to

from .blueprint import blueprint

SHOWN = 100
STATE_BADGES = {
    MailState.QUEUED: (_l("Venter"), "info"),
    MailState.SENT: (_l("Sendt"), "success"),
    MailState.FAILED: (_l("Ikke afleveret"), "error"),
    MailState.CANCELLED: (_l("Stoppet"), "neutral"),
}


def _only_in_the_demo() -> None:
    settings: Settings = current_app.extensions["settings"]
    if not settings.demo:
        abort(404)


@blueprint.get("/demo/mails")
@open_to(Audience.PUBLIC)
def demo_mails() -> str:
    """The newest mails."""
    _only_in_the_demo()
    return render_template(
        "public/demo_mails/index.html", mails=newest_mails(limit=SHOWN), badges=STATE_BADGES, shown=SHOWN
    )


@blueprint.get("/demo/mails/<int:mail_id>")
@open_to(Audience.PUBLIC)
def demo_mail(mail_id: int) -> str:
    """One mail as its reader sees it, with links that work."""
    _only_in_the_demo()
    mail = db.get_or_404(OutboxMail, mail_id)
    return render_template("public/demo_mails/show.html", mail=mail, badge=STATE_BADGES[mail.state])
