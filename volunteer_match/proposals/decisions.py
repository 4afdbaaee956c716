"""What people decided, turned into lessons for the engine. Withdrawn is withdrawn now: their rows teach nothing.

Only the numbers the engine was given are read – no names, no texts, and never who decided.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.cases.guardian_consent import deciding_line
from volunteer_match.cases.models import GuardianConsent, Need
from volunteer_match.cases.states import ConsentParty
from volunteer_match.foundation.database import db
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.learning import (
    Lessons,
    Preference,
    Row,
    Verdict,
    full,
    lessons_of_choice,
    row_of,
)
from volunteer_match.organisations.consent import counts_at
from volunteer_match.organisations.models import Offer, VolunteerConsent

from .models import Proposal, SuggestionItem, SuggestionLesson, SuggestionList
from .states import CancelReason, DeclineReason, EndReason, LessonDirection, ProposalState, RejectReason

S = ProposalState
LASTED = timedelta(days=90)


class DecisionKind(StrEnum):
    """What was decided, as the data sheet counts it."""

    CHOSEN = "chosen"
    ACCEPTED = "accepted"
    STARTED = "started"
    LASTED = "lasted"
    ENDED_EARLY = "ended_early"
    REJECTED = "rejected"
    DECLINED = "declined"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a decision says of the pair's fit. `about`: it speaks of this one feature only."""

    kind: DecisionKind
    good: bool
    weight: float
    about: ReasonKey | None = None


# Reasons that speak of the pair count; that people know each other, or a family's own no, says little about fit.
REJECTED: Mapping[RejectReason, Meaning] = MappingProxyType(
    {
        RejectReason.NOT_RIGHT_KIND: Meaning(DecisionKind.REJECTED, good=False, weight=1.0),
        RejectReason.NOT_RIGHT_PERSON: Meaning(DecisionKind.REJECTED, good=False, weight=0.5),
        RejectReason.CHILD_SAYS_NO: Meaning(DecisionKind.REJECTED, good=False, weight=0.5),
        RejectReason.FAMILY_SAYS_NO: Meaning(DecisionKind.REJECTED, good=False, weight=0.1),
        RejectReason.OTHER: Meaning(DecisionKind.REJECTED, good=False, weight=0.3),
        RejectReason.TOO_FAR: Meaning(DecisionKind.REJECTED, good=False, weight=1.0, about=ReasonKey.DISTANCE),
        RejectReason.TIMES_DO_NOT_FIT: Meaning(DecisionKind.REJECTED, good=False, weight=1.0, about=ReasonKey.TIMES),
    }
)
_CHOSEN = Meaning(DecisionKind.CHOSEN, good=True, weight=0.5)
# No time and no room say nothing of the fit, so the caseworker's choice stands.
DECLINED: Mapping[DeclineReason, Meaning] = MappingProxyType(
    {
        DeclineReason.NOT_RIGHT_FOR_US: Meaning(DecisionKind.DECLINED, good=False, weight=0.7),
        DeclineReason.TOO_FAR: Meaning(DecisionKind.DECLINED, good=False, weight=0.7, about=ReasonKey.DISTANCE),
    }
)
REACHED: Mapping[ProposalState, Meaning] = MappingProxyType(
    {
        S.APPROVED: _CHOSEN,
        S.ASKED: _CHOSEN,
        S.EXPIRED: _CHOSEN,
        S.ACCEPTED: Meaning(DecisionKind.ACCEPTED, good=True, weight=0.7),
        S.INTRODUCED: Meaning(DecisionKind.ACCEPTED, good=True, weight=0.8),
        S.ACTIVE: Meaning(DecisionKind.STARTED, good=True, weight=1.0),
        S.PAUSED: Meaning(DecisionKind.STARTED, good=True, weight=1.0),
    }
)
LASTING = Meaning(DecisionKind.LASTED, good=True, weight=1.5)
ENDED_EARLY: Mapping[EndReason, Meaning] = MappingProxyType(
    {
        EndReason.NO_CHEMISTRY: Meaning(DecisionKind.ENDED_EARLY, good=False, weight=0.7),
        EndReason.CHILD_STOPPED: Meaning(DecisionKind.ENDED_EARLY, good=False, weight=0.7),
        EndReason.FAMILY_STOPPED: Meaning(DecisionKind.ENDED_EARLY, good=False, weight=0.4),
        EndReason.VOLUNTEER_STOPPED: Meaning(DecisionKind.ENDED_EARLY, good=False, weight=0.3),
        EndReason.GOAL_REACHED: Meaning(DecisionKind.LASTED, good=True, weight=1.0),
        EndReason.AGREED_END: Meaning(DecisionKind.STARTED, good=True, weight=0.7),
        EndReason.MOVED_AWAY: Meaning(DecisionKind.STARTED, good=True, weight=0.7),
    }
)
SAID: Mapping[LessonDirection, Meaning] = MappingProxyType(
    {
        LessonDirection.MORE: Meaning(DecisionKind.SAID, good=True, weight=0.3),
        LessonDirection.LESS: Meaning(DecisionKind.SAID, good=False, weight=0.3),
    }
)


@dataclass(frozen=True)
class Decisions:
    """Lessons with what a data sheet tells of them."""

    lessons: Lessons
    kinds: Mapping[str, int]
    decided_from: datetime | None
    decided_to: datetime | None


