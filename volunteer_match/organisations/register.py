"""The register of organisations as an admin works with it.

Lists, searches and exports leave out whoever has no consent in force: they must be asked for by themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.vocabulary.collation import danish_sort_key
from volunteer_match.vocabulary.taxonomy import needs_certificate

from .consent import consent_in_force, counts_at
from .models import CertificateConfirmation, ContactPerson, Offer, Organisation
from .recognition import plain
from .states import Availability, OrganisationKind, Vetting
from .vetting import CertificateStatus

PER_PAGE = 25
SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which organisations. `without_consent` gives those that every other list leaves out."""

    name: str = ""
    kind: OrganisationKind | None = None
    state: Vetting | None = None
    without_consent: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation of a list, and how many offers it has that are not withdrawn."""

    organisation: Organisation
    offers: int


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Some rows of the register, in Danish order."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class CertificateDue:
    """A contact person whose child certificate calls for something. `review_on` is None where none was confirmed."""

    contact: ContactPerson
    status: CertificateStatus
    since: date
    review_on: date | None


def page_of_register(wanted: Wanted, *, page: int, now: datetime) -> RegisterPage:
    """One page of the organisations wanted; a page beyond the last gives the last."""
    found = _in_danish_order(wanted, now=now)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return RegisterPage(rows=_rows(shown), total=len(found), page=page, pages=pages)


def whole_register(wanted: Wanted, *, now: datetime) -> Sequence[Row]:
    """All the organisations wanted, for an export."""
    return _rows(_in_danish_order(wanted, now=now))


def _in_danish_order(wanted: Wanted, *, now: datetime) -> list[int]:
    rows = db.session.execute(select(Organisation.id, Organisation.name).where(*_conditions(wanted, now=now)))
    searched = plain(wanted.name)
    named = [(danish_sort_key(row.name), row.id) for row in rows if searched in plain(row.name)]
    return [organisation_id for _name, organisation_id in sorted(named)]


def _conditions(wanted: Wanted, *, now: datetime) -> list[ColumnElement[bool]]:
    in_force = (
        select(ContactPerson.id)
        .join(ContactPerson.consents)
        .where(ContactPerson.organisation_id == Organisation.id, counts_at(now))
        .exists()
    )
    conditions = [~in_force if wanted.without_consent else in_force]
    if wanted.kind is not None:
        conditions.append(Organisation.kind == wanted.kind)
    if wanted.state is not None:
        conditions.append(Organisation.state == wanted.state)
    return conditions


def _rows(ids: Sequence[int]) -> list[Row]:
    found = {row.id: row for row in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    counted = db.session.execute(
        select(Offer.organisation_id, func.count().label("offers"))
        .where(Offer.organisation_id.in_(ids), Offer.availability != Availability.WITHDRAWN)
        .group_by(Offer.organisation_id)
    )
    offers = {row.organisation_id: row.offers for row in counted}
    return [Row(found[key], offers.get(key, 0)) for key in ids if key in found]


def read_organisation(organisation_id: int, *, by: Actor, now: datetime) -> Organisation | None:
    """An organisation with everything about it, and the trace of having seen its contact persons' details."""
    organisation = db.session.scalar(
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .options(*_WITH_PEOPLE, selectinload(Organisation.offers))
    )
    if organisation is not None:
        _record_reading(organisation, by=by, now=now)
    return organisation


def read_look_alikes(organisation: Organisation, *, by: Actor, now: datetime) -> Sequence[Organisation]:
    """Those that this one seems to double, and those that seem to double it; reading them leaves a trace too."""
    look_alikes = db.session.scalars(
        select(Organisation)
        .where(
            or_(
                Organisation.id == organisation.possible_duplicate_of_id,
                Organisation.possible_duplicate_of_id == organisation.id,
            )
        )
        .options(*_WITH_PEOPLE, selectinload(Organisation.offers))
        .order_by(Organisation.id)
    ).all()
    for look_alike in look_alikes:
        _record_reading(look_alike, by=by, now=now)
    return look_alikes


def read_offer(offer_id: int, *, by: Actor, now: datetime) -> Offer | None:
    """An offer with who is behind it, and the trace of having seen their details."""
    contact = joinedload(Offer.contact)
    offer = db.session.scalar(
        select(Offer)
        .where(Offer.id == offer_id)
        .options(
            joinedload(Offer.organisation),
            contact.selectinload(ContactPerson.consents),
            contact.selectinload(ContactPerson.certificates),
        )
    )
    if offer is not None:
        _record_reading(offer.organisation, by=by, now=now)
    return offer


