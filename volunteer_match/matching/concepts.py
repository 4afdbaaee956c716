"""What a text is about: concepts of the taxonomy and of the engine's own `data/concepts.yaml`.

Two sorts meet here. *Offer kinds* and *topics* (guitar, horses, quiet surroundings) are named by both sides; a topic
may be one of a broader topic or kind (`is_a`). *Needs*, the taxonomy's codes, are named by caseworkers only and `calls`
for kinds and topics. Inside, a code is written `need:<code>`, for some codes are ids of offer kinds too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from volunteer_match.matching.lexicon import Lexicon, Mention, Wording
from volunteer_match.matching.polarity import of_another, unwanted
from volunteer_match.matching.wording import Text, Word, read_data, read_text
from volunteer_match.vocabulary.taxonomy import Taxonomy, taxonomy
from volunteer_match.vocabulary.taxonomy import Wording as Label

NEED = "need:"
CORE, ALSO = 1.0, 0.6
TITLE_MENTION, TEXT_MENTION, DECLARED = 0.6, 0.4, 1.0
# What a text says beside the kinds somebody ticked counts, but the tick is the person's own word.
BESIDE_DECLARED = 0.5
# An offer nobody ticked a kind for is surely something: what its text says most is raised, but not from nothing.
SURE, MOST_RAISED = 0.95, 3.0
# The taxonomy's synonyms are made for searching a list; in running text they may mean something else.
SYNONYM = 0.7
# A wording that ends with this only hints at what it says.
HINTS, HINT = "?", 0.4
# How much one mention in a need tells: a phrase more than a word.
WORD_TELLS, PHRASE_TELLS = 0.6, 0.85
# What somebody else in the family does is perhaps a thing the child likes too.
OF_ANOTHER = 0.3


@dataclass(frozen=True, slots=True)
class Concept:
    """`weight`: how telling it is that an offer has it. `quality`: the manner of an offer, not what it is about.

    `situation`: a life as it is, not a thing to like or dislike. `against`: what a child in need of this had better not
    be offered.
    """

    id: str
    label: Label
    side: str = "both"
    weight: float = 1.0
    quality: bool = False
    situation: bool = False
    is_a: Mapping[str, float] = field(default_factory=dict)
    calls: Mapping[str, float] = field(default_factory=dict)
    needs: Mapping[str, float] = field(default_factory=dict)
    against: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How surely a text speaks of a concept, and the words that say so."""

    strength: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedReading:
    """`wishes`: kinds and topics named; `needs`: codes and situations; `aversions`: what was said not to be wanted."""

    wishes: Mapping[str, Evidence]
    needs: Mapping[str, Evidence]
    aversions: Mapping[str, Evidence]


class _Gathered:
    """Mentions of concepts as they come, turned into evidence at the end: each mention leaves less doubt."""

    def __init__(self) -> None:
        self._doubt: dict[str, float] = defaultdict(lambda: 1.0)
        self._words: dict[str, dict[str, None]] = defaultdict(dict)

    def add(self, mention: Mention, words: list[Word], *, surely: float = 1.0) -> None:
        told = surely * (WORD_TELLS if len(mention.positions) == 1 else PHRASE_TELLS)
        self._doubt[mention.concept] *= 1.0 - told * mention.sure
        for position in mention.positions:
            if not words[position].small or len(mention.positions) == 1:
                self._words[mention.concept][words[position].surface] = None

    def evidence(self) -> dict[str, Evidence]:
        return {concept: Evidence(1.0 - left, tuple(self._words[concept])) for concept, left in self._doubt.items()}


