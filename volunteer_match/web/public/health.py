"""For the machine that watches this one."""

from sqlalchemy import text

from volunteer_match.foundation.database import db
from volunteer_match.web.shared.access import Audience, open_to

from .blueprint import blueprint


@blueprint.get("/healthz")
@open_to(Audience.PUBLIC)
def health() -> tuple[str, dict[str, str]]:
    """Says ok when the database answers; otherwise the error page for an unavailable database, 503."""
    db.session.execute(text("SELECT 1"))
    return "ok", {"Content-Type": "text/plain; charset=utf-8"}
