"""One match from the request to the end, and what can be done with it now."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.audit.actions import ActorKind, AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.cases.responsibility import is_responsible
from volunteer_match.cases.tasks import finish_tasks_about
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt, db
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals import lifecycle
from volunteer_match.proposals.candidates import as_shown
from volunteer_match.proposals.follow_ups import is_quiet
from volunteer_match.proposals.gates import GateClosed, check_gates
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.pairs import blocked_offers
from volunteer_match.proposals.queries import due_follow_up, read_proposal, visible_proposal
from volunteer_match.proposals.states import (
    BOTH_SAID_YES,
    PROPOSAL_MOVES,
    RUNNING,
    EndedBy,
    EndReason,
    PauseReason,
    ProposalAction,
    ProposalState,
)
from volunteer_match.web.shared.access import current_user, requires
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

from . import match_words
from .blueprint import blueprint
from .forms.proposals import EndForm, PauseForm

Page = str | Response | tuple[str, int]


@blueprint.get("/forslag/<int:proposal_id>")
@requires(Permission.SEE_TODAY)
def proposal(proposal_id: int) -> Page:
    """The whole story, and the buttons for what comes next."""
    user, now = current_user(), utc_now()
    found = read_proposal(user, proposal_id, now=now)
    if found is None:
        abort(404)
    return _show(found)


def _show(found: Proposal, *, closed: list[str] | None = None) -> str:
    user, now = current_user(), utc_now()
    responsible = is_responsible(found.need.case, user)
    agreed = found.state in BOTH_SAID_YES and responsible
    if agreed:
        record(AuditAction.CONTACT_DETAILS_SHOWN, by=user.actor, now=now, subject=("proposal", found.id))
    return render_template(
        "staff/proposals/show.html",
        proposal=found,
        actions={action.value for action in PROPOSAL_MOVES.actions_from(found.state)} if responsible else set(),
        responsible=responsible,
        may_cancel=responsible and found.state not in RUNNING,
        contact=found.offer.contact if agreed else None,
        due=due_follow_up(found, now=now),
        quiet=is_quiet(found, now=now),
        closed=closed or [],
        **(_to_decide(found) if found.state is ProposalState.PROPOSED else {}),
        story=_story(found),
        words=match_words,
        organisation_kinds=ORGANISATION_KINDS,
    )


def _to_decide(found: Proposal) -> dict[str, Any]:
    """Why it was suggested, by whose word it lies here, and what has come in the way since."""
    now = utc_now()
    laid = next((move for move in reversed(found.moves) if move.action is ProposalAction.LAY_BEFORE), None)
    leader = db.session.get(User, laid.actor_id) if laid else None
    return {
        "shown": as_shown(found, now=now),
        "laid_by": leader.name if leader else "",
        "stale": _stale(found),
    }


def _stale(found: Proposal) -> list[str]:
    """What keeps the case's own caseworker from approving it now."""
    need, caseworker = found.need, found.need.case.caseworker
    blocked = blocked_offers(need.case_id)
    try:
        check_gates(need=need, offer=found.offer, blocked_offers=blocked, by=caseworker, now=utc_now())
    except GateClosed as refused:
        return match_words.gate_sentences(refused.gates)
    return []


def _story(found: Proposal) -> list[dict[str, Any]]:
    who = {
        ActorKind.STAFF: _("rådgiver"),
        ActorKind.CONTACT_PERSON: _("kontaktperson"),
        ActorKind.SYSTEM: _("systemet"),
        ActorKind.VISITOR: "",
    }
    return [
        {
            "when": move.at,
            "who": _("teamleder") if move.action is ProposalAction.LAY_BEFORE else who[move.actor_kind],
            "title": match_words.MOVES[move.action],
            "text": match_words.REASONS.get(move.reason or "", ""),
            "tone": "now" if move is found.moves[-1] else "past",
        }
        for move in reversed(found.moves)
    ]


