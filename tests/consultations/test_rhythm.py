import itertools
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.consultations.rhythm import (
    SLOT,
    Break,
    PeriodRefused,
    TimesRefused,
    check_times,
    days_between,
    moment_on,
    slots_between,
    why_skipped,
)
from volunteer_match.foundation.clock import COPENHAGEN

some_day = st.dates(date(2025, 1, 1), date(2035, 12, 31))
day_times = st.times(time(7), time(21)).map(lambda at: at.replace(second=0, microsecond=0))


@given(some_day, st.integers(0, 400), st.integers(1, 8))
def test_all_on_one_weekday_and_as_far_apart_as_said(first: date, length: int, weeks: int) -> None:
    days = days_between(first, first + timedelta(days=length), every_weeks=weeks)

    assert days[0] == first
    assert {day.weekday() for day in days} == {first.weekday()}
    assert all(later - earlier == timedelta(weeks=weeks) for earlier, later in itertools.pairwise(days))
    assert timedelta(0) <= first + timedelta(days=length) - days[-1] < timedelta(weeks=weeks)


@pytest.mark.parametrize(("days", "weeks"), [(-1, 2), (401, 2), (10, 0), (10, 9)])
def test_a_period_nobody_plans_is_refused(days: int, weeks: int) -> None:
    with pytest.raises(PeriodRefused):
        days_between(date(2026, 1, 6), date(2026, 1, 6) + timedelta(days=days), every_weeks=weeks)


@given(some_day, day_times)
def test_the_clock_on_the_wall_shows_what_was_typed(day: date, at: time) -> None:
    assert moment_on(day, at).astimezone(COPENHAGEN).replace(tzinfo=None) == datetime.combine(day, at)


def test_three_oclock_stays_three_oclock_over_both_changes() -> None:
    in_winter, in_summer = moment_on(date(2027, 3, 23), time(15)), moment_on(date(2027, 4, 6), time(15))

    assert in_winter == datetime(2027, 3, 23, 14, tzinfo=UTC)
    assert in_summer == datetime(2027, 4, 6, 13, tzinfo=UTC)
    assert moment_on(date(2026, 10, 20), time(15)) == datetime(2026, 10, 20, 13, tzinfo=UTC)
    assert moment_on(date(2026, 11, 3), time(15)) == datetime(2026, 11, 3, 14, tzinfo=UTC)


def test_holidays_are_skipped_and_named() -> None:
    christmas = [Break("Juleferie", date(2026, 12, 19), date(2027, 1, 3))]

    assert why_skipped(date(2026, 12, 22), christmas) == "Juleferie"
    assert why_skipped(date(2027, 1, 3), christmas) == "Juleferie"
    assert why_skipped(date(2027, 1, 4), christmas) is None
    assert why_skipped(date(2027, 3, 29), []) == "2. påskedag"


@given(some_day, day_times, st.integers(0, 600))
def test_slots_follow_each_other_without_a_gap(day: date, starts: time, minutes: int) -> None:
    starts_at = moment_on(day, starts)
    ends_at = starts_at + timedelta(minutes=minutes)
    slots = slots_between(starts_at, ends_at)

    assert [slot.number for slot in slots] == list(range(minutes // 20))
    assert all(slot.ends_at - slot.starts_at == SLOT and slot.ends_at <= ends_at for slot in slots)
    assert all(one.ends_at == other.starts_at for one, other in itertools.pairwise(slots))


@pytest.mark.parametrize(
    ("starts", "ends"),
    [(time(15), time(15)), (time(15), time(14)), (time(15), time(15, 19)), (time(6), time(9)), (time(20), time(22))],
)
def test_times_without_a_slot_or_at_night_are_refused(starts: time, ends: time) -> None:
    with pytest.raises(TimesRefused):
        check_times(starts, ends)
