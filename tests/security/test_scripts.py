"""A script typed into any field is shown as the text it is, on every page, in every mail and in every file."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import update

from tests.factories.people import NOW
from tests.security.crawl import crawl
from tests.security.town import Blueprint, Persona, Town, csrf_token
from volunteer_match.cases.models import Need
from volunteer_match.consultations.models import ConsultationBooking, ConsultationDay, ConsultationSeries
from volunteer_match.events.models import CheckIn, Event, Invitation, ListedContact, QuestionReply
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import EncryptedText
from volunteer_match.notifications.messages import OfferBlocked, RequestForHelp
from volunteer_match.notifications.rendering import render
from volunteer_match.organisations.models import ContactPerson, Offer, Organisation
from volunteer_match.people.models import User
from volunteer_match.proposals.models import FollowUp

# Breaks out of a text, of an attribute with either mark, of a comment, of a title and of a template.
SCRIPT = "x\"'><img src=x onerror=alert(1)></title><script>alert(1)</script>--><svg/onload=alert(1)>{{7*191}}${7*191}"
BROKEN_OUT = re.compile(r"<img src=x|<script>alert|<svg/onload|1337", re.IGNORECASE)
# Kept as a file whatever is in it; what a spreadsheet makes of it is tested with the files.
SHOWN_BY_NO_BROWSER = ("text/calendar", "text/csv")
TYPED = (
    (Need, ("text", "external_wording", "child_view")),
    (Organisation, ("name", "state_reason")),
    (ContactPerson, ("name", "email")),
    (Offer, ("title", "description", "state_reason")),
    (User, ("name",)),
    (FollowUp, ("child_voice", "guardian_voice", "volunteer_voice")),
    (Event, ("title", "description", "programme", "place", "address", "access_notes", "contact_name")),
    (Invitation, ("name", "email")),
    (CheckIn, ("name", "email")),
    (ListedContact, ("name", "email")),
    (QuestionReply, ("reply",)),
    (ConsultationSeries, ("school", "address", "way_in")),
    (ConsultationDay, ("place", "note")),
    (ConsultationBooking, ("name", "email", "question")),
)


@pytest.fixture
def hostile(blueprint: Blueprint, clock: object, quick_folder: Path) -> Iterator[Town]:
    """The town, in which every text that somebody once typed is a script."""
    town = Town(blueprint, quick_folder)
    with town.app.app_context():
        for model, columns in TYPED:
            db.session.execute(update(model).values(dict.fromkeys(columns, SCRIPT)))
        db.session.commit()
    yield town
    town.close()


@pytest.mark.parametrize("persona", [Persona.CONTACT, Persona.OWNER, Persona.LEADER, Persona.ADMIN])
def test_no_page_runs_it(hostile: Town, persona: Persona) -> None:
    pages = crawl(hostile, persona).pages

    assert [page.url for page in pages if page.status >= 500] == []
    shown = [page for page in pages if page.headers["Content-Type"].split(";")[0] not in SHOWN_BY_NO_BROWSER]
    assert [page.url for page in shown if BROKEN_OUT.search(page.text)] == []
    assert len([page for page in pages if SCRIPT in html.unescape(page.text)]) >= 3


def test_no_mail_runs_it(hostile: Town) -> None:
    with hostile.app.app_context():
        for message in (
            OfferBlocked(name=SCRIPT, title=SCRIPT, reason=SCRIPT),
            RequestForHelp(
                token="t" * 43,
                name=SCRIPT,
                title=SCRIPT,
                external_wording=SCRIPT,
                age_band=(7, 9),
                area="9340",
                times=("tue-afternoon",),
                answer_by=NOW.date(),
            ),
        ):
            written = render(message, language="da")
            assert not BROKEN_OUT.search(written.html)
            assert SCRIPT in html.unescape(written.html)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_spreadsheet_runs_a_formula(town: Town, start: str) -> None:
    with town.app.app_context():
        db.session.execute(update(Organisation).values(name=f"{start}HYPERLINK(1)"))
        db.session.commit()
    client = town.client(Persona.ADMIN)

    rows = client.post("/admin/organisationer/regneark", data={"csrf_token": csrf_token(client)}).text

    assert "HYPERLINK" in rows
    assert f'"{start}HYPERLINK' not in rows
    assert f"\"'{start}HYPERLINK" in rows


@pytest.mark.parametrize("path", ["/tilmeld/hvem", "/log-ind", "/min-side/link", "/ny-adgangskode"])
def test_what_a_visitor_typed_comes_back_as_text(town: Town, path: str) -> None:
    client = town.client(Persona.VISITOR)
    names = ("contact_name", "organisation_name", "email", "phone", "postcode", "cvr", "kind", "password", "next")

    page = client.post(path, data={"csrf_token": csrf_token(client), **dict.fromkeys(names, SCRIPT)}).text

    assert not BROKEN_OUT.search(page)


def test_what_a_caseworker_typed_comes_back_as_text(town: Town) -> None:
    case, client = town.built.ids["case"], town.client(Persona.OWNER)
    names = ("text", "external_wording", "code_words", "child_view", "max_km", "codes", "slots", "accepted_words")
    form = {"csrf_token": csrf_token(client), **dict.fromkeys(names, SCRIPT)}

    for path in (f"/sager/{case}/behov/nyt", f"/sager/{case}/ret", "/sager/ny"):
        assert not BROKEN_OUT.search(client.post(path, data=form).text)
    assert not BROKEN_OUT.search(client.get("/sager", query_string={"soeg": SCRIPT, "sorter": SCRIPT}).text)


def test_a_session_that_ended_gives_what_was_typed_back_as_text(town: Town) -> None:
    with time_machine.travel("2026-11-21 12:00:00Z", tick=False):
        client = town.client(Persona.OWNER)
        path = f"/sager/{town.built.ids['case']}/ret"
        form = {"csrf_token": csrf_token(client), "postcode": SCRIPT, f"a{SCRIPT}": "1"}
        page = client.post(path, data=form, headers={"Origin": "http://localhost"}).text

    assert SCRIPT in html.unescape(page)
    assert not BROKEN_OUT.search(page)


def test_every_text_that_is_typed_is_in_the_list_above() -> None:
    listed = {(model.__tablename__, column) for model, columns in TYPED for column in columns}
    encrypted = {
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    }
    elsewhere = {
        ("outbox_mail", "to_address"),
        ("outbox_mail", "text_body"),
        ("outbox_mail", "html_body"),
        ("outbox_mail", "calendar"),
        ("outbox_mail", "unsubscribe"),
        ("registration", "answers"),
        ("contact_list", "sheet"),  # cells of a file; test_contact_lists brings a hostile one
        ("contact_person", "phone"),  # digits only
        ("consultation_booking", "phone"),  # digits only
        ("proposal", "note"),  # on no page yet
    }
    assert encrypted - elsewhere <= listed
