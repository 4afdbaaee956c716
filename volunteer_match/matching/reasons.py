"""Why a chosen offer stands where it stands: each feature's share of the score with what it was seen by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.clues import Clue
from volunteer_match.matching.concepts import NEED
from volunteer_match.matching.explanations import Reason, ReasonKey, Unknown
from volunteer_match.matching.features import FEATURES, AskedNeed, best_answers, groups_of_concepts
from volunteer_match.matching.lexical import NO_STEM
from volunteer_match.matching.model import PairModel
from volunteer_match.matching.offer_reading import Runs, kind_ids
from volunteer_match.matching.packed_eligibility import slots_asked
from volunteer_match.matching.profiles import DANISH
from volunteer_match.matching.segments import FORM_BITS, NO_DATE, Segment
from volunteer_match.vocabulary.taxonomy import taxonomy

WORTH_NAMING = 0.5

Rows = NDArray[np.int64]

Seen = tuple[tuple[str, ...], tuple[str, ...], str | float | None]
"""The need's words, the concepts, and the value of a reason."""
NOTHING_SEEN: Seen = ((), (), None)
# In the order of their names, which decides between equal shares.
KEYS = tuple(sorted((ReasonKey.BASELINE, *FEATURES)))
BASELINE = KEYS.index(ReasonKey.BASELINE)
FEATURE_OF_KEY = [FEATURES.index(key) for key in KEYS if key is not ReasonKey.BASELINE]
FORMS = {bits: form.value for form, bits in FORM_BITS.items()}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`reasons` add up to the `logit`; `features` are what the model was given; `unknown` what nobody told."""

    logit: float
    reasons: tuple[Reason, ...]
    unknown: tuple[Unknown, ...]
    features: Mapping[ReasonKey, float]


def explanations(
    asked: AskedNeed, segment: Segment, rows: Rows, features: NDArray[np.float64], model: PairModel
) -> list[Explanation]:
    """One a row, of one row at least. `features`: what the model was given of these rows."""
    reasons = _reasons(model, features, _seen(asked, segment, rows))
    logits, given, unknown = model.decision_function(features), features.tolist(), _unknown(asked, segment, rows)
    return [
        Explanation(logit=logit, reasons=own, unknown=missing, features=dict(zip(FEATURES, values, strict=True)))
        for logit, own, missing, values in zip(logits.tolist(), reasons, unknown, given, strict=True)
    ]


def _reasons(
    model: PairModel, features: NDArray[np.float64], seen: Mapping[ReasonKey, Sequence[Seen]]
) -> Iterator[tuple[Reason, ...]]:
    """Row by row, strongest first; what contributes nothing is left out."""
    shares = np.insert(model.contributions(features)[:, FEATURE_OF_KEY], BASELINE, model.intercept_[0], axis=1)
    nothing = [NOTHING_SEEN] * len(features)
    seen_by = [seen.get(key, nothing) for key in KEYS]
    order = np.argsort(-shares, axis=1, kind="stable").tolist()
    for row, (own, strongest_first) in enumerate(zip(shares.tolist(), order, strict=True)):
        yield tuple(Reason(KEYS[at], own[at], *seen_by[at][row]) for at in strongest_first if own[at] or at == BASELINE)


def _seen(asked: AskedNeed, segment: Segment, rows: Rows) -> dict[ReasonKey, list[Seen]]:
    """What each reason was seen by, row by row."""
    needs, told = len(asked.clues.needs), len(asked.clues.told)
    best = best_answers(asked.worth, segment, rows)
    met, against = best[:, :told].tolist(), best[:, 2 * told :].tolist()
    return {
        ReasonKey.NEED_LINK: [_named(asked.clues.needs, answers[:needs]) for answers in met],
        ReasonKey.USUAL_HELP: _usual(asked, segment, rows),
        ReasonKey.SHARED_TOPIC: [_named(asked.clues.wishes, answers[needs:]) for answers in met],
        ReasonKey.AGAINST_WISH: [_named(asked.clues.aversions, answers, all_of_them=True) for answers in against],
        ReasonKey.WORDING: [(asked.worded.shared_words(stems), (), None) for stems in _stems(segment, rows)],
        **{key: [((), (), value) for value in values] for key, values in _values(asked, segment, rows).items()},
    }


def _stems(segment: Segment, rows: Rows) -> Iterator[frozenset[int]]:
    for numbers, _ in _entries(segment.words, rows):
        yield frozenset(segment.table.stem_ids[numbers].tolist()) - {NO_STEM}


def _entries(runs: Runs, rows: Rows) -> Iterator[tuple[NDArray[np.int32], NDArray[np.float32]]]:
    """The numbers and values of each row."""
    for start, end in zip(runs.start[rows].tolist(), runs.start[rows + 1].tolist(), strict=True):
        yield runs.number[start:end], runs.value[start:end]


def _named(clues: Sequence[Clue], answers: Sequence[float], *, all_of_them: bool = False) -> Seen:
    """Everything met counts; only what counts beside the strongest is worth naming as a reason."""
    strongest = max(answers, default=0.0)
    if strongest <= 0.0:
        return NOTHING_SEEN
    least = 0.0 if all_of_them else WORTH_NAMING * strongest
    met = [
        (-answer, clue.concept, clue)
        for answer, clue in zip(answers, clues, strict=True)
        if answer > 0.0 and answer >= least
    ]
    named = [clue for *_, clue in sorted(met, key=itemgetter(0, 1))]
    words = tuple(dict.fromkeys(word for clue in named for word in clue.evidence.words))
    return words, tuple(clue.concept.removeprefix(NEED) for clue in named), None


def _usual(asked: AskedNeed, segment: Segment, rows: Rows) -> list[Seen]:
    """The kinds that such needs usually call for and the offer is, and the need's words that say so most."""
    offers = np.zeros((len(rows), len(asked.kinds)))
    own = segment.kinds.in_order(rows)
    offers[own.owners(), own.number] = own.value
    shared = offers * asked.kinds
    strongest = shared.max(axis=1, keepdims=True)
    at, kinds = np.nonzero((shared >= WORTH_NAMING * strongest) & (strongest > 0.0))
    order = np.lexsort((kinds, -shared[at, kinds], at))
    named: list[list[str]] = [[] for _ in rows]
    for row, kind in zip(at[order].tolist(), kinds[order].tolist(), strict=True):
        named[row].append(kind_ids()[kind])
    return [(words, tuple(usual), None) for words, usual in zip(asked.words_for(offers), named, strict=True)]


