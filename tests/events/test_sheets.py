"""Files as people have them are read as rows of text; what is no list is refused with a reason."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from volunteer_match.events.sheets import MOST_ROWS, CannotRead, Unreadable, read_sheet

HEADINGS = ("Forening", "E-mail")
ROWS = (("Asaa Gymnastikforening", "kontakt@asaa.example"), ("Øster Brønderslev Spejderne", "leder@spejd.example"))
LINES = "Forening;E-mail\r\n" + "".join(";".join(row) + "\r\n" for row in ROWS)


def excel(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        LINES.encode(),
        LINES.encode("utf-8-sig"),
        LINES.encode("cp1252"),
        LINES.encode("utf-16"),
        LINES.replace(";", "\t").encode(),
        LINES.replace(";", ",").encode(),
        LINES.replace("\r\n", "\n\n").encode(),
        ("Mailliste 2026;;\n;;\n" + LINES).encode(),
        excel(HEADINGS, *ROWS),
        excel(("Mailliste 2026",), (), HEADINGS, *ROWS, (), ()),
    ],
    ids=["utf-8", "bom", "windows", "utf-16", "tabs", "commas", "empty lines", "title", "excel", "excel with title"],
)
def test_the_same_list_however_it_was_saved(data: bytes) -> None:
    sheet = read_sheet(data)
    assert (sheet.headings, sheet.rows) == (HEADINGS, ROWS)


def test_a_list_without_headings() -> None:
    sheet = read_sheet(b"a@post.example\nb@post.example\n")
    assert (sheet.headings, sheet.rows) == (("",), (("a@post.example",), ("b@post.example",)))


def test_rows_keep_the_numbers_of_the_file() -> None:
    data = excel(HEADINGS, ROWS[0], *[()] * 6000, ROWS[1])
    assert read_sheet(data).numbers == (2, 6003)


def test_cells_become_plain_text() -> None:
    data = excel(
        ("E-mail", "Tal", "Dag", "Formel", "Tegn"), ("a@b.example", 42.0, date(2027, 1, 10), "=1+1", "a\tb\nc")
    )
    # A formula that was never worked out has no value.
    assert read_sheet(data).rows == (("a@b.example", "42", "10-01-2027", "", "a b c"),)


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in range(6):
            packed.writestr(f"xl/worksheets/sheet{part}.xml", b"0" * 10_000_000)
    return file.getvalue()


def _with_entity() -> bytes:
    file = io.BytesIO(excel(HEADINGS, *ROWS))
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part.endswith("sheet1.xml"):
                text = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text
            new.writestr(part, text)
    return changed.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Unreadable.EMPTY),
        (b" \r\n;;\r\n", Unreadable.EMPTY),
        (excel(), Unreadable.EMPTY),
        (b"\xd0\xcf\x11\xe0" + bytes(600), Unreadable.OLD_OR_LOCKED),
        (b"%PDF-1.7", Unreadable.NO_SHEET),
        (b"a\0b", Unreadable.NO_SHEET),
        (b"\xff\xfea", Unreadable.NO_SHEET),
        (b"PK\x03\x04 and no more", Unreadable.NO_SHEET),
        (excel(HEADINGS)[:-200], Unreadable.NO_SHEET),
        (_with_entity(), Unreadable.NO_SHEET),
        (_bomb(), Unreadable.TOO_LARGE),
        (b"x@y.example\n" * (MOST_ROWS + 1), Unreadable.TOO_MANY_ROWS),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, why: Unreadable) -> None:
    with pytest.raises(CannotRead) as refused:
        read_sheet(data)
    assert refused.value.why is why


@settings(max_examples=60)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_anything_at_all_is_rows_of_one_length_or_refused(data: bytes) -> None:
    try:
        sheet = read_sheet(data)
    except CannotRead:
        return
    assert {len(row) for row in sheet.rows} <= {len(sheet.headings)}
    assert len(sheet.numbers) == len(sheet.rows)
    assert list(sheet.numbers) == sorted(sheet.numbers)