def _own_proposal(proposal_id: int) -> Proposal:
    found = visible_proposal(current_user(), proposal_id)
    if found is None or not is_responsible(found.need.case, current_user()):
        abort(404)
    return found


def _do(proposal_id: int, done: str, step: Callable[[Proposal], None]) -> Page:
    """Takes one step; a closed gate is told on the page instead. Waiting tasks about the match are answered by it."""
    found = _own_proposal(proposal_id)
    try:
        with attempt():
            step(found)
            finish_tasks_about(proposal_id=found.id, by=current_user(), now=utc_now())
    except GateClosed as refused:
        return _show(found, closed=match_words.gate_sentences(refused.gates)), 409
    flash(done, "success")
    return redirect(url_for("staff.proposal", proposal_id=found.id))


@blueprint.post("/forslag/<int:proposal_id>/moede")
@requires(Permission.WORK_ON_OWN_CASES)
def introduce_proposal(proposal_id: int) -> Page:
    """The family has met the contact person."""
    return _do(
        proposal_id,
        _("Noteret: familien og kontaktpersonen har mødt hinanden."),
        lambda found: lifecycle.introduce(found, by=current_user(), now=utc_now()),
    )


@blueprint.post("/forslag/<int:proposal_id>/start")
@requires(Permission.WORK_ON_OWN_CASES)
def start_proposal(proposal_id: int) -> Page:
    """The match begins."""
    return _do(
        proposal_id,
        _("Forløbet er i gang. De første opfølgninger er sat i kalenderen."),
        lambda found: lifecycle.start(found, by=current_user(), now=utc_now()),
    )


@blueprint.post("/forslag/<int:proposal_id>/genoptag")
@requires(Permission.WORK_ON_OWN_CASES)
def resume_proposal(proposal_id: int) -> Page:
    """On again after a rest."""
    return _do(
        proposal_id,
        _("Forløbet er i gang igen."),
        lambda found: lifecycle.resume(found, by=current_user(), now=utc_now()),
    )


@blueprint.route("/forslag/<int:proposal_id>/stop", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def cancel_proposal(proposal_id: int) -> Page:
    """The request is taken back; the contact person is told, and not why."""
    found = _own_proposal(proposal_id)
    if request.method == "GET":
        return render_template("staff/proposals/cancel.html", proposal=found)
    return _do(
        proposal_id,
        _("Forespørgslen er trukket tilbage."),
        lambda found: lifecycle.cancel_by_caseworker(found, by=current_user(), now=utc_now()),
    )


@blueprint.route("/forslag/<int:proposal_id>/pause", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def pause_proposal(proposal_id: int) -> Page:
    """A rest, with its reason."""
    found, form = _own_proposal(proposal_id), PauseForm()
    if request.method == "POST" and form.validate():
        reason = PauseReason(form.reason.data)
        return _do(
            proposal_id,
            _("Forløbet holder pause."),
            lambda found: lifecycle.pause(found, reason=reason, by=current_user(), now=utc_now()),
        )
    page = render_template("staff/proposals/pause.html", proposal=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/forslag/<int:proposal_id>/afslut", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def end_proposal(proposal_id: int) -> Page:
    """The end, with what we learn from it."""
    found, form = _own_proposal(proposal_id), EndForm()
    if ProposalAction.END not in PROPOSAL_MOVES.actions_from(found.state):
        return redirect(url_for("staff.proposal", proposal_id=found.id))
    if request.method == "POST" and form.validate():
        return _do(
            proposal_id,
            _("Forløbet er afsluttet."),
            lambda found: lifecycle.end(
                found,
                reason=EndReason(form.reason.data),
                ended_by=EndedBy(form.ended_by.data),
                ever_met=form.ever_met.data == "yes",
                by=current_user(),
                now=utc_now(),
            ),
        )
    page = render_template("staff/proposals/end.html", proposal=found, form=form)
    return (page, 422) if form.errors else page
