"""What the engine makes of one text, told so that a person can see where each thing was read."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.concepts import Evidence, concept_book
from volunteer_match.matching.kind_reading import Side, concepts_of_need, kind_reader, shortened, tell
from volunteer_match.matching.lexical import stem_of, times_said, words_of
from volunteer_match.matching.offer_reading import kind_ids, kind_numbers
from volunteer_match.matching.wording import tokens

MOST_KINDS = 8
# Pointed to less than this, a kind is chance.
WORTH_TELLING = 0.15

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Met:
    """One concept that was read, how surely (0 to 1), and the words that led there, as written.

    `words` is empty where something else that was read says it.
    """

    concept: str
    strength: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pointed:
    """A kind of help the text points to: by the concepts (0 to 1), and by likeness to the example texts (0 to 1).

    `words`: those without which it would be less like the examples.
    """

    kind: str
    by_concepts: float
    by_examples: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialReading:
    """`named`: what the text is about. `situation`: codes and situations of a need. `unwanted`: what it speaks against.

    `only_in_examples`, `never_seen`: telling words that no wording of the vocabulary has; of the latter the example
    texts know nothing either.
    """

    text: str
    named: tuple[Met, ...]
    situation: tuple[Met, ...]
    unwanted: tuple[Met, ...]
    kinds: tuple[Pointed, ...]
    only_in_examples: tuple[str, ...]
    never_seen: tuple[str, ...]


def try_as_need(text: str) -> TrialReading:
    reading = concept_book().read_need(text)
    unwanted = {word.lower() for said in reading.aversions.values() for word in said.words}
    said = Counter(word for word in words_of(text) if word not in unwanted)
    counts = dict(zip(said, times_said(np.array(list(said.values()), dtype=np.float64)).tolist(), strict=True))
    learned = kind_reader().of_need(counts, {**reading.needs, **reading.wishes})
    as_written = {word.surface.lower(): word.surface for word in tokens(text) if not word.small}

    telling = learned.telling(np.eye(len(kind_ids())), as_written)
    words = [tuple(as_written[word] for word in of_kind) for of_kind in telling]

    return TrialReading(
        text=text,
        named=_surest_first(reading.wishes),
        situation=_surest_first(reading.needs),
        unwanted=_surest_first(reading.aversions),
        kinds=_pointed(_called_for(concepts_of_need(reading)), learned.whole, words),
        **_left_over(text, (reading.wishes, reading.needs, reading.aversions)),
    )


def try_as_offer(text: str) -> TrialReading:
    named, without = concept_book().words_of_offer(text)
    sure = concept_book().read_offer("", text)
    learned = shortened(kind_reader().points(tell([text], Side.OFFER), Side.OFFER)(slice(0, 1)))[0]
    met = {concept: Evidence(sure[concept], said.words) for concept, said in named.items() if concept in sure}
    implied = {concept: Evidence(strength) for concept, strength in sure.items() if concept not in met}
    return TrialReading(
        text=text,
        named=_surest_first(met | implied),
        situation=(),
        unwanted=_surest_first(without),
        kinds=_pointed(sure, learned, [()] * len(kind_ids())),
        **_left_over(text, (named, without)),
    )


def _surest_first(read: Mapping[str, Evidence]) -> tuple[Met, ...]:
    met = (Met(concept, evidence.strength, evidence.words) for concept, evidence in read.items())
    return tuple(sorted(met, key=lambda one: (-one.strength, one.concept)))


def _called_for(read: Mapping[str, float]) -> dict[str, float]:
    """How strongly the concepts ask for each kind; several leave less doubt than one."""
    book, doubt = concept_book(), defaultdict[str, float](lambda: 1.0)
    for concept, strength in read.items():
        for other, weight in {**book.broader(concept), **book.concepts[concept].calls}.items():
            doubt[other] *= 1.0 - weight * strength
    return {concept: 1.0 - left for concept, left in doubt.items()}


def _pointed(
    by_concepts: Mapping[str, float], by_examples: Floats, words: Sequence[tuple[str, ...]]
) -> tuple[Pointed, ...]:
    """Those most strongly pointed to, by either."""
    points = [(by_concepts.get(kind, 0.0), float(by_examples[number])) for kind, number in kind_numbers().items()]
    best = sorted(range(len(points)), key=lambda number: (-sum(points[number]), number))[:MOST_KINDS]
    return tuple(Pointed(kind_ids()[n], *points[n], words[n]) for n in best if max(points[n]) >= WORTH_TELLING)


def _left_over(text: str, read: Iterable[Mapping[str, Evidence]]) -> dict[str, tuple[str, ...]]:
    understood = {word for evidence in read for said in evidence.values() for word in said.words}
    left = dict.fromkeys(
        word.surface for word in tokens(text) if not (word.small or word.turns or word.surface in understood)
    )
    known = kind_reader().weighing.stem_ids
    return {
        "only_in_examples": tuple(word for word in left if stem_of(word) in known),
        "never_seen": tuple(word for word in left if stem_of(word) not in known),
    }
