"""The contact person's own consent: a ledger of what was agreed to, when, and until when.

The text lies in `templates/public/consent_text/`, one file a version. A new wording is a new version: what
somebody agreed to must be readable as long as the consent counts.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import Actor, record
from volunteer_match.foundation.clock import years_after
from volunteer_match.foundation.database import db
from volunteer_match.notifications.messages import ConsentWithdrawnReceipt
from volunteer_match.notifications.outbox import cancel_queued, enqueue

from .models import ContactPerson, VolunteerConsent

TEXT_VERSIONS = ("2026-11",)
TEXT_VERSION = TEXT_VERSIONS[-1]
LIFETIME_YEARS = 2


class NoConsent(Exception):
    """There is no consent in force to withdraw (any more)."""


def consent_in_force(contact: ContactPerson, *, now: datetime) -> VolunteerConsent | None:
    """The consent that counts now; the one that lasts longest where there are several."""
    in_force = [
        line for line in contact.consents if line.withdrawn_at is None and line.given_at <= now < line.expires_at
    ]
    return max(in_force, key=lambda line: line.expires_at, default=None)


def counts_at(now: datetime) -> ColumnElement[bool]:
    """The same rule for queries: whether a line of the ledger counts."""
    return and_(
        VolunteerConsent.withdrawn_at.is_(None), VolunteerConsent.given_at <= now, VolunteerConsent.expires_at > now
    )


def give_consent(
    *, contact: ContactPerson, by: Actor, now: datetime, text_version: str = TEXT_VERSION
) -> VolunteerConsent:
    """Adds a line to the ledger. Also renews: the lines before it stay as they are."""
    consent = VolunteerConsent(
        contact=contact,
        text_version=text_version,
        given_at=now,
        expires_at=years_after(now, LIFETIME_YEARS),
    )
    db.session.add(consent)
    db.session.flush()
    record(
        AuditAction.VOLUNTEER_CONSENT_GIVEN,
        by=by,
        now=now,
        subject=("contact_person", contact.id),
        details={"text_version": text_version},
    )
    return consent


def withdraw_consent(*, contact: ContactPerson, by: Actor, now: datetime) -> None:
    """Withdraws everything that counts or would count later, at once. Raises NoConsent.

    Mails about their offers that still wait are stopped; a receipt goes out.
    Pages call `proposals.withdrawal.withdraw_volunteer_consent`, which also stops what rests on the consent.
    """
    db.session.flush()
    withdrawn = db.session.scalars(
        update(VolunteerConsent)
        .where(
            VolunteerConsent.contact_id == contact.id,
            VolunteerConsent.withdrawn_at.is_(None),
            VolunteerConsent.expires_at > now,
        )
        .values(withdrawn_at=now)
        .returning(VolunteerConsent.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.expire(contact, ["consents"])
    if not withdrawn:
        raise NoConsent
    db.session.scalars(
        select(VolunteerConsent).where(VolunteerConsent.id.in_(withdrawn)).execution_options(populate_existing=True)
    ).all()
    for offer in contact.offers:
        cancel_queued(about=("offer", offer.id), now=now)
    record(AuditAction.VOLUNTEER_CONSENT_WITHDRAWN, by=by, now=now, subject=("contact_person", contact.id))
    enqueue(
        ConsentWithdrawnReceipt(name=contact.name),
        to=contact.email,
        language=contact.language,
        about=("volunteer_consent", max(withdrawn)),
        now=now,
    )
