"""What many offers are about, worked out in columns: the same as `ConceptBook.read_offer` says of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from volunteer_match.matching.concepts import (
    BESIDE_DECLARED,
    DECLARED,
    MOST_RAISED,
    SURE,
    TEXT_MENTION,
    TITLE_MENTION,
    ConceptBook,
)
from volunteer_match.matching.lexical import ranges
from volunteer_match.matching.many_texts import ManyTexts, Numbers
from volunteer_match.matching.polarity import done_without
from volunteer_match.matching.wording_search import Hits, WordingSearch

# What a mention counts in each of an offer's texts: title, text, and the name of the organisation.
COUNTS = np.array((TITLE_MENTION, TEXT_MENTION, TEXT_MENTION))

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Said:
    """How surely an offer is something: one entry for an offer and a concept, ordered by both."""

    offer: Numbers
    concept: Numbers
    sure: Floats


class PackedConcepts:
    """A concept book made ready for many offers. `numbers`: those of its concepts, from 1."""

    def __init__(self, book: ConceptBook, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self._search = WordingSearch(book.of_offers)
        wordings = book.of_offers.wordings
        self._concept = np.array([numbers[wording.concept] for wording in wordings], dtype=np.int64)
        self._sure = np.array([wording.sure for wording in wordings], dtype=np.float64)
        self._quality = np.zeros(len(numbers), dtype=np.bool_)
        self._quality[[numbers[id_] for id_, concept in book.concepts.items() if concept.quality]] = True
        # Number 0 is nothing, and only that.
        broader = [{0: 1.0}, *({numbers[b]: sure for b, sure in book.broader(id_).items()} for id_ in numbers if id_)]
        self._broader_ends = np.cumsum([len(each) for each in broader])
        self._broader = np.array([number for each in broader for number in each], dtype=np.int64)
        self._broader_sure = np.array([sure for each in broader for sure in each.values()], dtype=np.float64)

    def read(self, texts: ManyTexts, declared: Sequence[Sequence[str]]) -> Said:
        """`texts`: three of each offer. `declared`: the kinds somebody ticked, offer by offer."""
        own = self._with_declared(self._spoken_of(texts), declared)
        starts = np.concatenate(([0], self._broader_ends[:-1]))[own.concept]
        ends = self._broader_ends[own.concept]
        entries = ranges(starts, ends)
        offer, sure = np.repeat(own.offer, ends - starts), np.repeat(own.sure, ends - starts)
        return self._surest(Said(offer, self._broader[entries], sure * self._broader_sure[entries]))

    def _spoken_of(self, texts: ManyTexts) -> Said:
        """Each mention leaves less doubt."""
        hits = _meant(self._search.find(texts), texts)
        offer, part = np.divmod(hits.text, len(COUNTS))
        concept, left = self._concept[hits.wording], 1.0 - COUNTS[part] * self._sure[hits.wording]
        order, begins = self._grouped(offer, concept)
        doubt = np.multiply.reduceat(left[order], begins) if len(order) else left
        return Said(offer[order][begins], concept[order][begins], 1.0 - doubt)

    def _with_declared(self, spoken: Said, declared: Sequence[Sequence[str]]) -> Said:
        known = [[self._numbers[kind] for kind in kinds if kind in self._numbers] for kinds in declared]
        ticked = np.fromiter(map(len, known), dtype=np.int64, count=len(known))
        surest = np.zeros(len(known))
        np.maximum.at(surest, spoken.offer, spoken.sure)
        with np.errstate(divide="ignore"):
            scale = np.where(ticked > 0, BESIDE_DECLARED, np.minimum(MOST_RAISED, SURE / surest))
        raised = spoken.sure * np.where(self._quality[spoken.concept], 1.0, scale[spoken.offer])
        offers = np.arange(len(known))
        return Said(
            np.concatenate((offers, spoken.offer, np.repeat(offers, ticked))),
            np.concatenate((np.zeros_like(offers), spoken.concept, np.fromiter(chain(*known), dtype=np.int64))),
            np.concatenate((np.zeros(len(known)), raised, np.full(int(ticked.sum()), DECLARED))),
        )

    def _surest(self, said: Said) -> Said:
        order, begins = self._grouped(said.offer, said.concept)
        surest = np.maximum.reduceat(said.sure[order], begins) if len(order) else said.sure
        return Said(said.offer[order][begins], said.concept[order][begins], surest)

    def _grouped(self, offer: Numbers, concept: Numbers) -> tuple[Numbers, Numbers]:
        """An order in which the entries of an offer and concept lie together, and where each pair of them begins."""
        pair = offer * len(self._numbers) + concept
        order = np.argsort(pair, kind="stable")
        return order, np.flatnonzero(np.diff(pair[order], prepend=-1))


def _meant(hits: Hits, texts: ManyTexts) -> Hits:
    """Without what is expressly done without."""
    owner, position = hits.owners()
    mentioned, spoken_for = np.zeros((2, len(texts.word)), dtype=np.bool_)
    mentioned[position] = True
    spoken_for[position[hits.words()[owner] > 1]] = True
    turned = done_without(texts, mentioned=mentioned, spoken_for=spoken_for)
    meant = np.zeros(len(hits), dtype=np.bool_)
    meant[owner[~turned[position]]] = True
    return hits.of(meant)
