"""The vocabulary laid out to be read: each concept with what is said of it and what leads to it.

For people who look into what the engine goes by; the engine itself reads by `ConceptBook`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from volunteer_match.matching.concepts import NEED, Concept, concept_book
from volunteer_match.matching.kind_reading import GRADE_MEANS, Side, examples
from volunteer_match.matching.lexicon import Wording
from volunteer_match.matching.vocabulary_check import Finding, check_vocabulary
from volunteer_match.matching.wording import fold, read_data
from volunteer_match.vocabulary.taxonomy import taxonomy


class Sort(StrEnum):
    """What a concept is to the engine. `MANNER`: how an offer is. `SITUATION`: a life as it is, not a taste."""

    KIND = "kind"
    NEED = "need"
    TOPIC = "topic"
    MANNER = "manner"
    SITUATION = "situation"


class Link(StrEnum):
    """How one concept leads to another."""

    IS_A = "is_a"
    CALLS = "calls"
    HINTS_AT = "needs"
    RULES_OUT = "against"


Pointers = tuple[tuple[str, float], ...]
"""Concepts and how strongly each is meant, strongest first."""

_LINKS: Mapping[Link, Callable[[Concept], Mapping[str, float]]] = MappingProxyType(
    {
        Link.IS_A: lambda concept: concept.is_a,
        Link.CALLS: lambda concept: concept.calls,
        Link.HINTS_AT: lambda concept: concept.needs,
        Link.RULES_OUT: lambda concept: concept.against,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """`groups`: the taxonomy's groups of offers it belongs to or leads to. `examples`: texts that teach it, by side
    and grade; kinds of offers alone are taught.
    """

    concept: Concept
    sort: Sort
    groups: frozenset[str]
    wordings: tuple[Wording, ...]
    leads_to: Mapping[Link, Pointers]
    led_from: Mapping[Link, Pointers]
    examples: Mapping[tuple[Side, int], int]

    @property
    def id(self) -> str:
        return self.concept.id


@dataclass(frozen=True, slots=True)
class Found:
    """One entry of a search with the wordings that were met; none where its name was."""

    entry: Entry
    by: tuple[str, ...] = ()


@cache
def dictionary() -> Mapping[str, Entry]:
    """Every concept by its id, in the order of the files."""
    concepts = concept_book().concepts
    wordings: dict[str, list[Wording]] = defaultdict(list)
    for wording in concept_book().wordings:
        wordings[wording.concept].append(wording)
    led_from, taught = _led_from(concepts), _taught()
    return MappingProxyType(
        {
            id_: Entry(
                concept=concept,
                sort=sort_of(concept),
                groups=_groups(concept),
                wordings=tuple(wordings[id_]),
                leads_to={link: strongest_first(read(concept)) for link, read in _LINKS.items()},
                led_from={link: strongest_first(led_from[link][id_]) for link in Link},
                examples=taught.get(id_, {}),
            )
            for id_, concept in concepts.items()
        }
    )


def sort_of(concept: Concept) -> Sort:
    if concept.id in taxonomy().offers:
        return Sort.KIND
    if concept.side == "need" and concept.id.startswith(NEED):
        return Sort.NEED
    if concept.quality:
        return Sort.MANNER
    return Sort.SITUATION if concept.situation or concept.side == "need" else Sort.TOPIC


def strongest_first(pointers: Mapping[str, float]) -> Pointers:
    return tuple(sorted(pointers.items(), key=lambda pointer: (-pointer[1], pointer[0])))


def search(*, words: str = "", sort: Sort | None = None, group: str = "") -> list[Found]:
    """Concepts whose name, id or wordings hold these letters; *ø* and *oe*, *å* and *aa* are the same letters."""
    sought = fold(words.strip())
    chosen = (
        entry
        for entry in dictionary().values()
        if (sort is None or entry.sort is sort) and (not group or group in entry.groups)
    )
    return [found for entry in chosen if (found := _met(entry, sought)) is not None]


def _met(entry: Entry, sought: str) -> Found | None:
    label = entry.concept.label
    if any(sought in fold(name) for name in (label.da, label.en, entry.id)):
        return Found(entry)
    by = dict.fromkeys(wording.text for wording in entry.wordings if sought in fold(wording.text))
    return Found(entry, tuple(by)) if by else None


@cache
def findings() -> tuple[Finding, ...]:
    """What the check of the vocabulary has to say, errors first."""
    return tuple(check_vocabulary(concepts=read_data("concepts"), wording=read_data("wording"), taxonomy=taxonomy()))


def _groups(concept: Concept) -> frozenset[str]:
    kinds, broader = taxonomy().offers, concept_book().broader
    if concept.id in kinds:
        return frozenset({kinds[concept.id].group})
    meant = {*broader(concept.id), *concept.calls, *(b for called in concept.calls for b in broader(called))}
    return frozenset(kinds[id_].group for id_ in meant if id_ in kinds)


def _led_from(concepts: Mapping[str, Concept]) -> Mapping[Link, Mapping[str, dict[str, float]]]:
    found: dict[Link, dict[str, dict[str, float]]] = {link: defaultdict(dict) for link in Link}
    for id_, concept in concepts.items():
        for link, read in _LINKS.items():
            for other, weight in read(concept).items():
                found[link][other][id_] = weight
    return found


def _taught() -> Mapping[str, Mapping[tuple[Side, int], int]]:
    counted = Counter((kind, example.side, grade) for example in examples() for kind, grade in example.kinds.items())
    taught: dict[str, dict[tuple[Side, int], int]] = defaultdict(
        lambda: {(side, grade): 0 for side in Side for grade in GRADE_MEANS}
    )
    for (kind, side, grade), times in counted.items():
        taught[kind][side, grade] = times
    return taught
