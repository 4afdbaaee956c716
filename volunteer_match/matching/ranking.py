"""Ranks offers for one need: the eligible by score with some variety, and the best of the barred with their bars."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.eligibility import Bar, bars, kilometres
from volunteer_match.matching.explanations import NearMiss, Ranking, Reason, ReasonKey, Suggestion, Unknown
from volunteer_match.matching.features import (
    FEATURES,
    Feature,
    NeedClues,
    OfferFacts,
    clues_of,
    concept_cosine,
    facts_of,
    pair_features,
    rarity,
)
from volunteer_match.matching.lexical import Lexical, Vectors, offer_wording
from volunteer_match.matching.model import PairModel
from volunteer_match.matching.profiles import DANISH, NeedProfile, OfferProfile

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
# What each offer of the same kind above it costs an offer, as a share of the score.
SAME_KIND_COST = 0.12


@dataclass(frozen=True, slots=True)
class ScoredOffer:
    offer_id: str
    score: float


@dataclass(frozen=True, slots=True)
class _Learned:
    """What `fit` took from the offers: how telling words and concepts are. Stays when one offer changes."""

    lexical: Lexical
    rarity: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Scored:
    """The features and scores of some rows for one need, best first."""

    rows: tuple[int, ...]
    features: Mapping[int, tuple[Feature, ...]]
    score: Mapping[int, float]


class Ranker:
    """Built once for a set of offers and asked for many needs; `with_offer` and `without` give a changed copy."""

    def __init__(
        self, facts: Sequence[OfferFacts], vectors: Vectors, learned: "_Learned", model: PairModel, today: date | None
    ) -> None:
        self._facts = tuple(facts)
        self._vectors = vectors
        self._learned = learned
        self._model = model
        self._today = today

    @classmethod
    def fit(
        cls, offers: Iterable[OfferProfile], *, today: date | None = None, model: PairModel | None = None
    ) -> "Ranker":
        """`today` lets how fresh an offer is count; without it, it doesn't. Without `model` the prior weights serve."""
        facts = [facts_of(offer) for offer in offers]
        wordings = [offer_wording(fact.offer) for fact in facts]
        lexical = Lexical()
        vectors = lexical.fit_vectors(wordings)
        return cls(facts, vectors, _Learned(lexical, rarity(facts)), model or PairModel().fit(), today)

    def with_offer(self, offer: OfferProfile) -> "Ranker":
        """Added, or replaced when one of its id is there; what was learned from the others stays as fitted."""
        rest, vectors = self._all_but(offer.id)
        added = self._learned.lexical.vectors([offer_wording(offer)])
        return self._of((*rest, facts_of(offer)), vectors.followed_by(added))

    def without(self, offer_id: str) -> "Ranker":
        return self._of(*self._all_but(offer_id))

    def _of(self, facts: Sequence[OfferFacts], vectors: Vectors) -> "Ranker":
        return Ranker(facts, vectors, self._learned, self._model, self._today)

    def _all_but(self, offer_id: str) -> tuple[list[OfferFacts], Vectors]:
        keep = [row for row, fact in enumerate(self._facts) if fact.offer.id != offer_id]
        return [self._facts[row] for row in keep], self._vectors.rows(keep)

    def rank(self, need: NeedProfile, *, limit: int = 10, near_misses: int = 6) -> Ranking:
        clues, barring = clues_of(need), self._barring(need)
        eligible = [row for row, found in enumerate(barring) if not found]
        scored = self._scored(clues, eligible)
        chosen = self._varied(scored, limit)
        return Ranking(
            suggestions=tuple(self._suggestion(clues, scored, row, chosen) for row in chosen),
            near_misses=self._near_misses(clues, barring, near_misses),
            model_version=self._model.version,
        )

    def scores(self, need: NeedProfile) -> list[ScoredOffer]:
        """Every eligible offer, best first, without the list's variety."""
        eligible = [row for row, found in enumerate(self._barring(need)) if not found]
        scored = self._scored(clues_of(need), eligible)
        return [ScoredOffer(self._facts[row].offer.id, scored.score[row]) for row in scored.rows]

    def _barring(self, need: NeedProfile) -> list[tuple[Bar, ...]]:
        return [bars(need, fact.offer) for fact in self._facts]

    def _scored(self, clues: NeedClues, rows: Sequence[int]) -> _Scored:
        if not rows:
            return _Scored((), {}, {})
        likeness = self._learned.lexical.vectors([clues.need.text]).likeness(self._vectors)
        features = {
            row: pair_features(
                clues,
                self._facts[row],
                telling=self._learned.rarity,
                likeness=float(likeness[row]),
                chosen=self._likeness_to_chosen(clues.need, row),
                today=self._today,
            )
            for row in rows
        }
        values = np.array([[feature.value for feature in features[row]] for row in rows])
        chances = self._model.predict_proba(values)[:, 1]
        score = {row: float(chance) for row, chance in zip(rows, chances, strict=True)}
        ordered = tuple(sorted(rows, key=lambda row: (-score[row], self._facts[row].offer.id)))
        return _Scored(ordered, features, score)

    def _varied(self, scored: _Scored, limit: int) -> list[int]:
        """Best first, but near-identical offers give way to another kind of help."""
        left, seen = list(scored.rows), Counter[str | None]()
        chosen: list[int] = []
        while left and len(chosen) < limit:
            best = max(left, key=lambda row: scored.score[row] * (1.0 - SAME_KIND_COST) ** seen[self._main_kind(row)])
            left.remove(best)
            chosen.append(best)
            seen[self._main_kind(best)] += self._main_kind(best) is not None
        return chosen

    def _likeness_to_chosen(self, need: NeedProfile, row: int) -> float:
        """-1 to 1: how much the offer is like those the caseworker wants more of, less those not wanted."""
        return self._closest(need.more_like, row) - self._closest(need.less_like, row)

    def _closest(self, offer_ids: frozenset[str], row: int) -> float:
        others = (fact for fact in self._facts if fact.offer.id in offer_ids) if offer_ids else ()
        return max((concept_cosine(self._facts[row].concepts, other.concepts) for other in others), default=0.0)

    def _main_kind(self, row: int) -> str | None:
        return self._facts[row].main_kind

    def _suggestion(self, clues: NeedClues, scored: _Scored, row: int, chosen: Sequence[int]) -> Suggestion:
        need, offer, kind = clues.need, self._facts[row].offer, self._main_kind(row)
        more = sum(self._main_kind(other) == kind for other in scored.rows if other not in chosen) if kind else 0
        return Suggestion(
            offer_id=offer.id,
            score=scored.score[row],
            reasons=self._reasons(clues, row, scored.features[row]),
            unknown=_unknown(clues, self._facts[row]),
            distance_km=kilometres(need, offer),
            shared_slots=tuple(sorted(need.slots & offer.slots)),
            more_of_same_kind=more,
            features={key: f.value for key, f in zip(FEATURES, scored.features[row], strict=True)},
        )

    def _reasons(self, clues: NeedClues, row: int, features: tuple[Feature, ...]) -> tuple[Reason, ...]:
        """Strongest first; what contributes nothing is left out, and the rest adds up to the logit."""
        values: NDArray[np.float64] = np.array([[feature.value for feature in features]])
        shares = self._model.contributions(values)[0]
        reasons = [Reason(ReasonKey.BASELINE, float(self._model.intercept_[0]))]
        for key, feature, share in zip(FEATURES, features, shares, strict=True):
            words = feature.words if key is not ReasonKey.WORDING else self._shared_words(clues.need, row)
            if share:
                reasons.append(Reason(key, float(share), words, feature.concepts, feature.shown))
        return tuple(sorted(reasons, key=lambda reason: (-reason.contribution, reason.key)))

    def _shared_words(self, need: NeedProfile, row: int) -> tuple[str, ...]:
        return self._learned.lexical.shared_words(need.text, offer_wording(self._facts[row].offer))

    def _near_misses(self, clues: NeedClues, barring: Sequence[tuple[Bar, ...]], limit: int) -> tuple[NearMiss, ...]:
        few = [row for row, found in enumerate(barring) if 0 < len(found) <= MOST_BARS]
        mendable = [row for row in few if MENDABLE.issuperset(barring[row])]
        scored = self._scored(clues, mendable)
        return tuple(
            NearMiss(
                offer_id=self._facts[row].offer.id,
                score=scored.score[row],
                bars=barring[row],
                distance_km=kilometres(clues.need, self._facts[row].offer),
            )
            for row in scored.rows[:limit]
        )


def _unknown(clues: NeedClues, facts: OfferFacts) -> tuple[Unknown, ...]:
    need, offer = clues.need, facts.offer
    asked = (
        (Unknown.NEED_TIMES, not need.slots),
        (Unknown.OFFER_TIMES, not offer.slots),
        (Unknown.OFFER_LANGUAGES_BY_DEFAULT, offer.languages == DANISH and need.languages != DANISH),
        (Unknown.OFFER_KIND, not offer.kinds),
        (Unknown.NEED_CODES, not need.codes),
        (Unknown.NEED_NOT_UNDERSTOOD, not (clues.wishes or clues.needs)),
    )
    return tuple(key for key, missing in asked if missing)
