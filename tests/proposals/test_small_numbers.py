"""A small number is hidden, and nothing that is shown gives it away."""

from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.proposals.small_numbers import LEAST, shown_numbers, shown_total

ROWS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=8)


def test_numbers_that_are_large_enough_are_all_shown() -> None:
    assert shown_numbers([5, 9, 20], people=[5, 9, 20]) == [5, 9, 20]
    assert shown_total([5, 9, 20], people=[5, 9, 20]) == 34


def test_one_small_number_takes_the_next_smallest_with_it() -> None:
    assert shown_numbers([3, 9, 20], people=[8, 9, 20]) == [None, None, 20]


def test_small_ones_that_would_give_each_other_away_take_one_more() -> None:
    assert shown_numbers([1, 1, 9, 20], people=[6, 6, 9, 20]) == [None, None, None, 20]


def test_a_large_number_of_few_people_is_hidden_too() -> None:
    assert shown_numbers([30, 9, 20], people=[2, 9, 20]) == [None, None, 20]


def test_a_small_total_is_hidden() -> None:
    assert shown_total([1, 3], people=[9, 9]) is None
    assert shown_total([30], people=[2]) is None


@given(ROWS)
def test_what_is_shown_is_neither_small_nor_changed(rows: list[tuple[int, int]]) -> None:
    numbers, people = [number for number, _ in rows], [of for _, of in rows]
    for number, of, shown in zip(numbers, people, shown_numbers(numbers, people=people), strict=True):
        assert shown is None or (shown == number >= LEAST and of >= LEAST)


@given(ROWS)
def test_by_subtraction_each_hidden_number_may_still_be_anything_small(rows: list[tuple[int, int]]) -> None:
    numbers, people = [number for number, _ in rows], [of for _, of in rows]
    shown, total = shown_numbers(numbers, people=people), shown_total(numbers, people=people)
    hidden = shown.count(None)
    if not hidden or total is None:
        # Without a total nothing can be subtracted from, and it is missing only where nothing at all is shown.
        assert total is not None or hidden == len(numbers)
        return
    left = total - sum(number for number in shown if number is not None)
    assert hidden > 1
    for guess in range(LEAST + 1):
        assert left - guess >= 0, "the other hidden ones could not add up to the rest"
