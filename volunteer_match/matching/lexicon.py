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
from functools import lru_cache, partial
from itertools import pairwise, product
from typing import NamedTuple

from volunteer_match.matching.wording import Text, Word, danish_stem, english_stem, fold, is_small

COMPOUND_LENGTH = 5
MIN_REMAINDER = 2
FUZZY_LENGTH = 8
BORROWED_LENGTH = 8
PHRASE_SLACK = 2
SHORT = 4
VOWELS = frozenset("aeiouy")
DERIVING = ("lig", "hed", "som", "ly", "ful")
# A Danish noun has one gender and one plural: *havet* is no form of *haven*, *tagene* none of *tager*.
NOUN_ENDINGS = ("erne", "ene", "er", "et", "en")
OF_TWO_NOUNS = (frozenset({"et", "en"}), frozenset({"ene", "er"}), frozenset({"ene", "erne"}))
ELLIPSIS = "…"
ELLIPSIS_SLACK = 5
# A small word fills its slot in nearly every text.
EVERYWHERE = 10_000


Hit = tuple[int, tuple[int, ...]]
"""The number of a wording that was met, and the positions of its words."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a concept. `language` is `da` or `en`, `sure` how surely it means just that.

    Wordings of one `layer` compete: a longer one that is found hides a shorter one inside it. `heard_in`: the side
    that means this by it, `need`, `offer` or `both` (an offer's *storesøster* is a friend, a need's is family).
    """

    concept: str
    text: str
    language: str
    sure: float = 1.0
    layer: str = ""
    heard_in: str = "both"


