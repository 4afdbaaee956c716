"""The pages of a wall calendar."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.calendars.months import FIRST_YEAR, LAST_YEAR, Month, NoSuchMonth, midnight


@given(st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
def test_a_month_is_whole_weeks_around_its_days(day: date) -> None:
    month = Month.of(day)
    weeks = month.weeks()
    days = [each for week in weeks for each in week]

    assert Month.read(str(month)) == month
    assert all(week[0].isoweekday() == 1 and len(week) == 7 for week in weeks)
    assert all(later.toordinal() - earlier.toordinal() == 1 for earlier, later in pairwise(days))
    assert {month.first_on, day, month.last_on} <= set(days)
    assert len({week[0].isocalendar().week for week in weeks}) == len(weeks) <= 6


def test_one_leads_to_the_next_until_our_years_end() -> None:
    assert str(Month(2026, 12).after) == "2027-01"
    assert str(Month(2027, 1).before) == "2026-12"
    assert Month(FIRST_YEAR, 1).before is None
    assert Month(LAST_YEAR, 12).after is None


@pytest.mark.parametrize(
    "text", ["", "2027", "2027-1", "2027-00", "2027-13", "1999-01", "2100-01", "٢٠٢٧-01", "2027-01\n"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(NoSuchMonth):
        Month.read(text)


def test_a_day_begins_when_it_does_in_denmark() -> None:
    assert midnight(date(2027, 1, 10)) == datetime(2027, 1, 9, 23, tzinfo=UTC)
    assert midnight(date(2027, 3, 29)) == datetime(2027, 3, 28, 22, tzinfo=UTC)
