"""The taxonomy is data, so these tests read it as a careful editor would."""

import subprocess
import sys
from collections.abc import Iterable, Iterator

import pytest

from volunteer_match.vocabulary.sensitive_text import contains_cpr, danger_words, leak_words
from volunteer_match.vocabulary.taxonomy import (
    PROFESSIONAL_GROUP,
    CertificateRule,
    Contact,
    NeedKind,
    OfferKind,
    Wording,
    age_band,
    certificate_needed,
    needs_certificate,
    taxonomy,
)

OFFERS = list(taxonomy().offers.values())
NEEDS = list(taxonomy().needs.values())
KINDS: list[OfferKind | NeedKind] = [*OFFERS, *NEEDS]
each_offer = pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.id)
each_need = pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{type(kind).__name__}-{kind.id}")

# Danish words that are another English word, or another Danish one, and so lead a search astray.
FALSE_FRIENDS = {
    *("male", "have", "game", "fart", "gift", "ride", "pool", "fast", "hold", "far", "rum", "by", "mini", "kode"),
    *("får", "gave", "løb", "måtte", "regne", "ler", "stile"),
}


def wordings() -> Iterator[tuple[str, Wording]]:
    """Every text a person reads."""
    book = taxonomy()
    for offer in OFFERS:
        yield from ((offer.id, text) for text in (offer.label, offer.example, offer.boundary) if text)
    for need in NEEDS:
        yield from ((need.id, text) for text in (need.label, need.external_wording, need.boundary) if text)
    for named in (book.groups, book.roles, book.ics_domains):
        yield from ((id_, entry.label) for id_, entry in named.items())
    yield from ((band.id, band.label) for band in book.age_bands)
    for area in book.focus_areas.values():
        yield from ((area.id, text) for text in (area.civil_society_can, area.stays_professional, *area.advice))
    yield from ((str(step), text) for step, text in book.ladder.items())
    for names in (book.provider_types, book.contacts, book.certificate_rules, book.ics_sides):
        yield from names.items()


def test_every_text_is_written_in_both_languages() -> None:
    for where, text in wordings():
        for words in (text.da, text.en):
            assert words, where
            assert words == " ".join(words.split()), where
            assert words[0] == words[0].upper(), where


def test_texts_say_du_and_carry_no_editors_remark() -> None:
    for where, text in wordings():
        assert not {"Dem", "Deres", "TODO", "udkast"} & set(text.da.split()), where
        assert not {"TODO", "verify", "draft"} & set(text.en.split()), where


def test_an_offer_is_in_a_group_and_every_group_has_offers() -> None:
    assert {offer.group for offer in OFFERS} == set(taxonomy().groups)


def test_people_of_the_town_do_not_choose_among_the_professional_programmes() -> None:
    groups = taxonomy().civil_society_groups()
    assert PROFESSIONAL_GROUP not in {group.id for group in groups}
    assert len(groups) == len(taxonomy().groups) - 1
    assert {o.provider_types for o in taxonomy().offers_in_group(PROFESSIONAL_GROUP)} == {("kommunal_fagperson",)}


@each_kind
def test_codes_point_to_something(kind: OfferKind | NeedKind) -> None:
    book = taxonomy()
    assert kind.ics
    assert set(kind.ics) <= set(book.ics_domains)
    assert set(kind.focus) <= set(book.focus_areas)


@each_offer
def test_an_offer_stands_on_the_ladder_and_names_who_may_give_it(offer: OfferKind) -> None:
    assert offer.ladder
    assert set(offer.ladder) <= set(taxonomy().ladder)
    assert offer.provider_types
    assert set(offer.provider_types) <= set(taxonomy().provider_types)


@each_need
def test_a_need_leads_to_offers_each_named_once(need: NeedKind) -> None:
    links = [*need.core, *need.also]
    assert need.core
    assert set(links) <= set(taxonomy().offers)
    assert len(links) == len(set(links))


def test_every_offer_answers_some_need() -> None:
    answered = {offer for need in NEEDS for offer in [*need.core, *need.also]}
    assert set(taxonomy().offers) - answered == set()


@each_kind
def test_ages_are_those_of_children(kind: OfferKind | NeedKind) -> None:
    assert 0 <= kind.age_min < kind.age_max <= 17


