"""The thank-you to one who came: its words, and what we know of whom it is for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkPurpose, issue_link
from volunteer_match.notifications.event_messages import EventThanks
from volunteer_match.notifications.outbox import enqueue
from volunteer_match.notifications.rendering import language_of_mail
from volunteer_match.organisations.models import ContactPerson, Offer, Organisation
from volunteer_match.organisations.states import Availability, OrganisationKind, Vetting

from .event_mail import LINK_LIVES_AFTER, SAMPLE_TOKEN, facts
from .merge_fields import THANKS_TEXT, fill_in
from .models import CheckIn, Event

ABOUT = "check_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What we know of somebody who came. `name` may be empty; `kind` is None of whom the register does not know."""

    name: str
    email: str
    language: str
    organisation_name: str = ""
    kind: OrganisationKind | None = None
    has_offer: bool = False


def known_of(came: CheckIn) -> Known:
    """Of a guest what the list tells, of one who walked in what they gave at the door."""
    guest = came.invitation
    if guest is None:
        fingerprint = came.email_fingerprint
        return Known(
            name=came.name or "", email=came.email or "", language=came.event.language, has_offer=_offers(fingerprint)
        )
    organisation = db.session.get(Organisation, guest.organisation_id) if guest.organisation_id else None
    return Known(
        name=guest.name,
        email=guest.email,
        language=guest.language,
        organisation_name=guest.organisation_name,
        kind=organisation.kind if organisation else None,
        has_offer=_offers(guest.email_fingerprint),
    )


def _offers(fingerprint: str | None) -> bool:
    """Whether the address stands behind an offer that has not been turned down or taken back."""
    found = (
        select(Offer.id)
        .join(Offer.contact)
        .where(
            ContactPerson.email_fingerprint == fingerprint,
            Offer.state != Vetting.BLOCKED,
            Offer.availability != Availability.WITHDRAWN,
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None


def thank(event: Event, came: CheckIn, *, now: datetime, send_after: datetime) -> None:
    """Writes the mail, with a link that stays open as long as those of the invitations."""
    reader = known_of(came)
    token = issue_link(purpose=LinkPurpose.OFFER_AFTER_EVENT, subject_id=came.id, now=now, lifetime=LINK_LIVES_AFTER)
    enqueue(
        _message(event, reader, token=token),
        to=reader.email,
        language=reader.language,
        about=(ABOUT, came.id),
        now=now,
        not_before=send_after,
    )
    came.thanked_at = now


def sample(event: Event, reader: Known) -> EventThanks:
    """The mail as it would be, with a link that opens nothing."""
    return _message(event, reader, token=SAMPLE_TOKEN)


def send_test(event: Event, reader: Known, *, to: str, now: datetime) -> None:
    """The same to the host."""
    enqueue(sample(event, reader), to=to, language=reader.language, about=("event", event.id), now=now)


def _message(event: Event, reader: Known, *, token: str) -> EventThanks:
    language = language_of_mail(reader.language)
    text = event.thanks_text or THANKS_TEXT.in_language(language)
    return EventThanks(
        token=token,
        name=reader.name,
        event=facts(event),
        text=fill_in(text, event=event, reader=reader, language=language),
        has_offer=reader.has_offer,
    )
