"""Who is shown, chosen and left waiting, group by group: numbers only, small ones hidden."""

from flask import render_template

from volunteer_match.foundation.clock import utc_now
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.fairness import FIGURES, About, read_fairness
from volunteer_match.proposals.small_numbers import LEAST
from volunteer_match.web.shared.access import requires

from . import fairness_words
from .blueprint import blueprint


@blueprint.get("/motoren/fordeling")
@requires(Permission.MANAGE_MATCHING)
def fairness() -> str:
    """From the beginning until now; the command tells of a shorter time."""
    return render_template(
        "admin/models/fairness.html",
        report=read_fairness(now=utc_now()),
        figures=FIGURES,
        about_needs=About.NEEDS,
        least=LEAST,
        words=fairness_words,
    )
