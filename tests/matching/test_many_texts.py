"""Many texts read at once are read as each by itself."""

from hypothesis import given
from hypothesis import strategies as st

from volunteer_match.matching.many_texts import read_texts
from volunteer_match.matching.wording import read_text

PARTS = (
    "Hun",
    "ikke",
    "men",
    "the",
    "she",
    "3F-klub",
    "Åse's",
    " ",
    ", ",
    " - ",
    ".\n",
    "(",
    "5",
    "",
    "\0",
    "İ",
    "é",
    "!",
)
some_text = st.lists(st.sampled_from(PARTS), max_size=12).map("".join) | st.text(max_size=20)


@given(st.lists(some_text, max_size=6))
def test_words_clauses_and_sentences_are_those_of_each_text(texts: list[str]) -> None:
    many = read_texts(texts)
    assert len(many) == len(texts)
    for number, text in enumerate(texts):
        read, own = read_text(text), many.text == number
        assert [many.known[word] for word in many.word[own]] == read.words
        assert bool(many.english[number]) == read.english
        for found, expected in ((many.clause[own], read.clauses), (many.sentence[own], read.sentences)):
            assert [a == b for a in found for b in found] == [a == b for a in expected for b in expected]


def test_nothing_goes_on_in_the_next_text() -> None:
    many = read_texts(["Hun rider", "og", "", "danser"])
    assert many.text.tolist() == [0, 0, 1, 3]
    assert len(set(many.clause.tolist())) == len(set(many.sentence.tolist())) == 3
