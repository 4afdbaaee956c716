"""The bridge from rows to the engine: which offers a caseworker is shown for a need, in which order and why.

Everything shown is stored. Offers of people whose consent is not in force are not even read.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import db
from volunteer_match.matching.eligibility import Bar, bars, kilometres
from volunteer_match.matching.explanations import Ranking, Reason, ReasonKey, Suggestion, Unknown
from volunteer_match.matching.model import VERSION
from volunteer_match.matching.profiles import NeedProfile, OfferProfile
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User

from .gates import knows_place, need_profile, offer_profile
from .lessons import lessons_of, most_alike
from .models import Proposal, SuggestionItem, SuggestionLesson, SuggestionList
from .offer_pool import ranker_for, usable_offers
from .pairs import blocked_offers
from .states import OPEN, LessonDirection, ProposalState

LIST_LENGTH = 10
NEAR_MISSES = 6
BY_HAND = "manual"
# Below, little speaks for an offer: the page says so, and no plan for many needs proposes it.
FAINT_SCORE = 0.4


@dataclass(frozen=True)
class Candidate:
    """One line of the list. `bars` is empty for what may be chosen; `score` is None when no model ranked it.

    `like`: the offer the caseworker spoke of that this one is like, where that counted.
    """

    offer: Offer
    rank: int
    score: float | None
    distance_km: float
    shared_slots: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    bars: tuple[Bar, ...] = ()
    more_of_same_kind: int = 0
    features: Mapping[str, float] | None = None
    like: Offer | None = None


@dataclass(frozen=True)
class ShownList:
    """What a caseworker is shown, as it was stored."""

    list_id: int
    model_version: str
    suggestions: tuple[Candidate, ...]
    near_misses: tuple[Candidate, ...]
    # Pairs that have been decided on already: under way, or set aside by the caseworker.
    decided: tuple[Proposal, ...]
    # What the caseworker said of offers that may be shown, and that moved the list.
    lessons: tuple[SuggestionLesson, ...] = ()
    # Offers the caseworker did not want, out of the ranking but within reach.
    set_aside: tuple[Candidate, ...] = ()

    @property
    def by_hand(self) -> bool:
        """Whether the list is only filtered and sorted by distance."""
        return self.model_version == BY_HAND


@dataclass(frozen=True)
class Ground:
    """What both kinds of list start from."""

    need: NeedProfile
    offers: dict[str, Offer]
    profiles: tuple[OfferProfile, ...]
    decided: tuple[Proposal, ...] = field(default=())
    lessons: tuple[SuggestionLesson, ...] = field(default=())


def suggest(*, need: Need, by: User, now: datetime) -> ShownList:
    """The best offers for a need, with reasons, and the near misses with what bars them."""
    ground = ground_of(need, now=now)
    aside = _said(ground.lessons, LessonDirection.LESS)
    ranking = _rank(ground, more=len(aside))
    wanted = [item for item in ranking.suggestions if int(item.offer_id) not in aside][:LIST_LENGTH]
    missed = [item for item in ranking.near_misses if int(item.offer_id) not in aside][:NEAR_MISSES]
    suggestions = [suggested(item, ground, rank=rank) for rank, item in enumerate(wanted, start=1)]
    near_misses = [
        Candidate(
            offer=ground.offers[item.offer_id],
            rank=rank,
            score=item.score,
            distance_km=item.distance_km,
            bars=item.bars,
        )
        for rank, item in enumerate(missed, start=len(suggestions) + 1)
    ]
    shown = store_list(need, suggestions, near_misses, ranking.model_version, ground, by=by, now=now)
    return replace(shown, set_aside=_set_aside(ground, aside, after=len(suggestions) + len(near_misses)))


def suggested(item: Suggestion, ground: "Ground", *, rank: int) -> Candidate:
    """What the engine found, with the offer and what the caseworker said of others like it."""
    offer = ground.offers[item.offer_id]
    return replace(candidate_of(item, offer, rank=rank), like=_like(offer, item.reasons, ground.lessons))


def _like(offer: Offer, reasons: Iterable[Reason], lessons: Iterable[SuggestionLesson]) -> Offer | None:
    counted = sum(reason.contribution for reason in reasons if reason.key is ReasonKey.LIKE_CHOSEN)
    direction = LessonDirection.MORE if counted > 0 else LessonDirection.LESS
    return most_alike(offer, (lesson for lesson in lessons if lesson.direction is direction)) if counted else None


def _set_aside(ground: "Ground", aside: Collection[int], *, after: int) -> tuple[Candidate, ...]:
    """Those the caseworker did not want, unless a decision or a block has settled the matter."""
    profiles = (profile for profile in ground.profiles if int(profile.id) in aside)
    open_ones = (profile for profile in profiles if profile.id not in ground.need.blocked_offers)
    return tuple(by_hand(profile, ground, rank=rank) for rank, profile in enumerate(open_ones, start=after + 1))


def by_hand(profile: OfferProfile, ground: "Ground", *, rank: int) -> Candidate:
    """A line that no model had a part in: what is there, and which rules bar it."""
    return Candidate(
        offer=ground.offers[profile.id],
        rank=rank,
        score=None,
        distance_km=kilometres(ground.need, profile),
        shared_slots=_shared(ground.need, profile),
        bars=bars(ground.need, profile),
    )


def candidate_of(item: Suggestion, offer: Offer, *, rank: int) -> Candidate:
    """What the engine says of an offer, with the offer."""
    return Candidate(
        offer=offer,
        rank=rank,
        score=item.score,
        distance_km=item.distance_km,
        shared_slots=item.shared_slots,
        reasons=item.reasons,
        unknown=item.unknown,
        more_of_same_kind=item.more_of_same_kind,
        features={key.value: value for key, value in item.features.items()},
    )


def list_by_hand(*, need: Need, by: User, now: datetime) -> ShownList:
    """Every offer that may be chosen, the nearest first: what remains when the model is switched off."""
    ground = ground_of(need, now=now)
    eligible = [profile for profile in ground.profiles if not bars(ground.need, profile)]
    eligible.sort(key=lambda profile: (kilometres(ground.need, profile), profile.title, profile.id))
    lines = [by_hand(profile, ground, rank=rank) for rank, profile in enumerate(eligible, start=1)]
    return store_list(need, lines, [], BY_HAND, ground, by=by, now=now)


def _rank(ground: Ground, *, more: int) -> Ranking:
    if not ground.profiles:  # a vocabulary can't be learned from nothing
        return Ranking(suggestions=(), near_misses=(), model_version=VERSION)
    return ranker_for(ground.profiles).rank(ground.need, limit=LIST_LENGTH + more, near_misses=NEAR_MISSES + more)


def _shared(need: NeedProfile, offer: OfferProfile) -> tuple[str, ...]:
    return tuple(sorted(need.slots & offer.slots))


def ground_of(need: Need, *, now: datetime) -> Ground:
    decided = _decided(need)
    offers = [offer for offer in usable_offers(now=now) if knows_place(offer.postcode)]
    # Barred rather than left out, so that every need is ranked by the one ranker of all offers.
    apart = {proposal.offer_id for proposal in decided} | blocked_offers(need.case_id)
    usable = {offer.id for offer in offers}
    lessons = tuple(lesson for lesson in lessons_of(need) if lesson.offer_id in usable)
    return Ground(
        need=need_profile(
            need,
            blocked_offers=apart,
            now=now,
            more_like=_said(lessons, LessonDirection.MORE),
            less_like=_said(lessons, LessonDirection.LESS),
        ),
        offers={str(offer.id): offer for offer in offers},
        profiles=tuple(offer_profile(offer, now=now) for offer in offers),
        decided=decided,
        lessons=lessons,
    )


def _said(lessons: Iterable[SuggestionLesson], direction: LessonDirection) -> list[int]:
    return [lesson.offer_id for lesson in lessons if lesson.direction is direction]


def _decided(need: Need) -> tuple[Proposal, ...]:
    statement = (
        select(Proposal)
        .where(Proposal.need_id == need.id, Proposal.state.in_(OPEN | {ProposalState.REJECTED}))
        .options(joinedload(Proposal.offer).joinedload(Offer.organisation))
        .order_by(Proposal.changed_at.desc())
    )
    return tuple(db.session.scalars(statement))


def store_list(
    need: Need,
    suggestions: Iterable[Candidate],
    near_misses: Iterable[Candidate],
    model_version: str,
    ground: Ground,
    *,
    by: User,
    now: datetime,
) -> ShownList:
    shown, missed = tuple(suggestions), tuple(near_misses)
    list_id = store_lines(need, (*shown, *missed), model_version=model_version, by=by, now=now)
    offers = [candidate.offer.id for candidate in (*shown, *missed)]
    record(
        AuditAction.SUGGESTIONS_SHOWN,
        by=by.actor,
        now=now,
        subject=("need", need.id),
        details={"list": list_id, "model": model_version, "offers": offers},
    )
    return ShownList(list_id, model_version, shown, missed, ground.decided, ground.lessons)


def store_lines(need: Need, lines: Iterable[Candidate], *, model_version: str, by: User, now: datetime) -> int:
    """Keeps what `by` was shown; returns the list's id."""
    stored = SuggestionList(need_id=need.id, shown_to_id=by.id, shown_at=now, model_version=model_version)
    db.session.add(stored)
    db.session.flush()
    items = [_item(candidate, list_id=stored.id) for candidate in lines]
    if items:
        db.session.execute(insert(SuggestionItem), items)  # all lines at once, however long the list
    return stored.id


