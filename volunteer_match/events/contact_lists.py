"""Lists of associations and businesses that somebody brings in a file, to be invited to events.

A list is uploaded, its columns are named, what is wrong is shown, and then it is taken in: until then it is a draft
that nobody is invited from. Only what an invitation needs is kept, with where it is from and why we may write to it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import address_fingerprint
from volunteer_match.people.models import User

from .models import ContactList, Invitation, ListedContact
from .sheets import Sheet

DRAFT_LIVES = timedelta(days=7)
LONGEST_NAME = 120


class Column(StrEnum):
    """What a column of the file can hold."""

    EMAIL = "email"
    NAME = "name"
    ORGANISATION = "organisation"


# As people head their columns, in Danish and English; the first that is part of a heading decides.
HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.EMAIL: ("mail", "e-post"),
    Column.NAME: ("kontaktperson", "kontakt", "formand", "person", "contact", "fornavn", "navn", "name"),
    Column.ORGANISATION: ("forening", "virksomhed", "firma", "organisation", "klub", "association", "company", "club"),
}


class Fault(StrEnum):
    """Why a row is left out."""

    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Contact:
    """One address of the file."""

    email: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class RowFault:
    """`row` as the file numbers it; `text` is what stands where the address should be."""

    row: int
    fault: Fault
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file comes to with its columns named."""

    contacts: Sequence[Contact]
    faults: Sequence[RowFault]

    @property
    def faulty_rows(self) -> int:
        """A row with two wrong addresses is one row."""
        return len({fault.row for fault in self.faults})


class AlreadyTakenIn(Exception):
    """Another press, or another admin, was quicker."""


def guess_columns(sheet: Sheet) -> dict[Column, int]:
    """Which column holds what, by its heading; the addresses also by what stands in it."""
    found: dict[Column, int] = {}
    for column in (Column.EMAIL, Column.ORGANISATION, Column.NAME):
        places = [place for place in _by_heading(sheet.headings, HEADINGS[column]) if place not in found.values()]
        if places:
            found[column] = places[0]
    signs = [sum("@" in row[place] for row in sheet.rows) for place in range(len(sheet.headings))]
    if Column.EMAIL not in found and any(signs):
        found[Column.EMAIL] = signs.index(max(signs))
    return found


def _by_heading(headings: Sequence[str], words: Sequence[str]) -> Iterator[int]:
    for word in words:
        for place, heading in enumerate(headings):
            if word in heading.casefold():
                yield place


def check(sheet: Sheet, columns: Mapping[Column, int]) -> Checked:
    """Every row is a contact or a fault; several addresses in one cell are several contacts."""
    contacts: dict[str, Contact] = {}
    faults: list[RowFault] = []
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        text = row[columns[Column.EMAIL]]
        name, organisation = (
            row[columns[column]][:LONGEST_NAME] if column in columns else ""
            for column in (Column.NAME, Column.ORGANISATION)
        )
        if not text:
            faults.append(RowFault(number, Fault.NO_ADDRESS, ""))
        for written in _written_addresses(text):
            email = _address(written)
            if email is None:
                faults.append(RowFault(number, Fault.BAD_ADDRESS, written))
            elif email.casefold() in contacts:
                faults.append(RowFault(number, Fault.TWICE, written))
            else:
                contacts[email.casefold()] = Contact(email, name, organisation)
    return Checked(list(contacts.values()), faults)


def _written_addresses(text: str) -> Sequence[str]:
    """Of "Formand Poul <poul@klub.dk>; kasserer@klub.dk" both; of "ingen mail" all of it, to be told back."""
    words = [word for word in text.replace(";", " ").replace(",", " ").split() if "@" in word]
    return words or ([text] if text else [])


