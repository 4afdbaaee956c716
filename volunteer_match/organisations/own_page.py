"""The way of a contact person to the page of their own: a link by mail, no password."""

from datetime import datetime, timedelta

from sqlalchemy import select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import address_fingerprint
from volunteer_match.foundation.signed_links import LinkPurpose, consume_link, issue_link
from volunteer_match.notifications.messages import OwnPageLink
from volunteer_match.notifications.outbox import enqueue

from .models import ContactPerson

LINK_LIFETIME = timedelta(hours=1)


def send_link(*, email: str, language: str, now: datetime) -> None:
    """Mails a link if the address is a contact person's. The work is the same either way, so time tells nothing."""
    contact = db.session.scalar(
        select(ContactPerson)
        .where(ContactPerson.email_fingerprint == address_fingerprint(email))
        .order_by(ContactPerson.id)
        .limit(1)
    )
    with db.session.begin_nested() as savepoint:
        subject_id = contact.id if contact else 0
        token = issue_link(purpose=LinkPurpose.OPEN_OWN_PAGE, subject_id=subject_id, now=now, lifetime=LINK_LIFETIME)
        enqueue(
            OwnPageLink(token=token, name=contact.name if contact else ""),
            to=contact.email if contact else email,
            language=contact.language if contact else language,
            about=("own_page", subject_id),
            now=now,
        )
        db.session.flush()
        if contact is None:
            savepoint.rollback()


def open_own_page(*, token: str, now: datetime) -> ContactPerson:
    """Uses the link up and returns whose page it opens. Raises LinkUnusable."""
    contact_id = consume_link(token, purpose=LinkPurpose.OPEN_OWN_PAGE, now=now)
    contact = db.session.get_one(ContactPerson, contact_id)
    record(AuditAction.OWN_PAGE_OPENED, by=contact.actor, now=now, subject=("contact_person", contact.id))
    return contact
