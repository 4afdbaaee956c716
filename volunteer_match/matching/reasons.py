"""Why a chosen offer stands where it stands: each feature's share of the score with what it was seen by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.clues import Clue
from volunteer_match.matching.concepts import NEED
from volunteer_match.matching.explanations import Reason, ReasonKey, Unknown
from volunteer_match.matching.features import FEATURES, AskedNeed, best_answers, features_of_rows, groups_of_concepts
from volunteer_match.matching.lexical import NO_STEM
from volunteer_match.matching.model import PairModel
from volunteer_match.matching.offer_reading import NO_KIND, kind_ids
from volunteer_match.matching.packed_eligibility import slots_asked
from volunteer_match.matching.profiles import DANISH
from volunteer_match.matching.segments import FORM_BITS, NO_DATE, Segment
from volunteer_match.vocabulary.taxonomy import taxonomy

WORTH_NAMING = 0.5

Seen = tuple[tuple[str, ...], tuple[str, ...], str | float | None]
"""The need's words, the concepts, and the value of a reason."""
NOTHING_SEEN: Seen = ((), (), None)
FORMS = {bits: form.value for form, bits in FORM_BITS.items()}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`reasons` add up to the `logit`; `features` are what the model was given."""

    logit: float
    reasons: tuple[Reason, ...]
    features: Mapping[ReasonKey, float]


def explanations(asked: AskedNeed, segment: Segment, rows: NDArray[np.int64], model: PairModel) -> list[Explanation]:
    """One a row."""
    if not rows.size:
        return []
    features = features_of_rows(asked, segment, rows)
    shares, logits = model.contributions(features), model.decision_function(features)
    met = best_answers(asked.answers, segment, rows)[:, 1:]
    against = best_answers(asked.aversions, segment, rows)[:, 1:]
    return [
        Explanation(
            logit=float(logits[at]),
            reasons=_reasons(shares[at], _seen(asked, segment, int(row), met[at], against[at]), model),
            features=dict(zip(FEATURES, features[at].tolist(), strict=True)),
        )
        for at, row in enumerate(rows)
    ]


def _reasons(shares: NDArray[np.float64], seen: Mapping[ReasonKey, Seen], model: PairModel) -> tuple[Reason, ...]:
    """Strongest first; what contributes nothing is left out."""
    reasons = [Reason(ReasonKey.BASELINE, float(model.intercept_[0]))]
    for key, share in zip(FEATURES, shares.tolist(), strict=True):
        if share:
            reasons.append(Reason(key, share, *seen.get(key, NOTHING_SEEN)))
    return tuple(sorted(reasons, key=lambda reason: (-reason.contribution, reason.key)))


def _seen(
    asked: AskedNeed, segment: Segment, row: int, met: NDArray[np.float64], against: NDArray[np.float64]
) -> dict[ReasonKey, Seen]:
    needs = len(asked.clues.needs)
    return {
        ReasonKey.NEED_LINK: _named(asked.clues.needs, met[:needs]),
        ReasonKey.USUAL_HELP: _usual(asked, segment, row),
        ReasonKey.SHARED_TOPIC: _named(asked.clues.wishes, met[needs:]),
        ReasonKey.AGAINST_WISH: _named(asked.clues.aversions, against, all_of_them=True),
        ReasonKey.WORDING: (asked.worded.shared_words(_stems(segment, row)), (), None),
        **{key: ((), (), value) for key, value in _values(asked, segment, row).items()},
    }


def _stems(segment: Segment, row: int) -> frozenset[int]:
    own = slice(segment.words.start[row], segment.words.start[row + 1])
    return frozenset(segment.table.stem_ids[segment.words.number[own]].tolist()) - {NO_STEM}


def _named(clues: Sequence[Clue], answers: NDArray[np.float64], *, all_of_them: bool = False) -> Seen:
    """Everything met counts; only what counts beside the strongest is worth naming as a reason."""
    least = 0.0 if all_of_them else WORTH_NAMING * float(answers.max(initial=0.0))
    met = [(answer, clue) for answer, clue in zip(answers, clues, strict=True) if answer > 0.0 and answer >= least]
    met.sort(key=lambda pair: (-pair[0], pair[1].concept))
    words = tuple(dict.fromkeys(word for _, clue in met for word in clue.evidence.words))
    return words, tuple(clue.concept.removeprefix(NEED) for _, clue in met), None


def _usual(asked: AskedNeed, segment: Segment, row: int) -> Seen:
    """The kinds that such needs usually call for and the offer is, and the need's words that say so most."""
    own = slice(segment.kinds.start[row], segment.kinds.start[row + 1])
    numbers = segment.kinds.number[own]
    shared = asked.kinds[numbers] * segment.kinds.value[own]
    named = [at for at in np.argsort(-shared, kind="stable") if shared[at] >= WORTH_NAMING * shared.max() > 0.0]
    words = asked.words_for(numbers, segment.kinds.value[own]) if named else ()
    return words, tuple(kind_ids()[numbers[at]] for at in named), None


