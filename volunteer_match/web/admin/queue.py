"""What waits for an admin, the oldest first: enough for ten minutes a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template

from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.encryption import address_fingerprint
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.queries import given_up_mails
from volunteer_match.notifications.queries import queue as outbox_queue
from volunteer_match.organisations.consent import consent_in_force
from volunteer_match.organisations.models import ContactPerson, Offer, Organisation
from volunteer_match.organisations.queries import waiting_offers, waiting_organisations
from volunteer_match.organisations.register import certificates_due, contacts_at
from volunteer_match.organisations.states import Vetting
from volunteer_match.organisations.vetting import is_waiting
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared.access import requires
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

from . import vetting_words
from .blueprint import blueprint

# The oldest come first, so the rest comes into sight as these are dealt with.
SHOWN = 20
# After a month a mail that nobody took is no longer worth a call.
FAILED_MAILS_SHOWN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FailedMail:
    """A mail that nobody took, and the contact person it was meant for where the address is known."""

    mail: OutboxMail
    contact: ContactPerson | None


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation with the offers that wait along with it."""

    organisation: Organisation
    offers: Sequence[Offer]


@blueprint.get("/")
@requires(Permission.VET_ORGANISATIONS)
def queue() -> str:
    """Four short lists; what is done disappears from them."""
    now = utc_now()
    return render_template(
        "admin/queue/show.html",
        organisations=_new_organisations(now),
        offers=_new_offers(now),
        certificates=certificates_due(now=now),
        mails=_failed_mails(now),
        mail_is_late=outbox_queue().is_late(now=now),
        shown=SHOWN,
        kinds=ORGANISATION_KINDS,
        words=vetting_words,
    )


def _new_organisations(now: datetime) -> list[NewOrganisation]:
    return [
        NewOrganisation(organisation, [offer for offer in organisation.offers if is_waiting(offer)])
        for organisation in waiting_organisations()
        if any(consent_in_force(contact, now=now) for contact in organisation.contacts)
    ]


def _new_offers(now: datetime) -> list[Offer]:
    # Those of a new organisation are decided on together with it.
    return [
        offer
        for offer in waiting_offers()
        if offer.organisation.state is Vetting.APPROVED and consent_in_force(offer.contact, now=now)
    ]


def _failed_mails(now: datetime) -> list[FailedMail]:
    mails = given_up_mails(since=now - FAILED_MAILS_SHOWN_FOR)
    addresses = {mail.id: address_fingerprint(mail.to_address) for mail in mails}
    contacts = contacts_at(addresses.values())
    return [FailedMail(mail, contacts.get(addresses[mail.id])) for mail in mails]
