"""The features of rows and the rules that bar them, row by row in machine code: the numbers of `features` and the rows
of `packed_eligibility`, several times quicker.

Stands on numba, which is not installed with the app: decision 0017.
"""

from collections.abc import Callable
from importlib import import_module
from math import exp
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.features import FEATURES, Scales
from volunteer_match.matching.offer_reading import Runs
from volunteer_match.matching.segments import NO_DATE, Segment

# Rows whose entries are fetched together, and how many entries lie in one line of the cache.
AT_ONCE, IN_ONE_LINE = 128, 16
SHORTEST = 1e-9

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Plain = TypeVar("Plain", bound=Callable[..., Any])

# Kept beside this file: only the first process waits for it. What other files say must therefore come as arguments.
# By name, as mypy has to be content where numba is missing too.
in_machine_code: Callable[[Plain], Plain] = import_module("numba").njit(cache=True)


class CompiledFeatures:
    """The features of a segment's rows, as `features.features_of_rows` gives them, for one need."""

    def __init__(self, segment: Segment, scales: Scales) -> None:
        self._given = (*_laid_out(segment, scales), scales.constants)

    def features(self, rows: Rows) -> Floats:
        lines = np.empty((len(FEATURES), len(rows)))
        _write_features(lines, rows, *self._given)
        return lines.T

    def logits(self, rows: Rows, weights: Floats, baseline: float) -> Floats:
        """What a linear model says of them; no feature is kept."""
        logits, lines = np.empty(len(rows)), np.empty((len(FEATURES), AT_ONCE))
        _write_logits(logits, lines, rows, weights, baseline, *self._given)
        return logits


def _laid_out(segment: Segment, scales: Scales) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The entries of offers, and what of the need they are laid beside: one of each for every `_add_…` below."""
    columns, worth = segment.columns, np.ascontiguousarray(scales.worth)
    concepts = _fixed(segment.concepts)
    words = (*_fixed(segment.words), *read_only(*segment.word_lengths))
    of_offer = read_only(
        segment.main_kind,
        columns.place,
        columns.slots,
        columns.age_min,
        columns.age_max,
        columns.forms,
        columns.languages,
        columns.free_places,
        columns.updated_on,
    )
    clues = (worth, worth.any(axis=1), scales.needs, scales.told)
    tables = (scales.company, scales.nearness, scales.times, scales.forms, scales.languages)
    asked = (scales.slots_asked, scales.languages_asked, scales.age, scales.today)
    with_lengths = (*concepts, *read_only(segment.concept_length))
    wording = np.stack((scales.by_letters, scales.by_stem), axis=1)
    of_offers = (concepts, with_lengths, _fixed(segment.kinds), words, of_offer)
    return of_offers, (clues, (scales.wanted, scales.unwanted), scales.kinds, wording, (*tables, *asked))


def _fixed(runs: Runs) -> tuple[NDArray[Any], ...]:
    # Without a sign there is no counting from the end to be looked out for.
    return read_only(runs.start.view(np.uint64), runs.number.view(np.uint32), runs.value)


def read_only(*arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Nobody writes to a map, and to numba that is a type: packed and opened segments shall share one code."""
    views = tuple(array.view() for array in arrays)
    for view in views:
        view.flags.writeable = False
    return views


@in_machine_code
def _write_features(lines: Any, rows: Any, of_offers: Any, of_need: Any, constants: Any) -> None:
    concepts, with_lengths, kinds, words, columns = of_offers
    clues, chosen, usual, wording, tables = of_need
    _add_answers(lines, rows, concepts, clues, constants)
    _add_likeness_to_chosen(lines, rows, with_lengths, chosen)
    _add_usual_help(lines, rows, kinds, usual)
    _add_wording(lines, rows, words, wording, constants)
    _add_columns(lines, rows, columns, tables, constants)


