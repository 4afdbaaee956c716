"""A list somebody has in a file, CSV or Excel, read as rows of plain text. Nothing in it is run or trusted."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any

MOST_ROWS = 5000
MOST_COLUMNS = 40
# Excel files end where somebody once coloured a cell, far below what is written.
LAST_ROW_READ = 100_000
LONGEST_CELL = 500
# An Excel file is a zip: small in the mail, and as large as it likes when it is unpacked.
MOST_UNPACKED_BYTES = 50_000_000
MOST_PARTS = 500
ZIP, OLD_OFFICE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
ADDRESS_HEADINGS = ("mail", "e-post")
ROWS_LOOKED_AT = 20


class Unreadable(StrEnum):
    """Why a file is no list we can read."""

    EMPTY = "empty"
    OLD_OR_LOCKED = "old_or_locked"
    NO_SHEET = "no_sheet"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"


class CannotRead(Exception):
    """`why` is for the person who chose the file."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__(why.value)
        self.why = why


Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled rows below the headings, all as long as `headings`; `numbers` are those the file gives its rows."""

    headings: Cells
    rows: tuple[Cells, ...]
    numbers: tuple[int, ...]


def read_sheet(data: bytes) -> Sheet:
    """The first sheet of the file, whatever its name says it is. Raises CannotRead."""
    filled = [(number, row) for number, row in enumerate(_rows(data), 1) if any(row)]
    if not filled:
        raise CannotRead(Unreadable.EMPTY)
    above = _heading_place([row for _number, row in filled[:ROWS_LOOKED_AT]])
    headings = () if above is None else filled[above][1]
    below = filled if above is None else filled[above + 1 :]
    if len(below) > MOST_ROWS:
        raise CannotRead(Unreadable.TOO_MANY_ROWS)
    width = max(map(_width, (headings, *(row for _number, row in below))))
    return Sheet(
        headings=_padded(headings, width),
        rows=tuple(_padded(row, width) for _number, row in below),
        numbers=tuple(number for number, _row in below),
    )


def _rows(data: bytes) -> Iterator[Cells]:
    if data.startswith(ZIP):
        return _excel_rows(data)
    if data.startswith(OLD_OFFICE):
        raise CannotRead(Unreadable.OLD_OR_LOCKED)
    if data.startswith(PDF):
        raise CannotRead(Unreadable.NO_SHEET)
    return _text_rows(_text(data))


def _excel_rows(data: bytes) -> Iterator[Cells]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, and only who reads a list needs it

    _refuse_bombs(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        found = [tuple(map(_cell, row[:MOST_COLUMNS])) for row in islice(_values(book), LAST_ROW_READ)]
    # A file made to do harm, or half of one, fails in as many ways as there are parsers below.
    except Exception as error:
        raise CannotRead(Unreadable.NO_SHEET) from error
    return iter(found)


def _values(book: Any) -> Iterable[tuple[Any, ...]]:
    sheet = book.worksheets[0]
    # What a file says of its own size is often wrong, and then rows are missing.
    sheet.reset_dimensions()
    rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
    return rows


def _refuse_bombs(data: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise CannotRead(Unreadable.NO_SHEET) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise CannotRead(Unreadable.TOO_LARGE)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        value = f"{value:%d-%m-%Y}"
    plain = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in str(value))
    return " ".join(plain.split())[:LONGEST_CELL]


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CannotRead(Unreadable.NO_SHEET)


def _text_rows(text: str) -> Iterator[Cells]:
    lines = [line for line in text.splitlines()[:ROWS_LOOKED_AT] if line.strip()]
    # The sign that parts most lines into most cells; Excel writes ; where the comma is for decimals.
    separator = max(";\t,", key=lambda sign: sum(line.count(sign) for line in lines) * (2 if sign != "," else 1))
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield tuple(map(_cell, row[:MOST_COLUMNS]))
    except csv.Error as error:
        raise CannotRead(Unreadable.NO_SHEET) from error


def _heading_place(first: list[Cells]) -> int | None:
    """Which of the first filled rows has the headings: the last one above the first address that speaks of addresses,
    for a title may stand above it; else the last one above; None when the addresses begin at once.
    """
    addresses = (place for place, row in enumerate(first) if any("@" in cell for cell in row))
    above = first[: next(addresses, 1)]
    speaks = [place for place, row in enumerate(above) if _speaks_of_addresses(row)]
    return max(speaks) if speaks else len(above) - 1 if above else None


def _speaks_of_addresses(row: Cells) -> bool:
    return any(heading in cell.casefold() for cell in row for heading in ADDRESS_HEADINGS)


def _width(row: Cells) -> int:
    return max((place for place, cell in enumerate(row, 1) if cell), default=0)


def _padded(row: Cells, width: int) -> Cells:
    return (*row[:width], *[""] * (width - len(row)))
