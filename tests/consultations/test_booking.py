from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.databases import app_over
from tests.factories.consultations import booked, every_second_tuesday, teacher
from tests.factories.mails import mails, token_in
from tests.factories.people import NOW, hire
from tests.proposals.conftest import use_test_site
from volunteer_match.consultations.booking import (
    DayClosed,
    SlotTaken,
    TellsTooMuch,
    TooManyBookings,
    book,
    booking_of,
    cancel_booking,
    change_booking,
)
from volunteer_match.consultations.days import NewTime, cancel_day, move_day
from volunteer_match.consultations.models import ConsultationBooking, ConsultationDay, ConsultationSeries
from volunteer_match.consultations.queries import open_days
from volunteer_match.consultations.states import BookingState
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

AT_ONCE = 20


def free_numbers(series: ConsultationSeries, day: int = 0) -> list[int]:
    return [slot.number for slot in open_days(series, now=NOW)[day].free]


def test_a_booked_slot_is_gone_and_confirmed(series: ConsultationSeries) -> None:
    booking = booked(series.days[0], 1, name="Lars Lærer", email="lars@skole.example")

    assert free_numbers(series) == [0, 2, 3]
    [mail] = mails("consultation_booked")
    assert mail.to_address == "lars@skole.example"
    assert all(words in mail.text_body for words in ("24. november", "kl. 15.20", "Lokale 12", booking.reference))
    assert booking_of(token_in(mail), now=NOW) is booking


def test_nobody_gets_a_slot_that_is_taken_or_is_not_there(series: ConsultationSeries) -> None:
    booked(series.days[0], 1)
    for number in (1, 4, -1):
        with pytest.raises(SlotTaken):
            booked(series.days[0], number)


def test_a_day_that_has_begun_or_is_cancelled_can_not_be_booked(series: ConsultationSeries, lone: User) -> None:
    with pytest.raises(DayClosed):
        booked(series.days[0], now=series.days[0].starts_at)
    cancel_day(series.days[1], note="", by=lone, now=NOW)
    with pytest.raises(DayClosed):
        booked(series.days[1])


def test_one_address_does_not_take_all_the_times(series: ConsultationSeries) -> None:
    first, *_others = (booked(series.days[0], number, email="lars@skole.example") for number in range(3))
    with pytest.raises(TooManyBookings):
        booked(series.days[1], email="LARS@skole.example")

    cancel_booking(first, now=NOW)
    booked(series.days[1], email="lars@skole.example")


@pytest.mark.parametrize("question", ["Emma er ked af det", "Det er E.K. fra 3. b", "Barnet er 010203-1234"])
def test_a_child_is_not_named(series: ConsultationSeries, question: str) -> None:
    with pytest.raises(TellsTooMuch):
        booked(series.days[0], question=question)
    assert free_numbers(series) == [0, 1, 2, 3]


def test_changing_frees_the_old_slot_at_once(series: ConsultationSeries) -> None:
    booking = booked(series.days[0], 1)
    change_booking(booking, day=series.days[1], slot_number=3, now=NOW)

    assert (free_numbers(series), free_numbers(series, 1)) == ([0, 1, 2, 3], [0, 1, 2])
    assert booking.sequence == 1
    assert [mail.state for mail in mails("consultation_booked")] == ["cancelled", "queued"]


def test_changing_to_what_is_taken_keeps_the_old_one(series: ConsultationSeries, lone: User) -> None:
    booking = booked(series.days[0], 1)
    booked(series.days[1], 3)
    elsewhere = every_second_tuesday(lone, school="Hjallerup Skole", psychologist=hire("Per", Role.PROFESSIONAL))

    with pytest.raises(SlotTaken):
        change_booking(booking, day=series.days[1], slot_number=3, now=NOW)
    with pytest.raises(DayClosed):
        change_booking(booking, day=elsewhere.days[1], slot_number=3, now=NOW)
    with pytest.raises(DayClosed):
        change_booking(booking, day=series.days[1], slot_number=1, now=series.days[0].starts_at)
    assert free_numbers(series) == [0, 2, 3]


