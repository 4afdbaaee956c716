"""Pseudonyms tell nothing, repeat for the same random source, and are never given twice."""

from random import Random

import pytest

from tests.cases.conftest import FACTS, LIMITS, NOW
from volunteer_match.cases import pseudonyms
from volunteer_match.cases.intake import open_case
from volunteer_match.people.models import User


class AlwaysTheSame(Random):
    """A random source that cannot think of anything new."""

    def random(self) -> float:
        return 0.0

    def getrandbits(self, k: int) -> int:
        return 0


def test_the_same_random_source_gives_the_same_name() -> None:
    assert pseudonyms.free_pseudonym(random=Random(7)) == pseudonyms.free_pseudonym(random=Random(7))


def test_there_are_enough_words_and_none_twice() -> None:
    assert len(set(pseudonyms.WORDS)) == len(pseudonyms.WORDS) >= 80


@pytest.mark.parametrize("first_name", ["Viola", "Rose", "Iris", "Bjørn", "Ask", "Liva", "Falk", "Vibe", "Linnea"])
def test_no_word_is_what_a_child_could_really_be_called(first_name: str) -> None:
    assert first_name not in pseudonyms.WORDS


def test_a_name_in_use_is_passed_over(anna: User) -> None:
    first = open_case(facts=FACTS, caseworker=anna, by=anna, limits=LIMITS, random=Random(3), now=NOW)
    second = open_case(facts=FACTS, caseworker=anna, by=anna, limits=LIMITS, random=Random(3), now=NOW)

    assert first.pseudonym != second.pseudonym
    assert pseudonyms.free_pseudonym(random=Random(3)) not in {first.pseudonym, second.pseudonym}


def test_running_out_of_names_is_said_instead_of_searching_for_ever(anna: User) -> None:
    for _ in range(2):
        open_case(facts=FACTS, caseworker=anna, by=anna, limits=LIMITS, random=AlwaysTheSame(), now=NOW)

    with pytest.raises(pseudonyms.NoPseudonymLeft):
        open_case(facts=FACTS, caseworker=anna, by=anna, limits=LIMITS, random=AlwaysTheSame(), now=NOW)