def _record_reading(organisation: Organisation, *, by: Actor, now: datetime) -> None:
    record(AuditAction.ORGANISATION_READ, by=by, now=now, subject=("organisation", organisation.id))


def find_contact_person(contact_id: int) -> ContactPerson | None:
    """A contact person with the organisation they speak for."""
    return db.session.scalar(
        select(ContactPerson)
        .where(ContactPerson.id == contact_id)
        .options(
            joinedload(ContactPerson.organisation),
            selectinload(ContactPerson.certificates),
            selectinload(ContactPerson.consents),
            selectinload(ContactPerson.offers),
        )
    )


def find_confirmation(confirmation_id: int) -> CertificateConfirmation | None:
    """A confirmation of a child certificate with the person it is about."""
    return db.session.scalar(
        select(CertificateConfirmation)
        .where(CertificateConfirmation.id == confirmation_id)
        .options(
            joinedload(CertificateConfirmation.contact).joinedload(ContactPerson.organisation),
            joinedload(CertificateConfirmation.contact).selectinload(ContactPerson.offers),
        )
    )


def organisations_of(contact_ids: Iterable[int]) -> dict[int, int]:
    """Which organisation each contact person speaks for."""
    rows = db.session.execute(
        select(ContactPerson.id, ContactPerson.organisation_id).where(ContactPerson.id.in_(list(contact_ids)))
    )
    return {row.id: row.organisation_id for row in rows}


def contacts_at(fingerprints: Iterable[str]) -> dict[str, ContactPerson]:
    """One contact person for each of these addresses that somebody has, with the organisation they speak for."""
    found = db.session.scalars(
        select(ContactPerson)
        .where(ContactPerson.email_fingerprint.in_(list(fingerprints)))
        .options(joinedload(ContactPerson.organisation))
        .order_by(ContactPerson.id.desc())
    )
    return {contact.email_fingerprint: contact for contact in found}


def certificates_due(*, now: datetime) -> list[CertificateDue]:
    """Whose child certificate is missing, has expired or soon will, the one that has waited longest first.

    Only people with offers that may be used otherwise: the rest would be work for nothing.
    """
    contact = joinedload(Offer.contact)
    offers = db.session.scalars(
        select(Offer)
        .join(Offer.organisation)
        .where(
            Organisation.state == Vetting.APPROVED,
            Offer.state != Vetting.BLOCKED,
            Offer.availability != Availability.WITHDRAWN,
        )
        .options(
            contact.joinedload(ContactPerson.organisation),
            contact.selectinload(ContactPerson.certificates),
            contact.selectinload(ContactPerson.consents),
        )
        .order_by(Offer.created_at, Offer.id)
    )
    due: dict[int, CertificateDue] = {}
    for offer in offers:
        if offer.contact_id not in due and _is_wanted(offer, now=now):
            line = _certificate_due(offer, today=danish_date(now))
            if line is not None:
                due[offer.contact_id] = line
    return sorted(due.values(), key=lambda line: (line.since, line.contact.id))


def _is_wanted(offer: Offer, *, now: datetime) -> bool:
    return needs_certificate(offer.kinds, offer.age_min) and consent_in_force(offer.contact, now=now) is not None


def _certificate_due(offer: Offer, *, today: date) -> CertificateDue | None:
    standing = [line for line in offer.contact.certificates if line.revoked_on is None]
    if not standing:
        revoked_on = max((line.revoked_on for line in offer.contact.certificates if line.revoked_on), default=None)
        since = revoked_on or danish_date(offer.created_at)
        return CertificateDue(offer.contact, CertificateStatus.MISSING, since, None)
    review_on = max(line.next_review_on for line in standing)
    if review_on > today + SOON:
        return None
    status = CertificateStatus.EXPIRED if review_on <= today else CertificateStatus.CONFIRMED
    return CertificateDue(offer.contact, status, review_on, review_on)


_WITH_PEOPLE = (
    selectinload(Organisation.contacts).selectinload(ContactPerson.certificates),
    selectinload(Organisation.contacts).selectinload(ContactPerson.consents),
)