@dataclass
class _Gathered:
    verdicts: list[Verdict] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    moments: list[datetime] = field(default_factory=list)

    def add(self, need: str, pair: Row, meaning: Meaning, at: datetime) -> None:
        if meaning.about is None:
            self.verdicts.append(Verdict(need, pair, meaning.good, meaning.weight))
        else:
            # "Too far" says: the same offer next door would have been better. It says nothing of all the rest.
            self.preferences.append(Preference(need, full(pair, meaning.about), pair, meaning.weight))
        self.kinds[meaning.kind.value] += 1
        self.moments.append(at)


def gather(*, now: datetime) -> Decisions:
    """Everything that may teach now, in a fixed order."""
    proposals, said = _proposals(), _said()
    list_ids = {proposal.suggestion_list_id for proposal in proposals} | {line.suggestion_list_id for line in said}
    shown = _shown(list_ids, now=now)
    gathered = _Gathered()
    taken = {(p.need_id, p.offer_id) for p in proposals if meaning_of(p, now=now) is not None}
    for proposal in proposals:
        items = shown.get(proposal.suggestion_list_id or 0, {})
        meaning = meaning_of(proposal, now=now)
        if meaning is not None and proposal.offer_id in items:
            gathered.add(str(proposal.need_id), _row(items[proposal.offer_id]), meaning, proposal.changed_at)
            if proposal.state is not S.REJECTED:
                _add_passed_over(gathered, proposal, items, taken)
    for lesson in said:
        items = shown.get(lesson.suggestion_list_id or 0, {})
        if lesson.offer_id in items and (lesson.need_id, lesson.offer_id) not in taken:
            gathered.add(str(lesson.need_id), _row(items[lesson.offer_id]), SAID[lesson.direction], lesson.said_at)
    return Decisions(
        Lessons(tuple(gathered.verdicts), tuple(gathered.preferences), len(gathered.moments)),
        dict(sorted(gathered.kinds.items())),
        min(gathered.moments, default=None),
        max(gathered.moments, default=None),
    )


def meaning_of(proposal: Proposal, *, now: datetime) -> Meaning | None:
    """What this pair's story so far says of its fit; None when it says nothing."""
    reason = proposal.reason or ""
    if proposal.state is S.REJECTED:
        return REJECTED.get(RejectReason(reason))
    if proposal.state is S.DECLINED:
        return DECLINED.get(DeclineReason(reason), _CHOSEN)
    if proposal.state is S.CANCELLED:
        return None if reason == CancelReason.BY_CASEWORKER else _CHOSEN
    if proposal.started_at is not None and (proposal.ended_at or now) - proposal.started_at >= LASTED:
        return LASTING
    if proposal.state is S.ENDED:
        return ENDED_EARLY.get(EndReason(reason)) if proposal.ever_met else _CHOSEN
    return REACHED.get(proposal.state)


def _add_passed_over(
    gathered: _Gathered, chosen: Proposal, items: Mapping[int, SuggestionItem], taken: set[tuple[int, int]]
) -> None:
    mine = items[chosen.offer_id]
    others = [item for item in items.values() if (chosen.need_id, item.offer_id) not in taken]
    preferences, verdicts = lessons_of_choice(
        str(chosen.need_id),
        _row(mine),
        above=[_row(item) for item in others if item.rank < mine.rank],
        below=[_row(item) for item in others if item.rank > mine.rank],
        choice=str(chosen.id),
    )
    gathered.preferences += preferences
    gathered.verdicts += verdicts


def _row(item: SuggestionItem) -> Row:
    return row_of(item.features or {})


def _proposals() -> Sequence[Proposal]:
    statement = select(Proposal).where(Proposal.suggestion_list_id.is_not(None), Proposal.state != S.PROPOSED)
    return db.session.scalars(statement.order_by(Proposal.id)).all()


def _said() -> Sequence[SuggestionLesson]:
    return db.session.scalars(select(SuggestionLesson).order_by(SuggestionLesson.id)).all()


def _shown(list_ids: Iterable[int | None], *, now: datetime) -> dict[int, dict[int, SuggestionItem]]:
    """The ranked lines of each list by offer, of people and families whose consent is not taken back."""
    shown: dict[int, dict[int, SuggestionItem]] = defaultdict(dict)
    withdrawn = _families_who_withdrew()
    wanted = sorted(list_id for list_id in list_ids if list_id is not None)
    for start in range(0, len(wanted), 500):  # a query takes only so many values
        for item in _items(wanted[start : start + 500], now=now):
            if item.list.need_id not in withdrawn:
                shown[item.list_id][item.offer_id] = item
    return shown


def _items(list_ids: Sequence[int], *, now: datetime) -> Iterator[SuggestionItem]:
    consented = (
        select(VolunteerConsent.id).where(VolunteerConsent.contact_id == Offer.contact_id, counts_at(now)).exists()
    )
    statement = (
        select(SuggestionItem)
        .join(Offer, Offer.id == SuggestionItem.offer_id)
        .where(SuggestionItem.list_id.in_(list_ids), SuggestionItem.features.is_not(None), consented)
        .options(joinedload(SuggestionItem.list).load_only(SuggestionList.need_id))
        .order_by(SuggestionItem.list_id, SuggestionItem.rank)
    )
    return iter(db.session.scalars(statement))


def _families_who_withdrew() -> set[int]:
    """Needs for which somebody's newest word is that they take their yes back."""
    taken_back = select(GuardianConsent.need_id).where(GuardianConsent.withdrawn_at.is_not(None))
    needs = db.session.scalars(select(Need).where(Need.id.in_(taken_back)).options(selectinload(Need.consents))).all()
    return {need.id for need in needs if any(_took_back(need, party) for party in ConsentParty)}


def _took_back(need: Need, party: ConsentParty) -> bool:
    line = deciding_line(need.consents, party)
    return line is not None and line.withdrawn_at is not None
