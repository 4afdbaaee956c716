"""Writing a need: help on the way, warnings at the right time, and nothing typed ever lost."""

from collections.abc import Callable

import pytest
import time_machine
from werkzeug.datastructures import MultiDict

from tests.visitors.browsing import Visitor
from tests.web.conftest import sign_in_as
from tests.web.staff.conftest import ANNA, Known
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.models import Need
from volunteer_match.cases.states import NeedState

TEXT = "Pige på 8 med uro i hjemmet. Har få venner og lyser op, når hun slår kolbøtter."
WORDING = "Et barn vil gerne gå til gymnastik sammen med andre."
OURS = {"Origin": "http://localhost"}
Stored = Callable[[type[Need], int], Need]


@pytest.fixture
def writing(anna: Visitor, known: Known) -> Visitor:
    """Anna at the form of a new need, her own words written."""
    return anna.open(f"/sager/{known.case_id}/behov/nyt").fill(text=TEXT)


def test_from_own_words_to_codes_to_a_draft_to_a_saved_need(writing: Visitor) -> None:
    writing.press("Foreslå koder")
    assert "Barnet har få eller ingen venner" in writing.text
    assert writing.form.values["text"] == TEXT

    writing.tick("codes", "faa_venner").press("Skriv et udkast ud fra koderne")
    draft = writing.form.values["external_wording"]
    assert draft.startswith("Et barn vil gerne møde jævnaldrende")
    assert writing.form.values.getlist("codes") == ["faa_venner"]

    writing.fill(external_wording=draft + " Gerne med bevægelse.").press("Gem behovet")
    assert writing.heading == "Barnet har få eller ingen venner"
    assert "Gerne med bevægelse." in writing.text


def test_saving_with_codes_but_no_words_for_the_volunteer_writes_a_draft_to_read(writing: Visitor) -> None:
    writing.tick("codes", "faa_venner").press("Gem behovet")

    assert writing.status == 422
    assert "Her er et udkast ud fra koderne" in writing.text
    assert "jævnaldrende" in writing.form.values["external_wording"]


def test_codes_can_be_found_by_a_word(writing: Visitor) -> None:
    writing.fill(code_words="lektie").press("Søg")
    assert "Barnet har brug for hjælp til lektier" in writing.text

    writing.fill(code_words="xyzzy").press("Søg")
    assert "Ingen kode passer til »xyzzy«" in writing.text
    assert writing.form.values["text"] == TEXT


def test_asking_for_codes_saves_nothing(writing: Visitor, trail: Callable[[], list[AuditEntry]]) -> None:
    before = len(trail())
    writing.press("Foreslå koder")

    assert len(trail()) == before


def test_a_cpr_number_stops_the_save_and_keeps_the_text(
    writing: Visitor, trail: Callable[[], list[AuditEntry]]
) -> None:
    before = len(trail())
    writing.fill(text=f"{TEXT} Født 010218-1234", external_wording=WORDING, code_words="lektie").press("Gem behovet")

    assert writing.status == 422
    assert "CPR-nummer" in writing.text
    assert writing.form.values["text"] == f"{TEXT} Født 010218-1234"
    assert writing.form.values["external_wording"] == WORDING
    assert len(trail()) == before


@pytest.mark.parametrize("field", ["text", "external_wording", "code_words", "child_view"])
def test_a_cpr_number_is_stopped_wherever_it_is_typed(writing: Visitor, field: str) -> None:
    writing.fill(external_wording=WORDING)
    writing.fill(**{field: "010218-1234"}).press("Gem behovet")

    assert writing.status == 422
    assert "CPR-nummer" in writing.text


def test_words_that_give_the_child_away_must_be_accepted_one_by_one(writing: Visitor) -> None:
    writing.fill(external_wording="Et barn med angst vil gerne svømme.").press("Gem behovet")
    assert writing.status == 422
    assert "Her står: angst." in writing.text

    # Ticking covers the words that were shown, not one that was added afterwards.
    writing.tick("accepted_words", "angst").fill(external_wording="Et barn med angst og adhd vil gerne svømme.")
    writing.press("Gem behovet")
    assert "Her står: angst, adhd." in writing.text

    writing.tick("accepted_words", "angst|adhd").press("Gem behovet")
    assert writing.status == 200
    assert "Behovet er gemt" in writing.text


def test_better_words_are_suggested_without_stopping_anything(writing: Visitor) -> None:
    writing.fill(external_wording="En klient vil gerne svømme.").press("Foreslå koder")
    assert "skriv hellere barn, ung, forælder, familie" in writing.text

    assert "Behovet er gemt" in writing.press("Gem behovet").text


def test_words_of_danger_call_for_a_thought_and_nothing_else(writing: Visitor) -> None:
    writing.fill(text="Far truer hende, og hun er bange for at gå hjem", external_wording=WORDING).press("Gem behovet")

    assert "Behovet er gemt" in writing.text
    assert "skærpet underretningspligt" in writing.text
    assert "Systemet sender ingenting af sig selv" in writing.text


def test_somersaults_are_no_danger(writing: Visitor) -> None:
    assert "underretningspligt" not in writing.fill(external_wording=WORDING).press("Gem behovet").text


def test_the_childs_view_is_told_whole_or_not_at_all(writing: Visitor) -> None:
    writing.fill(external_wording=WORDING, child_view="Jeg vil svømme").press("Gem behovet")

    assert writing.status == 422
    assert "Vælg, hvordan barnets mening er indhentet" in writing.text
    assert "Skriv datoen, fx 21 11 2026" in writing.text
    assert writing.form.values["child_view"] == "Jeg vil svømme"


