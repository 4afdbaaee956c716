"""From invitation to offer, right to the last person."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as sql_event
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.events.conftest import use_test_site
from tests.factories.events import guest, invited, open_event
from tests.factories.organisations import approved_offer, club, sign_up
from tests.factories.people import NOW, hire
from volunteer_match.events import contact_lists, inviting, planning, sheets
from volunteer_match.events.answers import Answer, Coming, answer
from volunteer_match.events.check_in import note_presence, walk_in
from volunteer_match.events.funnel import WALKED_IN, Funnel, Stages, Way, funnel_by_event, funnel_of, together
from volunteer_match.events.models import CheckIn, ContactList, Event, Invitation
from volunteer_match.events.offer_origins import note_origin
from volunteer_match.events.states import ANSWERED, InvitationSource, InvitationState
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.outbox import count_as_sent
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations.models import Offer, Registration
from volunteer_match.organisations.states import Vetting
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

LINK, CODE = "link", "code"


def brought(admin: User, name: str) -> ContactList:
    data = f"E-mail\n{name}@liste.example\n".encode()
    sheet = sheets.read_sheet(data)
    found = contact_lists.upload(sheet, data=data, file_name="liste.csv", by=admin, now=NOW)
    origin = contact_lists.Origin(name=name, source="foreningsportalen", legal_note="offentlige adresser")
    contact_lists.take_in(found, columns={contact_lists.Column.EMAIL: 0}, origin=origin, by=admin, now=NOW)
    return found


def comes(event: Event, guest: Invitation, admin: User) -> CheckIn:
    note_presence(event, guest, is_here=True, by=admin, now=event.starts_at)
    return db.session.scalars(select(CheckIn).where(CheckIn.invitation_id == guest.id)).one()


def says(coming: Coming, *guests: Invitation, people: int = 1) -> None:
    for each in guests:
        answer(each, said=Answer(coming=coming, people=people), now=NOW)


def came_of(offer: Offer, event: Event, came: CheckIn | None) -> None:
    registration = db.session.get_one(Registration, offer.registration_id)
    note_origin(registration, event=event, came=came, now=NOW)


def counted(stages: Stages) -> dict[str, int]:
    """What isn't nought."""
    return {name: number for name, number in asdict(stages).items() if number}


def test_a_meeting_counted_by_hand(admin: User) -> None:
    event = open_event(admin, capacity=6)
    villages = brought(admin, "Landsbylauget")
    clubs = invited(event, admin, 4)
    for each in clubs:
        each.source = InvitationSource.ORGANISATION
    listed = invited(event, admin, 3, source=InvitationSource.IMPORTED, contact_list_id=villages.id)
    count_as_sent(now=event.starts_at)
    # The server refused one of the clubs at once; one of the list came back a day later.
    refused = clubs[3].mail
    assert refused is not None
    refused.state, refused.sent_at, refused.failed_at = MailState.FAILED, None, NOW
    listed[2].bounced_at = NOW
    # One more was put on the list and never written to.
    inviting.add_guests(event, [guest(source=InvitationSource.SINGLE)], by=admin, now=NOW)
    inviting.sign_up(event, email="selv@post.example", name="Selv", language="da", now=NOW)
    own = db.session.scalars(select(Invitation).where(Invitation.source == InvitationSource.SIGN_UP)).one()
    says(Coming.YES, clubs[0], people=2)
    says(Coming.YES, clubs[1], own)
    says(Coming.NO, clubs[2])
    says(Coming.MAYBE, listed[0])
    says(Coming.YES, listed[1], people=4)
    assert listed[1].state is InvitationState.WAITING
    planning.hold_event(event, by=admin, now=event.starts_at)

    came = comes(event, clubs[0], admin)
    comes(event, listed[0], admin)
    late = comes(event, listed[1], admin)
    walked = walk_in(event, name="Ole", email="ole@post.example", people=2, by=admin, now=event.starts_at)
    walk_in(event, name="Ukendt", email="", people=1, by=admin, now=event.starts_at)
    came_of(approved_offer(admin, who=club(email=clubs[0].email, organisation_name="A")), event, came)
    came_of(sign_up(club(email=clubs[0].email, organisation_name="A", details={"title": "Mere"})), event, came)
    # By the code at the door: one we know by the address, one with another address than ours, one nobody ticked.
    came_of(sign_up(club(email=late.invitation.email if late.invitation else "", organisation_name="B")), event, None)
    came_of(sign_up(club(email="ole@post.example", organisation_name="C")), event, walked)
    came_of(sign_up(club(email="fremmed@post.example", organisation_name="D")), event, None)
    sign_up(club(organisation_name="E"))

    found = funnel_of(event)
    assert {(way.source, way.list_name): counted(stages) for way, stages in found.ways.items()} == {
        (InvitationSource.ORGANISATION, ""): {
            "on_list": 4,
            "invited": 4,
            "delivered": 3,
            "failed": 1,
            "answered": 3,
            "yes": 2,
            "no": 1,
            "people_expected": 3,
            "came": 1,
            "came_after_yes": 1,
            "people": 2,
            "offering": 1,
            "offers": 2,
            "approved": 1,
        },
        (InvitationSource.IMPORTED, "Landsbylauget"): {
            "on_list": 3,
            "invited": 3,
            "delivered": 2,
            "failed": 1,
            "answered": 2,
            "maybe": 1,
            "waiting": 1,
            "came": 2,
            "people": 5,
            "offering": 1,
            "offers": 1,
        },
        (InvitationSource.SINGLE, ""): {"on_list": 1},
        # The mails of those who wrote themselves on wait no longer: the meeting is over.
        (InvitationSource.SIGN_UP, ""): {"on_list": 1, "invited": 1, "answered": 1, "yes": 1, "people_expected": 1},
        (None, ""): {"came": 2, "people": 3, "offering": 1, "offers": 2},
    }
    assert found.walked_in == found.ways[WALKED_IN]
    assert counted(found.total) == {
        "on_list": 9,
        "invited": 8,
        "delivered": 5,
        "failed": 2,
        "answered": 6,
        "yes": 3,
        "maybe": 1,
        "no": 1,
        "waiting": 1,
        "people_expected": 4,
        "came": 5,
        "came_after_yes": 1,
        "people": 10,
        "offering": 3,
        "offers": 5,
        "approved": 1,
    }