class ConceptBook:
    """All concepts with their wordings, for reading both sides."""

    def __init__(self, concepts: Mapping[str, Concept], wordings: Iterable[Wording]) -> None:
        self.concepts = concepts
        self.wordings = tuple(wordings)
        self._of_needs = Lexicon(w for w in self.wordings if w.heard_in != "offer")
        self.of_offers = Lexicon(w for w in self.wordings if w.heard_in != "need")
        self._broader = {id_: dict(self._ancestors(id_)) for id_ in concepts}
        self._likeable = frozenset(id_ for id_ in concepts if self._is_likeable(id_))

    def broader(self, concept: str) -> Mapping[str, float]:
        """The concept itself at 1.0 and everything it is one of, each with the surest path's weight."""
        return self._broader[concept]

    def read_need(self, text: str, codes: Iterable[str] = ()) -> NeedReading:
        read = read_text(text)
        mentions = self._of_needs.find(read)
        averse, another = _averse(read, mentions), of_another(read)
        found = {name: _Gathered() for name in ("wish", "need", "aversion", "need not there")}
        for mention in mentions:
            likeable = mention.concept in self._likeable
            name = self._said_as(mention.concept, denied=averse.issuperset(mention.positions))
            surely = OF_ANOTHER if likeable and another.issuperset(mention.positions) else 1.0
            found[name].add(mention, read.words, surely=surely)
        needs = found["need"].evidence()
        aversions = found["aversion"].evidence()
        wishes = {concept: said for concept, said in found["wish"].evidence().items() if concept not in aversions}
        known = {NEED + code: Evidence(1.0) for code in codes if NEED + code in self.concepts}
        ruled_out = self._ruled_out(needs | wishes)
        return NeedReading(
            wishes=wishes,
            needs=needs | known,
            aversions={c: said for c, said in ruled_out.items() if c not in wishes} | aversions,
        )

    def _said_as(self, concept: str, *, denied: bool) -> str:
        if self.concepts[concept].side == "need":
            return "need not there" if denied else "need"
        return "aversion" if denied and concept in self._likeable else "wish"

    def _is_likeable(self, concept: str) -> bool:
        whole = [broader for broader, sure in self._broader[concept].items() if sure == 1.0]
        return not any(self.concepts[id_].situation or self.concepts[id_].side == "need" for id_ in whole)

    def _ruled_out(self, said: Mapping[str, Evidence]) -> dict[str, Evidence]:
        """What the needs and wishes speak against by themselves."""
        found: dict[str, Evidence] = {}
        for concept, evidence in said.items():
            for other, weight in self.concepts[concept].against.items():
                if other not in found or found[other].strength < weight * evidence.strength:
                    found[other] = Evidence(weight * evidence.strength, evidence.words)
        return found

    def read_offer(self, title: str, text: str, kinds: Iterable[str] = (), organisation: str = "") -> dict[str, float]:
        """How surely the offer is each kind and topic, broader ones included."""
        declared = [kind for kind in kinds if kind in self.concepts]
        spoken = dict(self._spoken_of(title, text, organisation))
        surest = max(spoken.values(), default=1.0)
        scale = BESIDE_DECLARED if declared else min(MOST_RAISED, SURE / surest)
        own = {concept: sure * (1.0 if self.concepts[concept].quality else scale) for concept, sure in spoken.items()}
        own |= dict.fromkeys(declared, DECLARED)
        found: dict[str, float] = {}
        for concept, sure in own.items():
            for broader, weight in self.broader(concept).items():
                found[broader] = max(found.get(broader, 0.0), sure * weight)
        return found

    def words_of_offer(self, text: str) -> tuple[Mapping[str, Evidence], Mapping[str, Evidence]]:
        """What an offer's text names by its wordings, and what it says it does without, each with its words.

        How surely the offer is something, `read_offer` tells.
        """
        read = read_text(text)
        mentions = self.of_offers.find(read)
        averse = _averse(read, mentions, offering=True)
        named, without = _Gathered(), _Gathered()
        for mention in mentions:
            (without if averse.issuperset(mention.positions) else named).add(mention, read.words)
        return named.evidence(), without.evidence()

    def _spoken_of(self, title: str, text: str, organisation: str) -> Iterator[tuple[str, float]]:
        doubt: dict[str, float] = {}
        for part, mention_weight in ((title, TITLE_MENTION), (text, TEXT_MENTION), (organisation, TEXT_MENTION)):
            read = read_text(part)
            mentions = self.of_offers.find(read)
            averse = _averse(read, mentions, offering=True)
            for concept, positions, sure in mentions:
                if not averse.issuperset(positions):
                    doubt[concept] = doubt.get(concept, 1.0) * (1.0 - mention_weight * sure)
        return ((concept, 1.0 - left) for concept, left in doubt.items())

    def _ancestors(self, concept: str, sure: float = 1.0) -> Iterator[tuple[str, float]]:
        reached = {concept: sure}
        frontier = [concept]
        while frontier:
            current = frontier.pop()
            for broader, weight in self.concepts[current].is_a.items():
                if reached[current] * weight > reached.get(broader, 0.0):
                    reached[broader] = reached[current] * weight
                    frontier.append(broader)
        return iter(reached.items())


def _averse(text: Text, mentions: list[Mention], *, offering: bool = False) -> frozenset[int]:
    if not text.turned:
        return frozenset()
    mentioned = {position for mention in mentions for position in mention.positions}
    spoken_for = {position for mention in mentions if len(mention.positions) > 1 for position in mention.positions}
    return unwanted(text, mentioned=mentioned, spoken_for=spoken_for, offering=offering)