def fill_in_view(visitor: Visitor, *, day: str = "20") -> None:
    visitor.fill(child_view="Jeg vil gerne lære flikflak").tick("child_view_source", "conversation")
    visitor.fill(**{"child_view_on-day": day, "child_view_on-month": "11", "child_view_on-year": "2026"})


def test_the_childs_view_can_come_later(anna: Visitor, known: Known, stored: Stored) -> None:
    anna.open(f"/behov/{known.need_id}").follow("Skriv den")
    fill_in_view(anna, day="22")
    anna.press("Gem")
    assert "Datoen ligger ude i fremtiden" in anna.text
    fill_in_view(anna)
    anna.press("Gem")

    assert "Jeg vil gerne lære flikflak" in anna.text
    assert stored(Need, known.need_id).child_view == "Jeg vil gerne lære flikflak"


def test_changing_a_need_starts_from_what_stands_there(anna: Visitor, known: Known, stored: Stored) -> None:
    anna.open(f"/behov/{known.need_id}").follow("Ret behovet")
    assert anna.form.values.getlist("codes") == ["faa_venner", "ingen_fritid"]
    assert anna.form.values.getlist("slots") == ["tue-afternoon", "wed-evening"]
    anna.tick("slots", "sat-morning").fill(max_km="12").press("Gem behovet")

    need = stored(Need, known.need_id)
    assert (need.slots, need.max_km, need.codes) == (("sat-morning",), 12, ("faa_venner", "ingen_fritid"))


def test_fields_that_are_not_on_the_form_change_nothing(anna: Visitor, known: Known, stored: Stored) -> None:
    before = stored(Need, known.need_id)
    anna.open(f"/behov/{known.need_id}/ret").fill(max_km="12")
    extra = {"id": "9", "case_id": "9", "state": "matched", "written_by_id": "9", "wording_changed_at": "2020-01-01"}
    anna.client.post(
        f"/behov/{known.need_id}/ret", data=MultiDict([*anna.form.values.items(multi=True), *extra.items()])
    )

    after = stored(Need, known.need_id)
    assert after.max_km == 12
    assert (after.case_id, after.state, after.written_by_id, after.wording_changed_at) == (
        before.case_id,
        NeedState.OPEN,
        before.written_by_id,
        None,
    )


def test_odd_values_never_break_the_page(anna: Visitor, known: Known) -> None:
    anna.open(f"/behov/{known.need_id}/ret")
    for name, value in (
        ("max_km", "9" * 30),
        ("max_km", "-1"),
        ("contact_form", "alone"),
        ("slots", "tue-night"),
        ("codes", "made_up"),
        ("languages", "xx"),
        ("child_view_on-day", "31"),
        ("text", "\x00"),
        ("accepted_words", "|" * 50),
    ):
        data = MultiDict([*((n, v) for n, v in anna.form.values.items(multi=True) if n != name), (name, value)])
        assert anna.client.post(f"/behov/{known.need_id}/ret", data=data).status_code in {302, 422}, (name, value)


def test_the_page_says_what_is_missing_and_shows_only_what_others_may_see(anna: Visitor, known: Known) -> None:
    page = anna.open(f"/behov/{known.need_id}").answer.get_data(as_text=True)
    card = page[page.index("Sådan ser den frivillige det") :]
    card = card[: card.index("</article>")]

    assert "Før et tilbud kan godkendes" in anna.text
    assert "Et barn vil gerne gå til gymnastik" in card
    assert "6–9 år" in card
    for secret in (known.pseudonym, "uro i hjemmet", "få eller ingen venner"):
        assert secret not in card


def test_closing_a_need_asks_first(anna: Visitor, known: Known, stored: Stored) -> None:
    anna.open(f"/behov/{known.need_id}").follow("Luk behovet")
    assert stored(Need, known.need_id).state is NeedState.OPEN
    anna.press("Luk behovet")

    assert stored(Need, known.need_id).state is NeedState.CLOSED
    assert "Find forslag" not in anna.text


def test_nothing_is_lost_when_the_session_ends_while_writing(
    writing: Visitor, clock: time_machine.Traveller, trail: Callable[[], list[AuditEntry]]
) -> None:
    form, path = writing.fill(external_wording=WORDING).form, writing.url
    clock.shift(31 * 60)

    writing._show(writing.client.post(path, data=form.values, headers=OURS))
    assert writing.status == 401
    assert "Det, du skrev, er ikke tabt" in writing.heading
    kept, again = writing.form, writing.form.action
    assert kept.values["text"] == TEXT

    sign_in_as(writing, ANNA)
    writing._show(writing.client.post(again, data=kept.values, headers=OURS))
    assert "Du har logget ind igen" in writing.text
    writing._show(writing.client.post(again, data=writing.form.values, headers=OURS))

    assert "Behovet er gemt" in writing.text
    assert [entry.action for entry in trail()].count(AuditAction.NEED_WRITTEN) == 2


def test_a_form_from_elsewhere_is_not_handed_back(writing: Visitor, clock: time_machine.Traveller) -> None:
    form, path = writing.form, writing.url
    wrong = dict(form.values, csrf_token="wrong")
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = writing.client.post(path, data=wrong, headers=headers)
        assert answer.status_code == 400
        assert TEXT not in answer.get_data(as_text=True)

    clock.shift(31 * 60)
    answer = writing.client.post(path, data=form.values, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 302
