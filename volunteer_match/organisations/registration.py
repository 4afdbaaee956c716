"""A sign-up: a draft on the server from its first step, one mail, and a link that makes an offer of it.

Nothing exists for others to see until the link has been used: only then do we know that the address is the visitor's.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import VISITOR, record
from volunteer_match.foundation.conditional_moves import change_if, make_move
from volunteer_match.foundation.database import db, take_turns
from volunteer_match.foundation.encryption import address_fingerprint
from volunteer_match.foundation.signed_links import LinkPurpose, LinkUnusable, consume_link, issue_link, revoke_links
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.messages import ConfirmRegistration
from volunteer_match.notifications.outbox import cancel_queued, enqueue

from .consent import TEXT_VERSION, give_consent
from .models import ContactPerson, Offer, Organisation, Registration
from .recognition import find_contact, find_look_alike, find_same_offer
from .sign_up import SignUp
from .states import REGISTRATION_MOVES, RegistrationAction, RegistrationState

LIFETIME = timedelta(days=7)
# What was typed in one step, as a browser sends it: every field with its values.
Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Confirmed:
    """What a confirmed registration led to."""

    offer: Offer
    recognised: bool
    """The very same offer was there already; it was not doubled."""


def start(*, language: str, now: datetime) -> tuple[Registration, str]:
    """A new draft, and the key that belongs in the visitor's cookie only."""
    key = secrets.token_urlsafe(32)
    registration = Registration(key_hash=_hash(key), language=language, created_at=now, changed_at=now)
    db.session.add(registration)
    db.session.flush()
    return registration, key


def find(key: str) -> Registration | None:
    """The registration behind a visitor's key, whatever its state."""
    return db.session.scalar(select(Registration).where(Registration.key_hash == _hash(key)))


def typed(registration: Registration) -> dict[str, Typed]:
    """What has been typed so far, step by step."""
    steps: dict[str, Typed] = json.loads(registration.answers).get("steps", {})
    return steps


def save_answers(*, registration: Registration, step: str, answers: Typed, now: datetime) -> None:
    """Keeps what was typed in one step, right or wrong. Raises MoveRefused once it has been submitted."""
    steps = {**typed(registration), step: {name: list(values) for name, values in answers.items()}}
    values = {"answers": json.dumps({"steps": steps}), "changed_at": now}
    if not change_if(registration, Registration.state == RegistrationState.DRAFT, values):
        raise MoveRefused(RegistrationAction.SUBMIT, registration.state)


def submit(*, registration: Registration, sign_up: SignUp, language: str, now: datetime) -> bool:
    """Closes the draft and mails the link. Asked twice it does so once, and says False the second time."""
    answers = {"steps": typed(registration), "sign_up": sign_up.as_data()}
    values = {
        "state": REGISTRATION_MOVES.target(RegistrationAction.SUBMIT, RegistrationState.DRAFT),
        "answers": json.dumps(answers),
        "language": language,
        "consent_text_version": TEXT_VERSION,
        "submitted_at": now,
        "changed_at": now,
    }
    if not change_if(registration, Registration.state == RegistrationState.DRAFT, values):
        return False
    record(AuditAction.REGISTRATION_SUBMITTED, by=VISITOR, now=now, subject=("registration", registration.id))
    token = issue_link(purpose=LinkPurpose.CONFIRM_REGISTRATION, subject_id=registration.id, now=now, lifetime=LIFETIME)
    enqueue(
        ConfirmRegistration(token=token, name=sign_up.contact_name),
        to=sign_up.email,
        language=language,
        about=("registration", registration.id),
        now=now,
    )
    return True


def reopen(*, registration: Registration, now: datetime) -> None:
    """Back to a draft, as when the address was mistyped; the link that was mailed opens nothing. Raises MoveRefused."""
    values = {"submitted_at": None, "consent_text_version": None, "changed_at": now}
    make_move(registration, Registration.state, REGISTRATION_MOVES, RegistrationAction.REOPEN, **values)
    revoke_links(purpose=LinkPurpose.CONFIRM_REGISTRATION, subject_id=registration.id, now=now)
    cancel_queued(about=("registration", registration.id), now=now)


def confirm(*, token: str, now: datetime) -> Confirmed:
    """Uses the link up and creates, or recognises, organisation, contact person and offer. Raises LinkUnusable."""
    registration_id = consume_link(token, purpose=LinkPurpose.CONFIRM_REGISTRATION, now=now)
    take_turns("recognise")  # two registrations can't both be the first of a club
    registration = db.session.get(Registration, registration_id, populate_existing=True)
    if registration is None or registration.state is not RegistrationState.SUBMITTED:
        raise LinkUnusable
    sign_up = SignUp.from_data(json.loads(registration.answers)["sign_up"])
    contact = _contact_for(sign_up, language=registration.language, now=now)
    give_consent(
        contact=contact, by=contact.actor, now=now, text_version=registration.consent_text_version or TEXT_VERSION
    )
    known = find_same_offer(contact, sign_up.offer)
    offer = known or _new_offer(contact, sign_up, registration=registration, now=now)
    # The answers now live in tables of their own; a second copy would only be one more to erase.
    values = {"confirmed_at": now, "changed_at": now, "answers": "{}"}
    make_move(registration, Registration.state, REGISTRATION_MOVES, RegistrationAction.CONFIRM, **values)
    record(AuditAction.REGISTRATION_CONFIRMED, by=VISITOR, now=now, subject=("registration", registration.id))
    return Confirmed(offer=offer, recognised=known is not None)


def purge_unconfirmed(*, now: datetime) -> int:
    """Removes drafts left lying and registrations whose link has expired; returns how many."""
    removed: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]  # a DELETE gives a cursor
        delete(Registration).where(
            Registration.state != RegistrationState.CONFIRMED, Registration.changed_at <= now - LIFETIME
        )
    )
    return removed.rowcount


def _contact_for(sign_up: SignUp, *, language: str, now: datetime) -> ContactPerson:
    contact = find_contact(sign_up) or _new_contact(sign_up, now=now)
    # What a person tells about themselves last is what holds.
    contact.name, contact.phone, contact.language = sign_up.contact_name, sign_up.phone, language
    db.session.add(contact)
    db.session.flush()
    return contact


def _new_contact(sign_up: SignUp, *, now: datetime) -> ContactPerson:
    look_alike = find_look_alike(sign_up)
    organisation = Organisation(
        kind=sign_up.kind,
        name=sign_up.organisation_name,
        cvr=sign_up.cvr,
        postcode=sign_up.postcode,
        created_at=now,
        possible_duplicate_of_id=look_alike.id if look_alike else None,
    )
    return ContactPerson(
        organisation=organisation,
        email=sign_up.email,
        email_fingerprint=address_fingerprint(sign_up.email),
        created_at=now,
    )


def _new_offer(contact: ContactPerson, sign_up: SignUp, *, registration: Registration, now: datetime) -> Offer:
    offer = Offer(
        **asdict(sign_up.offer),
        organisation=contact.organisation,
        contact=contact,
        registration_id=registration.id,
        created_at=now,
        changed_at=now,
    )
    db.session.add(offer)
    db.session.flush()
    return offer


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
