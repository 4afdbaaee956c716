"""Guests answer from their calendar, others pretend to, and mails come back."""

from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest

from tests.events.conftest import use_test_site
from tests.factories.events import invited
from tests.factories.incoming import (
    apple_reply,
    exchange_bounce,
    gmail_bounce,
    google_reply,
    out_of_office,
    outlook_reply,
    postfix_bounce,
)
from tests.factories.mails import mails
from tests.factories.people import NOW
from tests.settings import settings_for_tests
from volunteer_match.events import planning
from volunteer_match.events.answers import Answer, Coming, answer
from volunteer_match.events.due import run_due
from volunteer_match.events.event_details import details_of
from volunteer_match.events.event_mail import guest_uid
from volunteer_match.events.mailed_back import take_in
from volunteer_match.events.models import Event, Invitation
from volunteer_match.events.queries import figures
from volunteer_match.events.states import InvitationState
from volunteer_match.foundation.database import db
from volunteer_match.notifications.messages import OwnPageLink
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.outbox import enqueue
from volunteer_match.notifications.queries import given_up_mails
from volunteer_match.notifications.site import Site, use_site
from volunteer_match.people.models import User

S = InvitationState
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def guest(event: Event, admin: User) -> Invitation:
    """Asked, and silent so far."""
    [invitation] = invited(event, admin)
    return invitation


def replied(
    invitation: Invitation, said: str = "ACCEPTED", *, after: timedelta = timedelta(hours=1), **changes: str
) -> bytes:
    """What Outlook sends for this guest, an hour after they were asked."""
    usual = {"uid": guest_uid(invitation), "attendee": invitation.email, "said": said}
    sequence = int(changes.pop("sequence", invitation.event.sequence))
    return outlook_reply(**{**usual, **changes}, sequence=sequence, at=NOW + after)


def said_by(invitation: Invitation) -> InvitationState:
    """As it is by now."""
    return invitation.state


def calendar_of(mail: OutboxMail) -> icalendar.Event:
    [entry] = icalendar.Calendar.from_ical(mail.calendar or "").walk("VEVENT")
    return entry  # type: ignore[return-value]  # walk() knows only components


@pytest.mark.parametrize("program", [outlook_reply, google_reply, apple_reply])
@pytest.mark.parametrize(("said", "state"), [("ACCEPTED", S.YES), ("TENTATIVE", S.MAYBE), ("DECLINED", S.NO)])
def test_an_answer_from_the_calendar_counts_as_one_on_the_page(
    guest: Invitation, program: Callable[..., bytes], said: str, state: InvitationState
) -> None:
    uid = str(calendar_of(mails("event_invitation")[0])["UID"])
    assert take_in(program(uid, attendee=guest.email.upper(), said=said, at=LATER), now=LATER)
    assert guest.state is state
    assert guest.event.seats_taken == (1 if state is S.YES else 0)
    [receipt] = mails("event_answered", about=guest.id)
    assert (receipt.calendar is not None) == (state is S.YES)


def test_an_answer_is_asked_for_only_where_it_is_read(event: Event, admin: User) -> None:
    settings = settings_for_tests()
    invited(event, admin)
    use_site(Site(settings.base_url, "Kommunen", "hjaelp@kommune.example", "", settings.mail_from, reads_replies=True))
    [guest] = invited(event, admin)
    take_in(replied(guest), now=LATER)
    use_test_site()

    asked = [calendar_of(mail)["ATTENDEE"].params["RSVP"] for mail in mails() if mail.calendar]
    assert asked == ["FALSE", "TRUE", "FALSE"]


def test_the_same_mail_twice_is_one_answer(guest: Invitation) -> None:
    mail = replied(guest)
    assert take_in(mail, now=LATER)
    assert take_in(mail, now=LATER + timedelta(hours=1))
    assert len(mails("event_answered")) == 1
    assert guest.answered_at == LATER


def test_the_last_answer_holds_in_whatever_order_they_come(guest: Invitation) -> None:
    first, second = replied(guest, after=timedelta(minutes=10)), replied(guest, "DECLINED", after=timedelta(minutes=11))
    assert take_in(first, now=LATER)
    assert take_in(second, now=LATER)
    assert said_by(guest) is S.NO
    assert take_in(first, now=LATER)
    assert said_by(guest) is S.NO


def test_what_was_said_on_the_page_since_is_not_undone(guest: Invitation) -> None:
    answer(guest, said=Answer(coming=Coming.NO), now=LATER)
    assert take_in(replied(guest), now=LATER + timedelta(hours=1))
    assert said_by(guest) is S.NO
    assert take_in(replied(guest, after=timedelta(hours=3)), now=LATER + timedelta(hours=4))
    assert said_by(guest) is S.YES


def test_a_clock_that_is_ahead_does_not_shut_out_what_comes_next(guest: Invitation) -> None:
    assert take_in(replied(guest, after=timedelta(days=300)), now=LATER)
    assert guest.said_at == LATER
    assert take_in(replied(guest, "DECLINED", after=timedelta(hours=3)), now=LATER + timedelta(hours=2))
    assert said_by(guest) is S.NO


