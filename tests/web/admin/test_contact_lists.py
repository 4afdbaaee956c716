"""The host brings a list in a file and invites from it."""

import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select

from tests.factories.events import open_event
from tests.visitors.browsing import Visitor
from volunteer_match.events.models import ContactList, Invitation
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User

Arrange = Callable[[Callable[[User], Any]], Any]
ORIGIN = {"source": "kommunens foreningsregister", "legal_note": "Offentliggjorte adresser på foreninger"}


def _file(rows: int = 200) -> bytes:
    """A list as associations' secretaries keep it: every tenth row is wrong in one of four ways."""
    book = Workbook()
    book.active.append(("Foreninger i kommunen 2026",))
    book.active.append(("Forening", "Formand", "E-mail"))
    for number in range(rows):
        wrong = {0: "", 10: "formand@", 20: "forening1@post.example", 30: "ingen mail"}.get(number % 40)
        email = f"forening{number}@post.example" if wrong is None else wrong
        book.active.append((f"Forening {number}", f"Formand {number}", email))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _bring(admin: Visitor, data: bytes, name: str = "foreninger.xlsx") -> Visitor:
    admin.open("/admin/adresselister")
    return admin.send_file("Læs filen", "file", data=data, file_name=name)


def test_from_a_file_of_200_rows_to_guests(admin: Visitor, app: Flask, arrange: Arrange) -> None:
    event_id = arrange(lambda karin: open_event(karin, capacity=300).id)
    admin.open("/admin/").follow("Arrangementer").follow("Adresselister")
    _bring(admin, _file())
    assert "180 adresser kan tages ind" in admin.text
    assert "20 rækker kommer ikke med" in admin.text
    assert "Formand 1" in admin.text
    admin.fill(**ORIGIN).press("Tag listen ind")
    assert "180 adresser er taget ind." in admin.text
    admin.open(f"/admin/arrangementer/{event_id}/gaester").follow("foreninger")
    assert "180 fra foreninger kan inviteres" in admin.text
    admin.press("Sæt 180 på listen")
    assert "180 er sat på listen." in admin.text
    with app.app_context():
        assert len(db.session.scalars(select(Invitation.id)).all()) == 180


def test_what_is_missing_is_said_and_nothing_typed_is_lost(admin: Visitor) -> None:
    _bring(admin, _file(5)).fill(source="kommunens foreningsregister", title="Mine foreninger").press("Tag listen ind")
    assert "Skriv, hvorfor vi må skrive til dem" in admin.text
    assert admin.form.values["source"] == "kommunens foreningsregister"
    admin.fill(legal_note="Offentliggjorte adresser").press("Tag listen ind")
    assert "Mine foreninger" in admin.text


def test_columns_can_be_chosen_anew(admin: Visitor) -> None:
    _bring(admin, b"A;B;C\nx@post.example;y@post.example;Ida\nz@post.example;;Bo\n", "liste.csv")
    assert "2 adresser kan tages ind" in admin.text
    admin.form.values["email"] = "1"
    admin.press("Se listen igen")
    assert "1 adresse kan tages ind" in admin.text
    assert "Der er problemer" not in admin.text
    admin.form.values["person"] = "1"
    admin.fill(**ORIGIN).press("Tag listen ind")
    assert "Den samme kolonne er valgt to gange" in admin.text


def test_a_column_that_is_not_in_the_file(admin: Visitor) -> None:
    for nowhere in ("99", "-7", "to", ""):
        _bring(admin, _file(5))
        admin.form.values["email"] = nowhere
        admin.fill(**ORIGIN).press("Tag listen ind")
        assert "Der er problemer" in admin.text
        assert admin.form.values["source"] == ORIGIN["source"]


def test_a_file_that_is_no_list(admin: Visitor) -> None:
    _bring(admin, b"%PDF-1.7 a poster", "plakat.pdf")
    assert "Filen kan ikke læses som en liste. Gem den som .xlsx eller CSV" in admin.text
    admin.open("/admin/adresselister").press("Læs filen")
    assert "Vælg en fil" in admin.text


def test_the_same_file_again_and_deleting_it(admin: Visitor) -> None:
    file = _file(5)
    _bring(admin, file).fill(**ORIGIN).press("Tag listen ind")
    _bring(admin, file)
    assert "Den fil har I allerede taget ind, som foreninger." in admin.text
    admin.press("Slet foreninger")
    assert "Listen er slettet." in admin.text


def test_a_page_has_the_same_number_of_queries_however_long_the_list(
    admin: Visitor, arrange: Arrange, queries: Callable[[Callable[[], Any]], int]
) -> None:
    event_id = arrange(lambda karin: open_event(karin).id)
    counts = []
    for rows in (5, 200):
        _bring(admin, _file(rows)).fill(**ORIGIN).press("Tag listen ind")
        list_id = arrange(lambda _karin: db.session.scalars(select(ContactList.id)).all()[-1])
        page = f"/admin/arrangementer/{event_id}/gaester?liste={list_id}"
        counts.append(queries(lambda page=page: admin.open(page)))  # type: ignore[misc]
    assert counts[0] == counts[1]
