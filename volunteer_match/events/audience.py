"""Whom of the register to invite: by area, kind of organisation, kinds of offer and what they answered before.

Nobody who has not said yes to us.

Organisations and citizens are reached through their contact persons, each address once however many roles it has.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_match.foundation.database import db
from volunteer_match.organisations.consent import consent_in_force
from volunteer_match.organisations.models import ContactPerson, Organisation
from volunteer_match.organisations.states import Availability, OrganisationKind, Vetting

from .inviting import Guest
from .merge_fields import organisation_name
from .models import CheckIn, ContactList, Event, Invitation, ListedContact, NoInvitations
from .states import ANSWERED, EventState, InvitationSource, InvitationState


class LeftOut(StrEnum):
    """Why somebody who would fit is not invited, in the order in which one hides the next."""

    BLOCKED = "blocked"
    NO_CONSENT = "no_consent"
    WANTS_NO_MAIL = "wants_no_mail"
    ON_THE_LIST = "on_the_list"
    SAME_ADDRESS = "same_address"


class AnsweredBefore(StrEnum):
    """What became of earlier invitations to the same address; who came without one counts as well."""

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
    audience = _Gathering(event)
    meant = _meant(event, wanted.answered_before)
    for contact in _contacts(wanted):
        if meant is not None and contact.email_fingerprint not in meant:
            continue
        audience.add(contact.email_fingerprint, _guest(contact), audience.why_not(contact, now=now))
    return audience.result()


class _Gathering:
    """Those found so far, each address once, and the reasons of those who are not among them."""

    def __init__(self, event: Event) -> None:
        on_list = select(Invitation.email_fingerprint).where(Invitation.event_id == event.id)
        self._listed = set(db.session.scalars(on_list))
        self._unwanted = set(db.session.scalars(select(NoInvitations.email_fingerprint)))
        self._guests: dict[str, Guest] = {}
        self._left_out: Counter[LeftOut] = Counter()

    def why_not(self, contact: ContactPerson, *, now: datetime) -> LeftOut | None:
        """Of somebody in the register."""
        if contact.organisation.state is Vetting.BLOCKED:
            return LeftOut.BLOCKED
        if consent_in_force(contact, now=now) is None:
            return LeftOut.NO_CONSENT
        return self.why_not_address(contact.email_fingerprint)

    def why_not_address(self, fingerprint: str) -> LeftOut | None:
        """Of any address."""
        applies = {
            LeftOut.WANTS_NO_MAIL: fingerprint in self._unwanted,
            LeftOut.ON_THE_LIST: fingerprint in self._listed,
            LeftOut.SAME_ADDRESS: fingerprint in self._guests,
        }
        return next((reason for reason, holds in applies.items() if holds), None)

    def add(self, fingerprint: str, guest: Guest, reason: LeftOut | None) -> None:
        """One more, unless there is a reason not to."""
        if reason is None:
            self._guests[fingerprint] = guest
        else:
            self._left_out[reason] += 1

    def result(self) -> Audience:
        """In the order in which they came, the reasons in theirs."""
        left_out = {reason: self._left_out[reason] for reason in LeftOut if self._left_out[reason]}
        return Audience(list(self._guests.values()), left_out)


def find_listed(event: Event, contact_list: ContactList, *, now: datetime) -> Audience:
    """Everybody on a brought list, in a constant number of queries. Whom the register knows too is asked as it knows
    them: a consent that was withdrawn there is not gone round by a list.
    """
    audience = _Gathering(event)
    registered = _registered_on(contact_list)
    on_it = select(ListedContact).where(ListedContact.contact_list_id == contact_list.id).order_by(ListedContact.id)
    for listed in db.session.scalars(on_it):
        known = registered.get(listed.email_fingerprint)
        if known is not None:
            reasons = [(contact, audience.why_not(contact, now=now)) for contact in known]
            contact, reason = next((pair for pair in reasons if pair[1] is None), reasons[0])
            audience.add(listed.email_fingerprint, _guest(contact), reason)
        else:
            guest = Guest(
                email=listed.email,
                name=listed.name,
                source=InvitationSource.IMPORTED,
                organisation_name=listed.organisation_name,
                contact_list_id=contact_list.id,
            )
            audience.add(listed.email_fingerprint, guest, audience.why_not_address(listed.email_fingerprint))
    return audience.result()


def _registered_on(contact_list: ContactList) -> Mapping[str, Sequence[ContactPerson]]:
    listed = select(ListedContact.email_fingerprint).where(ListedContact.contact_list_id == contact_list.id)
    found = defaultdict(list)
    for contact in db.session.scalars(
        select(ContactPerson)
        .where(ContactPerson.email_fingerprint.in_(listed))
        .options(joinedload(ContactPerson.organisation), selectinload(ContactPerson.consents))
        .order_by(ContactPerson.id)
    ):
        found[contact.email_fingerprint].append(contact)
    return found


def _meant(event: Event, answered_before: frozenset[AnsweredBefore]) -> set[str] | None:
    """Addresses with that past, in a constant number of queries; None when the past does not matter."""
    if not answered_before:
        return None
    came = _came(event) if AnsweredBefore.CAME in answered_before else set[str]()
    silent = _never_answered(event) if AnsweredBefore.NEVER in answered_before else set[str]()
    return came | silent


def _came(event: Event) -> set[str]:
    """Who was at another event that is held. Where nobody at all was ticked there was no list at the door: then a yes
    is the best we know, and better than to say that nobody came.
    """
    held = and_(Event.id != event.id, Event.state == EventState.HELD)
    address = func.coalesce(Invitation.email_fingerprint, CheckIn.email_fingerprint)
    ticked = select(address).select_from(CheckIn).join(CheckIn.event).outerjoin(CheckIn.invitation)
    had_a_list = select(CheckIn.id).where(CheckIn.event_id == Event.id).exists()
    said_yes = (
        select(Invitation.email_fingerprint)
        .join(Invitation.event)
        .where(held, ~had_a_list, Invitation.state == InvitationState.YES)
    )
    return {*db.session.scalars(ticked.where(held, address.is_not(None))), *db.session.scalars(said_yes)}


def _never_answered(event: Event) -> set[str]:
    """Who was asked before and neither answered nor came."""
    asked = (
        select(Invitation.email_fingerprint, or_(Invitation.state.in_(ANSWERED), CheckIn.id.is_not(None)))
        .outerjoin(CheckIn, CheckIn.invitation_id == Invitation.id)
        .where(Invitation.event_id != event.id, Invitation.state != InvitationState.QUEUED)
    )
    silent, heard_of = set[str](), set[str]()
    for address, was_heard_of in db.session.execute(asked):
        (heard_of if was_heard_of else silent).add(address)
    return silent - heard_of


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
