"""Whom the host may choose from the register, and who is left out."""

from tests.factories.events import guest, open_event
from tests.factories.organisations import approved_offer, club
from tests.factories.people import NOW
from volunteer_match.events import due, inviting
from volunteer_match.events.answers import Answer, Coming, answer
from volunteer_match.events.audience import AnsweredBefore, Audience, LeftOut, Wanted, find_audience
from volunteer_match.events.models import Event, Invitation, NoInvitations
from volunteer_match.events.states import EventState, InvitationSource
from volunteer_match.foundation.database import db
from volunteer_match.notifications.outbox import count_as_sent
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.people.models import User
from volunteer_match.proposals.withdrawal import withdraw_volunteer_consent


def chosen(event: Event, **wanted: object) -> Audience:
    return find_audience(event, Wanted(**wanted), now=NOW)  # type: ignore[arg-type]  # the caller's own words


def addresses(audience: Audience) -> set[str]:
    return {found.email for found in audience.guests}


def test_area_kind_and_offers_each_set_a_limit(event: Event, admin: User) -> None:
    asaa = approved_offer(admin, who=club(organisation_name="Asaa IF", email="asaa@if.example"))
    town = approved_offer(admin, who=club(organisation_name="Town IF", email="town@if.example", postcode="9700"))
    one = approved_offer(
        admin, who=club(kind=OrganisationKind.CITIZEN, email="ole@post.example", contact_name="Ole Bak")
    )
    assert len(chosen(event).guests) == 3
    assert "town@if.example" not in addresses(chosen(event, postcodes=frozenset({asaa.organisation.postcode})))
    assert addresses(chosen(event, kinds=frozenset({OrganisationKind.CITIZEN}))) == {one.contact.email}
    assert addresses(chosen(event, offer_kinds=frozenset({"no_such_kind"}))) == set()
    assert town.contact.email in addresses(chosen(event, offer_kinds=frozenset(town.kinds)))


def test_a_citizen_is_spoken_to_by_name_only(event: Event, admin: User) -> None:
    approved_offer(admin, who=club(kind=OrganisationKind.CITIZEN, email="ole@post.example", contact_name="Ole Bak"))
    [found] = chosen(event).guests
    assert (found.organisation_name, found.source) == ("", InvitationSource.CITIZEN)


def test_who_is_left_out_is_counted_by_reason(event: Event, admin: User) -> None:
    gone, unwilling, there, twice = (
        approved_offer(admin, who=club(organisation_name=f"Forening {n}", email=f"{n}@if.example")) for n in range(4)
    )
    approved_offer(admin, who=club(organisation_name="Samme adresse", email=twice.contact.email.upper()))
    withdraw_volunteer_consent(contact=gone.contact, by=gone.contact.actor, now=NOW)
    db.session.add(NoInvitations(email_fingerprint=unwilling.contact.email_fingerprint, said_at=NOW))
    inviting.add_guests(event, [guest(email=there.contact.email)], by=admin, now=NOW)
    found = chosen(event)
    assert addresses(found) == {twice.contact.email}
    assert found.left_out == {
        LeftOut.NO_CONSENT: 1,
        LeftOut.WANTS_NO_MAIL: 1,
        LeftOut.ON_THE_LIST: 1,
        LeftOut.SAME_ADDRESS: 1,
    }


def test_what_they_answered_before(admin: User) -> None:
    earlier = open_event(admin)
    came, silent, declined = (
        approved_offer(admin, who=club(organisation_name=f"Forening {n}", email=f"{n}@if.example")) for n in range(3)
    )
    _invite_all(earlier, admin)
    for offer, coming in ((came, Coming.YES), (declined, Coming.NO)):
        answer(_invitation(earlier, offer), said=Answer(coming=coming), now=NOW)
    count_as_sent(now=earlier.starts_at)
    due.run_due(now=earlier.ends_at + due.HELD_AFTER_END)
    assert earlier.state is EventState.HELD
    new = approved_offer(admin, who=club(organisation_name="Ny", email="ny@if.example"))
    event = open_event(admin)
    assert addresses(chosen(event, answered_before=frozenset({AnsweredBefore.CAME}))) == {came.contact.email}
    assert addresses(chosen(event, answered_before=frozenset({AnsweredBefore.NEVER}))) == {silent.contact.email}
    assert addresses(chosen(event, answered_before=frozenset(AnsweredBefore))) == {
        came.contact.email,
        silent.contact.email,
    }
    assert new.contact.email in addresses(chosen(event))


def _invite_all(event: Event, admin: User) -> None:
    inviting.add_guests(event, chosen(event).guests, by=admin, now=NOW)
    inviting.send_invitations(event, at=NOW, by=admin, now=NOW)
    due.run_due(now=NOW)


def _invitation(event: Event, offer: Offer) -> Invitation:
    return (
        db.session.query(Invitation)
        .filter_by(event_id=event.id, email_fingerprint=offer.contact.email_fingerprint)
        .one()
    )