def test_how_many_come_and_what_they_eat_stays_as_it_was_told(guest: Invitation) -> None:
    question = guest.event.questions[0]
    answer(guest, said=Answer(coming=Coming.YES, people=3, replies={question.id: "Vegetar"}), now=NOW)
    receipts = len(mails("event_answered"))
    assert take_in(replied(guest), now=LATER)
    assert (guest.state, guest.people) == (S.YES, 3)
    assert [reply.reply for reply in guest.replies] == ["Vegetar"]
    assert len(mails("event_answered")) == receipts


def test_a_full_house_is_full_for_calendars_too(guest: Invitation, event: Event, admin: User) -> None:
    [other] = invited(event, admin)
    answer(other, said=Answer(coming=Coming.YES, people=10), now=NOW)
    assert take_in(replied(guest), now=LATER)
    assert (guest.state, guest.people) == (S.WAITING, 1)
    answer(other, said=Answer(coming=Coming.NO), now=LATER)
    assert guest.seat_offers
    assert take_in(replied(guest, after=timedelta(hours=3)), now=LATER + timedelta(hours=2))
    assert (guest.state, event.seats_taken) == (S.YES, 1)


def test_an_answer_to_another_time_or_place_counts_no_longer(guest: Invitation, event: Event, admin: User) -> None:
    early = replied(guest)
    moved = details_of(event)
    planning.change_event(
        event,
        details=type(moved)(**{**moved.columns(), "place": "Hallen"}, questions=moved.questions),
        by=admin,
        now=NOW,
    )
    run_due(now=NOW)
    assert take_in(early, now=LATER)
    assert said_by(guest) is S.SENT
    assert take_in(replied(guest), now=LATER)
    assert said_by(guest) is S.YES


def test_nothing_is_answered_when_it_is_off_or_has_begun(guest: Invitation, event: Event, admin: User) -> None:
    assert take_in(replied(guest), now=event.starts_at)
    planning.cancel_event(event, reason="Sne", by=admin, now=NOW)
    assert take_in(replied(guest), now=LATER)
    assert guest.answered_at is None


def test_who_pretends_is_left_to_people(guest: Invitation, event: Event, admin: User) -> None:
    [mallory] = invited(event, admin)
    theirs = guest_uid(mallory)
    assert theirs != guest_uid(guest)
    pretended = {
        "another's uid": replied(guest, "DECLINED", uid=theirs),
        "the uid of the public file": replied(guest, "DECLINED", uid=event.uid),
        "another's address": replied(guest, "DECLINED", attendee=mallory.email),
        "another sender": replied(guest, "DECLINED", sender=mallory.email),
        "an answer to what was never asked": replied(guest, "DECLINED", sequence="7"),
        "somebody it was passed on to": replied(guest, attendee="ven@post.example"),
        "no calendar": out_of_office(sender=guest.email),
        "a calendar that is none": outlook_reply("x" * 3, attendee=guest.email, said="DELEGATED"),
        "a report of nothing": postfix_bounce(f"<{'0' * 32}@localhost>", to=guest.email),
    }
    assert {why for why, mail in pretended.items() if take_in(mail, now=LATER)} == set()
    assert guest.state is mallory.state is S.SENT
    assert guest.bounced_at is None


@pytest.mark.parametrize(
    ("server", "code"), [(postfix_bounce, "5.1.1"), (exchange_bounce, "5.1.10"), (gmail_bounce, "4.2.2")]
)
def test_a_mail_that_came_back_is_told_to_the_host(
    guest: Invitation, event: Event, server: Callable[..., bytes], code: str
) -> None:
    [mail] = mails("event_invitation")
    assert take_in(server(mail.message_id, to=guest.email), now=LATER)
    assert (guest.bounced_at, guest.bounce_code) == (LATER, code)
    assert figures(event).came_back == 1
    assert given_up_mails(since=LATER) == [mail]

    assert take_in(server(mail.message_id, to=guest.email, status="5.0.0"), now=LATER + timedelta(days=1))
    assert (mail.bounced_at, mail.bounce_code, guest.bounced_at) == (LATER, code, LATER)


def test_who_gets_no_mails_is_not_reminded(guest: Invitation, event: Event, admin: User) -> None:
    [other] = invited(event, admin)
    for mail in mails("event_invitation"):
        mail.sent_at, mail.state = NOW, mail.state.SENT
    take_in(postfix_bounce(mails("event_invitation", about=guest.id)[0].message_id, to=guest.email), now=LATER)
    run_due(now=event.starts_at - timedelta(days=7))
    assert [mail.about_id for mail in mails("event_reminder")] == [other.id]


def test_other_mails_of_ours_come_back_too(admin: User) -> None:
    mail = enqueue(
        OwnPageLink(token="t", name="Bo"), to="bo@post.example", language="da", about=("contact", 1), now=NOW
    )
    assert take_in(postfix_bounce(mail.message_id, to="bo@post.example"), now=LATER)
    assert mail.bounce_code == "5.1.1"
    assert db.session.get(Invitation, 1) is None
