"""From invitation to offer: how far everybody got, for each way in which an address came on the list.

Counted are addresses, and those who walked in: one each, however many people they brought; `people` counts heads.
An offer counts when it was signed up through the link in the thanks or the code at the door, so that nobody has to
guess. It belongs to the guest who got the link; one that came by the code, to the guest with the same address, and
otherwise to those who walked in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations.models import ContactPerson, Offer
from volunteer_match.organisations.states import Vetting

from .models import CheckIn, ContactList, Event, Invitation, OfferOrigin
from .states import ANSWERED, InvitationSource, InvitationState


@dataclass(frozen=True, slots=True)
class Way:
    """How an address came on the list. Without a source it is that of those who walked in.

    Each brought list is a way of its own; those of lists that were thrown away since are one together.
    """

    source: InvitationSource | None
    list_id: int | None = None
    list_name: str = ""


WALKED_IN = Way(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """How many got how far. Who walked in is in `came` and what follows it only.

    `invited` were mailed, or wrote themselves on; what is neither `delivered` nor `failed` of it is under way.
    `answered` is the sum of the five answers; `came_after_yes` is part of `yes` and of `came`.
    `offering` are those of `came` from whom an offer came, `offers` and `approved` are offers.
    """

    on_list: int = 0
    invited: int = 0
    delivered: int = 0
    failed: int = 0
    answered: int = 0
    yes: int = 0
    maybe: int = 0
    no: int = 0
    waiting: int = 0
    lapsed: int = 0
    people_expected: int = 0
    came: int = 0
    came_after_yes: int = 0
    people: int = 0
    offering: int = 0
    offers: int = 0
    approved: int = 0

    def __add__(self, other: "Stages") -> "Stages":
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Stages(**dict(zip(self.__slots__, (one + two for one, two in pairs), strict=True)))


@dataclass(frozen=True, slots=True)
class Funnel:
    """The stages by way, in the order of the sources, those who walked in last."""

    ways: Mapping[Way, Stages]

    @property
    def total(self) -> Stages:
        """All ways together."""
        return sum(self.ways.values(), Stages())

    @property
    def walked_in(self) -> Stages:
        """Those who were on no list."""
        return self.ways.get(WALKED_IN, Stages())


def funnel_of(event: Event) -> Funnel:
    """One event's, in four queries however many guests."""
    return _funnels(event.id).get(event.id, Funnel({}))


def funnel_by_event() -> Sequence[tuple[Event, Funnel]]:
    """Every event somebody was invited or came to, the latest first; in five queries."""
    funnels = _funnels(None)
    events = db.session.scalars(select(Event).order_by(Event.starts_at.desc(), Event.id.desc()))
    return [(event, funnels[event.id]) for event in events if event.id in funnels]


def together(funnels: Iterable[Funnel]) -> Funnel:
    """Several events as one. Somebody who was at two counts twice."""
    summed: defaultdict[Way, Stages] = defaultdict(Stages)
    for funnel in funnels:
        for way, stages in funnel.ways.items():
            summed[way] += stages
    return _in_order(summed)


# Of one event: the source and the brought list, and how many got how far that way.
_Part = tuple[int, InvitationSource | None, int | None, Stages]


def _funnels(event_id: int | None) -> Mapping[int, Funnel]:
    """By event; of one event, or of all."""
    names = {row.id: row.name for row in db.session.execute(select(ContactList.id, ContactList.name))}
    found: defaultdict[int, defaultdict[Way, Stages]] = defaultdict(lambda: defaultdict(Stages))
    for of_event, source, list_id, stages in (*_invited(event_id), *_walked_in(event_id), *_offers(event_id)):
        found[of_event][Way(source, list_id, names.get(list_id, "") if list_id else "")] += stages
    return {of_event: _in_order(ways) for of_event, ways in found.items()}


def _in_order(ways: Mapping[Way, Stages]) -> Funnel:
    order = (*InvitationSource, None)
    return Funnel(dict(sorted(ways.items(), key=lambda item: (order.index(item[0].source), item[0].list_name))))


