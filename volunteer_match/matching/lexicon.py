"""Finds the wordings of a lexicon in a text: inflections, compounds, phrases and single slips of the finger.

A wording is written as people write it. Its words match by stem; a word of five letters or more also matches as the
first or last part of a Danish compound (*springgymnastik*, *gymnastiktræner*). `hest*` and `*kor` ask for that with
short words, `=ro` for exactly this form, `far|mor` for either. A wording of several words is found in any order, close
together in one sentence, for Danish moves its verbs; `…` lets more words come between. With a small word in it
(*bange for*) it is found only just as it stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from volunteer_match.matching.wording import Token, danish_stem, english_stem, fold, is_small

COMPOUND_LENGTH = 5
MIN_REMAINDER = 2
FUZZY_LENGTH = 8
BORROWED_LENGTH = 8
PHRASE_SLACK = 2
SHORT = 4
VOWELS = frozenset("aeiouy")
DERIVING = ("lig", "hed", "som")
ELLIPSIS = "…"
ELLIPSIS_SLACK = 5


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a concept. `language` is `da` or `en`, `sure` how surely it means just that.

    Wordings of one `layer` compete: a longer one that is found hides a shorter one inside it.
    """

    concept: str
    text: str
    language: str
    sure: float = 1.0
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept met in a text, at these positions of the tokens."""

    concept: str
    positions: tuple[int, ...]
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class _Phrase:
    wording: Wording
    slots: int
    reach: int
    exactly: bool


@dataclass(slots=True)
class _Forms:
    """Which slots of which phrases a form of a word fills."""

    exact: dict[str, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    stem: dict[str, dict[str, set[tuple[int, int]]]] = field(default_factory=lambda: defaultdict(dict))
    head: dict[str, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    tail: dict[str, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))

    def add(self, word: str, language: str, slot: tuple[int, int], *, compounds: bool) -> None:
        if word.startswith("="):
            self.exact[fold(word[1:])].add(slot)
            return
        bare = word.strip("*")
        stem = danish_stem(bare) if language == "da" else english_stem(bare)
        self.stem[stem].setdefault(fold(bare), set()).add(slot)
        self.exact[fold(bare)].add(slot)
        free = compounds and language == "da" and len(stem) >= COMPOUND_LENGTH and "*" not in word
        if free or word.endswith("*"):
            self.head[stem].add(slot)
        if free or word.startswith("*"):
            self.tail[stem].add(slot)


class Lexicon:
    """Built once from all wordings; `find` then reads any number of texts."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self._phrases: list[_Phrase] = []
        self._forms = {"da": _Forms(), "en": _Forms()}
        for wording in wordings:
            self._add(wording)
        self._slips = {language: _deletions(forms.stem) for language, forms in self._forms.items()}

    def find(self, words: Sequence[Token], *, english: bool) -> list[Mention]:
        """Every concept met; a wording inside a longer one that was found is not counted again."""
        filled: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for position, word in enumerate(words):
            for phrase, slot in self._slots_filled(word, english=english):
                filled[phrase][slot].append(position)
        hits = [hit for phrase, slots in filled.items() for hit in self._complete(phrase, slots, words)]
        return [self._mention(phrase, span) for phrase, span in self._without_contained(hits)]

    def _mention(self, number: int, span: tuple[int, ...]) -> Mention:
        wording = self._phrases[number].wording
        return Mention(wording.concept, span, wording.sure)

    def _add(self, wording: Wording) -> None:
        parts = wording.text.split()
        slots = [part for part in parts if part != ELLIPSIS]
        exactly = len(parts) == len(slots) and any(is_small(word) for slot in slots for word in slot.split("|"))
        slack = 0 if exactly else PHRASE_SLACK + ELLIPSIS_SLACK * (len(parts) - len(slots))
        number = len(self._phrases)
        self._phrases.append(_Phrase(wording, len(slots), len(slots) + slack, exactly))
        for place, slot in enumerate(slots):
            for word in slot.split("|"):
                self._forms[wording.language].add(word, wording.language, (number, place), compounds=len(slots) == 1)

    def _slots_filled(self, word: Token, *, english: bool) -> set[tuple[int, int]]:
        """The text's own language by all means; the other one only by whole long words, as people borrow them."""
        own, other = ("en", "da") if english else ("da", "en")
        found = set(self._by_form(word, own))
        if not any(self._phrases[phrase].slots == 1 for phrase, _ in found):
            found.update(self._by_part(word, own))
        if len(word.folded) >= BORROWED_LENGTH:
            found |= self._forms[other].exact.get(word.folded, set())
        return found or set(self._by_slip(word, own))

    def _by_form(self, word: Token, language: str) -> Iterator[tuple[int, int]]:
        forms = self._forms[language]
        yield from forms.exact.get(word.folded, ())
        for lemma, slots in forms.stem.get(word.danish if language == "da" else word.english, {}).items():
            if language == "en" or _inflected(word.folded, lemma):
                yield from slots

    def _by_part(self, word: Token, language: str) -> Iterator[tuple[int, int]]:
        """The longest known first part and the longest known last part of a compound."""
        forms, stem, whole = self._forms[language], word.danish if language == "da" else word.english, word.folded
        heads = (whole[:end] for end in range(len(whole) - MIN_REMAINDER, 2, -1))
        tails = (stem[start:] for start in range(MIN_REMAINDER, len(stem) - 2))
        yield from next((forms.head[part] for part in heads if part in forms.head), ())
        yield from next((forms.tail[part] for part in tails if part in forms.tail), ())

    def _by_slip(self, word: Token, language: str) -> Iterator[tuple[int, int]]:
        """One letter too many, too few, wrong or swapped in a long word that begins right."""
        if len(word.folded) < FUZZY_LENGTH:
            return
        stem = word.danish if language == "da" else word.english
        candidates = {known for cut in _cuts(stem) for known in self._slips[language].get(cut, ())}
        for known in sorted(candidates):
            if known[0] == stem[0] and _one_slip_apart(known, stem):
                for slots in self._forms[language].stem[known].values():
                    yield from slots

    def _complete(
        self, number: int, slots: Mapping[int, list[int]], words: Sequence[Token]
    ) -> Iterator[tuple[int, tuple[int, ...]]]:
        phrase = self._phrases[number]
        if len(slots) < phrase.slots:
            return
        if phrase.slots == 1:
            yield from ((number, (position,)) for position in slots[0])
            return
        best = None
        for places in product(*(slots[slot] for slot in range(phrase.slots))):
            span = places if phrase.exactly else tuple(sorted(set(places)))
            together = len(set(span)) == phrase.slots and words[span[0]].sentence == words[span[-1]].sentence
            length = span[-1] - span[0] + 1
            in_order = list(span) == sorted(span)
            if together and in_order and length <= phrase.reach and (best is None or length < best[-1] - best[0] + 1):
                best = span
        if best is not None:
            yield number, best

    def _without_contained(self, hits: list[tuple[int, tuple[int, ...]]]) -> list[tuple[int, tuple[int, ...]]]:
        kept: list[tuple[int, tuple[int, ...]]] = []
        covers: dict[str, list[frozenset[int]]] = defaultdict(list)
        for number, span in sorted(hits, key=lambda hit: (-len(hit[1]), hit[1], hit[0])):
            layer = covers[self._phrases[number].wording.layer]
            if not any(len(cover) > len(span) and cover.issuperset(span) for cover in layer):
                kept.append((number, span))
                layer.append(frozenset(span))
        return kept


