"""Whom of the register to invite: by area, kind of organisation, kinds of offer and what they answered before.

Nobody who has not said yes to us.

Organisations and citizens are reached through their contact persons, each address once however many roles it has.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.foundation.database import db
from volunteer_match.organisations.consent import consent_in_force
from volunteer_match.organisations.models import ContactPerson, Organisation
from volunteer_match.organisations.states import Availability, OrganisationKind, Vetting

from .inviting import Guest
from .merge_fields import organisation_name
from .models import Event, Invitation, NoInvitations
from .states import ANSWERED, EventState, InvitationSource, InvitationState


class LeftOut(StrEnum):
    """Why somebody who would fit is not invited, in the order in which one hides the next."""

    BLOCKED = "blocked"
    NO_CONSENT = "no_consent"
    WANTS_NO_MAIL = "wants_no_mail"
    ON_THE_LIST = "on_the_list"
    SAME_ADDRESS = "same_address"


class AnsweredBefore(StrEnum):
    """What became of earlier invitations to the same address."""

    CAME = "came"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom the host wants. What is empty sets no limit; of `offer_kinds` one is enough."""

    postcodes: frozenset[str] = frozenset()
    kinds: frozenset[OrganisationKind] = frozenset()
    offer_kinds: frozenset[str] = frozenset()
    answered_before: frozenset[AnsweredBefore] = frozenset()


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would be put on the list, and how many are left out for which reason."""

    guests: Sequence[Guest]
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)


def find_audience(event: Event, wanted: Wanted, *, now: datetime) -> Audience:
    """Everybody in the register who fits, in a constant number of queries."""
    guests: dict[str, Guest] = {}
    left_out: Counter[LeftOut] = Counter()
    listed = set(db.session.scalars(select(Invitation.email_fingerprint).where(Invitation.event_id == event.id)))
    unwanted = set(db.session.scalars(select(NoInvitations.email_fingerprint)))
    meant = _meant(event, wanted.answered_before)
    for contact in _contacts(wanted):
        if meant is not None and contact.email_fingerprint not in meant:
            continue
        reason = _why_not(contact, now=now, unwanted=unwanted, listed=listed, chosen=guests)
        if reason is None:
            guests[contact.email_fingerprint] = _guest(contact)
        else:
            left_out[reason] += 1
    return Audience(list(guests.values()), {reason: left_out[reason] for reason in LeftOut if left_out[reason]})


def _why_not(
    contact: ContactPerson, *, now: datetime, unwanted: set[str], listed: set[str], chosen: Mapping[str, Guest]
) -> LeftOut | None:
    applies = {
        LeftOut.BLOCKED: contact.organisation.state is Vetting.BLOCKED,
        LeftOut.NO_CONSENT: consent_in_force(contact, now=now) is None,
        LeftOut.WANTS_NO_MAIL: contact.email_fingerprint in unwanted,
        LeftOut.ON_THE_LIST: contact.email_fingerprint in listed,
        LeftOut.SAME_ADDRESS: contact.email_fingerprint in chosen,
    }
    return next((reason for reason, holds in applies.items() if holds), None)


def _meant(event: Event, answered_before: frozenset[AnsweredBefore]) -> set[str] | None:
    """Addresses with that past, in one query; None when the past does not matter."""
    if not answered_before:
        return None
    asked = (
        select(Invitation.email_fingerprint, Invitation.state, Event.state)
        .join(Invitation.event)
        .where(Invitation.event_id != event.id, Invitation.state != InvitationState.QUEUED)
    )
    came, answered, silent = set[str](), set[str](), set[str]()
    for address, state, of_event in db.session.execute(asked):
        (answered if state in ANSWERED else silent).add(address)
        if state is InvitationState.YES and of_event is EventState.HELD:
            came.add(address)
    found = {AnsweredBefore.CAME: came, AnsweredBefore.NEVER: silent - answered}
    return set().union(*(found[past] for past in answered_before))


def _contacts(wanted: Wanted) -> Iterable[ContactPerson]:
    statement = (
        select(ContactPerson)
        .join(ContactPerson.organisation)
        .options(
            joinedload(ContactPerson.organisation),
            selectinload(ContactPerson.consents),
            selectinload(ContactPerson.offers),
        )
        .order_by(Organisation.id, ContactPerson.id)
    )
    if wanted.postcodes:
        statement = statement.where(Organisation.postcode.in_(wanted.postcodes))
    if wanted.kinds:
        statement = statement.where(Organisation.kind.in_(wanted.kinds))
    contacts = db.session.scalars(statement).all()
    # Kinds of offer lie in one column as a list, which the database can't search.
    return [contact for contact in contacts if not wanted.offer_kinds or _offers_one_of(contact, wanted.offer_kinds)]


def _offers_one_of(contact: ContactPerson, kinds: frozenset[str]) -> bool:
    return any(kinds & set(offer.kinds) for offer in contact.offers if offer.availability is not Availability.WITHDRAWN)


def _guest(contact: ContactPerson) -> Guest:
    organisation = contact.organisation
    citizen = organisation.kind is OrganisationKind.CITIZEN
    return Guest(
        email=contact.email,
        name=contact.name,
        language=contact.language,
        source=InvitationSource.CITIZEN if citizen else InvitationSource.ORGANISATION,
        organisation_name=organisation_name(organisation.name, organisation.kind),
        organisation_id=organisation.id,
    )
