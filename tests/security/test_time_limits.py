"""Free text is read in time that grows with its length, whatever stands in it."""

import time
from collections.abc import Callable

import pytest

from volunteer_match.matching.concepts import suggest_need_codes, suggest_offer_kinds
from volunteer_match.organisations.recognition import plain
from volunteer_match.vocabulary.phone_numbers import InvalidPhoneNumber, normalise_phone
from volunteer_match.vocabulary.plain_words import better_words
from volunteer_match.vocabulary.sensitive_text import contains_cpr, danger_words, leak_words

LENGTH = 2000  # as long as a field lets through
SECONDS = 0.25
BEGINNINGS = (
    "a", "æ", " ", "1", "1 ", "12-", "010203-", "0102031234 ", "-", "--", "'", '"', "(", "((", "a-", "a/", "a.", "@",
    "a@a.", "\n", "\t", "\n ", "aA", "ikke ", "ikke ikke ", "gymnastik ", "gymnastikgymnastik", "fodboldtræner",
    "!?", "…", "\u0301", "ﬁ", "İ", "ß", "𝒳", "\N{ZERO WIDTH JOINER}", "http://a", "a b c d e ", "ad hd ",
    "8 år ", "kl. ",
)  # fmt: skip
CORPUS = [(part * LENGTH)[: LENGTH - 1] + end for part in BEGINNINGS for end in ("", "!", "1")]


def _phone(text: str) -> None:
    try:
        normalise_phone(text[:200])
    except InvalidPhoneNumber:
        return


READERS: list[Callable[[str], object]] = [
    suggest_offer_kinds,
    suggest_need_codes,
    contains_cpr,
    leak_words,
    danger_words,
    better_words,
    plain,
    _phone,
]


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_no_text_holds_a_page_up(read: Callable[[str], object]) -> None:
    read("Varm op: gymnastik om tirsdagen for en pige på 8")
    slow = {}
    for text in CORPUS:
        begun = time.process_time()
        read(text)
        spent = time.process_time() - begun
        if spent > SECONDS:
            slow[text[:20]] = round(spent, 3)

    assert slow == {}