@cache
def concept_book() -> ConceptBook:
    entries = read_data("concepts")
    concepts = {concept.id: concept for concept in _from_taxonomy(taxonomy())}
    wordings: list[Wording] = []
    for entry in entries["concepts"]:
        concepts[entry["id"]] = _concept(entry, concepts.get(entry["id"]))
        wordings += _wordings(entry, concepts[entry["id"]].side)
    heard_in = {entry["id"]: entry["heard_in"] for entry in entries["concepts"] if "heard_in" in entry}
    known = _taxonomy_wordings(taxonomy(), unsaid=frozenset(entries["too_vague"]), heard_in=heard_in)
    return ConceptBook(MappingProxyType(concepts), [*known, *wordings])


def _wordings(entry: Mapping[str, Any], side: str) -> Iterator[Wording]:
    heard_in = entry.get("heard_in", side)
    for key, language, heard in (("da", "da", heard_in), ("en", "en", heard_in), ("need_da", "da", "need")):
        for text in entry.get(key, ()):
            sure = HINT if text.endswith(HINTS) else 1.0
            yield Wording(entry["id"], text.removesuffix(HINTS), language, sure, side, heard)


def _from_taxonomy(source: Taxonomy) -> Iterator[Concept]:
    for kind in source.offers.values():
        yield Concept(kind.id, kind.label)
    for need in source.needs.values():
        calls = dict.fromkeys(need.also, ALSO) | dict.fromkeys(need.core, CORE)
        yield Concept(NEED + need.id, need.label, side="need", calls=calls)


def _taxonomy_wordings(source: Taxonomy, *, unsaid: frozenset[str], heard_in: Mapping[str, str]) -> Iterator[Wording]:
    """The synonyms, but for those too vague to tell anything in running text."""
    named = [(kind.id, "both", kind.synonyms_da, kind.synonyms_en) for kind in source.offers.values()]
    needed = [(NEED + need.id, "need", need.synonyms_da, need.synonyms_en) for need in source.needs.values()]
    for id_, side, danish, english in [*named, *needed]:
        heard = heard_in.get(id_, side)
        for language, synonyms in (("da", danish), ("en", english)):
            yield from (Wording(id_, text, language, SYNONYM, side, heard) for text in synonyms if text not in unsaid)


def _concept(entry: Mapping[str, Any], known: Concept | None) -> Concept:
    """A concept of the file; for one the taxonomy has already, what the file adds to it."""
    label = known.label if known else Label(**entry["label"])
    calls = (dict(known.calls) if known else {}) | entry.get("calls", {})
    needs = {NEED + code: weight for code, weight in entry.get("needs", {}).items()}
    return Concept(
        id=entry["id"],
        label=label,
        side=entry.get("side", known.side if known else "both"),
        weight=entry.get("weight", 1.0),
        quality=entry.get("quality", False),
        situation=entry.get("situation", False),
        is_a=entry.get("is_a", {}),
        calls=calls,
        needs=needs,
        against=entry.get("against", {}),
    )


@lru_cache(maxsize=4096)
def offer_concepts(title: str, text: str, kinds: tuple[str, ...], organisation: str) -> Mapping[str, float]:
    """`organisation`: its name tells what it does (*Vrå Skakklub*)."""
    return MappingProxyType(concept_book().read_offer(title, text, kinds, organisation))


def suggest_offer_kinds(text: str, limit: int = 8) -> list[str]:
    """Kinds of the taxonomy that a volunteer's own words point to, surest first."""
    found = concept_book().read_offer("", text)
    ranked = sorted((-sure, kind) for kind, sure in found.items() if kind in taxonomy().offers)
    return [kind for _, kind in ranked[:limit]]


def suggest_need_codes(text: str, limit: int = 8) -> list[str]:
    """Need codes of the taxonomy that a caseworker's words point to, surest first."""
    reading, book = concept_book().read_need(text), concept_book()
    sure: dict[str, float] = defaultdict(float)
    for concept, evidence in (*reading.needs.items(), *reading.wishes.items()):
        if concept.startswith(NEED):
            sure[concept] += evidence.strength
        for code, weight in book.concepts[concept].needs.items():
            sure[code] += weight * evidence.strength
    ranked = sorted((-total, code) for code, total in sure.items())
    return [code.removeprefix(NEED) for _, code in ranked[:limit]]
