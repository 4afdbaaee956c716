"""The small lists people choose from: slots, languages, contact forms."""

import pytest

from volunteer_match.vocabulary.contact_forms import CONTACT_FORM_NAMES, ContactForm
from volunteer_match.vocabulary.languages import LANGUAGES, language_name
from volunteer_match.vocabulary.slots import SLOTS, in_week_order, slot_name


def test_the_week_has_twenty_one_slots_from_monday_morning() -> None:
    assert len(SLOTS) == 21
    assert (SLOTS[0], SLOTS[-1]) == ("mon-morning", "sun-evening")


def test_slots_are_named_as_people_say_them() -> None:
    assert slot_name("tue-afternoon") == "tirsdag eftermiddag"
    assert slot_name("sat-morning", "en") == "Saturday morning"


def test_slots_are_put_in_the_order_of_the_week() -> None:
    assert in_week_order(["sun-evening", "mon-evening", "noon", "mon-evening"]) == ["mon-evening", "sun-evening"]


def test_danish_is_the_first_language() -> None:
    assert next(iter(LANGUAGES)) == "da"
    assert {"uk", "ar", "ti", "so"} <= set(LANGUAGES)
    assert all(len(code) == 2 for code in LANGUAGES)


def test_languages_are_named_in_the_readers_language() -> None:
    assert (language_name("uk"), language_name("uk", "en"), language_name("xx")) == ("Ukrainsk", "Ukrainian", "xx")


@pytest.mark.parametrize(
    ("offer", "need", "fits"),
    [
        ("one_to_one", "one_to_one", True),
        ("one_to_one", "group", False),
        ("either", "group", True),
        ("group", "either", True),
        ("either", "either", True),
    ],
)
def test_contact_forms_fit(offer: str, need: str, fits: bool) -> None:
    assert ContactForm(offer).fits(ContactForm(need)) is fits


def test_every_contact_form_has_a_name() -> None:
    assert set(CONTACT_FORM_NAMES) == set(ContactForm)
