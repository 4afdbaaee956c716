"""The words the engine reads by hang together, and a slip in them is told with its place."""

from dataclasses import replace
from typing import Any

import pytest

from volunteer_match.cli.matching_vocabulary import vocabulary
from volunteer_match.matching.vocabulary_check import Finding, Level, check_vocabulary
from volunteer_match.matching.wording import read_data
from volunteer_match.vocabulary.taxonomy import Wording, taxonomy

CHESS = {"id": "chess", "label": {"da": "skak", "en": "chess"}, "da": ["skak"], "en": ["chess"]}


def check(*entries: Any) -> list[Finding]:
    found = check_vocabulary(
        concepts={"too_vague": [], "concepts": list(entries)}, wording=read_data("wording"), taxonomy=taxonomy()
    )
    return [finding for finding in found if finding.entry not in taxonomy().offers]


def test_our_own_words_have_no_errors() -> None:
    found = check_vocabulary(concepts=read_data("concepts"), wording=read_data("wording"), taxonomy=taxonomy())
    assert [str(finding) for finding in found if finding.level is Level.ERROR] == []


def test_a_whole_entry_is_found_nothing_against() -> None:
    assert check(CHESS) == []


@pytest.mark.parametrize(
    ("entries", "entry", "message"),
    [
        ([CHESS | {"isa": {}}], "chess", "unknown key isa"),
        ([CHESS | {"da": ["skak", False]}], "chess", "da is of the wrong type"),
        ([CHESS | {"weight": True}], "chess", "weight is of the wrong type"),
        ([CHESS | {"is_a": {"chess": 2}}], "chess", "is_a is of the wrong type"),
        ([CHESS | {"heard_in": "offers"}], "chess", "heard_in is of the wrong type"),
        ([{"da": ["skak"]}], "concept no. 1", "has no id"),
        ([CHESS, CHESS], "chess", "stands here 2 times"),
        ([CHESS | {"is_a": {"gone": 1.0}}], "chess", "is_a names gone"),
        ([CHESS | {"needs": {"gone": 1.0}}], "chess", "needs names need:gone"),
        ([CHESS | {"label": {"da": "skak"}}], "chess", "needs a label"),
        ([CHESS | {"da": []}], "chess", "no wording in Danish"),
        ([CHESS | {"da": [], "en": []}], "chess", "is never met"),
        ([CHESS | {"is_a": {"go": 1.0}}, CHESS | {"id": "go", "is_a": {"chess": 1.0}}], "go", "is one of itself"),
        ([CHESS | {"da": ["…"]}], "chess", "holds no word"),
        ([CHESS | {"da": ["skak 40 år"]}], "chess", "a part that is none"),
    ],
)
def test_a_slip_is_an_error_with_its_place(entries: list[Any], entry: str, message: str) -> None:
    errors = [finding for finding in check(*entries) if finding.level is Level.ERROR]
    assert any(finding.entry == entry and message in finding.message for finding in errors)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([CHESS | {"en": []}], "no wording in English"),
        ([CHESS | {"da": ["på"]}], "small word by itself"),
        ([CHESS, CHESS | {"id": "go", "en": ["go board"]}], "“skak” says all of these"),
    ],
)
def test_what_may_be_meant_is_a_warning(entries: list[Any], message: str) -> None:
    found = check(*entries)
    assert any(message in finding.message for finding in found)
    assert all(finding.level is Level.WARNING for finding in found)


def test_two_sides_may_mean_different_things_by_one_wording() -> None:
    assert check(CHESS | {"heard_in": "need"}, CHESS | {"id": "go", "heard_in": "offer"}) == []


def test_a_word_that_gives_a_child_away_does_not_stand_in_what_organisations_read() -> None:
    code, need = next(iter(taxonomy().needs.items()))
    leaking = replace(need, external_wording=Wording("Et barn med angst", "A child"))
    source = replace(taxonomy(), needs={**taxonomy().needs, code: leaking})
    found = check_vocabulary(concepts=read_data("concepts"), wording=read_data("wording"), taxonomy=source)
    assert (found[0].entry, found[0].message) == (code, "the wording for organisations says “angst”")


def test_an_unknown_list_of_small_words_is_an_error() -> None:
    found = check_vocabulary(
        concepts=read_data("concepts"), wording=read_data("wording") | {"stopp": ["og"]}, taxonomy=taxonomy()
    )
    assert [str(finding) for finding in found] == ["error: wording.yaml: stopp: unknown key"]


def test_the_command_prints_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    vocabulary.main([], standalone_mode=False)
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 errors, ")
