"""More like this, not this sort: said once, undone, switched, and heard by the list at once."""

from datetime import timedelta

import pytest

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.models import Need
from volunteer_match.cases.states import NeedState
from volunteer_match.foundation.database import db
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.states import Availability
from volunteer_match.people.models import User
from volunteer_match.proposals.candidates import ShownList, suggest
from volunteer_match.proposals.gates import CaseGate, GateClosed
from volunteer_match.proposals.lessons import lessons_of, say, take_back
from volunteer_match.proposals.models import SuggestionLesson
from volunteer_match.proposals.states import LessonDirection
from volunteer_match.proposals.withdrawal import withdraw_volunteer_consent

MORE, LESS = LessonDirection.MORE, LessonDirection.LESS


@pytest.fixture
def chess(admin: User) -> Offer:
    """Something else, which the need does not mention."""
    return approved_offer(admin, title="Skak", description="Vi spiller skak på skolen.", kinds=("esport",))


def _said(need: Need) -> list[tuple[int, LessonDirection]]:
    db.session.expire_all()
    return [(lesson.offer_id, lesson.direction) for lesson in lessons_of(need)]


def _trail() -> list[tuple[str, dict[str, object]]]:
    db.session.commit()
    entries = db.session.query(AuditEntry).filter(AuditEntry.action.startswith("lesson")).order_by(AuditEntry.id)
    return [(entry.action, entry.details) for entry in entries]


def _order(shown: ShownList) -> list[Offer]:
    return [line.offer for line in shown.suggestions]


def test_said_twice_is_said_once(need: Need, offer: Offer, anna: User) -> None:
    shown = suggest(need=need, by=anna, now=NOW)
    for minutes in (1, 2):
        later = NOW + timedelta(minutes=minutes)
        say(need=need, offer=offer, direction=MORE, by=anna, now=later, suggestion_list_id=shown.list_id)

    (lesson,) = db.session.query(SuggestionLesson).all()
    assert (lesson.said_by_id, lesson.said_at) == (anna.id, NOW + timedelta(minutes=1))
    assert lesson.suggestion_list_id == shown.list_id
    assert _trail() == [("lesson_said", {"offer": offer.id, "direction": "more"})]


def test_the_opposite_takes_its_place(need: Need, offer: Offer, anna: User) -> None:
    for direction in (MORE, LESS):
        say(need=need, offer=offer, direction=direction, by=anna, now=NOW)

    assert _said(need) == [(offer.id, LESS)]
    assert [details["direction"] for _action, details in _trail()] == ["more", "less"]


def test_it_can_be_taken_back(need: Need, offer: Offer, anna: User) -> None:
    say(need=need, offer=offer, direction=LESS, by=anna, now=NOW)
    for _press in range(2):
        take_back(need=need, offer=offer, by=anna, now=NOW)

    assert _said(need) == []
    assert [action for action, _details in _trail()] == ["lesson_said", "lesson_taken_back"]


def test_it_is_about_one_need_only(need: Need, offer: Offer, anna: User) -> None:
    say(need=need, offer=offer, direction=MORE, by=anna, now=NOW)

    assert _said(ready_need(anna, case=need.case)) == []


def test_the_list_moves_at_once_and_says_why(need: Need, offer: Offer, chess: Offer, anna: User, admin: User) -> None:
    more_chess = approved_offer(admin, title="Skak for alle", description="Skak i kælderen.", kinds=("esport",))
    before = suggest(need=need, by=anna, now=NOW)
    assert _order(before)[0] == offer

    say(need=need, offer=chess, direction=MORE, by=anna, now=NOW)
    say(need=need, offer=offer, direction=LESS, by=anna, now=NOW)
    after = suggest(need=need, by=anna, now=NOW)

    scores = {line.offer: line.score or 0 for line in before.suggestions}
    moved = next(line for line in after.suggestions if line.offer == more_chess)
    assert (moved.score or 0) > scores[more_chess]
    assert ReasonKey.LIKE_CHOSEN in {reason.key for reason in moved.reasons}
    assert [(lesson.offer, lesson.direction) for lesson in after.lessons] == [(chess, MORE), (offer, LESS)]

    take_back(need=need, offer=chess, by=anna, now=NOW)
    take_back(need=need, offer=offer, by=anna, now=NOW)
    again = suggest(need=need, by=anna, now=NOW)
    assert [(line.offer, line.score) for line in again.suggestions] == [
        (line.offer, line.score) for line in before.suggestions
    ]


def test_a_colleague_says_nothing(need: Need, offer: Offer, bente: User) -> None:
    with pytest.raises(GateClosed) as refused:
        say(need=need, offer=offer, direction=MORE, by=bente, now=NOW)
    assert refused.value.gates == (CaseGate.NOT_RESPONSIBLE,)
    with pytest.raises(GateClosed):
        take_back(need=need, offer=offer, by=bente, now=NOW)
    assert _said(need) == []


def test_a_closed_need_learns_nothing_more(need: Need, offer: Offer, anna: User) -> None:
    need.state = NeedState.CLOSED
    with pytest.raises(GateClosed) as refused:
        say(need=need, offer=offer, direction=MORE, by=anna, now=NOW)
    assert refused.value.gates == (CaseGate.NEED_NOT_OPEN,)


@pytest.mark.parametrize("gone", ["withdrawn", "consent"])
def test_what_may_no_longer_be_shown_teaches_nothing(need: Need, offer: Offer, anna: User, gone: str) -> None:
    say(need=need, offer=offer, direction=MORE, by=anna, now=NOW)
    if gone == "withdrawn":
        offer.availability = Availability.WITHDRAWN
    else:
        withdraw_volunteer_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)

    assert suggest(need=need, by=anna, now=NOW).lessons == ()
