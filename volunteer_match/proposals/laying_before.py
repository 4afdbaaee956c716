"""A leader's word that a plan is laid before the caseworkers. Each pair stands alone: none is approved by it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import attempt, db, take_turns
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission

from .candidates import candidate_of, store_lines
from .gates import Gate, GateClosed
from .joint_plan import JointPlan, PlannedPair
from .laid_before_mail import tell_caseworkers
from .lifecycle import check_laying, find_pair, lay_before
from .locks import lock_needs, lock_offers
from .models import Proposal
from .states import OPEN

Pair = tuple[int, int]


class NotALeader(Exception):
    """Only a team leader lays a plan before the caseworkers."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A pair that was in the plan and can't be laid before anybody now. No gates: the platform's mind has changed, or
    people have dealt with the pair.
    """

    need_id: int
    offer_id: int
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True)
class Laid:
    """`already`: how many of the pairs lay there before."""

    proposals: tuple[int, ...]
    already: int
    skipped: tuple[Skipped, ...]


def trace_plan(plan: JointPlan, *, by: Actor, now: datetime) -> None:
    """The trace of having made and read a plan."""
    needs = sorted([pair.need.need_id for pair in plan.pairs] + [line.need.need_id for line in plan.without])
    details = {"model": plan.model_version, "needs": needs}
    record(AuditAction.CASELOAD_PLANNED, by=by, now=now, subject=("caseload", None), details=details)


def lay_pairs_before(
    seen: Collection[Pair], *, found: Mapping[Pair, PlannedPair], model_version: str, by: User, now: datetime
) -> Laid:
    """Lays what the leader saw before the caseworkers, as far as the platform still suggests it (`found`) and every
    gate holds, and tells them by mail. Done twice, or by two at once, it is done once. Raises NotALeader.
    """
    if not by.may(Permission.PLAN_CASELOAD):
        raise NotALeader
    take_turns("laying proposals before caseworkers")
    lock_needs(Need.id.in_({need_id for need_id, _ in seen}))
    lock_offers(Offer.id.in_({offer_id for _, offer_id in seen}))
    laid: list[int] = []
    skipped: list[Skipped] = []
    already = 0
    for need_id, offer_id in sorted(seen):
        existing = find_pair(need_id=need_id, offer_id=offer_id)
        if existing is not None and existing.state in OPEN:
            already += 1
            continue
        pair = found.get((need_id, offer_id))
        outcome = _lay(pair, model_version, by=by, now=now) if pair else _why_not(need_id, offer_id, now=now)
        laid.append(outcome) if isinstance(outcome, int) else skipped.append(outcome)
    result = Laid(tuple(laid), already, tuple(skipped))
    if laid:
        _leave_trace(result, model_version, by=by, now=now)
        laid_with = [db.session.get_one(Proposal, proposal_id).need.case.caseworker for proposal_id in laid]
        tell_caseworkers([caseworker for caseworker in laid_with if caseworker.id != by.id], now=now)
    return result


def _lay(pair: PlannedPair, model_version: str, *, by: User, now: datetime) -> int | Skipped:
    need, offer = db.session.get_one(Need, pair.need.need_id), db.session.get_one(Offer, pair.offer.offer_id)
    try:
        with attempt():
            line = candidate_of(pair.suggestion, offer, rank=pair.rank)
            shown = store_lines(need, [line], model_version=model_version, by=by, now=now)
            return lay_before(need=need, offer=offer, by=by, now=now, suggestion_list_id=shown).id
    except GateClosed as refused:
        return Skipped(need.id, offer.id, refused.gates)
    except MoveRefused:
        return Skipped(need.id, offer.id)


def _why_not(need_id: int, offer_id: int, *, now: datetime) -> Skipped:
    need, offer = db.session.get(Need, need_id), db.session.get(Offer, offer_id)
    if need is not None and offer is not None:
        try:
            check_laying(need=need, offer=offer, now=now)
        except GateClosed as refused:
            return Skipped(need_id, offer_id, refused.gates)
    return Skipped(need_id, offer_id)


def _leave_trace(laid: Laid, model_version: str, *, by: User, now: datetime) -> None:
    record(
        AuditAction.CASELOAD_LAID_BEFORE,
        by=by.actor,
        now=now,
        subject=("caseload", None),
        details={
            "model": model_version,
            "proposals": list(laid.proposals),
            "skipped": [[line.need_id, line.offer_id, *line.gates] for line in laid.skipped],
        },
    )
