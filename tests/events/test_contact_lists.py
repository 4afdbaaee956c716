"""A list is brought, its columns are named, and people are invited from it: each once, and none who said no."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.factories.events import invited
from tests.factories.organisations import approved_offer, club
from tests.factories.people import NOW
from volunteer_match.events import contact_lists, due, inviting
from volunteer_match.events.audience import LeftOut, find_listed
from volunteer_match.events.contact_lists import AlreadyTakenIn, Column, Contact, Fault, Origin, RowFault
from volunteer_match.events.models import ContactList, Event, Invitation, ListedContact
from volunteer_match.events.sheets import read_sheet
from volunteer_match.events.states import InvitationSource
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.models import User
from volunteer_match.proposals.withdrawal import withdraw_volunteer_consent

FILE = b"""Forening;Kontaktperson;E-mail
Asaa IF;Mette;mette@asaa.example
Uden adresse;Ole;
Forkert;Ib;ib(at)post.example
Igen;Mette H;METTE@asaa.example
To steder;;a@to.example; b@to.example
"""
ORIGIN = Origin(name="Foreninger 2026", source="kommunens foreningsregister", legal_note="Offentliggjorte adresser")


def brought(admin: User, data: bytes = FILE) -> ContactList:
    draft = contact_lists.upload(read_sheet(data), data=data, file_name="foreninger.csv", by=admin, now=NOW)
    columns = contact_lists.guess_columns(contact_lists.sheet_of(draft))
    contact_lists.take_in(draft, columns=columns, origin=ORIGIN, by=admin, now=NOW)
    return draft


def addresses(*emails: str) -> bytes:
    return "\n".join(("E-mail", *emails)).encode()


def test_columns_are_guessed_by_their_headings() -> None:
    assert contact_lists.guess_columns(read_sheet(FILE)) == {Column.EMAIL: 2, Column.NAME: 1, Column.ORGANISATION: 0}
    assert contact_lists.guess_columns(read_sheet(b"x;a@b.example\n")) == {Column.EMAIL: 1}
    assert contact_lists.guess_columns(read_sheet(b"Foreningens navn;Mail\nx;y\n")) == {
        Column.EMAIL: 1,
        Column.ORGANISATION: 0,
    }


def test_every_row_is_a_contact_or_a_fault_with_its_number() -> None:
    sheet = read_sheet(FILE)
    checked = contact_lists.check(sheet, contact_lists.guess_columns(sheet))
    assert checked.contacts == [
        Contact("mette@asaa.example", "Mette", "Asaa IF"),
        Contact("a@to.example", "", "To steder"),
    ]
    assert checked.faults == [
        RowFault(3, Fault.NO_ADDRESS, ""),
        RowFault(4, Fault.BAD_ADDRESS, "ib(at)post.example"),
        RowFault(5, Fault.TWICE, "METTE@asaa.example"),
    ]


def test_a_cell_may_hold_names_and_several_addresses_and_is_one_row() -> None:
    sheet = read_sheet(b'E-mail\n"Poul Holm <poul@klub.example>; kasserer@klub.example"\n"a@, b@"\ningen mail\n')
    checked = contact_lists.check(sheet, {Column.EMAIL: 0})
    assert [contact.email for contact in checked.contacts] == ["poul@klub.example", "kasserer@klub.example"]
    assert [fault.text for fault in checked.faults] == ["a@", "b@", "ingen mail"]
    assert checked.faulty_rows == 2


def test_the_same_file_is_one_list_and_is_taken_in_once(admin: User) -> None:
    first = brought(admin)
    again = contact_lists.upload(read_sheet(FILE), data=FILE, file_name="kopi.csv", by=admin, now=NOW)
    assert again is first
    assert (first.sheet, first.faults, first.source) == (None, 3, ORIGIN.source)
    with pytest.raises(AlreadyTakenIn):
        contact_lists.look_through(first, {Column.EMAIL: 2}, by=admin, now=NOW)
    with pytest.raises(AlreadyTakenIn):
        contact_lists.take_in(first, columns={Column.EMAIL: 2}, origin=ORIGIN, by=admin, now=NOW)
    assert len(db.session.scalars(select(ListedContact)).all()) == 2


def test_a_draft_nobody_finished_goes(admin: User) -> None:
    contact_lists.upload(read_sheet(FILE), data=FILE, file_name="a.csv", by=admin, now=NOW)
    data = addresses("c@post.example")
    later = NOW + timedelta(days=8)
    contact_lists.upload(read_sheet(data), data=data, file_name="b.csv", by=admin, now=later)
    assert db.session.scalars(select(ContactList.name)).all() == ["b.csv"]


def test_nobody_is_invited_twice_or_against_their_word(admin: User, event: Event) -> None:
    member = approved_offer(admin, who=club(email="med@asaa.example"), now=NOW)
    left = approved_offer(admin, who=club(email="gaaet@asaa.example"), now=NOW)
    withdraw_volunteer_consent(contact=left.contact, by=admin.actor, now=NOW)
    [unwilling] = invited(event, admin, email="nej@post.example")
    inviting.want_no_invitations(unwilling, now=NOW)
    invited(event, admin, email="allerede@post.example")
    people = ("med@asaa.example", "gaaet@asaa.example", "nej@post.example", "allerede@post.example", "ny@post.example")
    audience = find_listed(event, brought(admin, addresses(*people)), now=NOW)
    assert [(guest.email, guest.source) for guest in audience.guests] == [
        ("med@asaa.example", InvitationSource.ORGANISATION),
        ("ny@post.example", InvitationSource.IMPORTED),
    ]
    assert audience.left_out == {LeftOut.NO_CONSENT: 1, LeftOut.WANTS_NO_MAIL: 1, LeftOut.ON_THE_LIST: 1}
    assert member.contact.email == "med@asaa.example"


def test_the_mail_says_where_the_address_is_from(admin: User, event: Event) -> None:
    audience = find_listed(event, brought(admin), now=NOW)
    inviting.add_guests(event, audience.guests, by=admin, now=NOW)
    inviting.send_invitations(event, at=NOW, by=admin, now=NOW)
    due.run_due(now=NOW)
    mails = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "event_invitation")).all()
    assert len(mails) == 2
    assert all("Vi har din adresse fra: kommunens foreningsregister." in mail.text_body for mail in mails)


def test_what_a_hostile_file_holds_comes_to_nothing_in_mail_and_calendar(admin: User, event: Event) -> None:
    name = "=HYPERLINK(1)</p><script>\r\nBcc: alle@post.example\r\nBEGIN:VALARM"
    file = f'Navn;E-mail;Forening\n"{name}";ida@post.example;"{name}"\n'.encode()
    audience = find_listed(event, brought(admin, file), now=NOW)
    inviting.add_guests(event, audience.guests, by=admin, now=NOW)
    inviting.send_invitations(event, at=NOW, by=admin, now=NOW)
    due.run_due(now=NOW)
    mail = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "event_invitation")).one()
    assert mail.to_address == "ida@post.example"
    assert "<script>" not in mail.html_body
    assert "=HYPERLINK(1)</p><script> Bcc: alle@post.example" in mail.text_body
    assert mail.calendar is not None
    [meeting] = Calendar.from_ical(mail.calendar).walk("VEVENT")
    assert meeting.subcomponents == []
    assert not [line for line in mail.calendar.splitlines() if line.startswith(("Bcc", "BEGIN:VALARM"))]


def test_a_list_that_is_thrown_away_leaves_the_guests(admin: User, event: Event) -> None:
    found = brought(admin)
    inviting.add_guests(event, find_listed(event, found, now=NOW).guests, by=admin, now=NOW)
    contact_lists.throw_away(found, by=admin, now=NOW)
    assert db.session.scalars(select(ListedContact)).all() == []
    assert [guest.contact_list_id for guest in db.session.scalars(select(Invitation))] == [None, None]
