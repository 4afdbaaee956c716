"""Ranks offers for one need: the eligible by score with some variety, and the best of the barred with their bars."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from heapq import heappush, heappushpop
from itertools import groupby, repeat
from math import exp, inf, log
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.clues import clues_of
from volunteer_match.matching.concepts import concept_book
from volunteer_match.matching.eligibility import Bar
from volunteer_match.matching.explanations import NearMiss, Ranking, Suggestion
from volunteer_match.matching.features import AskedNeed, features_of_rows, weighed_concepts
from volunteer_match.matching.index_files import open_index, save_index
from volunteer_match.matching.lexical import Weighing, taxonomy_texts, words_of
from volunteer_match.matching.model import PairModel, prior_model
from volunteer_match.matching.offer_reading import (
    NO_KIND,
    OfferReadings,
    concept_ids,
    concept_numbers,
    kind_ids,
    read_offers,
)
from volunteer_match.matching.packed_eligibility import (
    bars_of_rows,
    eligible_rows,
    rows_barred_by_few,
    stretches_within,
)
from volunteer_match.matching.profiles import NeedProfile, OfferProfile
from volunteer_match.matching.reasons import Explanation, explanations
from volunteer_match.matching.segments import BIT, SLOT_BITS, Segment, pack
from volunteer_match.vocabulary.taxonomy import taxonomy

# What a caseworker can do something about: ask, agree on transport, find an interpreter. Never here: a withdrawn
# consent, a pause, an offer nobody has approved, a child of another age, a pair somebody said no to.
MENDABLE = frozenset(
    {
        Bar.GUARDIAN_CONSENT,
        Bar.RECIPIENT_NOT_COVERED,
        Bar.CERTIFICATE_MISSING,
        Bar.CERTIFICATE_EXPIRED,
        Bar.NO_FREE_PLACE,
        Bar.LANGUAGE,
        Bar.SLOTS,
        Bar.CONTACT_FORM,
        Bar.DISTANCE,
    }
)
MOST_BARS = 2
# Farther away than this, nothing is a near miss.
NEAR_KM = 60.0
# What each offer of the same kind above it costs an offer, as a share of the score.
SAME_KIND_COST = 0.12
# Rows that numpy scores at once: enough to be quick, few enough for what is on the way to stay near the processor.
CHUNK = 1 << 13
# The list's variety is sought among so many of the best first.
SHORTLIST = 128
# From a chance back to a logit and the other way nothing strays so far.
ROUNDING = 1e-6

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoredOffer:
    offer_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """What `fit` took from the offers: how telling words and concepts are. Stays when one offer changes."""

    weighing: Weighing
    telling: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One offer in one of the segments."""

    segment: Segment
    row: int

    @property
    def offer_id(self) -> str:
        return self.segment.id_of(self.row)

    @property
    def main_kind(self) -> int:
        return int(self.segment.main_kind[self.row])


class _Found(NamedTuple):
    """A row with its logit and main kind. Plain, for a hundred and more are made for every list."""

    logit: float
    kind: int
    segment: Segment
    row: int

    def offer_id(self) -> str:
        return self.segment.id_of(self.row)

    def at(self) -> _Row:
        return _Row(self.segment, self.row)


@dataclass(frozen=True, slots=True)
class _Scored:
    """Rows of the segments, in order, with their logits; and what the model was given, for a part of few rows."""

    parts: tuple[tuple[Segment, Rows, Floats], ...]
    features: tuple[Floats | None, ...] = ()

    def best(self, number: int) -> list[_Found]:
        """The highest logits, ties by id."""
        return self._best_first(_level_with_best(logits, number) for _, _, logits in self.parts)[:number]

    def best_of_each_kind(self, number: int, *, least: float) -> list[_Found]:
        """Of the logits no lower than `least` the highest of each main kind, and what is level with the last."""
        return self._best_first(
            at[_among_best_of_kind(segment.main_kind[rows[at]], logits[at], number)]
            for segment, rows, logits in self.parts
            for at in [np.flatnonzero(logits >= least)]
        )

    def logit_of_best_kinds(self, number: int) -> float:
        """The lowest among the best offers of so many kinds: on any list of this length all is worth that much."""
        best = np.full(max(number, len(kind_ids()) + 1), -inf)
        for segment, rows, logits in self.parts:
            np.maximum.at(best, segment.main_kind[rows] + 1, logits)
        return float(np.partition(best, -number)[-number])

    def _best_first(self, chosen: Iterable[Rows]) -> list[_Found]:
        found: list[_Found] = []
        for (segment, rows, logits), at in zip(self.parts, chosen, strict=True):
            each = zip(logits[at].tolist(), segment.main_kind[rows[at]].tolist(), repeat(segment), rows[at].tolist())
            found += map(_Found._make, each)
        found.sort(key=itemgetter(0), reverse=True)
        if len({each.logit for each in found}) == len(found):
            return found
        level = (list(each) for _, each in groupby(found, key=itemgetter(0)))
        # Reading an id takes longer than all the rest: none is asked for where a logit stands alone.
        return [each for some in level for each in (some if len(some) == 1 else sorted(some, key=_Found.offer_id))]

    def of_each_kind(self) -> Counter[int]:
        counted: Counter[int] = Counter()
        for segment, rows, _ in self.parts:
            # One more, so that no kind has a place too.
            numbers = np.bincount(segment.main_kind[rows] + 1)
            counted.update({kind - 1: number for kind, number in enumerate(numbers.tolist()) if number})
        return counted

    def __len__(self) -> int:
        return sum(len(rows) for _, rows, _ in self.parts)


