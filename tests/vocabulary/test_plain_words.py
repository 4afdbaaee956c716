"""Advice on words stops nothing, and does not nag about innocent ones."""

import pytest

from volunteer_match.vocabulary.plain_words import better_words


def test_a_word_of_the_list_comes_with_what_to_write_instead() -> None:
    (advice,) = better_words("Et Problembarn vil gerne spille fodbold")

    assert advice.word == "Problembarn"
    assert "et barn" in advice.use


def test_an_ending_does_not_hide_the_word_and_once_is_enough() -> None:
    assert [advice.word for advice in better_words("Klienten mødte en klient")] == ["Klienten"]


@pytest.mark.parametrize(
    "text", ["Et barn, der bruger ben og arme", "Hun scorer mål", "En dreng på 9 vil gerne svømme", ""]
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert better_words(text) == []
