"""What guests are told by mail, and what their calendars get with it."""

from datetime import datetime, timedelta

from volunteer_match.calendars.entries import Entry, Party, cancellation, request
from volunteer_match.foundation.encryption import key_ring
from volunteer_match.foundation.signed_links import LinkPurpose, issue_link
from volunteer_match.notifications.event_messages import (
    EventAnswered,
    EventCancelled,
    EventChanged,
    EventFacts,
    EventInvitation,
    EventMail,
    EventReminder,
    EventSignUpLink,
    EventTomorrow,
    SeatOffered,
    event_page,
)
from volunteer_match.notifications.messages import Message
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.outbox import CalendarPart, enqueue
from volunteer_match.notifications.rendering import language_of_mail, place
from volunteer_match.notifications.site import site

from .merge_fields import DEFAULT_TEXT, fill_in
from .models import Event, Invitation, SeatOffer
from .states import InvitationState

# So that a thank-you can still be read, and an answer looked up, when it is over.
LINK_LIVES_AFTER = timedelta(days=60)
ABOUT = "invitation"
# Stands where a guest's own token would; opens nothing.
SAMPLE_TOKEN = "eksempel"  # noqa: S105 - on purpose no secret


def facts(event: Event) -> EventFacts:
    """The event as mails tell of it."""
    return EventFacts(
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=event.place,
        address=event.address,
        postcode=event.postcode,
        access_notes=event.access_notes,
        reply_on=event.reply_on,
        contact_name=event.contact_name,
        contact_email=event.contact_email,
        contact_phone=event.contact_phone,
        page=event_page(event.slug),
    )


def guest_uid(invitation: Invitation) -> str:
    """The uid of one guest's entry, the same in every mail to them and told to nobody else.

    Calendar programs give a uid back with their answer and keep nothing else of ours: whoever answers with it has
    read the guest's mail.
    """
    secret = key_ring().fingerprint(f"{invitation.event.uid}\0{invitation.id}", purpose="guest's calendar entry")
    return f"{secret[:40]}@{site().host}"


def entry(event: Event, *, uid: str | None = None) -> Entry:
    """The event as a calendar shows it. It leads to the public page: calendar entries are passed on too."""
    page = site().absolute(event_page(event.slug))
    return Entry(
        uid=uid or event.uid,
        sequence=event.sequence,
        changed_at=event.changed_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        title=event.title,
        description=f"{event.description}\n\n{page}",
        place=", ".join(filter(None, (event.place, event.address, place(event.postcode)))),
        url=page,
    )


def invite(event: Event, invitation: Invitation, *, now: datetime, send_after: datetime) -> None:
    """The invitation itself, with the entry for the guest's calendar."""
    message = EventInvitation(
        token=_link(event, invitation, now=now),
        name=invitation.name,
        event=facts(event),
        text=invitation_words(event, invitation),
        address_from=_address_from(invitation),
    )
    mail = _send(message, invitation, now=now, send_after=send_after, calendar=_request(event, invitation))
    invitation.mail_id, invitation.state = mail.id, InvitationState.SENT
    invitation.told_sequence = event.sequence


def sample(event: Event, guest: Invitation) -> EventInvitation:
    """The invitation as this guest gets it, with a link that leads to the public page only."""
    return EventInvitation(
        token=SAMPLE_TOKEN,
        name=guest.name,
        event=facts(event),
        text=invitation_words(event, guest),
        address_from=_address_from(guest),
    )


def _address_from(invitation: Invitation) -> str:
    """Whoever is written to without having given us the address is told who did (GDPR, article 14)."""
    return (invitation.contact_list.source or "") if invitation.contact_list else ""


def send_test(event: Event, guest: Invitation, *, to: str, language: str, now: datetime) -> None:
    """The same to the host. The calendar entry is left out: it would be the guest's."""
    enqueue(sample(event, guest), to=to, language=language, about=("event", event.id), now=now)


def invitation_words(event: Event, invitation: Invitation) -> str:
    """The host's text, or ours in the guest's language, with everything filled in."""
    language = language_of_mail(invitation.language)
    text = event.invitation_text or DEFAULT_TEXT.in_language(language)
    return fill_in(text, event=event, reader=invitation, language=language)


