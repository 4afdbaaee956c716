"""Finds the wordings of a lexicon in many texts at once, the same as `Lexicon.find` does in each.

What a form of a word fills is asked of the lexicon once for each different form. Phrases are then put together for all
texts in one go: from the slot that is filled least often, slot by slot, as long as the words stand close enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import chain

import numpy as np

from volunteer_match.matching.lexical import ranges
from volunteer_match.matching.lexicon import Hit, Lexicon
from volunteer_match.matching.many_texts import Flags, ManyTexts, Numbers, numbered, runs_of
from volunteer_match.matching.wording import known_word

# What a line of positions is filled up with.
NO_POSITION = -1
# A form and a slot are first looked up by so many bits of a mix of both: quick, and seldom wrong.
MIXED = (1 << 22) - 1
MIX_FORM, MIX_SLOT = 0x9E3779B1, 0x85EBCA77


@dataclass(frozen=True, slots=True)
class Hits:
    """Wordings met. `positions`: those of their words in `ManyTexts`, a line each."""

    wording: Numbers
    positions: Numbers
    text: Numbers

    def __len__(self) -> int:
        return len(self.wording)

    def words(self) -> Numbers:
        """How many words each has."""
        return np.asarray(np.count_nonzero(self.positions != NO_POSITION, axis=1))

    def of(self, which: Numbers | Flags) -> "Hits":
        return Hits(self.wording[which], self.positions[which], self.text[which])

    def owners(self) -> tuple[Numbers, Numbers]:
        """An entry for each word of each hit: the hit, and the word's position."""
        owner, column = np.nonzero(self.positions != NO_POSITION)
        return owner, self.positions[owner, column]


@dataclass(frozen=True, slots=True)
class _Forms:
    """The forms of some texts' words, and what they fill: the slots of phrases and whole wordings, with their form."""

    of_word: Numbers
    slots: Numbers
    form_of_slot: Numbers
    wholes: Numbers
    form_of_whole: Numbers


@dataclass(frozen=True, slots=True)
class _Begun:
    """Phrases as far as their words were found. `origin`: where the first word stands if they stand in order."""

    phrase: Numbers
    positions: Numbers
    low: Numbers
    high: Numbers
    origin: Numbers

    def of(self, which: Numbers | Flags) -> "_Begun":
        return _Begun(*(getattr(self, field.name)[which] for field in fields(self)))


