"""An admin reads the words the engine goes by, and tries them on a sentence that is nowhere kept."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.visitors.browsing import Visitor
from volunteer_match.foundation.database import db
from volunteer_match.matching.concepts import HINT, SYNONYM, concept_book
from volunteer_match.matching.dictionary import Link, Sort, dictionary, findings
from volunteer_match.matching.vocabulary_check import Slip
from volunteer_match.people.permissions import Role
from volunteer_match.web.admin import dictionary_words

LIST, TRY = "/admin/ordbogen", "/admin/ordbogen/proev"
SENTENCE = "Hun elsker heste. Hun vil ikke spille fodbold. Hun samler gnavpotter."


def test_there_are_words_for_everything() -> None:
    assert set(dictionary_words.SORTS) == set(dictionary_words.SORTS_TOLD) == set(Sort)
    assert set(dictionary_words.LEADS_TO) == set(dictionary_words.LED_FROM) == set(Link)
    assert set(dictionary_words.SLIPS) == set(Slip)
    assert {wording.sure for wording in concept_book().wordings} <= set(dictionary_words.SURE) == {1.0, SYNONYM, HINT}
    assert {wording.heard_in for wording in concept_book().wordings} <= set(dictionary_words.HEARD_IN)


def test_the_list_is_found_in_the_menu_and_turned_page_by_page(admin: Visitor) -> None:
    admin.open("/admin/").follow("Ordbogen")
    assert admin.heading == "Ordbogen"
    assert f"{len(dictionary())} begreber" in admin.text
    admin.follow("Næste")
    assert "Side 2 af" in admin.text


def test_a_word_is_looked_up_with_danish_letters(admin: Visitor) -> None:
    admin.open(f"{LIST}?words=GÅRDLIV")
    assert "med »GÅRDLIV«" in admin.text
    assert "Navn i filerne dyr_gaardliv" in admin.follow("Besøg på gården").text


def test_it_is_filtered_by_sort_and_group(admin: Visitor) -> None:
    admin.open(f"{LIST}?sort=need&group=idraet&words=bevæg")
    assert "Behov" in admin.text
    assert admin.open(f"{LIST}?words=xyzzy").text.count("Ingen begreber fundet") == 1
    assert admin.open(f"{LIST}?sort=nonsense&page=9999").status == 200


def test_one_concept_tells_what_it_calls_for_and_what_calls_for_it(admin: Visitor) -> None:
    admin.open(f"{LIST}/begreber/need:ingen_fritid")
    for words in ("Kalder især på", "Ord, der siger det", "På dansk", "På engelsk", "Anes bag"):
        assert words in admin.text
    admin.open(f"{LIST}/begreber/fodbold")
    for words in ("Er en slags", "Kaldes frem af", "Eksempler, motoren har lært af", "kun præcis sådan"):
        assert words in admin.text


def test_every_concept_can_be_opened(admin: Visitor) -> None:
    for concept in dictionary():
        assert admin.open(f"{LIST}/begreber/{concept}").status == 200
    assert admin.open(f"{LIST}/begreber/gone").status == 404


def test_what_the_check_found_is_told_by_sort_and_concept(admin: Visitor) -> None:
    admin.open(LIST).follow(f"Gennemsyn: {len(findings())} ting at se på")
    assert "Ingen fejl." in admin.text
    assert "De samme ord fører til begreber, der ikke har med hinanden at gøre" in admin.text


def test_a_sentence_is_read_as_a_need_and_as_an_offer(admin: Visitor) -> None:
    admin.open(LIST).follow("Prøv en sætning").fill(sentence=SENTENCE).press("Læs sætningen")
    for words in ("Handler om", "Vil ikke, eller bør ikke tilbydes", "Aldrig set før: gnavpotter", "Eksemplerne"):
        assert words in admin.text
    admin.tick("side", "offer").fill(sentence="Kom i mit værksted. Ingen kontingent.").press("Læs sætningen")
    assert "Siger tilbuddet, at det ikke er" in admin.text


def test_nothing_to_read_says_so(admin: Visitor) -> None:
    assert admin.open(TRY).press("Læs sætningen").status == 422
    assert "Skriv en sætning" in admin.text
    assert "Ingen begreber." in admin.fill(sentence="Hm.").press("Læs sætningen").text


def test_a_sentence_is_neither_kept_nor_logged(app: Flask, admin: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        admin.open(TRY).fill(sentence=SENTENCE).press("Læs sætningen")
    assert "gnavpotter" not in caplog.text
    assert "gnavpotter" not in admin.url
    with app.app_context():
        for table in db.metadata.sorted_tables:
            assert "gnavpotter" not in str(db.session.execute(select(table)).all())


@pytest.mark.parametrize("page", [LIST, f"{LIST}/begreber/fodbold", f"{LIST}/gennemsyn", TRY])
def test_however_many_concepts_the_database_is_asked_no_more(
    admin: Visitor, queries: Callable[[Callable[[], object]], int], page: str
) -> None:
    admin.open(LIST)
    assert queries(lambda: admin.open(page)) == queries(lambda: admin.open(f"{LIST}?words=xyzzy"))


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.TEAM_LEADER])
def test_it_is_for_admins_only(sign_in: Callable[..., Visitor], role: Role) -> None:
    assert sign_in("anna@brslev.example", role).open(LIST).status == 403
