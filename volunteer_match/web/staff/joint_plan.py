"""The leader's page: one plan for all waiting needs, and the button that lays it before the caseworkers."""

import re
from datetime import datetime

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import utc_now
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.joint_plan import JointPlan, find_pairs, make_plan, rank_all_here
from volunteer_match.proposals.laying_before import Laid, Pair, lay_pairs_before, trace_plan
from volunteer_match.proposals.waiting_needs import read_waiting
from volunteer_match.web.shared.access import current_user, requires
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

from . import match_words
from .blueprint import blueprint

Page = str | Response | tuple[str, int]
# Need and offer, as the page sends them back: 12-5 13-7.
PAIRS = re.compile(r"[0-9]{1,9}-[0-9]{1,9}( [0-9]{1,9}-[0-9]{1,9})*")


@blueprint.get("/samlet-forslag")
@requires(Permission.PLAN_CASELOAD)
def joint_plan() -> Page:
    """The dry run: who would get what, who stays without, and why. Nothing is proposed by looking."""
    if _switched_off():
        return render_template("staff/joint_plan/switched_off.html")
    return _show(utc_now())


@blueprint.post("/samlet-forslag")
@requires(Permission.PLAN_CASELOAD)
def lay_joint_plan_before() -> Page:
    """What the leader saw, pair by pair, as far as it still holds."""
    if _switched_off():
        return render_template("staff/joint_plan/switched_off.html"), 409
    seen, now = _seen_pairs(), utc_now()
    waiting = read_waiting(now=now, only={need_id for need_id, _offer_id in seen})
    found = find_pairs(waiting, rank_all_here(waiting), seen, now=now)
    laid = lay_pairs_before(seen, found=found.pairs, model_version=found.model_version, by=current_user(), now=now)
    if laid.skipped:
        return _show(now, laid=laid), 409
    flash(_done(laid), "success")
    return redirect(url_for("staff.joint_plan"))


def _show(now: datetime, *, laid: Laid | None = None) -> str:
    waiting = read_waiting(now=now)
    plan = make_plan(waiting, rank_all_here(waiting), now=now)
    trace_plan(plan, by=current_user().actor, now=now)
    return render_template(
        "staff/joint_plan/show.html",
        plan=plan,
        pairs=" ".join(f"{pair.need.need_id}-{pair.offer.offer_id}" for pair in plan.pairs),
        skipped=_skipped(laid) if laid else [],
        laid=_done(laid) if laid and laid.proposals else "",
        served=_served(plan),
        words=match_words,
        organisation_kinds=ORGANISATION_KINDS,
    )


def _switched_off() -> bool:
    return bool(current_app.extensions["settings"].matching == "manual")


def _seen_pairs() -> list[Pair]:
    sent = request.form.get("pairs", "")
    if not PAIRS.fullmatch(sent):
        abort(400)
    return [(int(need_id), int(offer_id)) for need_id, _, offer_id in (pair.partition("-") for pair in sent.split())]


def _skipped(laid: Laid) -> list[str]:
    closed = [match_words.gate_sentences(line.gates) for line in laid.skipped]
    changed = _("Platformen foreslår det ikke længere, eller der er taget stilling til det.")
    return [" ".join(sentences) or changed for sentences in closed]


def _done(laid: Laid) -> str:
    if not laid.proposals:
        return str(_("Forslagene var allerede lagt frem. Intet er lagt frem to gange."))
    done = ngettext(
        "%(num)s forslag er lagt frem. Rådgiveren bestemmer.",
        "%(num)s forslag er lagt frem. Hver rådgiver bestemmer selv.",
        len(laid.proposals),
    )
    return str(done)


def _served(plan: JointPlan) -> str:
    """How the plan compares with taking the best pair first, one after the other."""
    more = len(plan.pairs) - plan.one_by_one.served
    if more > 0:
        words = ngettext(
            "Et barn mere får et forslag, end hvis det bedste par blev taget først hver gang.",
            "%(num)s børn mere får et forslag, end hvis det bedste par blev taget først hver gang.",
            more,
        )
    elif plan.total > plan.one_by_one.total:
        words = _("Lige så mange får et forslag, som hvis det bedste par blev taget først, men de passer bedre samlet.")
    else:
        words = _("Her giver det samme resultat at tage det bedste par først hver gang.")
    return str(words)