class Mention(NamedTuple):
    """A concept met in a text, at these positions of the tokens."""

    concept: str
    positions: tuple[int, ...]
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wording as words to be found. Each of its slots has a number of its own, those of one phrase in a row.

    `reach`: how many words it may stretch over. `exactly`: its words stand as they are, in order.
    """

    words: tuple[tuple[str, ...], ...]
    slots: tuple[int, ...]
    reach: int
    exactly: bool


@dataclass(frozen=True, slots=True)
class _Fills:
    """What one form of a word fills, in the terms of `Lexicon`: numbers of wordings, phrases and slots."""

    wholes: tuple[int, ...]
    slots: frozenset[int]
    rarest: frozenset[int]
    next_rarest: frozenset[int]


@dataclass(slots=True)
class _Forms:
    """Which slots a form of a word fills."""

    exact: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    stem: dict[str, dict[str, set[int]]] = field(default_factory=lambda: defaultdict(dict))
    head: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    tail: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, word: str, language: str, slot: int, *, compounds: bool) -> None:
        if word.startswith("="):
            self.exact[fold(word[1:])].add(slot)
            return
        bare = word.strip("*")
        stem = danish_stem(bare) if language == "da" else english_stem(bare)
        self.stem[stem].setdefault(fold(bare), set()).add(slot)
        self.exact[fold(bare)].add(slot)
        # Folding makes two letters of æ, ø and å; *støj* is as short as it looks.
        letters = len(bare) - len(fold(bare)) + len(stem)
        free = compounds and language == "da" and letters >= COMPOUND_LENGTH and "*" not in word
        if word.endswith("*"):
            self.head[stem].add(slot)
        if free:
            self.head[fold(bare)].add(slot)
            if fold(bare) == f"{stem}e":
                self.head[stem].add(slot)
        if free or word.startswith("*"):
            self.tail[stem].add(slot)

    def crowd(self, slot_words: Iterable[str]) -> int:
        """How many slots the words that fill one slot fill in all: few when a text seldom fills it."""
        bare = [word.strip("=*") for word in slot_words]
        return sum(EVERYWHERE if is_small(word) else len(self.exact[fold(word)]) for word in bare)


class Lexicon:
    """Built once from all wordings; `find` then reads any number of texts."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self.wordings = list(wordings)
        self.phrases: list[Phrase] = []
        self._phrase_of_slot: list[int] = []
        self._forms = {"da": _Forms(), "en": _Forms()}
        for wording in self.wordings:
            self._add(wording)
        self._slips = {language: _deletions(forms.stem) for language, forms in self._forms.items()}
        self._rarest = [
            self._by_rarity(wording, phrase) for wording, phrase in zip(self.wordings, self.phrases, strict=True)
        ]
        # Most texts are made of the same words, so what a word fills is worked out once.
        self._fills = {
            english: lru_cache(maxsize=50_000)(partial(self._fills_of, english=english)) for english in (False, True)
        }

    def find(self, text: Text) -> list[Mention]:
        """Every concept met, phrases first; a wording inside a longer one that was found is not counted again."""
        fills = list(map(self._fills[text.english], text.words))
        whole: list[Hit] = [(number, (position,)) for position, filled in enumerate(fills) for number in filled.wholes]
        # Only a phrase whose two rarest words are there can be complete.
        begun = set().union(*[filled.rarest for filled in fills])
        begun &= set().union(*[filled.next_rarest for filled in fills])
        phrases = [hit for number in begun if (hit := self._complete(number, fills, text.sentences))]
        phrases.sort(key=lambda hit: (-len(hit[1]), hit[1], hit[0]))
        hits = self.without_contained(phrases + whole) if phrases else whole
        wordings = self.wordings
        return [Mention(wordings[number].concept, span, wordings[number].sure) for number, span in hits]

    def filled_by(self, word: Word, *, english: bool) -> tuple[frozenset[int], tuple[int, ...]]:
        """The slots, and the wordings of one word, that a word of a text in this language fills."""
        filled = self._fills[english](word)
        return filled.slots, filled.wholes

    def _add(self, wording: Wording) -> None:
        parts = wording.text.split()
        slots = [part for part in parts if part != ELLIPSIS]
        exactly = len(parts) == len(slots) and any(is_small(word) for slot in slots for word in slot.split("|"))
        slack = 0 if exactly else PHRASE_SLACK + ELLIPSIS_SLACK * (len(parts) - len(slots))
        numbers = tuple(range(len(self._phrase_of_slot), len(self._phrase_of_slot) + len(slots)))
        self._phrase_of_slot += [len(self.phrases)] * len(slots)
        words = tuple(tuple(slot.split("|")) for slot in slots)
        self.phrases.append(Phrase(words, numbers, len(slots) + slack, exactly))
        for number, alternatives in zip(numbers, words, strict=True):
            for word in alternatives:
                self._forms[wording.language].add(word, wording.language, number, compounds=len(slots) == 1)

    def _by_rarity(self, wording: Wording, phrase: Phrase) -> tuple[int, ...]:
        forms = self._forms[wording.language]
        crowds = {slot: forms.crowd(words) for slot, words in zip(phrase.slots, phrase.words, strict=True)}
        return tuple(sorted(phrase.slots, key=lambda slot: (crowds[slot], slot)))

    def _fills_of(self, word: Word, *, english: bool) -> _Fills:
        slots = self._slots_filled(word, english=english)
        numbers = {slot: self._phrase_of_slot[slot] for slot in slots}
        return _Fills(
            wholes=self._surest({number for number in numbers.values() if len(self._rarest[number]) == 1}),
            slots=frozenset(slots),
            rarest=frozenset(n for slot, n in numbers.items() if self._rarest[n][:1] == (slot,)),
            next_rarest=frozenset(n for slot, n in numbers.items() if self._rarest[n][1:2] == (slot,)),
        )

    def _surest(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """One wording for each concept: a word says a thing once, however many of its wordings fit."""
        ranked = sorted(numbers, key=lambda number: (-self.wordings[number].sure, number))
        surest = {(self.wordings[n].concept, self.wordings[n].layer): n for n in reversed(ranked)}
        return tuple(sorted(surest.values()))

    def _slots_filled(self, word: Word, *, english: bool) -> set[int]:
        """The text's own language by all means; the other one only by whole long words, as people borrow them."""
        own, other = ("en", "da") if english else ("da", "en")
        found = set(self._by_form(word, own))
        if not any(len(self._rarest[self._phrase_of_slot[slot]]) == 1 for slot in found):
            found.update(self._by_part(word, own))
        if len(word.folded) >= BORROWED_LENGTH:
            found |= self._forms[other].exact.get(word.folded, set())
        return found or set(self._by_slip(word, own))

    def _by_form(self, word: Word, language: str) -> Iterator[int]:
        forms = self._forms[language]
        yield from forms.exact.get(word.folded, ())
        for lemma, slots in forms.stem.get(word.danish if language == "da" else word.english, {}).items():
            if _inflected(word.folded, lemma):
                yield from slots

    def _by_part(self, word: Word, language: str) -> Iterator[int]:
        """The longest known first part and the longest known last part of a compound."""
        forms, stem, whole = self._forms[language], word.danish if language == "da" else word.english, word.folded
        heads = (whole[:end] for end in range(len(whole) - MIN_REMAINDER, 2, -1))
        tails = (stem[start:] for start in range(MIN_REMAINDER, len(stem) - 2))
        yield from next((forms.head[part] for part in heads if part in forms.head), ())
        yield from next((forms.tail[part] for part in tails if part in forms.tail), ())

    def _by_slip(self, word: Word, language: str) -> Iterator[int]:
        """One letter too many, too few, wrong or swapped in a long word that begins right."""
        stem = word.danish if language == "da" else word.english
        if len(stem) < FUZZY_LENGTH:
            return
        candidates = {known for cut in _cuts(stem) for known in self._slips[language].get(cut, ())}
        for known in sorted(candidates):
            if known[0] == stem[0] and _one_slip_apart(known, stem):
                for slots in self._forms[language].stem[known].values():
                    yield from slots

    def _complete(self, number: int, fills: Sequence[_Fills], sentences: Sequence[int]) -> Hit | None:
        """The phrase with the closest words that make it complete, if any do."""
        phrase, best = self.phrases[number], None
        closest = phrase.reach + 1
        rarest = [place for place, filled in enumerate(fills) if number in filled.rarest]
        near = range(max(0, rarest[0] - phrase.reach), min(len(fills), rarest[-1] + closest))
        places: list[list[int]] = []
        for slot in phrase.slots:
            places.append([place for place in near if slot in fills[place].slots])
            if not places[-1]:
                return None
        for span in product(*places):
            ordered = span if phrase.exactly else tuple(sorted(set(span)))
            length = ordered[-1] - ordered[0] + 1
            if length < closest and _stands_together(ordered, len(phrase.slots), sentences):
                best, closest = ordered, length
        return (number, best) if best is not None else None

    def without_contained(self, hits: Sequence[Hit]) -> list[Hit]:
        """`hits` come longest first; the same words don't say the same thing twice either."""
        kept: list[Hit] = []
        covers: dict[str, list[frozenset[int]]] = defaultdict(list)
        said: dict[str, set[int]] = defaultdict(set)
        for number, span in hits:
            wording = self.wordings[number]
            layer, already = covers[wording.layer], said[wording.concept]
            contained = any(len(cover) > len(span) and cover.issuperset(span) for cover in layer)
            if not contained and not already.issuperset(span):
                kept.append((number, span))
                already.update(span)
                if len(span) > 1:
                    layer.append(frozenset(span))
        return kept


def _stands_together(span: tuple[int, ...], slots: int, sentences: Sequence[int]) -> bool:
    one_word_each = len(set(span)) == slots and all(a < b for a, b in pairwise(span))
    return one_word_each and sentences[span[0]] == sentences[span[-1]]


def _inflected(word: str, lemma: str) -> bool:
    """Whether two words of one stem can be forms of each other; stems meet too often by chance.

    *Ham* is no form of *hammer*, *stille* with its double consonant none of *stile*, *lives* none of *lively*.
    """
    if (len(word) < len(lemma) and len(word) <= SHORT) or _of_two_nouns(word, lemma):
        return False
    shared = next((i for i, (a, b) in enumerate(zip(word, lemma, strict=False)) if a != b), min(len(word), len(lemma)))
    begin = max(0, shared - 1)
    if any((ending in word[begin:]) != (ending in lemma[begin:]) for ending in DERIVING):
        return False
    for one, other in ((word, lemma), (lemma, word)):
        doubled = 0 < shared < len(one) and one[shared] == one[shared - 1] and one[shared] not in VOWELS
        if doubled and shared + 1 < len(one) and other[shared : shared + 1] in VOWELS:
            return False
    return True


def _of_two_nouns(word: str, lemma: str) -> bool:
    """Whether two words look like one only because two nouns, or a noun and a verb, have the same stem."""
    endings = [next((ending for ending in NOUN_ENDINGS if each.endswith(ending)), "") for each in (word, lemma)]
    stem, other = (each.removesuffix(ending) for each, ending in zip((word, lemma), endings, strict=True))
    return stem == other and len(stem) > MIN_REMAINDER and set(endings) in OF_TWO_NOUNS and not is_small(word)


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