def test_cancelling_once_is_enough(series: ConsultationSeries) -> None:
    booking = booked(series.days[0])
    cancel_booking(booking, now=NOW)

    assert free_numbers(series) == [0, 1, 2, 3]
    assert booking.state is BookingState.CANCELLED
    with pytest.raises(MoveRefused):
        cancel_booking(booking, now=NOW)
    with pytest.raises(DayClosed):
        change_booking(booking, day=series.days[1], slot_number=0, now=NOW)
    assert len(mails("consultation_cancelled")) == 1


def test_the_link_works_until_long_after_the_day(series: ConsultationSeries) -> None:
    booking = booked(series.days[0])
    token = token_in(mails("consultation_booked")[0])

    assert booking_of(token, now=booking.day.ends_at + timedelta(days=59)) is booking
    with pytest.raises(LinkUnusable):
        booking_of(token, now=booking.day.ends_at + timedelta(days=61))
    with pytest.raises(LinkUnusable):
        booking_of("x" * 43, now=NOW)


def test_what_is_known_of_who_books_is_not_readable_in_the_database(series: ConsultationSeries) -> None:
    booked(series.days[0], name="Lars Lærer", email="lars@skole.example", phone="+4520304050")
    stored = str(db.session.execute(text("SELECT name, email, phone, question FROM consultation_booking")).one())

    assert not any(word in stored for word in ("Lars", "lars@", "20304050", "fravær"))


@pytest.fixture
def square(database_url: str) -> Iterator[tuple[Flask, list[int]]]:
    """A series that is committed, for many who press at once."""
    app = app_over(database_url)
    use_test_site()
    with app.app_context():
        series = every_second_tuesday(hire("Lone", Role.TEAM_LEADER))
        ids = [day.id for day in series.days[:2]]
        db.session.commit()
    yield app, ids
    with app.app_context():
        db.engine.dispose()


@pytest.mark.slow
def test_twenty_at_once_get_one_slot_once(square: tuple[Flask, list[int]]) -> None:
    app, [day_id, _] = square

    def press(_number: int) -> int:
        with app.app_context():
            try:
                book(day=db.session.get_one(ConsultationDay, day_id), slot_number=2, booker=teacher(), now=NOW)
                db.session.commit()
            except SlotTaken:
                return 0
            return 1

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(press, range(AT_ONCE))) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ConsultationBooking)) == 1
        assert len(mails("consultation_booked")) == 1


@pytest.mark.slow
def test_people_who_swap_while_the_day_is_moved_never_share_a_slot(square: tuple[Flask, list[int]]) -> None:
    app, day_ids = square
    with app.app_context():
        days = [db.session.get_one(ConsultationDay, day_id) for day_id in day_ids]
        bookings = [booked(day, number).id for day in days for number in range(3)]
        leader_id = days[0].series.created_by_id
        db.session.commit()

    def act(number: int) -> None:
        with app.app_context():
            try:
                if number == AT_ONCE // 2:
                    to = NewTime(date(2026, 12, 9), time(10), time(11), "")
                    day = db.session.get_one(ConsultationDay, day_ids[1])
                    move_day(day, to, note="", by=db.session.get_one(User, leader_id), now=NOW)
                else:
                    booking = db.session.get_one(ConsultationBooking, bookings[number % len(bookings)])
                    day = db.session.get_one(ConsultationDay, day_ids[number % 2])
                    change_booking(booking, day=day, slot_number=number % 4, now=NOW)
                db.session.commit()
            except (SlotTaken, DayClosed):
                db.session.rollback()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, range(AT_ONCE)))
    with app.app_context():
        kept = db.session.scalars(
            select(ConsultationBooking).where(ConsultationBooking.state == BookingState.BOOKED)
        ).all()
        assert all(booking.slot is not None for booking in kept)
        assert len({(booking.day_id, booking.slot_number) for booking in kept}) == len(kept)