def _values(asked: AskedNeed, segment: Segment, row: int) -> dict[ReasonKey, str | float | None]:
    need, columns, kind = asked.need, segment.columns, int(segment.main_kind[row])
    contact = taxonomy().offers[kind_ids()[kind]].contact if kind != NO_KIND else None
    shared_slots = float(np.bitwise_count(columns.slots[row] & slots_asked(need)))
    known_times = need.slots and columns.slots[row]
    return {
        ReasonKey.SAME_FAMILY: _main_group(segment, row),
        ReasonKey.COMPANY: contact.value if contact else None,
        ReasonKey.DISTANCE: float(asked.distances(segment)[columns.place[row]]),
        ReasonKey.TIMES: shared_slots if known_times else None,
        ReasonKey.AGE: f"{columns.age_min[row]}-{columns.age_max[row]}",
        ReasonKey.CONTACT_FORM: FORMS[int(columns.forms[row])],
        ReasonKey.LANGUAGE: ",".join(sorted(need.languages & languages_of(segment, row))),
        ReasonKey.FREE_PLACES: float(columns.free_places[row]),
        ReasonKey.FRESHNESS: _days_old(asked, segment, row),
    }


def languages_of(segment: Segment, row: int) -> frozenset[str]:
    bits = int(segment.columns.languages[row])
    return frozenset(language for bit, language in enumerate(segment.languages) if bits >> bit & 1)


def _main_group(segment: Segment, row: int) -> str | None:
    """The group of kinds the offer belongs to most surely."""
    own = slice(segment.concepts.start[row], segment.concepts.start[row + 1])
    groups = groups_of_concepts()
    sure = [
        (-float(value), group)
        for number, value in zip(segment.concepts.number[own], segment.concepts.value[own], strict=True)
        if (group := groups[number])
    ]
    return min(sure)[1] if sure else None


def _days_old(asked: AskedNeed, segment: Segment, row: int) -> float | None:
    updated_on = int(segment.columns.updated_on[row])
    if asked.today is None or updated_on == NO_DATE:
        return None
    return float(max(0, asked.today.toordinal() - updated_on))


def unknown(asked: AskedNeed, segment: Segment, row: int) -> tuple[Unknown, ...]:
    """What nobody has told us about this pair."""
    need, columns = asked.need, segment.columns
    only_danish = languages_of(segment, row) == DANISH
    missing = (
        (Unknown.NEED_TIMES, not need.slots),
        (Unknown.OFFER_TIMES, not columns.slots[row]),
        (Unknown.OFFER_LANGUAGES_BY_DEFAULT, only_danish and need.languages != DANISH),
        (Unknown.OFFER_KIND, not columns.kind_declared[row]),
        (Unknown.NEED_CODES, not need.codes),
        (Unknown.NEED_NOT_UNDERSTOOD, not asked.clues.understood),
    )
    return tuple(key for key, is_missing in missing if is_missing)
