"""Who came is thanked: once, not against their will, and with a way to say what they offer."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.events import guest, invited, open_event
from tests.factories.organisations import approved_offer, club
from tests.factories.people import NOW
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.events import due, inviting, planning, thanks
from volunteer_match.events.audience import Wanted, find_audience
from volunteer_match.events.check_in import IsThanked, note_presence, undo_walk_in, walk_in
from volunteer_match.events.models import CheckIn, Event, Invitation
from volunteer_match.events.states import InvitationSource
from volunteer_match.events.thanks import NotThanked, Thanks
from volunteer_match.events.thanks_mail import known_of
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.outbox import count_as_sent
from volunteer_match.notifications.states import MailState
from volunteer_match.people.models import User
from volunteer_match.proposals.withdrawal import withdraw_volunteer_consent


def comes(event: Event, admin: User, *guests: Invitation) -> list[CheckIn]:
    for each in guests:
        note_presence(event, each, is_here=True, by=admin, now=event.starts_at)
    ids = [each.id for each in guests]
    return list(db.session.scalars(select(CheckIn).where(CheckIn.invitation_id.in_(ids)).order_by(CheckIn.id)))


def walks_in(event: Event, admin: User, email: str) -> CheckIn:
    return walk_in(event, name="Ole Bang", email=email, people=1, by=admin, now=event.starts_at)


def hold(event: Event, admin: User) -> datetime:
    planning.hold_event(event, by=admin, now=event.ends_at)
    return event.ends_at + timedelta(hours=1)


def mails() -> list[OutboxMail]:
    return list(
        db.session.scalars(select(OutboxMail).where(OutboxMail.template == "event_thanks").order_by(OutboxMail.id))
    )


def token_of(mail: OutboxMail) -> str:
    return mail.text_body.split("/tak/")[1].split()[0]


def test_who_came_is_thanked_once_and_who_is_ticked_later_after_them(event: Event, admin: User) -> None:
    here, away, late = invited(event, admin, 3)
    comes(event, admin, here)
    walks_in(event, admin, "ole@post.example")
    with pytest.raises(MoveRefused):
        thanks.say_thanks(event, by=admin, now=event.ends_at)
    now = hold(event, admin)
    assert thanks.thanks_of(event, now=now) == Thanks(to_thank=2, waiting=0, sent=0, failed=0, left_out={})
    assert thanks.say_thanks(event, by=admin, now=now) == 2
    assert thanks.say_thanks(event, by=admin, now=now) == 0
    assert thanks.thanks_of(event, now=now) == Thanks(to_thank=0, waiting=2, sent=0, failed=0, left_out={})
    assert (due.run_due(now=now), due.run_due(now=now)) == (2, 0)
    assert [mail.to_address for mail in mails()] == [here.email, "ole@post.example"]
    assert mails()[0].send_after < mails()[1].send_after, "one after the other"
    comes(event, admin, late)
    assert thanks.say_thanks(event, by=admin, now=now) == 1
    due.run_due(now=now)
    assert [mail.to_address for mail in mails()][2:] == [late.email]
    assert away.email not in {mail.to_address for mail in mails()}
    db.session.commit()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.THANKS_SENT)).all()
    assert [entry.details for entry in entries] == [{"thanks": 2}, {"thanks": 1}]


def test_it_is_told_how_many_have_it(event: Event, admin: User) -> None:
    comes(event, admin, *invited(event, admin, 4))
    now = hold(event, admin)
    thanks.say_thanks(event, by=admin, now=now)
    due.run_due(now=now)
    count_as_sent(now=now + timedelta(minutes=1))
    first, second, third, _fourth = mails()
    first.state, first.sent_at, first.failed_at = MailState.FAILED, None, now
    second.bounced_at, second.bounce_code = now, "5.1.1"
    third.state, third.sent_at = MailState.QUEUED, None
    db.session.flush()
    told = thanks.thanks_of(event, now=now)
    assert (told.waiting, told.sent, told.failed, told.asked_for) == (1, 1, 2, 4)


def test_who_can_not_or_will_not_be_mailed_is_left_out_and_counted(admin: User) -> None:
    offer = approved_offer(admin, who=club(email="mette@asaa.example"))
    event = open_event(admin)
    inviting.add_guests(event, find_audience(event, Wanted(), now=NOW).guests, by=admin, now=NOW)
    unwilling, returned = invited(event, admin, 2)
    withdrew = db.session.scalars(select(Invitation).where(Invitation.source == InvitationSource.ORGANISATION)).one()
    comes(event, admin, withdrew, unwilling, returned)
    walks_in(event, admin, "")
    walks_in(event, admin, "to.gange@post.example")
    inviting.add_guests(event, [guest(email="to.gange@post.example")], by=admin, now=NOW)
    twice = db.session.scalars(select(Invitation).order_by(Invitation.id.desc()).limit(1)).one()
    comes(event, admin, twice)
    returned.bounced_at = NOW
    inviting.want_no_invitations(unwilling, now=NOW)
    withdraw_volunteer_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)
    now = hold(event, admin)
    told = thanks.thanks_of(event, now=now)
    assert told.left_out == dict.fromkeys(NotThanked, 1)
    assert thanks.say_thanks(event, by=admin, now=now) == told.to_thank == 1
    due.run_due(now=now)
    assert [mail.to_address for mail in mails()] == ["to.gange@post.example"]


def test_who_says_no_before_the_mail_is_written_gets_none(event: Event, admin: User) -> None:
    [came] = comes(event, admin, *invited(event, admin))
    now = hold(event, admin)
    thanks.say_thanks(event, by=admin, now=now)
    thanks.want_no_more(came, now=now)
    thanks.want_no_more(came, now=now)
    assert thanks.wants_no_more(came)
    assert due.run_due(now=now) == 0
    assert due.run_due(now=now) == 0
    assert not mails()
    assert thanks.thanks_of(event, now=now).left_out == {NotThanked.WANTS_NO_MAIL: 1}


def test_that_they_came_stays_noted_so_that_nobody_is_thanked_twice(event: Event, admin: User) -> None:
    [here] = invited(event, admin)
    comes(event, admin, here)
    walked = walks_in(event, admin, "ole@post.example")
    now = hold(event, admin)
    thanks.say_thanks(event, by=admin, now=now)
    with pytest.raises(IsThanked):
        note_presence(event, here, is_here=False, by=admin, now=now)
    with pytest.raises(IsThanked):
        undo_walk_in(event, walked.id, by=admin, now=now)


def test_the_link_opens_for_one_who_came_until_it_is_old(event: Event, admin: User) -> None:
    [came] = comes(event, admin, *invited(event, admin, name="Mette", organisation_name="Asaa Kor"))
    now = hold(event, admin)
    thanks.say_thanks(event, by=admin, now=now)
    due.run_due(now=now)
    token = token_of(mails()[0])
    assert thanks.who_came(token, now=now + timedelta(days=59)) is came
    for other, when in ((token, now + timedelta(days=61)), ("x" * 43, now)):
        with pytest.raises(LinkUnusable):
            thanks.who_came(other, now=when)
    known = known_of(came)
    assert (known.name, known.organisation_name, known.email) == ("Mette", "Asaa Kor", came.invitation.email)  # type: ignore[union-attr]


def test_the_words_are_the_hosts_and_the_question_fits_who_reads_it(event: Event, admin: User) -> None:
    approved_offer(admin, who=club(email="mette@asaa.example", organisation_name="Asaa Kor"))
    [offers] = invited(event, admin, email="mette@asaa.example", name="Mette")
    comes(event, admin, offers)
    walks_in(event, admin, "ole@post.example")
    now = hold(event, admin)
    thanks.write_thanks(event, text="Tak for {titel}, {navn}. {titel}", by=admin, now=now)
    thanks.say_thanks(event, by=admin, now=now)
    due.run_due(now=now)
    known, new = mails()
    assert "Tak for Møde om Varige Spor, Mette." in known.text_body
    assert "Du har allerede fortalt os, hvad du kan tilbyde." in known.text_body
    assert "Tak for Møde om Varige Spor, Ole Bang." in new.text_body
    assert "Hvad kan du eller din forening tilbyde?" in new.text_body
    assert (new.unsubscribe or "").endswith(f"/tak/{token_of(new)}/afmeld")


def test_our_own_words_are_in_the_language_of_who_reads_them(event: Event, admin: User) -> None:
    comes(event, admin, *invited(event, admin, language="en"))
    now = hold(event, admin)
    thanks.say_thanks(event, by=admin, now=now)
    due.run_due(now=now)
    assert "Thank you for taking part in Møde om Varige Spor on Sunday 10 January 2027." in mails()[0].text_body


def test_what_was_called_off_is_nothing_to_be_thanked_for(event: Event, admin: User) -> None:
    planning.cancel_event(event, reason="Sne", by=admin, now=NOW)
    with pytest.raises(MoveRefused):
        thanks.write_thanks(event, text="Tak", by=admin, now=NOW)
