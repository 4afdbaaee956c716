"""The search in many texts finds what the lexicon finds in each."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from volunteer_match.matching.lexicon import Lexicon, Mention, Wording
from volunteer_match.matching.many_texts import read_texts
from volunteer_match.matching.wording import read_text
from volunteer_match.matching.wording_search import NO_POSITION, WordingSearch

WORDS = ("hest", "ride", "for", "bange", "stald", "passe", "hestestald", "friend", "the", "and", "she")
SLOTS = (*WORDS, "hest*", "*stald", "=hest", "hest|ride", "…")

some_wordings = st.lists(
    st.builds(
        Wording,
        concept=st.sampled_from(("a", "b", "c")),
        text=st.lists(st.sampled_from(SLOTS), min_size=1, max_size=4)
        .map(" ".join)
        .filter(lambda text: text.replace("…", "").strip()),
        language=st.sampled_from(("da", "en")),
        sure=st.sampled_from((0.4, 1.0)),
    ),
    min_size=1,
    max_size=12,
)
some_texts = st.lists(
    st.lists(st.sampled_from((*WORDS, "heste", "rider", "rytter", ".", ",")), max_size=14).map(" ".join), max_size=5
)


def in_each(lexicon: Lexicon, texts: list[str]) -> list[list[Mention]]:
    return [lexicon.find(read_text(text)) for text in texts]


def at_once(lexicon: Lexicon, texts: list[str]) -> list[list[Mention]]:
    many = read_texts(texts)
    hits = WordingSearch(lexicon).find(many)
    first_word = np.searchsorted(many.text, np.arange(len(texts)))
    found: list[list[Mention]] = [[] for _ in texts]
    for wording, line, text in zip(hits.wording, hits.positions, hits.text, strict=True):
        said = lexicon.wordings[wording]
        positions = tuple(int(at - first_word[text]) for at in line if at != NO_POSITION)
        found[text].append(Mention(said.concept, positions, said.sure))
    return found


@settings(max_examples=300, deadline=None)
@given(some_wordings, some_texts)
def test_the_same_wordings_are_met_in_the_same_order(wordings: list[Wording], texts: list[str]) -> None:
    of_layer = [
        Wording(w.concept, w.text, w.language, w.sure, layer="low" if w.concept == "a" else "high") for w in wordings
    ]
    lexicon = Lexicon(of_layer)
    assert at_once(lexicon, texts) == in_each(lexicon, texts)


def test_a_phrase_is_met_where_its_words_stand_closest() -> None:
    lexicon = Lexicon([Wording("ride", "ride … hest", "da")])
    texts = ["Hun rider på en stor hest. Hun rider hest.", "Rider. Hest.", ""]
    assert at_once(lexicon, texts) == in_each(lexicon, texts) == [[Mention("ride", (7, 8))], [], []]