class Ranker:
    """Built once for a set of offers and asked for many needs; `with_offer` and `without` give a changed copy.

    What it was built with lies in one packed segment; what changed since in a small one of its own, and `gone` names
    the rows of the first that no longer count. Copies share the first, so changing one offer costs next to nothing.
    """

    def __init__(
        self,
        base: Segment,
        fitted: Fitted,
        *,
        model: PairModel | None = None,
        today: date | None = None,
        changed: Mapping[str, OfferProfile] | None = None,
        gone: frozenset[int] = frozenset(),
        compiled: bool = False,
    ) -> None:
        """`compiled`: score by machine code, which needs numba and pays where thousands of offers are eligible."""
        self._base = base
        self._fitted = fitted
        self._model = model or prior_model()
        self._today = today
        self._changed = dict(changed or {})
        self._gone = gone
        self._compiled = compiled
        self._tail = self._packed(list(self._changed.values())) if self._changed else None

    @classmethod
    def fit(
        cls,
        offers: Iterable[OfferProfile],
        *,
        today: date | None = None,
        model: PairModel | None = None,
        processes: int = 1,
        readings: OfferReadings | None = None,
    ) -> "Ranker":
        """`today` lets how fresh an offer is count; without it, it doesn't. Without `model` the prior weights serve.

        `readings`: what was read from the same texts before, in the same order; reading is most of the work.
        """
        known = list(offers)
        if readings is None:
            readings = read_offers(known, processes=processes)
        fitted = Fitted(_weighing(readings), _telling(readings))
        segment = pack(known, readings, fitted.weighing, fitted.telling, threads=processes)
        return cls(segment, fitted, today=today, model=model)

    def save(self, folder: Path) -> None:
        """What was built, for `open`; without what changed since."""
        save_index(folder, self._base, self._fitted.weighing, self._fitted.telling)

    @classmethod
    def open(
        cls, folder: Path, *, today: date | None = None, model: PairModel | None = None, compiled: bool = False
    ) -> "Ranker":
        """Memory-mapped: nothing is read before it is needed. Raises UnusableIndex."""
        base, weighing, telling = open_index(folder)
        return cls(base, Fitted(weighing, telling), today=today, model=model, compiled=compiled)

    def with_offer(self, offer: OfferProfile) -> "Ranker":
        """Added, or replaced when one of its id is there; what was learned from the others stays as fitted."""
        return self.changed([offer])

    def without(self, offer_id: str) -> "Ranker":
        return self.changed(gone=[offer_id])

    def changed(self, offers: Iterable[OfferProfile] = (), gone: Iterable[str] = ()) -> "Ranker":
        """These offers added or replaced, and those of these ids taken away."""
        new, away = {offer.id: offer for offer in offers}, set(gone)
        kept = {id_: offer for id_, offer in self._changed.items() if id_ not in away}
        rows = (self._base.row_of(id_) for id_ in (*new, *away))
        hidden = self._gone.union(row for row in rows if row is not None)
        return Ranker(
            self._base,
            self._fitted,
            model=self._model,
            today=self._today,
            changed={**kept, **new},
            gone=hidden,
            compiled=self._compiled,
        )

    def _packed(self, offers: Sequence[OfferProfile]) -> Segment:
        return pack(offers, read_offers(offers), self._fitted.weighing, self._fitted.telling)

    def rank(self, need: NeedProfile, *, limit: int = 10, near_misses: int = 6) -> Ranking:
        asked = self._asked(need)
        scored = self._scored(asked, self._rows(lambda segment: eligible_rows(need, segment, compiled=self._compiled)))
        chosen = _varied(scored, limit)
        left = scored.of_each_kind()
        left.subtract(row.main_kind for row in chosen)
        return Ranking(
            suggestions=self._suggestions(asked, scored, chosen, left),
            near_misses=self._near_misses(asked, near_misses),
            model_version=self._model.version,
        )

    def scores(self, need: NeedProfile) -> list[ScoredOffer]:
        """Every eligible offer, best first, without the list's variety."""
        scored = self._scored(
            self._asked(need), self._rows(lambda segment: eligible_rows(need, segment, compiled=self._compiled))
        )
        return [ScoredOffer(each.offer_id(), _chance(each.logit)) for each in scored.best(len(scored))]

    def _asked(self, need: NeedProfile) -> AskedNeed:
        telling = self._fitted.telling
        chosen = tuple(
            [weighed_concepts(row.segment, row.row, telling) for id_ in sorted(ids) if (row := self._find(id_))]
            for ids in (need.more_like, need.less_like)
        )
        return AskedNeed(
            need,
            clues_of(need),
            weighing=self._fitted.weighing,
            telling=telling,
            chosen=(chosen[0], chosen[1]),
            today=self._today,
            compiled=self._compiled,
        )

    def _find(self, offer_id: str) -> _Row | None:
        for segment in self._segments():
            row = segment.row_of(offer_id)
            if row is not None and not (segment is self._base and row in self._gone):
                return _Row(segment, row)
        return None

    def _segments(self) -> Iterator[Segment]:
        yield self._base
        if self._tail is not None:
            yield self._tail

    def _rows(self, find: Callable[[Segment], Rows]) -> list[tuple[Segment, Rows]]:
        found = [(segment, find(segment)) for segment in self._segments()]
        if self._gone:
            _, rows = found[0]
            found[0] = (self._base, rows[~np.isin(rows, list(self._gone))])
        return found

    def _scored(self, asked: AskedNeed, found: Iterable[tuple[Segment, Rows]]) -> _Scored:
        parts, features = [], []
        for segment, rows in found:
            logits, given = self._logits(asked, segment, rows)
            parts.append((segment, rows, logits))
            features.append(given)
        return _Scored(tuple(parts), tuple(features))

    def _logits(self, asked: AskedNeed, segment: Segment, rows: Rows) -> tuple[Floats, Floats | None]:
        """With them the features, where there are few."""
        model = self._model
        if asked.compiled:
            return asked.in_machine_code(segment).logits(rows, model.coef_[0], float(model.intercept_[0])), None
        logits, given = [np.empty(0)], None
        for start in range(0, len(rows), CHUNK):
            given = features_of_rows(asked, segment, rows[start : start + CHUNK])
            logits.append(model.decision_function(given))
        return np.concatenate(logits), given if len(rows) <= CHUNK else None

    def _suggestions(
        self, asked: AskedNeed, scored: _Scored, chosen: Sequence[_Row], left: Mapping[int, int]
    ) -> tuple[Suggestion, ...]:
        explained: dict[_Row, Suggestion] = {}
        for (segment, among, _), given in zip(scored.parts, scored.features, strict=True):
            own = [at for at in chosen if at.segment is segment]
            if not own:
                continue
            rows = np.array([at.row for at in own], dtype=np.int64)
            known = features_of_rows(asked, segment, rows) if given is None else given[np.searchsorted(among, rows)]
            told = explanations(asked, segment, rows, known, self._model)
            explained |= {at: self._suggestion(asked, at, each, left) for at, each in zip(own, told, strict=True)}
        return tuple(explained[at] for at in chosen)

    def _suggestion(self, asked: AskedNeed, at: _Row, told: Explanation, left: Mapping[int, int]) -> Suggestion:
        given = int(at.segment.columns.slots[at.row])
        return Suggestion(
            offer_id=at.offer_id,
            score=_chance(told.logit),
            reasons=told.reasons,
            unknown=told.unknown,
            distance_km=float(asked.distances(at.segment)[at.segment.columns.place[at.row]]),
            shared_slots=tuple(sorted(slot for slot in asked.need.slots if given & SLOT_BITS[slot])),
            more_of_same_kind=left[at.main_kind] if at.main_kind >= 0 else 0,
            features=told.features,
        )

    def _near_misses(self, asked: AskedNeed, limit: int) -> tuple[NearMiss, ...]:
        if not limit:
            return ()
        barred = self._scored(
            asked, self._rows(lambda segment: _mendable_rows(asked.need, segment, compiled=self._compiled))
        )
        return tuple(
            NearMiss(
                offer_id=at.offer_id(),
                score=_chance(at.logit),
                bars=_bars_named(int(bars_of_rows(asked.need, at.segment, np.array([at.row]))[0])),
                distance_km=float(asked.distances(at.segment)[at.segment.columns.place[at.row]]),
            )
            for at in barred.best(limit)
        )


