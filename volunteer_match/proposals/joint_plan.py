"""One plan for all waiting needs: which offer for which, who is left without and why. It proposes nothing yet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from volunteer_match.matching.allocation import Edge, allocate, greedy, pair_value
from volunteer_match.matching.explanations import Ranking, Reason, Suggestion
from volunteer_match.matching.many_needs import Ranked, rank_all
from volunteer_match.matching.model import VERSION

from .candidates import FAINT_SCORE
from .offer_pool import ranker_for
from .waiting_needs import OfferPlaces, WaitingNeed, WholeCaseload

# How far down its own list a need may be served; below, the offers have little to do with it.
OFFERS_PER_NEED = 50
NAMED_AT_MOST = 3
SECONDS_A_DAY = 86_400


class WhyWithout(StrEnum):
    """Why a need got no offer."""

    NO_OFFER_MAY = "no_offer_may"
    ONLY_FAINT = "only_faint"
    PLACES_TAKEN = "places_taken"


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """`rank`: the offer's place on the need's own list, from 1. Reasons carry no words of the need's text."""

    need: WaitingNeed
    offer: OfferPlaces
    score: float
    rank: int
    reasons: tuple[Reason, ...]
    suggestion: Suggestion
    days_waited: int

    @property
    def distance_km(self) -> float:
        """Between the two areas."""
        return self.suggestion.distance_km

    @property
    def shared_slots(self) -> tuple[str, ...]:
        """Times that suit both."""
        return self.suggestion.shared_slots


@dataclass(frozen=True, slots=True)
class LeftWithout:
    """`gone`: the best offers the need could have had, whose places went to others."""

    need: WaitingNeed
    why: WhyWithout
    days_waited: int
    gone: tuple[OfferPlaces, ...] = ()


@dataclass(frozen=True, slots=True)
class OneByOne:
    """What taking the most valuable pair first, one after the other, would have come to."""

    served: int
    total: float


@dataclass(frozen=True)
class FoundPairs:
    """Pairs somebody saw that the platform still suggests, by need and offer."""

    pairs: Mapping[tuple[int, int], PlannedPair]
    model_version: str


@dataclass(frozen=True)
class JointPlan:
    """Both lists begin with who has waited longest. `total`: scores and waiting together, what was made as large as
    can be.
    """

    pairs: tuple[PlannedPair, ...]
    without: tuple[LeftWithout, ...]
    total: float
    one_by_one: OneByOne
    model_version: str
    not_ready: int
    proposed: int


def rank_waiting(caseload: WholeCaseload, *, jobs: int | None = 1) -> Iterator[Ranked]:
    """Every need's own list, part by part, wherever joblib has been told to work when the first one is asked for.

    Which model serves is read at once; what comes later needs no database.
    """
    if not (caseload.profiles and caseload.needs):  # a vocabulary can't be learned from nothing
        return iter(())
    needs = [need.profile for need in caseload.needs]
    return rank_all(ranker_for(caseload.profiles), needs, limit=OFFERS_PER_NEED, jobs=jobs)


def rank_all_here(caseload: WholeCaseload) -> dict[str, Ranking]:
    """The lists by the need's id, worked out by this process."""
    return {need_id: ranking for part in rank_waiting(caseload) for need_id, ranking in part}


def make_plan(caseload: WholeCaseload, rankings: Mapping[str, Ranking], *, now: datetime) -> JointPlan:
    """The best total of score and waiting time; nothing faint is proposed."""
    needs = sorted(caseload.needs, key=lambda need: (need.waits_since, need.need_id))
    edges = [edge for need in needs for edge in _edges(need, rankings.get(need.profile.id), now=now)]
    places = {offer_id: offer.free_places for offer_id, offer in caseload.offers.items()}
    best, taken_singly = allocate(edges, places), greedy(edges, places)
    pairs = [
        pair_of(need, rankings[need.profile.id], caseload.offers[best.offer_of[need.profile.id]], now=now)
        for need in needs
        if need.profile.id in best.offer_of
    ]
    without = [
        _left_without(need, rankings.get(need.profile.id), caseload, now=now)
        for need in needs
        if need.profile.id not in best.offer_of
    ]
    return JointPlan(
        pairs=tuple(pair for pair in pairs if pair is not None),
        without=tuple(without),
        total=best.total,
        one_by_one=OneByOne(len(taken_singly.offer_of), taken_singly.total),
        model_version=_version(rankings),
        not_ready=caseload.not_ready,
        proposed=caseload.proposed,
    )


def find_pairs(
    caseload: WholeCaseload, rankings: Mapping[str, Ranking], seen: Iterable[tuple[int, int]], *, now: datetime
) -> FoundPairs:
    """Of the pairs somebody saw, those that are still on their needs' lists."""
    needs = {need.need_id: need for need in caseload.needs}
    found: dict[tuple[int, int], PlannedPair] = {}
    for need_id, offer_id in seen:
        need, offer = needs.get(need_id), caseload.offers.get(str(offer_id))
        ranking = rankings.get(str(need_id))
        pair = pair_of(need, ranking, offer, now=now) if need and ranking and offer else None
        if pair is not None:
            found[need_id, offer_id] = pair
    return FoundPairs(found, _version(rankings))


def _version(rankings: Mapping[str, Ranking]) -> str:
    return next((ranking.model_version for ranking in rankings.values()), VERSION)


def pair_of(need: WaitingNeed, ranking: Ranking, offer: OfferPlaces, *, now: datetime) -> PlannedPair | None:
    """The pair as the need's list has it; None where the offer is not on it, or only faintly fits."""
    for rank, suggestion in enumerate(ranking.suggestions, start=1):
        if suggestion.offer_id == str(offer.offer_id) and suggestion.score >= FAINT_SCORE:
            # The plan is read by others than the caseworker, on paper too: the need's own words stay out of it.
            reasons = tuple(reason._replace(words=()) for reason in suggestion.reasons)
            return PlannedPair(need, offer, suggestion.score, rank, reasons, suggestion, days_waited(need, now=now))
    return None


def days_waited(need: WaitingNeed, *, now: datetime) -> int:
    """Whole days."""
    return int(_days(need, now=now))


def _days(need: WaitingNeed, *, now: datetime) -> float:
    return (now - need.waits_since).total_seconds() / SECONDS_A_DAY


def _edges(need: WaitingNeed, ranking: Ranking | None, *, now: datetime) -> list[Edge]:
    days = _days(need, now=now)
    return [Edge(need.profile.id, item.offer_id, pair_value(item.score, days_waited=days)) for item in _clear(ranking)]


def _clear(ranking: Ranking | None) -> list[Suggestion]:
    return [item for item in ranking.suggestions if item.score >= FAINT_SCORE] if ranking else []


def _left_without(need: WaitingNeed, ranking: Ranking | None, caseload: WholeCaseload, *, now: datetime) -> LeftWithout:
    clear = _clear(ranking)
    gone = tuple(caseload.offers[item.offer_id] for item in clear[:NAMED_AT_MOST])
    if gone:
        why = WhyWithout.PLACES_TAKEN
    else:
        why = WhyWithout.ONLY_FAINT if ranking and ranking.suggestions else WhyWithout.NO_OFFER_MAY
    return LeftWithout(need, why, days_waited(need, now=now), gone)
