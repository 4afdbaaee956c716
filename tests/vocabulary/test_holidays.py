from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.vocabulary.holidays import add_working_days, holiday_name, is_working_day, public_holidays

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2098, 12, 31))


@pytest.mark.parametrize(
    "easter",
    [
        *("1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24", "2025-04-20", "2026-04-05"),
        *("2027-03-28", "2038-04-25", "2049-04-18", "2076-04-19"),
    ],
)
def test_easter_falls_where_the_almanac_says(easter: str) -> None:
    day = date.fromisoformat(easter)
    name = holiday_name(day)
    assert name
    assert name.da == "påskedag"


def test_the_holidays_of_2026() -> None:
    assert [f"{day:%d.%m.} {name.da}" for day, name in public_holidays(2026).items()] == [
        "01.01. nytårsdag",
        "02.04. skærtorsdag",
        "03.04. langfredag",
        "05.04. påskedag",
        "06.04. 2. påskedag",
        "14.05. Kristi himmelfartsdag",
        "24.05. pinsedag",
        "25.05. 2. pinsedag",
        "25.12. juledag",
        "26.12. 2. juledag",
    ]


def test_store_bededag_was_the_last_time_in_2023() -> None:
    assert not is_working_day(date(2023, 5, 5))
    assert "store bededag" not in {name.da for name in public_holidays(2024).values()}


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 20), date(2026, 11, 30)),  # a Friday
        (date(2026, 11, 21), date(2026, 11, 30)),  # a Saturday
        (date(2026, 12, 22), date(2026, 12, 31)),  # over Christmas
        (date(2026, 12, 28), date(2027, 1, 6)),  # over New Year and a weekend
        (date(2026, 3, 30), date(2026, 4, 10)),  # over Easter
    ],
)
def test_six_working_days(received: date, due: date) -> None:
    assert add_working_days(received, 6) == due


@given(days, st.integers(1, 60))
def test_exactly_that_many_working_days_lie_in_between(day: date, count: int) -> None:
    due = add_working_days(day, count)
    passed = [day + timedelta(n) for n in range(1, (due - day).days + 1)]
    assert sum(map(is_working_day, passed)) == count
    assert is_working_day(due)


def test_working_days_are_not_counted_backwards() -> None:
    assert add_working_days(date(2026, 12, 25), 0) == date(2026, 12, 25)
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 12, 25), -1)
