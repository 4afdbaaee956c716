"""Reads a folder of graded cases: `offers.jsonl`, `needs.jsonl`, `qrels.tsv`.

What can't be used is named by file, line and field.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from volunteer_match.matching.profiles import Certificate, NeedProfile, OfferProfile, OfferState, UnknownPostcode
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.vocabulary.slots import SLOTS
from volunteer_match.vocabulary.taxonomy import taxonomy

ORGANISATION_TYPES = ("sports_club", "church", "business", "association", "citizen", "professional")
QRELS_HEADER = ["need_id", "offer_id", "grade"]
GRADES = (0, 1, 2)
OLDEST = 120
LANGUAGE_CODE_LENGTHS = (2, 3)
Profile = TypeVar("Profile", NeedProfile, OfferProfile)


class BadCaseFile(ValueError):
    """A line of a case file that can't be used."""

    def __init__(self, file: str, line: int, field: str, problem: str) -> None:
        super().__init__(f"{file}, line {line}, {field}: {problem}")
        self.file = file
        self.line = line
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class CaseSet:
    """`grades`: what a reader thought of a pair, 0 to 2, by need and offer."""

    offers: tuple[OfferProfile, ...]
    needs: tuple[NeedProfile, ...]
    grades: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class _Line:
    """One object of a file, read field by field."""

    file: str
    number: int
    fields: dict[str, Any]

    def wrong(self, field: str, problem: str) -> BadCaseFile:
        return BadCaseFile(self.file, self.number, field, problem)

    def text(self, field: str, default: str | None = None) -> str:
        value = self._value(field, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(field, f"{value!r} is not a text")
        return value

    def whole(self, field: str, default: int | None = None, *, most: int | None = None) -> int:
        value = self._value(field, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0 or (most is not None and value > most):
            raise self.wrong(field, f"{value!r} is not a whole number in range")
        return value

    def number_or_none(self, field: str) -> float | None:
        return None if self.fields.get(field) is None else self.amount(field)

    def amount(self, field: str) -> float:
        value = self._value(field, None)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < float("inf"):
            raise self.wrong(field, f"{value!r} is not a number from 0 up")
        return float(value)

    def yes_no(self, field: str, *, default: bool) -> bool:
        value = self._value(field, default)
        if not isinstance(value, bool):
            raise self.wrong(field, f"{value!r} is neither true nor false")
        return value

    def choice(self, field: str, default: str, choices: Iterator[str] | tuple[str, ...]) -> str:
        value = self.text(field, default)
        known = tuple(choices)
        if value not in known:
            raise self.wrong(field, f"{value!r} is none of {', '.join(known)}")
        return value

    def several(self, field: str, default: list[str], known: Callable[[str], bool]) -> list[str]:
        value = self._value(field, default)
        if not isinstance(value, list):
            raise self.wrong(field, f"{value!r} is not a list")
        for item in value:
            if not isinstance(item, str) or not known(item):
                raise self.wrong(field, f"{item!r} is not known")
        return value

    def _value(self, field: str, default: Any) -> Any:
        value = self.fields.get(field, default)
        if value is None and default is None:
            raise self.wrong(field, "is missing")
        return default if value is None else value


def read_cases(folder: Path) -> CaseSet:
    offers = _profiles(folder / "offers.jsonl", _offer)
    needs = _profiles(folder / "needs.jsonl", _need)
    grades = _grades(folder / "qrels.tsv", needs=frozenset(needs), offers=frozenset(offers))
    return CaseSet(tuple(offers.values()), tuple(needs.values()), grades)


def _profiles(path: Path, read: Callable[[_Line], Profile]) -> dict[str, Profile]:
    found: dict[str, Profile] = {}
    for line in _lines(path):
        try:
            profile = read(line)
        except UnknownPostcode as unknown:
            raise line.wrong("postcode", f"{unknown} is not a known postcode") from None
        if profile.id in found:
            raise line.wrong("id", f"{profile.id!r} is in the file twice")
        found[profile.id] = profile
    return found


def _lines(path: Path) -> Iterator[_Line]:
    for number, raw in _numbered(path):
        try:
            fields = json.loads(raw)
        except json.JSONDecodeError as mistake:
            raise BadCaseFile(path.name, number, "line", f"is not JSON: {mistake.msg}") from None
        if not isinstance(fields, dict):
            raise BadCaseFile(path.name, number, "line", "is not an object")
        yield _Line(path.name, number, fields)


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadCaseFile(path.name, 0, "file", "is not in the folder") from None
    except UnicodeDecodeError:
        raise BadCaseFile(path.name, 0, "file", "is not UTF-8") from None
    # Not splitlines: a line separator inside a JSON text would end the line there.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _offer(line: _Line) -> OfferProfile:
    age_min, age_max = line.whole("age_min", most=OLDEST), line.whole("age_max", most=OLDEST)
    if age_min > age_max:
        raise line.wrong("age_max", f"{age_max} is less than age_min {age_min}")
    return OfferProfile.at_postcode(
        id=line.text("id"),
        organisation=line.text("organisation", ""),
        organisation_kind=line.choice("organisation_type", "association", ORGANISATION_TYPES),
        title=line.text("title"),
        text=line.text("description", ""),
        age_min=age_min,
        age_max=age_max,
        postcode=line.text("postcode"),
        radius_km=line.amount("radius_km"),
        free_places=line.whole("capacity", 1),
        contact_form=line.choice("format", ContactForm.EITHER, tuple(ContactForm)),
        languages=_languages(line),
        slots=_slots(line),
        kinds=line.several("kinds", [], taxonomy().offers.__contains__),
        certificate=line.choice("certificate", Certificate.CONFIRMED, tuple(Certificate)),
        state=line.choice("status", OfferState.APPROVED, tuple(OfferState)),
        consent=line.yes_no("consent", default=True),
        paused=line.yes_no("paused", default=False),
    )


def _need(line: _Line) -> NeedProfile:
    return NeedProfile.at_postcode(
        id=line.text("id"),
        age=line.whole("age", most=OLDEST),
        postcode=line.text("postcode"),
        text=line.text("description"),
        languages=_languages(line),
        contact_form=line.choice("format", ContactForm.EITHER, tuple(ContactForm)),
        slots=_slots(line),
        codes=line.several("codes", [], taxonomy().needs.__contains__),
        blocked_offers=line.several("blocked_offers", [], lambda _: True),
        max_km=line.number_or_none("max_km"),
        guardian_consent=line.yes_no("guardian_consent", default=True),
    )


def _languages(line: _Line) -> list[str]:
    return line.several("languages", ["da"], lambda code: len(code) in LANGUAGE_CODE_LENGTHS and code.islower())


def _slots(line: _Line) -> list[str]:
    return line.several("slots", [], SLOTS.__contains__)


def _grades(path: Path, *, needs: frozenset[str], offers: frozenset[str]) -> dict[str, dict[str, int]]:
    rows = _numbered(path)
    number, header = next(rows, (1, ""))
    if header.strip().split("\t") != QRELS_HEADER:
        raise BadCaseFile(path.name, number, "header", f"is not {' '.join(QRELS_HEADER)}, separated by tabs")
    grades: dict[str, dict[str, int]] = {}
    for number, row in rows:
        need, offer, grade = _graded(path.name, number, row, needs=needs, offers=offers)
        if offer in grades.setdefault(need, {}):
            raise BadCaseFile(path.name, number, "offer_id", f"{need} and {offer} are graded twice")
        grades[need][offer] = grade
    return grades


def _graded(file: str, number: int, row: str, *, needs: frozenset[str], offers: frozenset[str]) -> tuple[str, str, int]:
    parts = [part.strip() for part in row.split("\t")]
    if len(parts) != len(QRELS_HEADER):
        raise BadCaseFile(file, number, "line", f"has {len(parts)} fields, not {len(QRELS_HEADER)}")
    need, offer, grade = parts
    for field, value, known in (("need_id", need, needs), ("offer_id", offer, offers)):
        if value not in known:
            raise BadCaseFile(file, number, field, f"{value!r} is in no line of its file")
    if grade not in map(str, GRADES):
        raise BadCaseFile(file, number, "grade", f"{grade!r} is not 0, 1 or 2")
    return need, offer, int(grade)
