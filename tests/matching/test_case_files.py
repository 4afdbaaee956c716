import json
from pathlib import Path

import pytest

from volunteer_match.matching.case_files import BadCaseFile, read_cases
from volunteer_match.matching.profiles import Certificate, OfferState
from volunteer_match.vocabulary.contact_forms import ContactForm

OFFER = {"id": "o1", "title": "Spring", "age_min": 5, "age_max": 9, "postcode": "9340", "radius_km": 10}
NEED = {"id": "n1", "age": 8, "postcode": "9330", "description": "Slår kolbøtter."}
QRELS = "need_id\toffer_id\tgrade\nn1\to1\t2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "offers.jsonl").write_text(json.dumps(OFFER) + "\n", encoding="utf-8")
    (tmp_path / "needs.jsonl").write_text(json.dumps(NEED) + "\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return tmp_path


def test_a_missing_optional_field_takes_its_default(folder: Path) -> None:
    cases = read_cases(folder)
    (offer,), (need,) = cases.offers, cases.needs
    assert offer.languages == need.languages == {"da"}
    assert offer.contact_form is need.contact_form is ContactForm.EITHER
    assert (offer.certificate, offer.state) == (Certificate.CONFIRMED, OfferState.APPROVED)
    assert (offer.free_places, offer.consent, offer.paused) == (1, True, False)
    assert (need.max_km, need.guardian_consent, need.blocked_offers) == (None, True, frozenset())
    assert cases.grades == {"n1": {"o1": 2}}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", None),
        ("id", ""),
        ("id", 7),
        ("title", None),
        ("age_min", "5"),
        ("age_min", True),
        ("age_min", -1),
        ("age_max", 4),
        ("postcode", "0000"),
        ("postcode", 9340),
        ("radius_km", -1),
        ("radius_km", "far"),
        ("capacity", 1.5),
        ("format", "alone"),
        ("languages", "da"),
        ("languages", ["Danish"]),
        ("slots", ["tuesday"]),
        ("kinds", ["juggling"]),
        ("organisation_type", "army"),
        ("certificate", "lost"),
        ("status", "maybe"),
        ("consent", "yes"),
        ("paused", 0),
    ],
)
def test_a_bad_field_of_an_offer_is_named_with_its_line(folder: Path, field: str, value: object) -> None:
    good, bad = OFFER | {"id": "o0"}, OFFER | {field: value}
    (folder / "offers.jsonl").write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n", encoding="utf-8")
    with pytest.raises(BadCaseFile) as refused:
        read_cases(folder)
    assert (refused.value.file, refused.value.line, refused.value.field) == ("offers.jsonl", 2, field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("age", None),
        ("age", 8.5),
        ("description", " "),
        ("postcode", "x"),
        ("codes", ["sadness"]),
        ("codes", "sorg"),
        ("blocked_offers", [1]),
        ("max_km", "near"),
        ("guardian_consent", 1),
        ("slots", [["mon-morning"]]),
    ],
)
def test_a_bad_field_of_a_need_is_named_with_its_line(folder: Path, field: str, value: object) -> None:
    (folder / "needs.jsonl").write_text(json.dumps(NEED | {field: value}) + "\n", encoding="utf-8")
    with pytest.raises(BadCaseFile, match=rf"needs\.jsonl, line 1, {field}: "):
        read_cases(folder)


@pytest.mark.parametrize(
    ("line", "problem"),
    [("{", "is not JSON"), ("[]", "is not an object"), (json.dumps(OFFER), "is in the file twice")],
)
def test_a_malformed_line_is_refused(folder: Path, line: str, problem: str) -> None:
    (folder / "offers.jsonl").write_text(f"{json.dumps(OFFER)}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(BadCaseFile, match=rf"offers\.jsonl, line 3.*{problem}"):
        read_cases(folder)


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("", 1, "header"),
        ("n1\to1\t2\n", 1, "header"),
        ("need_id\toffer_id\tgrade\nn1 o1 2\n", 2, "line"),
        ("need_id\toffer_id\tgrade\nn9\to1\t2\n", 2, "need_id"),
        ("need_id\toffer_id\tgrade\nn1\to9\t2\n", 2, "offer_id"),
        ("need_id\toffer_id\tgrade\nn1\to1\t3\n", 2, "grade"),
        ("need_id\toffer_id\tgrade\nn1\to1\tx\n", 2, "grade"),
        ("need_id\toffer_id\tgrade\nn1\to1\t1\nn1\to1\t2\n", 3, "offer_id"),
    ],
)
def test_a_bad_line_of_the_grades_is_named(folder: Path, text: str, line: int, field: str) -> None:
    (folder / "qrels.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(BadCaseFile) as refused:
        read_cases(folder)
    assert (refused.value.file, refused.value.line, refused.value.field) == ("qrels.tsv", line, field)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "needs.jsonl").unlink()
    with pytest.raises(BadCaseFile, match=r"needs\.jsonl.*not in the folder"):
        read_cases(folder)


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "needs.jsonl").write_bytes(b"\xff\xfe{}")
    with pytest.raises(BadCaseFile, match=r"needs\.jsonl.*UTF-8"):
        read_cases(folder)