def _mendable_rows(need: NeedProfile, segment: Segment, *, compiled: bool) -> Rows:
    near = stretches_within(need, segment, NEAR_KM)
    return rows_barred_by_few(need, segment, near, MENDABLE, MOST_BARS, compiled=compiled)


def _bars_named(bits: int) -> tuple[Bar, ...]:
    return tuple(bar for bar, bit in BIT.items() if bits & bit)


def _chance(logit: float) -> float:
    return 1.0 / (1.0 + exp(-logit))


def _logit(chance: float) -> float:
    return log(chance / (1.0 - chance)) if 0.0 < chance < 1.0 else -inf


def _varied(scored: _Scored, limit: int) -> list[_Row]:
    """Best first, but near-identical offers give way to another kind of help.

    The same list as if all were looked at: when the shortlist's last might still have come in, so may others that
    score no less than the list's last was worth. An offer can only lose to others of its kind, so that no list holds
    more of one kind than it is long.
    """
    shortlist = scored.best(max(SHORTLIST, limit))
    chosen, least = _worthiest(shortlist, limit)
    if len(shortlist) < len(scored) and least <= _chance(shortlist[-1].logit):
        logit = max(_logit(least), scored.logit_of_best_kinds(limit)) - ROUNDING
        chosen, _ = _worthiest(scored.best_of_each_kind(limit, least=logit), limit)
    return chosen


