import pytest

from volunteer_match.matching.concepts import NEED, concept_book, suggest_need_codes, suggest_offer_kinds
from volunteer_match.matching.wording import read_data
from volunteer_match.vocabulary.taxonomy import taxonomy


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Lyser op, når hun slår kolbøtter", "gymnastik"),
        ("Han har det bedst, når han må bruge hænderne", "haendernes_arbejde"),
        ("Hun tegner i alle sine bøger", "billedkunst"),
        ("Savner at spille fodbold, men familien har ikke råd til fodbold", "fodbold"),
        ("Kan ikke svømme endnu", "svoemning"),
        ("Tør ikke svømme efter en ulykke", "svoemning"),
        ("He loves horses and wants to ride", "ridning_heste"),
        ("Vil gerne til håndbold, ikke bare sidde hjemme", "haandbold"),
    ],
)
def test_a_need_tells_what_the_child_wishes(text: str, wish: str) -> None:
    reading = concept_book().read_need(text)
    assert wish in reading.wishes
    assert wish not in reading.aversions


@pytest.mark.parametrize(
    ("text", "aversion"),
    [
        ("Ikke fodbold, tak", "fodbold"),
        ("Han gider ikke fodbold mere", "fodbold"),
        ("Fodbold siger ham ikke noget", "fodbold"),
        ("Hun hader håndbold", "haandbold"),
        ("Bange for hunde", "hunde"),
        ("Hunde er hun bange for", "hunde"),
        ("He does not like football", "fodbold"),
    ],
)
def test_a_need_tells_what_the_child_does_not_want(text: str, aversion: str) -> None:
    reading = concept_book().read_need(text)
    assert aversion in reading.aversions
    assert aversion not in reading.wishes


def test_an_aversion_ends_with_its_clause() -> None:
    reading = concept_book().read_need("Han gider ikke fodbold, men elsker at tegne.")
    assert "billedkunst" in reading.wishes
    assert "fodbold" in reading.aversions


def test_a_life_as_it_is_cannot_be_disliked() -> None:
    reading = concept_book().read_need("Mistede sin far i foråret og vil ikke tale om det derhjemme.")
    assert not reading.aversions
    assert "sorg_t" in reading.wishes


def test_what_somebody_else_in_the_family_does_is_hardly_a_wish() -> None:
    read = concept_book().read_need
    another = read("Hans far var fodboldtræner. Han tegner hele dagen.").wishes
    own = read("Elsker fodbold. Han tegner hele dagen.").wishes
    assert another["fodbold"].strength < own["fodbold"].strength / 2
    assert another["billedkunst"].strength == own["billedkunst"].strength


@pytest.mark.parametrize("text", ["Far lærte ham at spille fodbold", "Hans far, som han spiller fodbold med, er syg"])
def test_what_the_family_does_with_the_child_is_the_childs(text: str) -> None:
    assert concept_book().read_need(text).wishes["fodbold"].strength >= 0.6


def test_a_need_may_speak_against_an_offer_by_itself() -> None:
    reading = concept_book().read_need("Kan ikke overskue mange mennesker.")
    assert "mange_t" in reading.aversions
    assert "mange_t" in concept_book().read_offer("Storlejr", "Festival for hele byen.")


def test_a_word_says_a_thing_once() -> None:
    read = concept_book().read_offer
    assert read("", "Her er stille.")["roligt"] == read("", "Her er ro.")["roligt"]


def test_a_wording_may_be_one_sides_only() -> None:
    text = "Storesøster på 14 passer de små."
    assert "storebror_storesoester" not in concept_book().read_need(text).wishes
    assert "storebror_storesoester" in concept_book().read_offer("", text)


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ("Far drikker i weekenden", "Gruppe for unge fra hjem med alkohol"),
        ("Faren sidder i fængsel", "Klub for børn, hvis forælder afsoner"),
        ("Mor har en svær depression", "Når en forælder er psykisk syg"),
        ("Bliver drillet og kaldt tyk", "Kursus for børn, der er blevet mobbet"),
        ("Registreret som dreng, vil kaldes Liv", "Café for unge i tvivl om deres køn"),
    ],
)
def test_what_is_hard_at_home_meets_its_own_answer(need: str, offer: str) -> None:
    book = concept_book()
    told, given = book.read_need(need), book.read_offer("", offer)
    asked = {*told.wishes, *(called for code in told.needs for called in book.concepts[code].calls)}
    assert {"misbrug_t", "faengsel_t", "psykisk_t", "mobning_t", "koen_t"} & asked & set(given)