def _values(asked: AskedNeed, segment: Segment, rows: Rows) -> dict[ReasonKey, Sequence[str | float | None]]:
    need, columns, contacts = asked.need, segment.columns, _contacts_of_kinds()
    given = columns.slots[rows]
    shared = np.bitwise_count(given & slots_asked(need)).tolist()
    ages = zip(columns.age_min[rows].tolist(), columns.age_max[rows].tolist(), strict=True)
    return {
        ReasonKey.SAME_FAMILY: [_main_group(*entries) for entries in _entries(segment.concepts, rows)],
        ReasonKey.COMPANY: [contacts[kind] for kind in segment.main_kind[rows].tolist()],
        ReasonKey.DISTANCE: asked.distances(segment)[columns.place[rows]].tolist(),
        ReasonKey.TIMES: [
            float(number) if need.slots and slots else None
            for number, slots in zip(shared, given.tolist(), strict=True)
        ],
        ReasonKey.AGE: [f"{low}-{high}" for low, high in ages],
        ReasonKey.CONTACT_FORM: [FORMS[form] for form in columns.forms[rows].tolist()],
        ReasonKey.LANGUAGE: [",".join(sorted(need.languages & known)) for known in _languages(segment, rows)],
        ReasonKey.FREE_PLACES: columns.free_places[rows].astype(np.float64).tolist(),
        ReasonKey.FRESHNESS: _days_old(asked, segment, rows),
    }


@cache
def _contacts_of_kinds() -> tuple[str | None, ...]:
    """Who the child meets through each kind, by number; the last is for offers of no kind."""
    contacts = (taxonomy().offers[kind].contact for kind in kind_ids())
    return (*(contact.value if contact else None for contact in contacts), None)


def _languages(segment: Segment, rows: Rows) -> list[frozenset[str]]:
    spoken = segment.columns.languages[rows].tolist()
    meant = {
        bits: frozenset(known for bit, known in enumerate(segment.languages) if bits >> bit & 1) for bits in set(spoken)
    }
    return [meant[bits] for bits in spoken]


def _main_group(numbers: NDArray[np.int32], values: NDArray[np.float32]) -> str | None:
    """The group of kinds that an offer of these concepts belongs to most surely."""
    groups = groups_of_concepts()
    sure = [
        (-value, group)
        for number, value in zip(numbers.tolist(), values.tolist(), strict=True)
        if (group := groups[number])
    ]
    return min(sure)[1] if sure else None


def _days_old(asked: AskedNeed, segment: Segment, rows: Rows) -> list[float | None]:
    if asked.today is None:
        return [None] * len(rows)
    today = asked.today.toordinal()
    updated_on = segment.columns.updated_on[rows].tolist()
    return [None if day == NO_DATE else float(max(0, today - day)) for day in updated_on]


def _unknown(asked: AskedNeed, segment: Segment, rows: Rows) -> list[tuple[Unknown, ...]]:
    """What nobody has told us about each pair."""
    need, columns = asked.need, segment.columns
    speaks_more, understood = need.languages != DANISH, asked.clues.understood
    told = zip(
        columns.slots[rows].tolist(), _languages(segment, rows), columns.kind_declared[rows].tolist(), strict=True
    )
    missing = (
        (
            (Unknown.NEED_TIMES, not need.slots),
            (Unknown.OFFER_TIMES, not slots),
            (Unknown.OFFER_LANGUAGES_BY_DEFAULT, speaks_more and languages == DANISH),
            (Unknown.OFFER_KIND, not kind_declared),
            (Unknown.NEED_CODES, not need.codes),
            (Unknown.NEED_NOT_UNDERSTOOD, not understood),
        )
        for slots, languages, kind_declared in told
    )
    return [tuple(key for key, is_missing in of_row if is_missing) for of_row in missing]
