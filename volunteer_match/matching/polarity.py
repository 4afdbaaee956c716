"""Which words of a text speak of something not wanted: *ikke fodbold*, *bange for hunde*, *heste siger ham ikke noget*.

Not every *ikke* turns a wish: *har ikke råd til fodbold*, *kan ikke svømme endnu* are lacks, and the wish stands.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

import numpy as np

from volunteer_match.matching.many_texts import Flags, ManyTexts, runs_of
from volunteer_match.matching.wording import Text, Word, small_words

NEAR = 3
WISH_REACH = 8
WORD_REACH = 4
OFFER_REACH = 2
# *Uden for klassen* is a place.
NO_NEGATIONS = frozenset({"uden for", "uden om", "without fail"})


def unwanted(
    text: Text, *, mentioned: Collection[int], spoken_for: Collection[int], offering: bool = False
) -> frozenset[int]:
    """Positions that a wish not to covers.

    `mentioned` are the positions that name something, `spoken_for` those already part of a phrase that says it whole
    (*ingen venner*). Of somebody who is `offering`, only what they expressly do without counts.
    """
    found: set[int] = set()
    for clause in _clauses(text):
        for place, position in enumerate(clause):
            if text.words[position].turns and position not in spoken_for:
                reach = _reach(text.words, clause, place, offering=offering)
                found |= _scope(clause, place, reach, mentioned)
    return frozenset(found)


def done_without(texts: ManyTexts, *, mentioned: Flags, spoken_for: Flags) -> Flags:
    """What `unwanted` says of texts of somebody who is offering, for the words of many at once."""
    negators = small_words()["negators"]
    negates = np.array([word.folded in negators for word in texts.known], dtype=np.bool_)[texts.word] & ~spoken_for
    at = np.flatnonzero(negates)
    begins, ends = runs_of(texts.clause)
    clause = np.searchsorted(begins, at, side="right") - 1
    first, last = begins[clause], ends[clause] - 1
    turned = np.zeros(len(texts.clause), dtype=np.bool_)
    after = [at + step for step in range(1, OFFER_REACH + 1)]
    named_after = np.zeros(len(at), dtype=np.bool_)
    for position in after:
        named_after |= mentioned[np.minimum(position, last)] & (position <= last)
    for position in after:
        turned[position[named_after & (position <= last)]] = True
    for position in (at - step for step in range(1, OFFER_REACH + 1)):
        turned[position[~named_after & (position >= first)]] = True
    return turned


def _clauses(text: Text) -> Iterator[list[int]]:
    for _, clause in groupby(range(len(text.words)), key=text.clauses.__getitem__):
        yield list(clause)


def _reach(words: Sequence[Word], clause: list[int], place: int, *, offering: bool) -> int:
    """How many words this one turns; 0 when it turns none."""
    lists, word = small_words(), words[clause[place]].folded
    if offering:
        return OFFER_REACH if word in lists["negators"] else 0
    if word in lists["aversion"]:
        return WORD_REACH
    if word in lists["fear"]:
        following = clause[place + 1 : place + 2]
        return WORD_REACH if following and words[following[0]].folded in lists["fear_of"] else 0
    next_word = words[clause[place + 1]].folded if place + 1 < len(clause) else ""
    if word not in lists["negators"] or f"{word} {next_word}" in NO_NEGATIONS:
        return 0
    around = {words[position].folded for position in clause[max(0, place - NEAR) : place + NEAR + 1]}
    if around & lists["liking"]:
        return WISH_REACH
    return 0 if around & lists["lacking"] else WORD_REACH


def _scope(clause: list[int], place: int, reach: int, mentioned: Collection[int]) -> set[int]:
    """The words that follow, or those before when nothing that follows names anything."""
    if not reach:
        return set()
    after = clause[place + 1 : place + 1 + reach]
    if any(position in mentioned for position in after):
        return set(after)
    return set(clause[max(0, place - reach) : place])


def of_another(text: Text) -> frozenset[int]:
    """Positions in clauses about somebody else in the family (*far var fodboldtræner*) that don't name the child."""
    lists, found = small_words(), set[int]()
    another, before = False, ""
    for clause in _clauses(text):
        words = [text.words[position].folded for position in clause]
        carries_on = words[0] in lists["relative_pronouns"]
        subject = next((word for word in words if word not in lists["determiners"]), "")
        another = (another or before in lists["relatives"]) if carries_on else subject in lists["relatives"]
        if another and not lists["the_child"].intersection(words):
            found.update(clause)
        before = words[-1]
    return frozenset(found)
