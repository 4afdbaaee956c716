from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.consultations import booked, every_second_tuesday, facts
from tests.factories.mails import mails
from tests.factories.people import NOW
from volunteer_match.consultations.days import DateRefused, DayOver, NewTime, cancel_day, move_day, resume_day
from volunteer_match.consultations.models import ConsultationBooking, ConsultationDay, ConsultationSeries
from volunteer_match.consultations.planning import change_series, plan_series
from volunteer_match.consultations.rhythm import PeriodRefused
from volunteer_match.consultations.school_year import AlreadyThere, add_holiday, add_school_year, remove_holiday
from volunteer_match.consultations.states import BookingState, DayState
from volunteer_match.foundation.database import db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.states import MailState
from volunteer_match.people.models import User


def held(series: ConsultationSeries) -> list[date]:
    return [day.held_on for day in series.days if day.state is DayState.PLANNED]


def day_on(series: ConsultationSeries, planned_on: date) -> ConsultationDay:
    return next(day for day in series.days if day.planned_on == planned_on)


def test_days_until_the_end_at_the_same_time_of_the_wall(series: ConsultationSeries) -> None:
    assert held(series)[:3] == [date(2026, 11, 24), date(2026, 12, 8), date(2026, 12, 22)]
    assert held(series)[-1] == date(2027, 4, 27)
    assert day_on(series, date(2027, 3, 16)).starts_at == datetime(2027, 3, 16, 14, tzinfo=UTC)
    assert day_on(series, date(2027, 3, 30)).starts_at == datetime(2027, 3, 30, 13, tzinfo=UTC)
    assert all(len(day.slots) == 4 for day in series.days)


def test_public_holidays_are_always_skipped(lone: User) -> None:
    mondays = every_second_tuesday(lone, first_on=date(2027, 3, 1), last_on=date(2027, 4, 30))

    assert [day.skipped_for for day in mondays.days] == [None, None, "2. påskedag", None, None]


def test_school_holidays_are_skipped_and_come_back_when_they_are_taken_out(
    series: ConsultationSeries, lone: User
) -> None:
    all_days = held(series)
    assert add_school_year("2026/27", by=lone, now=NOW) == 8
    assert add_school_year("2026/27", by=lone, now=NOW) == 0
    assert set(all_days) - set(held(series)) == {date(2026, 12, 22), date(2027, 2, 16)}
    assert day_on(series, date(2027, 2, 16)).skipped_for == "Vinterferie"

    winter = add_holiday(name="Studietur", first_on=date(2026, 12, 8), last_on=date(2026, 12, 8), by=lone, now=NOW)
    assert date(2026, 12, 8) not in held(series)
    remove_holiday(winter, by=lone, now=NOW)
    assert date(2026, 12, 8) in held(series)


def test_a_holiday_that_makes_no_sense_is_refused(lone: User) -> None:
    dates = {"first_on": date(2027, 2, 15), "last_on": date(2027, 2, 19)}
    add_holiday(name="Vinterferie", by=lone, now=NOW, **dates)

    with pytest.raises(AlreadyThere):
        add_holiday(name="Ferie", by=lone, now=NOW, **dates)
    with pytest.raises(PeriodRefused):
        add_holiday(name="Ferie", first_on=date(2027, 2, 15), last_on=date(2027, 2, 14), by=lone, now=NOW)


def test_a_series_that_does_not_mind_school_holidays(lone: User) -> None:
    add_school_year("2026/27", by=lone, now=NOW)

    assert date(2026, 12, 22) in held(every_second_tuesday(lone, skips_school_holidays=False))


def test_a_holiday_put_in_late_calls_off_what_was_booked(series: ConsultationSeries, lone: User) -> None:
    booking = booked(day_on(series, date(2026, 12, 8)))
    add_holiday(name="Lukkedag", first_on=date(2026, 12, 8), last_on=date(2026, 12, 8), by=lone, now=NOW)

    assert booking.state is BookingState.CALLED_OFF
    assert [mail.template for mail in mails(state=MailState.QUEUED)] == ["consultation_called_off"]