def _inflected(word: str, lemma: str) -> bool:
    """Whether two words of one stem can be forms of each other; Danish stems meet too often by chance.

    *Ham* is no form of *hammer*, and *stille* with its double consonant none of *stile*.
    """
    if len(word) < len(lemma) and len(word) <= SHORT:
        return False
    if any(ending in word[len(lemma) - 1 :] and ending not in lemma for ending in DERIVING):
        return False
    shared = next((i for i, (a, b) in enumerate(zip(word, lemma, strict=False)) if a != b), min(len(word), len(lemma)))
    for one, other in ((word, lemma), (lemma, word)):
        doubled = 0 < shared < len(one) and one[shared] == one[shared - 1] and one[shared] not in VOWELS
        if doubled and shared + 1 < len(one) and other[shared : shared + 1] in VOWELS:
            return False
    return True


def _cuts(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _deletions(stems: Mapping[str, object]) -> dict[str, list[str]]:
    """Every stem by itself and by itself less one letter, so that near misses meet in a dictionary."""
    index: dict[str, list[str]] = defaultdict(list)
    for stem in stems:
        if len(stem) >= FUZZY_LENGTH - 1:
            for cut in _cuts(stem):
                index[cut].append(stem)
    return dict(index)


def _one_slip_apart(a: str, b: str) -> bool:
    if len(a) == len(b):
        differing = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        swapped = len(differing) == 2 and differing[1] == differing[0] + 1 and a[differing[0]] == b[differing[1]]  # noqa: PLR2004 - a swap differs in two places
        return len(differing) == 1 or (swapped and a[differing[1]] == b[differing[0]])
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return len(longer) == len(shorter) + 1 and shorter in _cuts(longer)