def send_sign_up_link(event: Event, invitation: Invitation, *, now: datetime) -> OutboxMail:
    """To an address written on the public page: only who reads the mail can take a seat."""
    return _send(_plain(EventSignUpLink, event, invitation, now=now), invitation, now=now)


def say_answered(event: Event, invitation: Invitation, *, now: datetime) -> None:
    """A receipt. Who comes gets the entry again, as accepted: also those who signed up on the page."""
    message = EventAnswered(
        token=_link(event, invitation, now=now),
        name=invitation.name,
        event=facts(event),
        answer=invitation.state.value,
        people=invitation.people,
    )
    comes = invitation.state is InvitationState.YES
    calendar = _request(event, invitation, coming=True) if comes else None
    if comes:
        invitation.told_sequence = event.sequence
    _send(message, invitation, now=now, calendar=calendar)


def say_seat_offered(event: Event, invitation: Invitation, *, offer: SeatOffer, now: datetime) -> None:
    """To the next in line, with a deadline."""
    message = SeatOffered(
        token=_link(event, invitation, now=now),
        name=invitation.name,
        event=facts(event),
        people=offer.people,
        expires_at=offer.expires_at,
    )
    _send(message, invitation, now=now)


def remind(event: Event, invitation: Invitation, *, now: datetime, send_after: datetime) -> None:
    """To who has not answered; once."""
    _send(_plain(EventReminder, event, invitation, now=now), invitation, now=now, send_after=send_after)
    invitation.reminded_at = now


def say_tomorrow(event: Event, invitation: Invitation, *, now: datetime, send_after: datetime) -> None:
    """To who comes; once."""
    message = EventTomorrow(
        token=_link(event, invitation, now=now),
        name=invitation.name,
        event=facts(event),
        people=invitation.people or 1,
    )
    _send(message, invitation, now=now, send_after=send_after)
    invitation.day_before_at = now


def say_changed(event: Event, invitation: Invitation, *, now: datetime, send_after: datetime) -> None:
    """Another time or place, for the guest and for their calendar."""
    coming = invitation.state is InvitationState.YES
    calendar = _request(event, invitation, coming=coming)
    message = _plain(EventChanged, event, invitation, now=now)
    _send(message, invitation, now=now, send_after=send_after, calendar=calendar)
    invitation.told_sequence = event.sequence


def say_cancelled(event: Event, invitation: Invitation, *, now: datetime, send_after: datetime) -> None:
    """It is off, and goes out of the guest's calendar."""
    message = EventCancelled(token="", name=invitation.name, event=facts(event), reason=event.cancel_reason or "")
    theirs = entry(event, uid=guest_uid(invitation))
    text = cancellation(theirs, organiser=_organiser(), guest=Party(invitation.email, invitation.name))
    _send(message, invitation, now=now, send_after=send_after, calendar=CalendarPart("CANCEL", text))
    invitation.told_sequence = event.sequence


def _request(event: Event, invitation: Invitation, *, coming: bool = False) -> CalendarPart:
    """Who has said yes is not asked again, so that no calendar that answers by itself ever goes round in a circle."""
    text = request(
        entry(event, uid=guest_uid(invitation)),
        organiser=_organiser(),
        guest=Party(invitation.email, invitation.name),
        coming=coming,
        rsvp=site().reads_replies and not coming,
    )
    return CalendarPart("REQUEST", text)


def _organiser() -> Party:
    sender = site().sender
    return Party(sender.addr_spec, sender.display_name)


def _plain(kind: type[EventMail], event: Event, invitation: Invitation, *, now: datetime) -> EventMail:
    return kind(token=_link(event, invitation, now=now), name=invitation.name, event=facts(event))


def _link(event: Event, invitation: Invitation, *, now: datetime) -> str:
    """Only the hash of a link is kept, so each mail has one of its own; they all open the same page."""
    lifetime = max(event.ends_at, now) + LINK_LIVES_AFTER - now
    return issue_link(purpose=LinkPurpose.ANSWER_INVITATION, subject_id=invitation.id, now=now, lifetime=lifetime)


def _send(
    message: Message,
    invitation: Invitation,
    *,
    now: datetime,
    send_after: datetime | None = None,
    calendar: CalendarPart | None = None,
) -> OutboxMail:
    return enqueue(
        message,
        to=invitation.email,
        language=invitation.language,
        about=(ABOUT, invitation.id),
        now=now,
        not_before=send_after,
        calendar=calendar,
    )