def test_new_times_reach_the_days_to_come_and_those_who_booked(series: ConsultationSeries, lone: User) -> None:
    first, last = booked(series.days[1], 0), booked(series.days[1], 3)
    later = NOW + timedelta(days=5)  # the first day is over

    change_series(series, facts(starts=time(14), ends=time(15)), by=lone, now=later)

    assert series.days[0].starts_at == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert series.days[1].starts_at == datetime(2026, 12, 8, 13, tzinfo=UTC)
    assert (first.state, last.state) == (BookingState.BOOKED, BookingState.CALLED_OFF)
    assert {mail.template for mail in mails(state=MailState.QUEUED)} == {
        "consultation_moved",
        "consultation_called_off",
    }


def test_a_shorter_series_drops_its_last_days_and_a_longer_one_takes_them_up(
    series: ConsultationSeries, lone: User
) -> None:
    booking = booked(series.days[-1])
    before = held(series)
    change_series(series, facts(last_on=date(2027, 4, 1)), by=lone, now=NOW)
    assert held(series) == [day for day in before if day <= date(2027, 4, 1)]
    assert booking.state is BookingState.CALLED_OFF

    change_series(series, facts(last_on=date(2027, 6, 1)), by=lone, now=NOW)
    assert held(series)[: len(before)] == before
    assert held(series)[-1] == date(2027, 5, 25)
    assert series.days[-1].duties[0].person.name == "Pia"


def test_a_moved_day_takes_its_bookings_along_and_is_left_alone_afterwards(
    series: ConsultationSeries, lone: User
) -> None:
    day = series.days[1]
    booking = booked(day, 1)
    to = NewTime(date(2026, 12, 9), time(10), time(11), "Biblioteket i Asaa")

    move_day(day, to, note="Skolen holder åbent hus.", by=lone, now=NOW)
    add_holiday(name="Lukkedag", first_on=date(2026, 12, 8), last_on=date(2026, 12, 8), by=lone, now=NOW)

    assert (day.state, day.planned_on, day.held_on) == (DayState.PLANNED, date(2026, 12, 8), date(2026, 12, 9))
    assert booking.slot is not None
    assert booking.slot.starts_at == datetime(2026, 12, 9, 9, 20, tzinfo=UTC)
    [mail] = mails("consultation_moved")
    assert all(words in mail.text_body for words in ("9. december", "kl. 10.20", "Biblioteket i Asaa", "åbent hus"))
    assert "fravær" not in mail.text_body


def test_a_cancelled_day_frees_everybody_and_can_be_taken_up_again(series: ConsultationSeries, lone: User) -> None:
    day = series.days[1]
    booking = booked(day)
    cancel_day(day, note="Sygdom", by=lone, now=NOW)
    assert (day.state, booking.state) == (DayState.CANCELLED, BookingState.CALLED_OFF)
    with pytest.raises(MoveRefused):
        cancel_day(day, note="", by=lone, now=NOW)
    with pytest.raises(MoveRefused):
        move_day(day, NewTime(date(2026, 12, 9), time(10), time(11), ""), note="", by=lone, now=NOW)

    resume_day(day, by=lone, now=NOW)
    assert (day.state, day.note) == (DayState.PLANNED, None)
    assert booked(day).state is BookingState.BOOKED


def test_what_has_begun_is_not_changed(series: ConsultationSeries, lone: User) -> None:
    day = series.days[0]
    with pytest.raises(DayOver):
        cancel_day(day, note="", by=lone, now=day.starts_at)
    with pytest.raises(DateRefused):
        move_day(day, NewTime(date(2026, 11, 20), time(10), time(11), ""), note="", by=lone, now=NOW)


def test_schools_of_one_name_have_addresses_of_their_own(series: ConsultationSeries, lone: User) -> None:
    second = plan_series(facts(), first_on=date(2026, 11, 26), every_weeks=1, by=lone, now=NOW)
    other = plan_series(
        facts(school="Øster Brønderslev Skole"), first_on=date(2026, 11, 26), every_weeks=1, by=lone, now=NOW
    )

    assert [series.slug, second.slug, other.slug] == ["asaa-skole", "asaa-skole-2", "oester-broenderslev-skole"]


def test_nothing_is_written_twice(series: ConsultationSeries, lone: User) -> None:
    change_series(series, facts(), by=lone, now=NOW)

    assert db.session.scalar(select(func.count()).select_from(ConsultationDay)) == 12
    assert db.session.scalar(select(func.count()).select_from(ConsultationBooking)) == 0
    assert mails() == []