def test_each_event_has_its_own_and_all_together_are_their_sum(admin: User, event: Event) -> None:
    later = open_event(admin)
    comes(event, invited(event, admin)[0], admin)
    invited(later, admin, 2)
    walk_in(later, name="Ole", email="", people=3, by=admin, now=NOW)
    open_event(admin)
    found = dict(funnel_by_event())
    assert found == {event: funnel_of(event), later: funnel_of(later)}, "one that nobody is invited to is left out"
    assert together(found.values()).total == found[event].total + found[later].total
    assert list(together(found.values()).ways) == [Way(InvitationSource.SINGLE), WALKED_IN]


def test_two_lists_of_one_name_stay_two_until_they_are_thrown_away(admin: User, event: Event) -> None:
    lists = [brought(admin, name) for name in ("a", "b")]
    for each in lists:
        each.name = "Sangforeninger"
        invited(event, admin, source=InvitationSource.IMPORTED, contact_list_id=each.id)
    assert [(way.list_name, stages.on_list) for way, stages in funnel_of(event).ways.items()] == [
        ("Sangforeninger", 1),
        ("Sangforeninger", 1),
    ]
    for each in lists:
        contact_lists.throw_away(each, by=admin, now=NOW)
    assert funnel_of(event).ways == {Way(InvitationSource.IMPORTED): funnel_of(event).total}


def test_it_takes_four_queries_however_many_come(admin: User, event: Event) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        sql_event.listen(db.engine, "before_cursor_execute", note)
        try:
            funnel_of(event)
        finally:
            sql_event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    event_id = event.id
    assert statements() == 4
    for each in invited(event, admin, 8):
        comes(event, each, admin)
    db.session.flush()
    assert event.id == event_id
    assert statements() == 4


@dataclass(frozen=True)
class Party:
    """What became of one of the guests, as Hypothesis draws it."""

    source: InvitationSource
    state: InvitationState
    mail: MailState
    bounced: bool
    people: int
    came: bool
    offers: tuple[tuple[str, Vetting], ...]


PARTIES = st.lists(
    st.builds(
        Party,
        source=st.sampled_from(InvitationSource),
        state=st.sampled_from(InvitationState),
        mail=st.sampled_from([MailState.QUEUED, MailState.SENT, MailState.FAILED]),
        bounced=st.booleans(),
        people=st.integers(1, 4),
        came=st.booleans(),
        offers=st.lists(st.tuples(st.sampled_from([LINK, CODE]), st.sampled_from(Vetting)), max_size=2).map(tuple),
    ),
    max_size=6,
)


