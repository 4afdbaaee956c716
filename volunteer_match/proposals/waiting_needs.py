"""All needs that look for somebody now, and all places that are free: what a plan for the whole caseload starts from.

Read in a few queries into values that need no database, so that a long ranking holds no transaction open.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Executable, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.cases.guardian_consent import missing_parties
from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.states import CaseState, NeedState
from volunteer_match.foundation.database import db
from volunteer_match.matching.profiles import NeedProfile, OfferProfile
from volunteer_match.organisations.models import Offer

from .gates import knows_place, need_profile, offer_profile
from .models import PairBlock, Proposal, SuggestionLesson
from .offer_pool import usable_offers
from .states import OPEN, CancelReason, LessonDirection, ProposalState

_Lessons = dict[LessonDirection, list[int]]


@dataclass(frozen=True, slots=True)
class WaitingNeed:
    """A need for which something can be proposed. `waits_since`: written, or the last match ended."""

    need_id: int
    case_id: int
    pseudonym: str
    caseworker: str
    waits_since: datetime
    profile: NeedProfile


@dataclass(frozen=True, slots=True)
class OfferPlaces:
    """An offer with what is left of it: `free_places` less the proposals that wait for a caseworker."""

    offer_id: int
    title: str
    organisation: str
    organisation_kind: str
    postcode: str
    free_places: int


@dataclass(frozen=True)
class WholeCaseload:
    """`not_ready`: open needs that lack a consent or the child's view. `proposed`: those a caseworker has to decide on,
    or that wait for an answer.
    """

    needs: tuple[WaitingNeed, ...]
    profiles: tuple[OfferProfile, ...]
    offers: Mapping[str, OfferPlaces]
    not_ready: int
    proposed: int


@dataclass(frozen=True)
class _Pairs:
    """What is known of pairs already, for all needs at once."""

    busy: frozenset[int]
    tried: Mapping[int, set[int]]
    declined_in_case: Mapping[int, set[int]]
    blocked_in_case: Mapping[int, set[int]]
    last_ended: Mapping[int, datetime]


def read_waiting(*, now: datetime, only: Collection[int] | None = None) -> WholeCaseload:
    """Everything as it is now; `only`: nothing but these needs."""
    which = true() if only is None else Need.id.in_(only)
    needs = _open_needs(which)
    pairs = _pairs(needs)
    free = [need for need in needs if need.id not in pairs.busy]
    ready = [need for need in free if need.child_view is not None and not missing_parties(need, now=now)]
    offers = [offer for offer in usable_offers(now=now) if knows_place(offer.postcode)]
    lessons = _lessons(needs, usable={offer.id for offer in offers})
    promised = _promised()
    return WholeCaseload(
        needs=tuple(
            _waiting(need, pairs, lessons[need.id], now=now) for need in ready if knows_place(need.case.postcode)
        ),
        profiles=tuple(offer_profile(offer, now=now) for offer in offers),
        offers={str(offer.id): _places(offer, promised.get(offer.id, 0)) for offer in offers},
        not_ready=len(free) - len(ready),
        proposed=len(needs) - len(free),
    )


def promised_places(offer_id: int) -> int:
    """How many caseworkers have this offer laid before them. Call it with the offer locked."""
    return _promised(Proposal.offer_id == offer_id).get(offer_id, 0)


def _promised(*which: ColumnElement[bool]) -> dict[int, int]:
    counted = (
        select(Proposal.offer_id, func.count())
        .where(Proposal.state == ProposalState.PROPOSED, *which)
        .group_by(Proposal.offer_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _open_needs(which: ColumnElement[bool]) -> Sequence[Need]:
    statement = (
        select(Need)
        .join(Need.case)
        .where(which, Need.state == NeedState.OPEN, Case.state == CaseState.OPEN)
        .options(joinedload(Need.case).joinedload(Case.caseworker), selectinload(Need.consents))
        .order_by(Need.id)
    )
    return db.session.scalars(statement).all()


def _waiting(need: Need, pairs: _Pairs, lessons: _Lessons, *, now: datetime) -> WaitingNeed:
    apart = pairs.tried[need.id] | pairs.declined_in_case[need.case_id] | pairs.blocked_in_case[need.case_id]
    ended = pairs.last_ended.get(need.id)
    return WaitingNeed(
        need_id=need.id,
        case_id=need.case_id,
        pseudonym=need.case.pseudonym,
        caseworker=need.case.caseworker.name,
        waits_since=max(need.created_at, ended) if ended else need.created_at,
        profile=need_profile(
            need,
            blocked_offers=apart,
            now=now,
            more_like=lessons[LessonDirection.MORE],
            less_like=lessons[LessonDirection.LESS],
        ),
    )


def _places(offer: Offer, promised: int) -> OfferPlaces:
    return OfferPlaces(
        offer_id=offer.id,
        title=offer.title,
        organisation=offer.organisation.name,
        organisation_kind=offer.organisation.kind,
        postcode=offer.postcode,
        free_places=max(0, offer.free_places - promised),
    )


def _pairs(needs: Sequence[Need]) -> _Pairs:
    cases = {need.case_id for need in needs}
    busy: set[int] = set()
    tried: dict[int, set[int]] = defaultdict(set)
    declined: dict[int, set[int]] = defaultdict(set)
    ended: dict[int, datetime] = {}
    for row in db.session.execute(_proposals_in(cases)):
        if row.state in OPEN:
            busy.add(row.need_id)
        if not may_be_laid_again(row.state, row.reason):
            tried[row.need_id].add(row.offer_id)
        if row.state is ProposalState.DECLINED:
            declined[row.case_id].add(row.offer_id)
        if row.ended_at is not None:
            ended[row.need_id] = max(row.ended_at, ended.get(row.need_id, row.ended_at))
    return _Pairs(frozenset(busy), tried, declined, _blocked(cases), ended)


def may_be_laid_again(state: ProposalState, reason: str | None) -> bool:
    """Whether the platform may take up a pair that has been tried: only where a rule stopped it, and no person did."""
    return state is ProposalState.CANCELLED and reason != CancelReason.BY_CASEWORKER


def _proposals_in(cases: Collection[int]) -> Executable:
    return (
        select(Proposal.need_id, Proposal.offer_id, Proposal.state, Proposal.reason, Proposal.ended_at, Need.case_id)
        .join(Proposal.need)
        .where(Need.case_id.in_(cases))
    )


def _blocked(cases: Collection[int]) -> Mapping[int, set[int]]:
    statement = (
        select(PairBlock.case_id, Offer.id)
        .join(Offer, Offer.organisation_id == PairBlock.organisation_id)
        .where(PairBlock.case_id.in_(cases))
    )
    blocked: dict[int, set[int]] = defaultdict(set)
    for case_id, offer_id in db.session.execute(statement):
        blocked[case_id].add(offer_id)
    return blocked


def _lessons(needs: Sequence[Need], *, usable: Collection[int]) -> Mapping[int, _Lessons]:
    found: dict[int, _Lessons] = defaultdict(lambda: defaultdict(list))
    which = SuggestionLesson.need_id.in_([need.id for need in needs])
    for lesson in db.session.scalars(select(SuggestionLesson).where(which).order_by(SuggestionLesson.id)):
        if lesson.offer_id in usable:
            found[lesson.need_id][lesson.direction].append(lesson.offer_id)
    return found
