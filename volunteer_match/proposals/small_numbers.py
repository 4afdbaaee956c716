"""Which numbers of a table may be shown, when small ones would tell of single children or volunteers.

A number below `LEAST`, or of a row of fewer people than that, is hidden. What is left must not give it away: the rows
add up to a total that is shown, so further numbers are hidden until the hidden ones could be anything small.
"""

from collections.abc import Sequence

LEAST = 5


def shown_numbers(numbers: Sequence[int], *, people: Sequence[int]) -> list[int | None]:
    """The numbers of one column, None for those that are hidden. `people`: how many stand behind each row.

    At least two are hidden, or none, and those hidden add up to `LEAST` or more, or else all are hidden: then each of
    them may be anything from 0 to `LEAST`, for all that the others and the total tell.
    """
    hidden = {place for place, (number, of) in enumerate(zip(numbers, people, strict=True)) if min(number, of) < LEAST}
    smallest_first = sorted(set(range(len(numbers))) - hidden, key=lambda place: (numbers[place], place))
    for place in smallest_first:
        if not hidden or (len(hidden) > 1 and sum(numbers[at] for at in hidden) >= LEAST):
            break
        hidden.add(place)
    return [None if place in hidden else number for place, number in enumerate(numbers)]


def shown_total(numbers: Sequence[int], *, people: Sequence[int]) -> int | None:
    """The sum of a column, hidden where it is small or few people stand behind all of it."""
    total = sum(numbers)
    return None if min(total, sum(people)) < LEAST else total