def test_evidence_is_told_in_the_words_of_the_text() -> None:
    reading = concept_book().read_need("Pige, der Slår Kolbøtter hver dag.")
    assert reading.wishes["gymnastik"].words == ("Slår", "Kolbøtter")


def test_a_picked_code_counts_in_full() -> None:
    reading = concept_book().read_need("Intet sagt.", ["sorg"])
    assert reading.needs[NEED + "sorg"].strength == 1.0


def test_what_an_offer_need_not_ask_for_still_tells_what_it_is() -> None:
    found = concept_book().read_offer("Streetdance", "Man behøver ikke have danset før.")
    assert found["dans"] > 0.8


def test_a_ticked_kind_weighs_more_than_what_the_text_mentions() -> None:
    found = concept_book().read_offer("Onsdag", "Vi strikker og drikker te med en hund.", ["samtaleven"])
    assert found["samtaleven"] == 1.0
    assert found["samtaleven"] > found["haandarbejde"] > 0.0


def test_an_offer_of_a_kind_is_also_what_the_kind_is_one_of() -> None:
    found = concept_book().read_offer("Fodbold", "", ["fodbold"])
    assert found["boldspil"] == found["idraet"] == 1.0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Jeg er tømrer og vil gerne bygge fuglekasser med en dreng eller pige i mit værksted", "vaerksted"),
        ("Vi har heste og ponyer og en stald, hvor børn kan strigle", "ridning_heste"),
        ("Jeg er pensioneret lærer og kan hjælpe med matematik og lektier", "lektiehjaelp"),
        ("Min mand og jeg kunne godt tænke os at være reservebedsteforældre", "reservebedste"),
        ("I can drive children to training in my car", "transport"),
    ],
)
def test_the_form_suggests_kinds_from_a_volunteers_own_words(text: str, kind: str) -> None:
    assert kind in suggest_offer_kinds(text, limit=3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Moren døde i foråret", "sorg"),
        ("Han slår de andre og kan ikke sidde stille", "vrede_uro"),
        ("Familien har ikke råd til kontingent", "oekonomi_fritid"),
        ("Pige uden venner, leger alene", "faa_venner"),
        ("Bogstaverne driller, hun læser langsomt", "laesning"),
        ("Father drinks, and she is often alone", "foraelder_misbrug"),
    ],
)
def test_the_form_suggests_codes_from_a_caseworkers_words(text: str, code: str) -> None:
    assert code in suggest_need_codes(text, limit=4)


def test_suggestions_are_of_the_taxonomy_and_few() -> None:
    text = "Pige på 8 med uro i hjemmet, trækker sig i klassen, lyser op når hun slår kolbøtter og rider"
    assert set(suggest_need_codes(text)) <= set(taxonomy().needs)
    assert set(suggest_offer_kinds(text)) <= set(taxonomy().offers)
    assert len(suggest_need_codes(text, limit=2)) == 2
    assert suggest_offer_kinds("") == suggest_need_codes("") == []


def test_the_concept_file_holds_together() -> None:
    concepts = concept_book().concepts
    entries = read_data("concepts")["concepts"]
    assert len({entry["id"] for entry in entries}) == len(entries)
    for concept in concepts.values():
        assert not {*concept.is_a, *concept.calls, *concept.needs, *concept.against} - set(concepts), concept.id
        assert concept.label.da, concept.id
        assert concept.label.en, concept.id
    for entry in entries:
        wordings = [*entry.get("da", ()), *entry.get("en", ())]
        assert all(isinstance(wording, str) and wording.strip() for wording in wordings), entry["id"]
        assert entry.get("da"), entry["id"]
        assert entry.get("en"), entry["id"]


def test_every_taxonomy_kind_is_found_by_its_own_example() -> None:
    book = concept_book()
    missed = [
        kind.id for kind in taxonomy().offers.values() if kind.id not in book.read_offer(kind.label.da, kind.example.da)
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "wished", "unwanted"),
    [
        ("Pigen er bange for hunde men elsker heste", "ridning_heste", "hunde"),
        ("Afraid of dogs but loves horses", "ridning_heste", "hunde"),
        ("Vild med heste, men bange for store hunde", "ridning_heste", "hunde"),
    ],
)
def test_what_stands_before_a_but_is_not_said_with_what_follows(text: str, wished: str, unwanted: str) -> None:
    reading = concept_book().read_need(text)
    assert wished in reading.wishes
    assert unwanted in reading.aversions
    assert not {unwanted, "besoegshund"} & set(reading.wishes)