class WordingSearch:
    """A lexicon made ready for many texts. The wordings of a concept must be of one layer."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        phrases = lexicon.phrases
        self._words = np.array([len(phrase.slots) for phrase in phrases], dtype=np.int64)
        self._first_slot = np.cumsum(self._words) - self._words
        self._reach = np.array([phrase.reach for phrase in phrases], dtype=np.int64)
        self._exactly = np.array([phrase.exactly for phrase in phrases], dtype=np.bool_)
        self._phrase = np.repeat(np.arange(len(phrases)), self._words)
        self._in_phrase = self._words[self._phrase] > 1
        self._most_words = int(self._words.max(initial=1))
        layers, self._layer = numbered([wording.layer for wording in lexicon.wordings])
        self._layers = len(layers)
        self._concept = numbered([wording.concept for wording in lexicon.wordings])[1]
        self._filled = lru_cache(maxsize=100_000)(self._filled_by)

    def find(self, texts: ManyTexts) -> Hits:
        """Text by text, phrases before single words."""
        forms = self._forms(texts)
        phrases = self._without_contained(self._phrases(texts, forms))
        wholes = self._not_in_phrases(self._wholes(texts, forms), phrases, len(texts.word))
        together = Hits(
            np.concatenate((phrases.wording, wholes.wording)),
            np.concatenate((phrases.positions, wholes.positions)),
            np.concatenate((phrases.text, wholes.text)),
        )
        return together.of(np.argsort(together.text, kind="stable"))

    def _filled_by(self, surface: str, english: bool) -> tuple[list[int], tuple[int, ...]]:
        slots, wholes = self._lexicon.filled_by(known_word(surface), english=english)
        return sorted(slot for slot in slots if self._in_phrase[slot]), wholes

    def _forms(self, texts: ManyTexts) -> _Forms:
        """A form is a word in the language of its text."""
        form = 2 * texts.word + texts.english[texts.text]
        there = np.flatnonzero(np.bincount(form, minlength=2 * len(texts.known)))
        number = np.zeros(2 * len(texts.known), dtype=np.int64)
        number[there] = np.arange(len(there))
        filled = [self._filled(texts.known[each >> 1].surface, bool(each & 1)) for each in there.tolist()]
        slots, form_of_slot = _flat([slots for slots, _ in filled])
        wholes, form_of_whole = _flat([wholes for _, wholes in filled])
        return _Forms(number[form], slots, form_of_slot, wholes, form_of_whole)

    def _wholes(self, texts: ManyTexts, forms: _Forms) -> Hits:
        at, entry = _met(forms.of_word, forms.form_of_whole)
        positions = np.full((len(at), self._most_words), NO_POSITION)
        positions[:, 0] = at
        return Hits(forms.wholes[entry], positions, texts.text[at])

    def _phrases(self, texts: ManyTexts, forms: _Forms) -> Hits:
        """Each phrase once a text, with the closest words that make it complete; of several, those named first."""
        often = np.bincount(forms.of_word)
        filled = np.bincount(forms.slots, weights=often[forms.form_of_slot], minlength=len(self._phrase))
        by_rarity = np.lexsort((filled, self._phrase))
        begun = self._anchored(forms, by_rarity, filled)
        search = _Slots(forms, len(self._phrase))
        first, stop = _sentences(texts)
        complete = []
        for number in range(1, self._most_words + 1):
            done = self._words[begun.phrase] == number
            complete.append(begun.of(done))
            begun = begun.of(~done)
            slot = by_rarity[self._first_slot[begun.phrase] + number] if len(begun.phrase) else begun.phrase
            row, position = self._within_reach(begun, slot, first, stop)
            fits = search.filled(forms.of_word[position], slot[row])
            begun = self._extended(begun.of(row[fits]), slot[row[fits]], position[fits])
        return self._closest(complete, texts)

    def _anchored(self, forms: _Forms, by_rarity: Numbers, filled: Numbers) -> _Begun:
        """Wherever the rarest slot of a phrase is filled whose slots are all filled somewhere."""
        phrase = self._phrase[forms.slots]
        rarest = by_rarity[self._first_slot[phrase]]
        anchors = np.flatnonzero((rarest == forms.slots) & (filled[rarest] > 0))
        at, entry = _met(forms.of_word, forms.form_of_slot[anchors])
        slot = forms.slots[anchors[entry]]
        phrase = self._phrase[slot]
        place = slot - self._first_slot[phrase]
        positions = np.full((len(at), self._most_words), NO_POSITION)
        positions[np.arange(len(at)), place] = at
        return _Begun(phrase, positions, low=at, high=at, origin=at - place)

    def _within_reach(self, begun: _Begun, slot: Numbers, first: Numbers, stop: Numbers) -> tuple[Numbers, Numbers]:
        """Where the next word may stand: the row of `begun`, and the position."""
        reach, exactly = self._reach[begun.phrase], self._exactly[begun.phrase]
        just_there = begun.origin + slot - self._first_slot[begun.phrase]
        starts = np.where(exactly, just_there, begun.high - reach + 1)
        stops = np.where(exactly, just_there + 1, begun.low + reach)
        starts, stops = np.maximum(starts, first[begun.low]), np.minimum(stops, stop[begun.low])
        stops = np.maximum(starts, stops)
        return np.repeat(np.arange(len(starts)), stops - starts), ranges(starts, stops)

    def _extended(self, begun: _Begun, slot: Numbers, position: Numbers) -> _Begun:
        another = ~(begun.positions == position[:, np.newaxis]).any(axis=1)
        begun, slot, position = begun.of(another), slot[another], position[another]
        begun.positions[np.arange(len(slot)), slot - self._first_slot[begun.phrase]] = position
        low, high = np.minimum(begun.low, position), np.maximum(begun.high, position)
        return _Begun(begun.phrase, begun.positions, low, high, begun.origin)

    def _closest(self, complete: Sequence[_Begun], texts: ManyTexts) -> Hits:
        phrase = np.concatenate([each.phrase for each in complete])
        positions = np.concatenate([each.positions for each in complete])
        length = np.concatenate([each.high - each.low for each in complete])
        text = texts.text[np.concatenate([each.low for each in complete])]
        order = np.lexsort((*positions.T[::-1], length, phrase, text))
        again = (np.diff(text[order], prepend=-1) == 0) & (np.diff(phrase[order], prepend=-1) == 0)
        closest = order[~again]
        phrase, positions, text = phrase[closest], _rising(positions[closest]), text[closest]
        longest_first = np.lexsort((phrase, *positions.T[::-1], -self._words[phrase], text))
        return Hits(phrase, positions, text).of(longest_first)

    def _without_contained(self, phrases: Hits) -> Hits:
        """The lexicon is asked only of texts where one phrase may lie within others."""
        begins, ends = runs_of(phrases.text)
        doubtful = np.unique(phrases.text[self._perhaps_contained(phrases, begins, ends)])
        asked = np.searchsorted(phrases.text[begins], doubtful)
        numbers, positions = phrases.wording.tolist(), phrases.positions.tolist()
        words = phrases.words().tolist()
        kept = np.ones(len(phrases), dtype=np.bool_)
        for begin, end in zip(begins[asked].tolist(), ends[asked].tolist(), strict=True):
            hits: list[Hit] = [(numbers[at], tuple(positions[at][: words[at]])) for at in range(begin, end)]
            left = set(self._lexicon.without_contained(hits))
            kept[begin:end] = [hit in left for hit in hits]
        return phrases.of(kept)

    def _perhaps_contained(self, phrases: Hits, begins: Numbers, ends: Numbers) -> Numbers:
        """Phrases whose words reach over no more than those of a longer one, or meet those of one of their concept."""
        in_text = np.repeat(ends - begins, ends - begins)
        one = np.repeat(np.arange(len(phrases)), in_text)
        other = ranges(np.repeat(begins, ends - begins), np.repeat(ends, ends - begins))
        different = one != other
        one, other = one[different], other[different]
        words, low, high = phrases.words(), phrases.positions[:, 0], phrases.positions.max(axis=1, initial=NO_POSITION)
        layer, concept = self._layer[phrases.wording], self._concept[phrases.wording]
        within = (low[one] >= low[other]) & (high[one] <= high[other]) & (words[one] < words[other])
        meets = (low[one] <= high[other]) & (high[one] >= low[other])
        return np.asarray(one[(within & (layer[one] == layer[other])) | (meets & (concept[one] == concept[other]))])

    def _not_in_phrases(self, wholes: Hits, phrases: Hits, words: int) -> Hits:
        covered = np.zeros((words, self._layers), dtype=np.bool_)
        owner, position = phrases.owners()
        covered[position, self._layer[phrases.wording[owner]]] = True
        return wholes.of(~covered[wholes.positions[:, 0], self._layer[wholes.wording]])


class _Slots:
    """Which form fills which slot."""

    def __init__(self, forms: _Forms, slots: int) -> None:
        self._number_of_slots = slots
        # In order: form by form, and the slots of each in order.
        self._pairs = forms.form_of_slot * slots + forms.slots
        self._mixed = np.zeros(MIXED + 1, dtype=np.bool_)
        self._mixed[_mix(forms.form_of_slot, forms.slots)] = True

    def filled(self, form: Numbers, slot: Numbers) -> Numbers:
        """The entries whose form fills the slot."""
        likely = np.flatnonzero(self._mixed[_mix(form, slot)])
        pairs = form[likely] * self._number_of_slots + slot[likely]
        found = np.minimum(np.searchsorted(self._pairs, pairs), max(0, len(self._pairs) - 1))
        return likely[self._pairs[found] == pairs] if len(likely) else likely


def _mix(form: Numbers, slot: Numbers) -> Numbers:
    return (form * MIX_FORM + slot * MIX_SLOT) & MIXED


def _flat(runs: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """The entries of all runs, and the run of each."""
    lengths = np.fromiter(map(len, runs), dtype=np.int64, count=len(runs))
    entries = np.fromiter(chain.from_iterable(runs), dtype=np.int64, count=int(lengths.sum()))
    return entries, np.repeat(np.arange(len(runs)), lengths)


def _met(forms: Numbers, owners: Numbers) -> tuple[Numbers, Numbers]:
    """For every word in the texts each entry that its form owns: the word's position, and the entry."""
    ends = np.cumsum(np.bincount(owners, minlength=int(forms.max(initial=0)) + 1))
    starts = np.concatenate(([0], ends[:-1]))
    owning = np.flatnonzero((ends - starts)[forms])
    starts, ends = starts[forms[owning]], ends[forms[owning]]
    return np.repeat(owning, ends - starts), ranges(starts, ends)


def _sentences(texts: ManyTexts) -> tuple[Numbers, Numbers]:
    """For each word where its sentence begins, and where the next one does."""
    begins, ends = runs_of(texts.sentence)
    return np.repeat(begins, ends - begins), np.repeat(ends, ends - begins)


def _rising(positions: Numbers) -> Numbers:
    last = np.iinfo(positions.dtype).max
    ordered = np.sort(np.where(positions == NO_POSITION, last, positions), axis=1)
    return np.where(ordered == last, NO_POSITION, ordered)