def _address(written: str) -> str | None:
    try:
        return validate_email(written.strip("<>"), check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def upload(sheet: Sheet, *, data: bytes, file_name: str, by: User, now: datetime) -> ContactList:
    """A draft; the same file again is the list that is there already. Drafts nobody finished are thrown away."""
    forgotten = (ContactList.taken_in_at.is_(None), ContactList.created_at < now - DRAFT_LIVES)
    for old in db.session.scalars(select(ContactList).where(*forgotten)):
        db.session.delete(old)
    db.session.flush()
    checksum = hashlib.sha256(data).hexdigest()
    there = db.session.scalar(select(ContactList).where(ContactList.checksum == checksum))
    if there is not None:
        return there
    draft = ContactList(
        name=file_name[:LONGEST_NAME],
        checksum=checksum,
        sheet=json.dumps([sheet.headings, sheet.rows, sheet.numbers], ensure_ascii=False),
        created_at=now,
        created_by_id=by.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        # The same file at the same moment.
        return db.session.scalars(select(ContactList).where(ContactList.checksum == checksum)).one()
    return draft


def sheet_of(draft: ContactList) -> Sheet:
    """What was uploaded. Raises AlreadyTakenIn when it isn't there any more."""
    if draft.sheet is None:
        raise AlreadyTakenIn
    headings, rows, numbers = json.loads(draft.sheet)
    return Sheet(tuple(headings), tuple(map(tuple, rows)), tuple(numbers))


def look_through(draft: ContactList, columns: Mapping[Column, int], *, by: User, now: datetime) -> Checked:
    """What it would come to, and the trace of having seen it. Raises AlreadyTakenIn."""
    checked = check(sheet_of(draft), columns)
    record(AuditAction.CONTACT_LIST_READ, by=by.actor, now=now, subject=("contact_list", draft.id))
    return checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What is written down about a list: what it is called, where it is from, and why we may write to them."""

    name: str
    source: str
    legal_note: str


def take_in(draft: ContactList, *, columns: Mapping[Column, int], origin: Origin, by: User, now: datetime) -> Checked:
    """The contacts are kept, the file is not. Raises AlreadyTakenIn at the second press."""
    checked = check(sheet_of(draft), columns)
    kept = {"sheet": None, "faults": checked.faulty_rows, "taken_in_at": now}
    claimed = db.session.execute(
        update(ContactList)
        .where(ContactList.id == draft.id, ContactList.taken_in_at.is_(None))
        .values(name=origin.name, source=origin.source, legal_note=origin.legal_note, **kept)
        .returning(ContactList.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not claimed:
        raise AlreadyTakenIn
    if checked.contacts:
        db.session.execute(insert(ListedContact), [_row(draft, contact) for contact in checked.contacts])
    db.session.refresh(draft)
    details = {"contacts": len(checked.contacts), "faults": checked.faulty_rows}
    record(AuditAction.CONTACT_LIST_ADDED, by=by.actor, now=now, subject=("contact_list", draft.id), details=details)
    return checked


def _row(draft: ContactList, contact: Contact) -> dict[str, object]:
    return {
        "contact_list_id": draft.id,
        "email": contact.email,
        "email_fingerprint": address_fingerprint(contact.email),
        "name": contact.name,
        "organisation_name": contact.organisation,
    }


def throw_away(contact_list: ContactList, *, by: User, now: datetime) -> None:
    """The list and its addresses are gone. Who was invited from it stays on the lists of the events."""
    if contact_list.taken_in_at is not None:
        subject = ("contact_list", contact_list.id)
        record(AuditAction.CONTACT_LIST_REMOVED, by=by.actor, now=now, subject=subject)
    db.session.execute(
        update(Invitation)
        .where(Invitation.contact_list_id == contact_list.id)
        .values(contact_list_id=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(delete(ListedContact).where(ListedContact.contact_list_id == contact_list.id))
    db.session.delete(contact_list)
    db.session.flush()


def all_lists() -> Sequence[tuple[ContactList, int]]:
    """Every list with how many addresses are in it, the newest first."""
    number = func.count(ListedContact.id)
    rows = db.session.execute(
        select(ContactList, number)
        .outerjoin(ListedContact, ListedContact.contact_list_id == ContactList.id)
        .group_by(ContactList.id)
        .order_by(ContactList.id.desc())
    )
    return [(found, count) for found, count in rows]


def find_list(list_id: int) -> ContactList | None:
    """A list or a draft of one."""
    return db.session.get(ContactList, list_id)
