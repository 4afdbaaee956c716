"""Two offers for one need, side by side: the same reasons as on the list, or none where no model may be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.cases.models import Need
from volunteer_match.matching.eligibility import bars
from volunteer_match.people.models import User

from .candidates import Candidate, Ground, by_hand, ground_of, suggested
from .gates import NoLongerOffered
from .models import Proposal
from .offer_pool import ranker_for


@dataclass(frozen=True)
class Pair:
    """In the order asked for. `decided`: by offer, where the caseworker has decided on one already."""

    left: Candidate
    right: Candidate
    decided: Mapping[int, Proposal]


def compare(*, need: Need, offers: tuple[int, int], by: User, now: datetime, ranked: bool) -> Pair:
    """`ranked`: with the engine's reasons. Raises NoLongerOffered when one of the two may no longer be shown."""
    ground = ground_of(need, now=now)
    if not {str(offer) for offer in offers} <= ground.offers.keys():
        raise NoLongerOffered
    lines = _with_reasons(ground, offers) if ranked else {}
    by_id = {int(profile.id): profile for profile in ground.profiles}
    left, right = (lines.get(offer) or by_hand(by_id[offer], ground, rank=1) for offer in offers)
    record(
        AuditAction.SUGGESTIONS_SHOWN,
        by=by.actor,
        now=now,
        subject=("need", need.id),
        details={"compared": list(offers)},
    )
    return Pair(left, right, {proposal.offer_id: proposal for proposal in ground.decided})


def _with_reasons(ground: Ground, offers: tuple[int, int]) -> dict[int, Candidate]:
    """Of those nothing bars. All others are barred for the moment, so that a long list is not scored for two."""
    two = {str(offer) for offer in offers}
    barred = {profile.id for profile in ground.profiles if profile.id not in two or bars(ground.need, profile)}
    need = replace(ground.need, blocked_offers=frozenset(barred))
    found = ranker_for(ground.profiles).rank(need, limit=len(two), near_misses=0).suggestions
    return {int(item.offer_id): suggested(item, ground, rank=rank) for rank, item in enumerate(found, start=1)}
