"""Who is on the list of an event, and when the list is mailed. The mails are written by the worker (due.py)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import SQLCoreOperations

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import VISITOR, record
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import address_fingerprint
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.event_messages import EventInvitation
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations.consent import counts_at
from volunteer_match.organisations.models import ContactPerson
from volunteer_match.people.models import User

from .event_mail import ABOUT, send_sign_up_link
from .locks import lock_event, lock_event_of
from .models import Event, Invitation, NoInvitations
from .states import ANSWERABLE, CHANGEABLE, EventAction, InvitationSource, InvitationState, Visibility

REGISTERED = (InvitationSource.ORGANISATION, InvitationSource.CITIZEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody to be invited. `email` has been checked by its form."""

    email: str
    name: str
    source: InvitationSource
    language: str = "da"
    organisation_name: str = ""
    organisation_id: int | None = None
    contact_list_id: int | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a list of guests: `twice` counts addresses that were there already or stood in it twice."""

    added: int
    twice: int
    unwanted: int


class NotByInvitation(Exception):
    """Nobody can sign up for this event by themselves."""


def add_guests(event: Event, guests: Iterable[Guest], *, by: User, now: datetime) -> Added:
    """Puts addresses on the list, each once; nothing is mailed yet. Raises MoveRefused when it is over or off.

    Those who want no invitations are left out. A guest from the register must have been chosen by `audience`, which
    knows consents; whoever withdraws before the mail is written is taken off again.
    """
    event = lock_event(event.id)
    if event.state not in CHANGEABLE:
        raise MoveRefused(EventAction.OPEN, event.state)
    given = list(guests)
    wanted = {address_fingerprint(guest.email): guest for guest in reversed(given)}
    there = set(db.session.scalars(select(Invitation.email_fingerprint).where(Invitation.event_id == event.id)))
    unwanted = set(db.session.scalars(select(NoInvitations.email_fingerprint)))
    rows = [
        _row(event, guest, fingerprint=fingerprint, now=now)
        for fingerprint, guest in reversed(wanted.items())
        if fingerprint not in there and fingerprint not in unwanted
    ]
    if rows:
        db.session.execute(insert(Invitation), rows)
        details = {"added": len(rows)}
        record(AuditAction.INVITATIONS_ADDED, by=by.actor, now=now, subject=("event", event.id), details=details)
    left_out = len(wanted.keys() & unwanted - there)
    return Added(added=len(rows), twice=len(given) - len(rows) - left_out, unwanted=left_out)


def _row(event: Event, guest: Guest, *, fingerprint: str, now: datetime) -> dict[str, object]:
    return {
        "event_id": event.id,
        "email": guest.email.strip(),
        "email_fingerprint": fingerprint,
        "name": guest.name,
        "language": guest.language,
        "source": guest.source,
        "organisation_name": guest.organisation_name,
        "organisation_id": guest.organisation_id,
        "contact_list_id": guest.contact_list_id,
        "state": InvitationState.QUEUED,
        "created_at": now,
    }


def remove_guest(invitation: Invitation, *, by: User, now: datetime) -> None:
    """Takes an address off the list as long as no mail has been written to it. Raises MoveRefused afterwards."""
    event = lock_event_of(invitation)
    if invitation.state is not InvitationState.QUEUED:
        raise MoveRefused(EventAction.OPEN, event.state)
    db.session.delete(invitation)
    db.session.flush()
    record(AuditAction.INVITATION_REMOVED, by=by.actor, now=now, subject=("event", event.id))


def send_invitations(event: Event, *, at: datetime, by: User, now: datetime) -> int:
    """Everybody on the list who was not asked yet is mailed from `at` on; returns how many. Raises MoveRefused.

    One statement however long the list: the worker writes and sends the mails one after the other.
    """
    event = lock_event(event.id)
    if event.state not in ANSWERABLE or event.starts_at <= max(at, now):
        raise MoveRefused(EventAction.OPEN, event.state)
    asked = db.session.execute(
        update(Invitation)
        .where(
            Invitation.event_id == event.id,
            Invitation.state == InvitationState.QUEUED,
            or_(Invitation.send_after.is_(None), Invitation.send_after > now),
        )
        .values(send_after=max(at, now))
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.expire_all()
    if asked:
        details = {"invitations": len(asked)}
        record(AuditAction.INVITATIONS_SENT, by=by.actor, now=now, subject=("event", event.id), details=details)
    return len(asked)


def stop_sending(event: Event, *, by: User, now: datetime) -> int:
    """Invitations that have not gone go back on the list, unsent; returns how many stand there now."""
    event = lock_event(event.id)
    take_back_invitations(event, now=now)
    stopped = _send_no_more(event)
    details = {"stopped": stopped}
    record(AuditAction.INVITATIONS_SENT, by=by.actor, now=now, subject=("event", event.id), details=details)
    return stopped


def _send_no_more(event: Event) -> int:
    stopped = db.session.execute(
        update(Invitation)
        .where(
            Invitation.event_id == event.id,
            Invitation.state == InvitationState.QUEUED,
            Invitation.send_after.is_not(None),
        )
        .values(send_after=None)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.expire_all()
    return len(stopped)


def take_back_invitations(event: Event, *, now: datetime) -> None:
    """Invitations that wait in the outbox do not go; they are on the list again, to be written anew."""
    _stop_mails(event, OutboxMail.template == EventInvitation.template, now=now)
    cancelled = select(OutboxMail.id).where(OutboxMail.state == MailState.CANCELLED).scalar_subquery()
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.event_id == event.id,
            Invitation.state == InvitationState.SENT,
            Invitation.mail_id.in_(cancelled),
        )
        .values(state=InvitationState.QUEUED, mail_id=None, told_sequence=None)
        .execution_options(synchronize_session=False)
    )


def stop_all_mails(event: Event, *, now: datetime) -> None:
    """Nothing that waits in the outbox goes, and nobody else is invited: the event is off, or over."""
    _stop_mails(event, now=now)
    take_back_invitations(event, now=now)
    _send_no_more(event)


def _stop_mails(event: Event, *which: ColumnElement[bool], now: datetime) -> None:
    of_event = select(Invitation.id).where(Invitation.event_id == event.id).scalar_subquery()
    waits = (OutboxMail.about_kind == ABOUT, OutboxMail.about_id.in_(of_event), OutboxMail.state == MailState.QUEUED)
    db.session.execute(
        update(OutboxMail)
        .where(*waits, *which)
        .values(state=MailState.CANCELLED, cancelled_at=now)
        .execution_options(synchronize_session=False)
    )


def sign_up(event: Event, *, email: str, name: str, language: str, now: datetime) -> None:
    """Mails a link of their own to who wants to come; the work is the same whether or not we know the address.

    Raises NotByInvitation, MoveRefused.
    """
    event = lock_event(event.id)
    if event.visibility is not Visibility.PUBLIC:
        raise NotByInvitation
    if event.state not in ANSWERABLE or event.starts_at <= now:
        raise MoveRefused(EventAction.OPEN, event.state)
    fingerprint = address_fingerprint(email)
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.event_id == event.id, Invitation.email_fingerprint == fingerprint)
    )
    if invitation is None:
        guest = Guest(email=email, name=name, source=InvitationSource.SIGN_UP, language=language)
        invitation = Invitation(**_row(event, guest, fingerprint=fingerprint, now=now))
        db.session.add(invitation)
        db.session.flush()
    mail = send_sign_up_link(event, invitation, now=now)
    if invitation.state is InvitationState.QUEUED:
        invitation.state, invitation.mail_id = InvitationState.SENT, mail.id
        invitation.told_sequence = event.sequence
        db.session.flush()


def is_unwanted(fingerprint: str) -> bool:
    """Whether the address has asked for no more."""
    known = NoInvitations.email_fingerprint == fingerprint
    return db.session.scalar(select(NoInvitations.id).where(known)) is not None


def want_no_invitations(invitation: Invitation, *, now: datetime) -> None:
    """Nobody invites this address any more. What it answered stays, and can be changed as before."""
    note_unwanted(invitation.email_fingerprint, subject=("invitation", invitation.id), now=now)


def note_unwanted(fingerprint: str, *, subject: tuple[str, int], now: datetime) -> None:
    """The address with this fingerprint has said no; said again it changes nothing."""
    if is_unwanted(fingerprint):
        return
    try:
        with db.session.begin_nested():
            db.session.add(NoInvitations(email_fingerprint=fingerprint, said_at=now))
    except IntegrityError:
        return  # said twice at the same moment, as mail programs do
    record(AuditAction.INVITATIONS_UNWANTED, by=VISITOR, now=now, subject=subject)


def may_be_invited(now: datetime) -> ColumnElement[bool]:
    """Whether a mail may be written that nobody asked for: the address has not said no, and the consent it came from
    still counts.
    """
    return and_(~said_no(Invitation.email_fingerprint), still_consents(now))


def said_no(fingerprint: SQLCoreOperations[str]) -> ColumnElement[bool]:
    """The address is one that wants no mail of this kind."""
    return select(NoInvitations.id).where(NoInvitations.email_fingerprint == fingerprint).exists()


def still_consents(now: datetime) -> ColumnElement[bool]:
    """The guest is not from the register, or has a consent there that counts."""
    consents = (
        select(ContactPerson.id)
        .join(ContactPerson.consents)
        .where(ContactPerson.email_fingerprint == Invitation.email_fingerprint, counts_at(now))
        .exists()
    )
    return or_(Invitation.source.not_in(REGISTERED), consents)
