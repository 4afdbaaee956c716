"""What the texts of offers say to a need, row by row in machine code: the numbers of `features`, several times quicker.

Stands on numba, which is not installed with the app: decision 0017.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.offer_reading import Runs
from volunteer_match.matching.segments import Segment

# Rows whose entries are fetched together, and how many entries lie in one line of the cache.
AT_ONCE, IN_ONE_LINE = 32, 16
SHORTEST = 1e-9

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Plain = TypeVar("Plain", bound=Callable[..., Any])

# Kept beside this file: only the first process waits for it.
# By name, as mypy has to be content where numba is missing too.
_in_machine_code: Callable[[Plain], Plain] = import_module("numba").njit(cache=True)


def texts_said(
    segment: Segment,
    rows: Rows,
    *,
    worth: Floats,
    needs: int,
    told: int,
    next_counts: float,
    kinds: Floats,
    of_words: tuple[Floats, Floats],
) -> Floats:
    """The lines of `features.Said`, one entry a row.

    `worth`: one column a clue; the first `needs` of the first `told` are answers to the situation, the other of them
    to wishes; as many again are families, the rest aversions.
    """
    said = np.zeros((6, len(rows)))
    concepts, usual, words = _fixed(segment.concepts), _fixed(segment.kinds), _fixed(segment.words)
    lengths = segment.word_lengths.view()
    lengths.flags.writeable = False
    clues = (needs, told, next_counts)
    _add_answers(said, rows, concepts, np.ascontiguousarray(worth), worth.any(axis=1), clues)
    _add_usual_help(said[4], rows, usual, kinds)
    _add_likeness(said[5], rows, words, of_words, lengths)
    return said


def _fixed(runs: Runs) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Nobody writes to a map, and to numba that is a type: packed and opened segments shall share one code."""
    views = runs.start.view(), runs.number.view(), runs.value.view()
    for view in views:
        view.flags.writeable = False
    return views


@_in_machine_code
def _fetched(rows: Rows, entries: Any) -> float:
    """Reads here and there in the entries of a few rows, and nothing else: memory hands out many places at once, but
    only to who asks for the next before the last is there. A sum, so that the reading is not left out as idle.
    """
    starts, numbers, values = entries
    total = 0.0
    for at in range(len(rows)):
        for entry in range(starts[rows[at]], starts[rows[at] + 1], IN_ONE_LINE):
            total += numbers[entry] + values[entry]
    return total


@_in_machine_code
def _add_answers(said: Floats, rows: Rows, concepts: Any, worth: Floats, telling: Any, clues: Any) -> float:
    starts, numbers, values = concepts
    needs, told, next_counts = clues
    best, fetched = np.zeros(worth.shape[1]), 0.0
    for at in range(len(rows)):
        if at % AT_ONCE == 0:
            fetched += _fetched(rows[at : at + AT_ONCE], concepts)
        best[:] = 0.0
        for entry in range(starts[rows[at]], starts[rows[at] + 1]):
            if telling[numbers[entry]]:
                for clue in range(len(best)):
                    best[clue] = max(best[clue], worth[numbers[entry], clue] * values[entry])
        said[0, at] = _counted(best[:needs], next_counts)
        said[1, at] = _counted(best[needs:told], next_counts)
        said[2, at] = best[told : 2 * told].sum()
        for clue in range(2 * told, len(best)):
            said[3, at] = max(said[3, at], best[clue])
    return fetched


@_in_machine_code
def _counted(answers: Floats, next_counts: float) -> float:
    """The strongest in full, each after it less; none is left afterwards."""
    total, counts = 0.0, 1.0
    for _ in range(len(answers)):
        strongest = answers.argmax()
        total += answers[strongest] * counts
        answers[strongest] = 0.0
        counts *= next_counts
    return total


@_in_machine_code
def _add_usual_help(sums: Floats, rows: Rows, usual: Any, kinds: Floats) -> float:
    starts, numbers, values = usual
    fetched = 0.0
    for at in range(len(rows)):
        if at % AT_ONCE == 0:
            fetched += _fetched(rows[at : at + AT_ONCE], usual)
        for entry in range(starts[rows[at]], starts[rows[at] + 1]):
            sums[at] += kinds[numbers[entry]] * values[entry]
    return fetched


@_in_machine_code
def _add_likeness(likeness: Floats, rows: Rows, words: Any, of_words: Any, lengths: Any) -> float:
    starts, numbers, values = words
    by_letters, by_stem = of_words
    fetched = 0.0
    for at in range(len(rows)):
        if at % AT_ONCE == 0:
            fetched += _fetched(rows[at : at + AT_ONCE], words)
        row = rows[at]
        letters, stems = 0.0, 0.0
        for entry in range(starts[row], starts[row + 1]):
            letters += by_letters[numbers[entry]] * values[entry]
            stems += by_stem[numbers[entry]] * values[entry]
        likeness[at] = letters / max(lengths[0, row], SHORTEST) + stems / max(lengths[1, row], SHORTEST)
    return fetched
