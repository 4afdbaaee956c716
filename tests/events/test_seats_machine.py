"""Guests who come, stay away and change their minds, a host who moves chairs, and time: what must always hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.events.conftest import use_test_site
from tests.factories.events import invited, open_event
from tests.factories.people import NOW, hire
from volunteer_match.events import planning
from volunteer_match.events.answers import Answer, AnswersClosed, Coming, NotEnoughSeats, answer
from volunteer_match.events.due import run_due
from volunteer_match.events.event_details import details_of
from volunteer_match.events.models import Event, Invitation, SeatOffer
from volunteer_match.events.states import ANSWERABLE, EventState, InvitationState, SeatOfferState
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

GUESTS = 6


class Seats(RuleBasedStateMachine):
    """Six guests and a few chairs."""

    @initialize(capacity=st.integers(1, 6))
    def a_house(self, capacity: int) -> None:
        db.session.rollback()
        self.admin = hire("Ditte", Role.ADMIN)
        self.event = open_event(self.admin, capacity=capacity)
        self.guests = invited(self.event, self.admin, GUESTS)
        self.now = NOW
        self.offered: list[int] = []

    @rule(who=st.integers(0, GUESTS - 1), coming=st.sampled_from(Coming), people=st.integers(1, 4))
    def somebody_answers(self, who: int, coming: Coming, people: int) -> None:
        self.now += timedelta(minutes=1)
        try:
            with attempt():
                answer(self.guests[who], said=Answer(coming=coming, people=people), now=self.now)
        except (NotEnoughSeats, AnswersClosed):
            pass

    @rule(capacity=st.integers(1, 8))
    def the_host_moves_chairs(self, capacity: int) -> None:
        try:
            with attempt():
                details = replace(details_of(self.event), capacity=capacity)
                planning.change_event(self.event, details=details, by=self.admin, now=self.now)
        except (planning.SeatsAreTaken, MoveRefused):
            pass

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        run_due(now=self.now)

    @invariant()
    def seats_are_those_of_guests_and_open_offers(self) -> None:
        db.session.expire_all()
        coming = sum(guest.people or 0 for guest in self._in(InvitationState.YES))
        held = sum(offer.people for offer in self._open_offers())
        assert self.event.seats_taken == coming + held <= self.event.capacity

    @invariant()
    def full_means_no_free_seat(self) -> None:
        if self.event.state in ANSWERABLE:
            assert (self.event.state is EventState.FULL) == (self.event.free_seats == 0)

    @invariant()
    def nobody_in_line_would_fit(self) -> None:
        if self.event.state in ANSWERABLE and self.now < self.event.starts_at:
            asked = {offer.invitation_id for offer in self._open_offers()}
            waiting = [guest for guest in self._in(InvitationState.WAITING) if guest.id not in asked]
            assert all((guest.people or 0) > self.event.free_seats for guest in waiting)

    @invariant()
    def offers_are_made_to_those_who_wait(self) -> None:
        for offer in self._open_offers():
            assert offer.invitation.state is InvitationState.WAITING
            assert offer.people == offer.invitation.people
            earlier = [
                guest
                for guest in self._in(InvitationState.WAITING)
                if guest.waiting_since
                and offer.invitation.waiting_since
                and guest.waiting_since < offer.invitation.waiting_since
            ]
            asked = {other.invitation_id for other in self._open_offers()}
            assert all(guest.id in asked or (guest.people or 0) > 1 for guest in earlier)

    def _in(self, state: InvitationState) -> Sequence[Invitation]:
        return [guest for guest in self.guests if guest.state is state]

    def _open_offers(self) -> Sequence[SeatOffer]:
        return db.session.scalars(select(SeatOffer).where(SeatOffer.state == SeatOfferState.OFFERED)).all()

    admin: User
    event: Event


def test_the_seats_add_up_whatever_happens(session: Session) -> None:
    use_test_site()
    run_state_machine_as_test(
        Seats,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    session.rollback()