@in_machine_code
def _write_logits(
    logits: Any, lines: Any, rows: Any, weights: Any, baseline: float, of_offers: Any, of_need: Any, constants: Any
) -> float:
    concepts, _, kinds, words, _ = of_offers
    fetched = 0.0
    for begin in range(0, len(rows), AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        fetched += _fetched(some, concepts) + _fetched(some, kinds) + _fetched(some, words[:3])
        _write_features(lines, some, of_offers, of_need, constants)
        found = logits[begin : begin + AT_ONCE]
        found[:] = baseline
        for feature in range(len(lines)):
            for at in range(len(some)):
                found[at] += weights[feature] * lines[feature, at]
    return fetched


@in_machine_code
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


@in_machine_code
def _add_answers(lines: Any, rows: Any, concepts: Any, clues: Any, constants: Any) -> None:
    starts, numbers, values = concepts
    worth, telling, needs, told = clues
    half_link, half_wish, half_family, next_counts = constants[:4]
    best = np.zeros(worth.shape[1])
    for at in range(len(rows)):
        met = False
        for entry in range(starts[rows[at]], starts[rows[at] + 1]):
            if telling[numbers[entry]]:
                met = True
                for clue in range(len(best)):
                    best[clue] = max(best[clue], worth[numbers[entry], clue] * values[entry])
        link, wish, families, against = 0.0, 0.0, 0.0, 0.0
        if met:
            for clue in range(told, 2 * told):
                families += best[clue]
            for clue in range(2 * told, len(best)):
                against = max(against, best[clue])
            link = _counted(best, 0, needs, next_counts)
            wish = _counted(best, needs, told, next_counts)
            best[:] = 0.0
        lines[0, at] = link / (link + half_link)
        lines[2, at] = wish / (wish + half_wish)
        lines[3, at] = families / (families + half_family)
        lines[5, at] = against


@in_machine_code
def _counted(best: Any, begin: int, end: int, next_counts: float) -> float:
    """The strongest in full, each after it less; none is left afterwards."""
    total, counts = 0.0, 1.0
    for _ in range(begin, end):
        strongest = begin
        for clue in range(begin, end):
            if best[clue] > best[strongest]:
                strongest = clue
        if best[strongest] <= 0.0:
            break
        total += best[strongest] * counts
        best[strongest] = 0.0
        counts *= next_counts
    return total


@in_machine_code
def _add_likeness_to_chosen(lines: Any, rows: Any, concepts: Any, chosen: Any) -> None:
    starts, numbers, values, lengths = concepts
    wanted, unwanted = chosen
    lines[14, : len(rows)] = 0.0
    if len(wanted) or len(unwanted):
        for at in range(len(rows)):
            own = slice(starts[rows[at]], starts[rows[at] + 1])
            closest = _closest(wanted, numbers[own], values[own]) - _closest(unwanted, numbers[own], values[own])
            lines[14, at] = closest / max(lengths[rows[at]], SHORTEST)


@in_machine_code
def _closest(vectors: Any, numbers: Any, values: Any) -> float:
    closest = 0.0
    for vector in range(len(vectors)):
        product = 0.0
        for entry in range(len(numbers)):
            product += vectors[vector, numbers[entry]] * values[entry]
        closest = max(closest, product)
    return closest


@in_machine_code
def _add_usual_help(lines: Any, rows: Any, kinds: Any, usual: Any) -> None:
    starts, numbers, values = kinds
    for at in range(len(rows)):
        total = 0.0
        for entry in range(starts[rows[at]], starts[rows[at] + 1]):
            total += usual[numbers[entry]] * values[entry]
        lines[1, at] = total


@in_machine_code
def _add_wording(lines: Any, rows: Any, words: Any, wording: Any, constants: Any) -> None:
    starts, numbers, values, letter_lengths, stem_lengths = words
    close_counts = constants[4]
    for at in range(len(rows)):
        row = rows[at]
        letters, stems = 0.0, 0.0
        for entry in range(starts[row], starts[row + 1]):
            letters += wording[numbers[entry], 0] * values[entry]
            stems += wording[numbers[entry], 1] * values[entry]
        likeness = letters / max(letter_lengths[row], SHORTEST) + stems / max(stem_lengths[row], SHORTEST)
        likeness = min(likeness, 1.0)
        lines[4, at] = likeness * (1.0 + close_counts * likeness) / (1.0 + close_counts)


@in_machine_code
def _add_columns(lines: Any, rows: Any, columns: Any, tables: Any, constants: Any) -> None:
    main_kind, place, slots, age_min, age_max, forms, languages, free_places, updated_on = columns
    company, nearness, times, forms_worth, languages_worth, slots_asked, languages_asked, age, today = tables
    unknown, fresh_days = constants[5:]
    for at in range(len(rows)):
        row = rows[at]
        lines[6, at] = company[main_kind[row]]
        lines[7, at] = nearness[place[row]]
        lines[8, at] = unknown if slots[row] == 0 else times[_shared(slots[row], slots_asked)]
        low, high = float(age_min[row]), float(age_max[row])
        lines[9, at] = max(0.0, 1.0 - abs(age - (low + high) / 2) / ((high - low) / 2 + 1.0))
        lines[10, at] = forms_worth[forms[row]]
        lines[11, at] = languages_worth[_shared(languages[row], languages_asked)]
        lines[12, at] = 1.0 - 1.0 / (1.0 + free_places[row])
        lines[13, at] = unknown
        if today != NO_DATE and updated_on[row] != NO_DATE:
            lines[13, at] = exp(-max(0, today - updated_on[row]) / fresh_days)


@in_machine_code
def _shared(given: Any, asked: Any) -> int:
    """How many bits two numbers share."""
    left, number = np.uint64(given) & np.uint64(asked), 0
    while left:
        left &= left - np.uint64(1)
        number += 1
    return number