def _of(column: InstrumentedAttribute[int], event_id: int | None) -> ColumnElement[bool]:
    return true() if event_id is None else column == event_id


def _invited(event_id: int | None) -> Iterator[_Part]:
    state = Invitation.state
    invited = state != InvitationState.QUEUED
    bounced = Invitation.bounced_at.is_not(None)
    columns: dict[str, ColumnElement[int]] = {
        "on_list": func.count(),
        "invited": func.count().filter(invited),
        "delivered": func.count().filter(invited, OutboxMail.state == MailState.SENT, ~bounced),
        "failed": func.count().filter(invited, or_(OutboxMail.state == MailState.FAILED, bounced)),
        "answered": func.count().filter(state.in_(ANSWERED)),
        "yes": func.count().filter(state == InvitationState.YES),
        "maybe": func.count().filter(state == InvitationState.MAYBE),
        "no": func.count().filter(state == InvitationState.NO),
        "waiting": func.count().filter(state == InvitationState.WAITING),
        "lapsed": func.count().filter(state == InvitationState.EXPIRED),
        "people_expected": func.coalesce(func.sum(Invitation.people).filter(state == InvitationState.YES), 0),
        "came": func.count(CheckIn.id),
        "came_after_yes": func.count(CheckIn.id).filter(state == InvitationState.YES),
        "people": func.coalesce(func.sum(CheckIn.people), 0),
    }
    way = (Invitation.event_id, Invitation.source, Invitation.contact_list_id)
    rows = db.session.execute(
        select(*way, *columns.values())
        .select_from(Invitation)
        .outerjoin(Invitation.mail)
        .outerjoin(CheckIn, CheckIn.invitation_id == Invitation.id)
        .where(_of(Invitation.event_id, event_id))
        .group_by(*way)
    )
    for of_event, source, list_id, *counts in rows:
        yield of_event, source, list_id, Stages(**dict(zip(columns, counts, strict=True)))


def _walked_in(event_id: int | None) -> Iterator[_Part]:
    rows = db.session.execute(
        select(CheckIn.event_id, func.count(), func.sum(CheckIn.people))
        .where(CheckIn.invitation_id.is_(None), _of(CheckIn.event_id, event_id))
        .group_by(CheckIn.event_id)
    )
    for of_event, came, people in rows:
        yield of_event, None, None, Stages(came=came, people=people)


def _offers(event_id: int | None) -> Iterator[_Part]:
    by = (
        select(
            OfferOrigin.event_id,
            Offer.state,
            func.coalesce(OfferOrigin.check_in_id, _came_with_this_address()).label("check_in_id"),
        )
        .join(Offer, Offer.registration_id == OfferOrigin.registration_id)
        .join(Offer.contact)
        .where(_of(OfferOrigin.event_id, event_id))
        .subquery()
    )
    way = (by.c.event_id, Invitation.source, Invitation.contact_list_id)
    rows = db.session.execute(
        select(
            *way,
            func.count(by.c.check_in_id.distinct()),
            func.count(),
            func.count().filter(by.c.state == Vetting.APPROVED),
        )
        .select_from(by)
        .outerjoin(CheckIn, CheckIn.id == by.c.check_in_id)
        .outerjoin(CheckIn.invitation)
        .group_by(*way)
    )
    for of_event, source, list_id, offering, offers, approved in rows:
        yield of_event, source, list_id, Stages(offering=offering, offers=offers, approved=approved)


def _came_with_this_address() -> ScalarSelect[int | None]:
    """Of those who came to the event, the one with the address of the offer's contact person."""
    came, guest = aliased(CheckIn), aliased(Invitation)
    return (
        select(func.min(came.id))
        .outerjoin(guest, guest.id == came.invitation_id)
        .where(
            came.event_id == OfferOrigin.event_id,
            func.coalesce(guest.email_fingerprint, came.email_fingerprint) == ContactPerson.email_fingerprint,
        )
        .scalar_subquery()
    )