@pytest.fixture
def hall(session: Session) -> Iterator[tuple[Event, User, Sequence[Invitation], Sequence[Offer]]]:
    """A meeting with six guests, and twelve offers that came of nothing so far, two with the address of each guest."""
    use_test_site()
    admin = hire("Ditte", Role.ADMIN)
    event = open_event(admin)
    guests = invited(event, admin, 6)
    offers = [
        sign_up(club(email=each.email, organisation_name=each.name, details={"title": f"Tilbud {number}"}))
        for each in guests
        for number in range(2)
    ]
    db.session.flush()
    yield event, admin, guests, offers
    session.rollback()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parties=PARTIES)
def test_no_stage_has_more_than_the_one_before_and_nobody_is_lost(
    hall: tuple[Event, User, Sequence[Invitation], Sequence[Offer]], parties: list[Party]
) -> None:
    event, admin, guests, offers = hall
    with db.session.begin_nested() as tried:
        for number, party in enumerate(parties):
            _happen(event, guests[number], party, offers[2 * number : 2 * number + 2], admin)
        for rest in guests[len(parties) :]:
            db.session.delete(rest)
        db.session.flush()
        found = funnel_of(event)
        tried.rollback()
    for stages in (*found.ways.values(), found.total):
        _must_hold(stages)
    assert found.total == _counted_one_by_one(parties)
    assert {way.source for way in found.ways} == {party.source for party in parties} | (
        {None} if any(not party.came and _is_code(party) for party in parties) else set()
    )


def _is_code(party: Party) -> bool:
    return any(by == CODE for by, _state in party.offers)


def _happen(event: Event, guest: Invitation, party: Party, offers: Sequence[Offer], admin: User) -> None:
    guest.source, guest.state = party.source, party.state
    coming = party.state in {InvitationState.YES, InvitationState.WAITING}
    guest.people = party.people if coming else None
    guest.waiting_since = NOW if party.state is InvitationState.WAITING else None
    guest.answered_at = NOW if party.state in ANSWERED else None
    guest.bounced_at = NOW if party.bounced else None
    mail = db.session.get_one(OutboxMail, guest.mail_id)
    mail.state = party.mail
    mail.sent_at = NOW if party.mail is MailState.SENT else None
    mail.failed_at = NOW if party.mail is MailState.FAILED else None
    db.session.flush()
    came = comes(event, guest, admin) if party.came else None
    for offer, (by, state) in zip(offers, party.offers, strict=False):
        offer.state = state
        offer.decided_at = None if state is Vetting.NEW else NOW
        offer.state_reason = "Passer ikke" if state is Vetting.BLOCKED else None
        if by == CODE or came:
            came_of(offer, event, came if by == LINK else None)
    db.session.flush()


def _must_hold(of: Stages) -> None:
    assert of.on_list >= of.invited >= of.answered >= of.yes
    assert of.delivered + of.failed <= of.invited
    assert of.answered == of.yes + of.maybe + of.no + of.waiting + of.lapsed
    assert of.came_after_yes <= min(of.yes, of.came)
    assert of.came <= of.people
    assert of.offering <= of.came
    assert of.offering <= of.offers
    assert of.approved <= of.offers


def _counted_one_by_one(parties: list[Party]) -> Stages:
    total = Stages()
    for party in parties:
        invited = party.state is not InvitationState.QUEUED
        failed = party.bounced or party.mail is MailState.FAILED
        counts = [state for by, state in party.offers if by == CODE or party.came]
        total += Stages(
            on_list=1,
            invited=invited,
            delivered=invited and party.mail is MailState.SENT and not failed,
            failed=invited and failed,
            answered=party.state in ANSWERED,
            yes=party.state is InvitationState.YES,
            maybe=party.state is InvitationState.MAYBE,
            no=party.state is InvitationState.NO,
            waiting=party.state is InvitationState.WAITING,
            lapsed=party.state is InvitationState.EXPIRED,
            people_expected=party.people if party.state is InvitationState.YES else 0,
            came=party.came,
            came_after_yes=party.came and party.state is InvitationState.YES,
            people=_heads(party) if party.came else 0,
            offering=party.came and bool(counts),
            offers=len(counts),
            approved=counts.count(Vetting.APPROVED),
        )
    return total


def _heads(party: Party) -> int:
    return party.people if party.state in {InvitationState.YES, InvitationState.WAITING} else 1


def test_an_event_nobody_was_asked_to_has_no_ways(event: Event) -> None:
    assert funnel_of(event) == Funnel({})