@each_need
def test_a_need_and_its_offers_share_several_years(need: NeedKind) -> None:
    for code in [*need.core, *need.also]:
        offer = taxonomy().offers[code]
        assert min(need.age_max, offer.age_max) - max(need.age_min, offer.age_min) >= 2, code


@each_need
def test_what_an_organisation_sees_gives_nothing_away(need: NeedKind) -> None:
    for text in (need.external_wording.da, need.external_wording.en):
        assert leak_words(text) == []
        assert danger_words(text) == []
        assert not contains_cpr(text)
        assert text.endswith(".")
        assert not any(character.isdigit() for character in text)


@each_kind
def test_synonyms_are_what_people_would_type(kind: OfferKind | NeedKind) -> None:
    for synonyms in (kind.synonyms_da, kind.synonyms_en):
        assert len(synonyms) >= 3
        assert len({word.casefold() for word in synonyms}) == len(synonyms)
        for word in synonyms:
            assert isinstance(word, str), word
            assert word == word.strip()
            assert not set(word) & set("*=|\"'"), word


@each_kind
def test_no_danish_synonym_means_something_else_too(kind: OfferKind | NeedKind) -> None:
    assert set(kind.synonyms_da).isdisjoint(FALSE_FRIENDS)


@each_offer
def test_close_contact_with_children_always_asks_for_the_certificate(offer: OfferKind) -> None:
    if offer.contact is Contact.ONE_TO_ONE:
        assert offer.certificate_rule is not CertificateRule.NOT_NORMALLY


@each_offer
def test_church_offers_say_where_they_take_place(offer: OfferKind) -> None:
    if offer.church_setting:
        assert offer.self_revealing
        assert "kirkelige rammer" in offer.self_revealing.da
    assert offer.church_setting or offer.group != "kirke_trossamfund"


def test_synonyms_reach_the_words_of_everyday() -> None:
    offers = taxonomy().offers
    for kind, words in {
        "gymnastik": ["kolbøtter", "spring"],
        "vaerksted": ["skrue", "mekke"],
        "madskole": ["bage"],
        "lektiehjaelp": ["lektier"],
        "transport": ["køre"],
        "samtaleven": ["snakke"],
        "foreningsguide": ["følges ad"],
    }.items():
        assert set(words) <= set(offers[kind].synonyms_da)


@pytest.mark.parametrize(
    ("kinds", "age_min", "needed"),
    [
        (["voksenven"], 6, True),
        (["gymnastik"], 3, True),
        (["gymnastik"], 15, False),
        (["lokale"], 0, False),
        (["lokale", "transport"], 5, True),
        (["lokale"], None, False),
        (["mentor"], None, True),
        (["mentor"], 15, False),
        (["noget_ukendt"], 10, True),
        ([], 10, True),
        ([], None, True),
        ([], 15, False),
    ],
)
def test_when_a_child_certificate_is_needed(kinds: Iterable[str], age_min: int | None, needed: bool) -> None:
    assert needs_certificate(kinds, age_min) is needed


def test_an_unknown_kind_counts_as_needing_a_certificate() -> None:
    assert certificate_needed("noget_ukendt", 14)


@pytest.mark.parametrize(("age", "band"), [(0, "0-2"), (8, "6-9"), (14, "13-14"), (15, "15-17"), (18, "15-17")])
def test_an_organisation_sees_an_age_band(age: int, band: str) -> None:
    assert age_band(age).id == band


def test_age_bands_cover_childhood_without_holes() -> None:
    bands = taxonomy().age_bands
    assert [age for band in bands for age in range(band.age_min, band.age_max + 1)] == list(range(18))


def test_wording_follows_the_reader() -> None:
    text = Wording(da="Løb", en="Running")
    assert [text.in_language(code) for code in ("da", "en", "en_GB", "de")] == ["Løb", "Running", "Running", "Løb"]


def test_the_taxonomy_is_read_without_database_or_web() -> None:
    program = (
        "import sys\n"
        "from volunteer_match.vocabulary.taxonomy import taxonomy\n"
        "from volunteer_match.vocabulary.places import lookup\n"
        "taxonomy(), lookup('9700')\n"
        "assert not {'flask', 'sqlalchemy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
