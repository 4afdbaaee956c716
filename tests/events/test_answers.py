"""A guest says yes, no or maybe, and changes their mind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories.events import invited, open_event
from tests.factories.mails import mails, token_in
from tests.factories.people import NOW
from volunteer_match.events import planning
from volunteer_match.events.answers import (
    Answer,
    AnswersClosed,
    Coming,
    NotEnoughSeats,
    answer,
    find_invitation,
    is_address_of,
)
from volunteer_match.events.due import run_due
from volunteer_match.events.event_details import details_of
from volunteer_match.events.models import Event, Invitation
from volunteer_match.events.seats import TIME_TO_TAKE, open_offer_to
from volunteer_match.events.states import EventState, InvitationState
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.people.models import User

S = InvitationState
NO, MAYBE = Answer(coming=Coming.NO), Answer(coming=Coming.MAYBE)
SOON = NOW + timedelta(hours=1)


def yes(people: int = 1) -> Answer:
    return Answer(coming=Coming.YES, people=people)


def say(invitation: Invitation, said: Answer) -> InvitationState:
    return answer(invitation, said=said, now=SOON)


def test_the_link_in_the_mail_leads_to_the_guests_own_invitation(event: Event, admin: User) -> None:
    first, second = invited(event, admin, 2)
    for invitation in (first, second):
        [mail] = mails("event_invitation", about=invitation.id)
        assert find_invitation(token_in(mail), now=SOON) is invitation
    with pytest.raises(LinkUnusable):
        find_invitation("x" * 43, now=SOON)
    assert is_address_of(first, f" {first.email.upper()} ")
    assert not is_address_of(first, second.email)


def test_a_yes_takes_seats_and_a_no_gives_them_back(event: Event, admin: User) -> None:
    [invitation] = invited(event, admin)
    assert say(invitation, yes(3)) is S.YES
    assert (event.seats_taken, invitation.people) == (3, 3)
    assert say(invitation, yes(2)) is S.YES
    assert event.seats_taken == 2
    assert say(invitation, MAYBE) is S.MAYBE
    assert (event.seats_taken, invitation.people) == (0, None)
    assert say(invitation, NO) is S.NO
    assert event.seats_taken == 0


def test_a_receipt_goes_out_when_the_answer_is_new(event: Event, admin: User) -> None:
    [invitation] = invited(event, admin)
    for said in (yes(3), yes(3), NO, NO):
        say(invitation, said)
    coming, staying = mails("event_answered")
    assert "3" in coming.text_body
    assert coming.calendar is not None
    assert "PARTSTAT=ACCEPTED" in coming.calendar.replace("\r\n ", "")
    assert staying.calendar is None


def test_a_full_house_has_a_waiting_list(admin: User) -> None:
    event = open_event(admin, capacity=4)
    first, second, third = invited(event, admin, 3)
    say(first, yes(3))
    assert say(second, yes(2)) is S.WAITING
    assert (event.state, event.seats_taken) == (EventState.OPEN, 3), "one seat is free, but not two"
    assert say(third, yes()) is S.YES, "one fits who comes alone"
    assert (event.state, event.seats_taken) == (EventState.FULL, 4)


def test_who_has_seats_keeps_them_when_more_are_wanted_than_there_are(admin: User) -> None:
    event = open_event(admin, capacity=4)
    first, second = invited(event, admin, 2)
    say(first, yes(2))
    say(second, yes())
    with pytest.raises(NotEnoughSeats) as refused:
        say(first, yes(4))
    assert refused.value.free_seats == 3
    assert (first.state, first.people, event.seats_taken) == (S.YES, 2, 3)


def test_a_freed_seat_is_offered_to_the_next_who_fits(admin: User) -> None:
    event = open_event(admin, capacity=2)
    first, second, family, single, late = invited(event, admin, 5)
    say(first, yes())
    say(second, yes())
    for people, invitation in ((2, family), (1, single), (1, late)):
        assert say(invitation, yes(people)) is S.WAITING
    say(first, NO)
    assert [open_offer_to(waiting) is not None for waiting in (family, single, late)] == [False, True, False]
    assert event.state is EventState.FULL, "the seat is held for them"
    [mail] = mails("seat_offered")
    assert mail.about_id == single.id
    assert say(single, yes()) is S.YES
    assert event.seats_taken == 2


def test_an_offer_not_taken_in_time_goes_to_the_next(admin: User) -> None:
    event = open_event(admin, capacity=1)
    first, second, third = invited(event, admin, 3)
    say(first, yes())
    for waiting in (second, third):
        say(waiting, yes())
    say(first, NO)
    run_due(now=SOON + TIME_TO_TAKE - timedelta(seconds=1))
    assert open_offer_to(second)
    run_due(now=SOON + TIME_TO_TAKE)
    db.session.expire_all()
    assert second.state is S.EXPIRED
    assert open_offer_to(third)
    assert say(second, yes()) is S.WAITING, "and may stand in line again"


def test_an_offer_declined_goes_to_the_next_at_once(admin: User) -> None:
    event = open_event(admin, capacity=1)
    first, second, third = invited(event, admin, 3)
    say(first, yes())
    for waiting in (second, third):
        say(waiting, yes())
    say(first, NO)
    say(second, NO)
    assert open_offer_to(third)
    assert event.seats_taken == 1


def test_a_bigger_house_lets_the_line_in(admin: User) -> None:
    event = open_event(admin, capacity=1)
    first, second = invited(event, admin, 2)
    say(first, yes())
    say(second, yes(2))
    details = details_of(event)
    with pytest.raises(planning.SeatsAreTaken):
        planning.change_event(event, details=replace(details, capacity=0), by=admin, now=SOON)
    planning.change_event(event, details=replace(details, capacity=3), by=admin, now=SOON)
    assert open_offer_to(second)
    assert event.state is EventState.FULL


def test_replies_to_questions_are_kept_while_the_guest_comes(event: Event, admin: User) -> None:
    [invitation] = invited(event, admin)
    food, lift = event.questions
    replies = {food.id: "Uden nødder", lift.id: "", 999_999: "til et andet arrangement"}
    answer(invitation, said=Answer(coming=Coming.YES, replies=replies), now=SOON)
    assert [(reply.question_id, reply.reply) for reply in invitation.replies] == [(food.id, "Uden nødder")]
    say(invitation, NO)
    assert invitation.replies == []


def test_no_answer_is_taken_after_it_began_or_was_called_off(event: Event, admin: User) -> None:
    [invitation] = invited(event, admin)
    with pytest.raises(AnswersClosed):
        answer(invitation, said=yes(), now=event.starts_at)
    planning.cancel_event(event, reason="Sne", by=admin, now=SOON)
    with pytest.raises(AnswersClosed):
        say(invitation, yes())


@pytest.mark.parametrize("people", [0, -1, 21])
def test_a_party_is_of_some_size(event: Event, admin: User, people: int) -> None:
    [invitation] = invited(event, admin)
    with pytest.raises(ValueError, match="party"):
        say(invitation, yes(people))
