"""What a need tells, as clues: each calls for concepts that an offer may have."""

from collections.abc import Mapping
from dataclasses import dataclass

from volunteer_match.matching.concepts import Evidence, concept_book
from volunteer_match.matching.profiles import NeedProfile
from volunteer_match.vocabulary.taxonomy import taxonomy

# A child who loves guitar may like other music too, though less surely.
KINDRED = 0.45


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing the need tells, how strongly each concept of an offer answers to it, and each group of kinds."""

    concept: str
    evidence: Evidence
    answers: Mapping[str, float]
    groups: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class NeedClues:
    """`wishes`: what was named. `needs`: what the situation calls for. `aversions`: what was said not to be wanted."""

    wishes: tuple[Clue, ...]
    needs: tuple[Clue, ...]
    aversions: tuple[Clue, ...]

    @property
    def told(self) -> tuple[Clue, ...]:
        return (*self.needs, *self.wishes)

    @property
    def understood(self) -> bool:
        return bool(self.wishes or self.needs)


def clues_of(need: NeedProfile) -> NeedClues:
    book = concept_book()
    reading = book.read_need(need.text, need.codes)
    wishes = [_clue(concept, said, _kindred(concept)) for concept, said in reading.wishes.items()]
    needs = [_clue(concept, said, book.concepts[concept].calls) for concept, said in reading.needs.items()]
    against = [_clue(c, said, {c: 1.0}) for c, said in reading.aversions.items() if not book.concepts[c].quality]
    return NeedClues(tuple(wishes), tuple(needs), tuple(against))


def _kindred(concept: str) -> dict[str, float]:
    """The concept itself, and less surely what it is one of."""
    broader = concept_book().broader(concept)
    return {other: 1.0 if other == concept else KINDRED * sure for other, sure in broader.items()}


def _clue(concept: str, evidence: Evidence, answers: Mapping[str, float]) -> Clue:
    concepts, kinds = concept_book().concepts, taxonomy().offers
    groups: dict[str, float] = {}
    for kind, sure in answers.items():
        if kind in kinds:
            groups[kinds[kind].group] = max(sure, groups.get(kinds[kind].group, 0.0))
    weighed = {answer: sure * concepts[answer].weight for answer, sure in answers.items()}
    return Clue(concept, evidence, weighed, groups)
