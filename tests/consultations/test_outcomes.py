from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.consultations import booked
from tests.factories.people import NOW, hire
from tests.factories.statements import counted_statements
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.consultations.models import ConsultationSeries
from volunteer_match.consultations.outcomes import (
    NotOnDuty,
    TooEarly,
    finish_follow_up,
    record_missed,
    record_outcome,
)
from volunteer_match.consultations.queries import follow_ups_of, own_booking, slot_lines
from volunteer_match.consultations.states import BookingState, Outcome
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role


def test_what_came_of_it_and_who_follows_up(series: ConsultationSeries, pia: User) -> None:
    booking = booked(series.days[0])
    now = series.days[0].starts_at

    record_outcome(booking, outcome=Outcome.NETWORK_MEETING, follow_up_by=pia, by=pia, now=now)
    assert (booking.state, booking.outcome) == (BookingState.CAME, Outcome.NETWORK_MEETING)
    assert list(follow_ups_of(pia)) == [booking]

    assert finish_follow_up(booking, by=pia, now=now)
    assert not finish_follow_up(booking, by=pia, now=now)
    assert list(follow_ups_of(pia)) == []


def test_it_can_be_corrected(series: ConsultationSeries, pia: User) -> None:
    booking, now = booked(series.days[0]), series.days[0].ends_at
    record_missed(booking, by=pia, now=now)
    assert booking.state is BookingState.STAYED_AWAY
    record_outcome(booking, outcome=Outcome.ADVICE_GIVEN, follow_up_by=pia, by=pia, now=now)
    record_missed(booking, by=pia, now=now)
    assert (booking.state, booking.outcome, booking.follow_up_by_id) == (BookingState.STAYED_AWAY, None, None)


def test_only_those_who_sit_there_and_not_beforehand(series: ConsultationSeries, pia: User, lone: User) -> None:
    booking, per = booked(series.days[0]), hire("Per", Role.PROFESSIONAL)
    now = series.days[0].starts_at
    with pytest.raises(NotOnDuty):
        record_outcome(booking, outcome=Outcome.CONCERN, follow_up_by=None, by=per, now=now)
    with pytest.raises(NotOnDuty):
        record_outcome(booking, outcome=Outcome.CONCERN, follow_up_by=per, by=pia, now=now)
    with pytest.raises(NotOnDuty):
        record_missed(booking, by=lone, now=now)
    with pytest.raises(TooEarly):
        record_missed(booking, by=pia, now=now - timedelta(days=1))
    assert own_booking(per, booking.id) is None
    assert own_booking(pia, booking.id) is booking


def test_reading_the_list_leaves_a_trace_and_takes_as_many_questions_however_long_it_is(
    series: ConsultationSeries, pia: User
) -> None:
    asked = []
    for number in range(3):
        booked(series.days[0], number)
        with counted_statements() as sent:
            day = db.session.get_one(type(series.days[0]), series.days[0].id)
            lines = slot_lines(day, by=pia, now=NOW)
            assert [line.booking is not None for line in lines].count(True) == number + 1
        asked.append(len(sent))
    assert len(set(asked)) == 1
    db.session.commit()
    traces = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.CONSULTATION_LIST_READ))
    assert [trace.details for trace in traces] == [{"bookings": 1}, {"bookings": 2}, {"bookings": 3}]
