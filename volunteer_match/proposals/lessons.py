"""What a caseworker teaches one need's list: more like this offer, or not this sort. It moves offers and bars none."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import hypot

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.cases.models import Need
from volunteer_match.cases.states import NeedState
from volunteer_match.foundation.database import db
from volunteer_match.matching.concepts import offer_concepts
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.states import Availability
from volunteer_match.people.models import User

from .gates import CaseGate, GateClosed, NoLongerOffered, case_gates
from .locks import lock_need
from .models import SuggestionLesson
from .states import LessonDirection


def say(
    *,
    need: Need,
    offer: Offer,
    direction: LessonDirection,
    by: User,
    now: datetime,
    suggestion_list_id: int | None = None,
) -> None:
    """Said twice is said once, and the opposite takes its place.

    Raises GateClosed when `by` is not responsible for the case or the need is closed, NoLongerOffered.
    """
    if offer.availability is Availability.WITHDRAWN:
        raise NoLongerOffered
    lesson = _lesson(_locked(need, by=by), offer)
    if lesson is not None and lesson.direction is direction:
        return
    if lesson is None:
        lesson = SuggestionLesson(need_id=need.id, offer_id=offer.id)
        db.session.add(lesson)
    lesson.direction, lesson.suggestion_list_id = direction, suggestion_list_id
    lesson.said_by_id, lesson.said_at = by.id, now
    db.session.flush()
    _trace(AuditAction.LESSON_SAID, lesson, by=by, now=now)


def take_back(*, need: Need, offer: Offer, by: User, now: datetime) -> None:
    """As if it had never been said; nothing happens where nothing was. Raises GateClosed as `say` does."""
    lesson = _lesson(_locked(need, by=by), offer)
    if lesson is not None:
        db.session.delete(lesson)
        db.session.flush()
        _trace(AuditAction.LESSON_TAKEN_BACK, lesson, by=by, now=now)


def lessons_of(need: Need) -> Sequence[SuggestionLesson]:
    """In the order they were said. Of offers that may no longer be shown too: the list leaves those out."""
    statement = (
        select(SuggestionLesson)
        .where(SuggestionLesson.need_id == need.id)
        .options(joinedload(SuggestionLesson.offer))
        .order_by(SuggestionLesson.said_at, SuggestionLesson.id)
    )
    return db.session.scalars(statement).all()


def most_alike(offer: Offer, lessons: Iterable[SuggestionLesson]) -> Offer | None:
    """The offer spoken of that this one is most like in what it is about."""
    return max((lesson.offer for lesson in lessons), key=lambda other: _likeness(offer, other), default=None)


def _likeness(one: Offer, other: Offer) -> float:
    mine, theirs = _concepts(one), _concepts(other)
    shared = sum(sure * theirs[concept] for concept, sure in mine.items() if concept in theirs)
    return shared / (hypot(*mine.values()) * hypot(*theirs.values()) or 1.0)


def _concepts(offer: Offer) -> Mapping[str, float]:
    return offer_concepts(offer.title, offer.description, offer.kinds, offer.organisation.name)


def _locked(need: Need, *, by: User) -> Need:
    need = lock_need(need.id)
    gates = case_gates(need, by=by, states=(NeedState.OPEN, NeedState.MATCHED))
    closed = tuple(gate for gate in gates if gate is not CaseGate.CHILD_VIEW_MISSING)
    if closed:
        raise GateClosed(closed)
    return need


def _lesson(need: Need, offer: Offer) -> SuggestionLesson | None:
    return db.session.scalar(
        select(SuggestionLesson).where(SuggestionLesson.need_id == need.id, SuggestionLesson.offer_id == offer.id)
    )


def _trace(action: AuditAction, lesson: SuggestionLesson, *, by: User, now: datetime) -> None:
    details = {"offer": lesson.offer_id, "direction": lesson.direction.value}
    record(action, by=by.actor, now=now, subject=("need", lesson.need_id), details=details)