def _worthiest(best_first: Sequence[_Found], limit: int) -> tuple[list[_Row], float]:
    """The rows worth most after what those of their kind before them cost them, and what the last of them is worth.

    No row is worth more than its chance: when so many are worth as much as the next one's chance, all after it lose.
    """
    seen = Counter[int]()
    found: list[tuple[float, _Found]] = []
    most: list[float] = []
    for each in best_first:
        chance = _chance(each.logit)
        if most and len(most) == limit and most[0] >= chance:
            break
        worth = chance * (1.0 - SAME_KIND_COST) ** seen[each.kind]
        found.append((worth, each))
        seen[each.kind] += each.kind != NO_KIND
        (heappush if len(most) < limit else heappushpop)(most, worth)
    found.sort(key=itemgetter(0), reverse=True)
    return [each.at() for _, each in found[:limit]], min((worth for worth, _ in found[:limit]), default=1.0)


def _level_with_best(logits: Floats, number: int) -> Rows:
    """Where the highest stand, and everything level with the last, so that ids decide and not the order of rows."""
    if len(logits) <= number:
        return np.arange(len(logits))
    least = np.partition(logits, len(logits) - number)[len(logits) - number]
    return np.flatnonzero(logits >= least)


def _among_best_of_kind(kinds: NDArray[np.int16], logits: Floats, number: int) -> NDArray[np.bool_]:
    if not kinds.size:
        return np.zeros(0, dtype=np.bool_)
    order = np.lexsort((-logits, kinds))
    begins = np.flatnonzero(np.diff(kinds[order], prepend=kinds[order[0]] - 1))
    lengths = np.diff(begins, append=len(order))
    least = logits[order[begins + np.minimum(number, lengths) - 1]]
    among = np.empty(len(order), dtype=np.bool_)
    among[order] = logits[order] >= np.repeat(least, lengths)
    return among


def _weighing(readings: OfferReadings) -> Weighing:
    """The taxonomy's wording is counted in, so that a handful of offers doesn't decide."""
    counts = np.bincount(readings.words.number, minlength=len(readings.vocabulary)).tolist()
    in_taxonomy, texts = _taxonomy_words()
    documents_with = Counter(dict(zip(readings.vocabulary, counts, strict=True)))
    documents_with.update(in_taxonomy)
    return Weighing.fit(documents_with, len(readings.main_kind) + texts)


@cache
def _taxonomy_words() -> tuple[Counter[str], int]:
    """In how many of the taxonomy's texts each word stands, and how many texts there are."""
    texts = taxonomy_texts()
    return Counter(word for text in texts for word in set(words_of(text))), len(texts)


def _telling(readings: OfferReadings) -> Floats:
    """How telling it is that an offer has a concept: 1.0 when hardly any does, towards 0 when most do."""
    common = np.bincount(readings.concepts.number, weights=readings.concepts.value, minlength=len(concept_ids()))
    kinds = len(taxonomy().offers)
    number = kinds + len(readings.main_kind)
    return np.log((number + 1) / (common + _concepts_of_kinds() + 1)) / log(number + 1)


@cache
def _concepts_of_kinds() -> Floats:
    """How often each concept is found in the taxonomy's example of each kind."""
    common = np.zeros(len(concept_ids()))
    for kind in taxonomy().offers.values():
        for concept, sure in concept_book().read_offer("", kind.example.da, (kind.id,)).items():
            common[concept_numbers()[concept]] += sure
    return common