def as_shown(proposal: Proposal, *, now: datetime) -> Candidate | None:
    """The line a proposal was chosen from, as it was stored, with today's distance and times; None without one."""
    item = db.session.scalar(
        select(SuggestionItem).where(
            SuggestionItem.list_id == proposal.suggestion_list_id, SuggestionItem.offer_id == proposal.offer_id
        )
    )
    if item is None or not (knows_place(proposal.offer.postcode) and knows_place(proposal.need.case.postcode)):
        return None
    need = need_profile(proposal.need, blocked_offers=(), now=now)
    offer = offer_profile(proposal.offer, now=now)
    return Candidate(
        offer=proposal.offer,
        rank=item.rank,
        score=item.score,
        distance_km=kilometres(need, offer),
        shared_slots=_shared(need, offer),
        reasons=tuple(_reason(stored) for stored in item.reasons),
        unknown=tuple(Unknown(code) for code in item.unknown if code in set(Unknown)),
    )


def _reason(stored: dict[str, Any]) -> Reason:
    """Without the words of the need, which are kept in one place only."""
    return Reason(
        ReasonKey(stored["key"]),
        stored["contribution"],
        concepts=tuple(stored["concepts"]),
        value=stored["value"],
    )


def _item(candidate: Candidate, *, list_id: int) -> dict[str, Any]:
    reasons = [
        {
            "key": reason.key.value,
            "contribution": round(reason.contribution, 6),
            "concepts": list(reason.concepts),
            "value": reason.value,
        }
        for reason in candidate.reasons
    ]
    return {
        "list_id": list_id,
        "offer_id": candidate.offer.id,
        "rank": candidate.rank,
        "score": candidate.score,
        "reasons": reasons,
        "features": None if candidate.features is None else {k: round(v, 6) for k, v in candidate.features.items()},
        "unknown": tuple(candidate.unknown),
        "bars": tuple(candidate.bars),
    }


def belongs_to(list_id: int | None, *, need: Need, user: User) -> int | None:
    """The id again if that list was shown to this person for this need; a made-up one is dropped."""
    if list_id is None:
        return None
    return db.session.scalar(
        select(SuggestionList.id).where(
            SuggestionList.id == list_id, SuggestionList.need_id == need.id, SuggestionList.shown_to_id == user.id
        )
    )


def was_ranked(list_id: int | None) -> bool | None:
    """Whether a model put that stored list in order; None where there is no such list."""
    version = db.session.scalar(select(SuggestionList.model_version).where(SuggestionList.id == list_id))
    return None if version is None else version != BY_HAND
