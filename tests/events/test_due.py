"""Which mails of an event the worker writes, and to whom it writes no more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.factories.events import MEETING, invited
from tests.factories.mails import mails
from tests.factories.people import NOW
from volunteer_match.events import planning
from volunteer_match.events.answers import Answer, Coming, answer
from volunteer_match.events.due import run_due
from volunteer_match.events.inviting import want_no_invitations
from volunteer_match.events.models import Event, Invitation
from volunteer_match.foundation.clock import COPENHAGEN
from volunteer_match.notifications.outbox import count_as_sent
from volunteer_match.people.models import User

LATER = NOW + timedelta(hours=1)
IN_SEASON = datetime(2027, 1, 2, 10, tzinfo=COPENHAGEN)


def _news(guest: Invitation) -> int:
    return len(mails("event_changed", about=guest.id)) + len(mails("event_cancelled", about=guest.id))


@pytest.mark.parametrize("coming", [Coming.YES, Coming.MAYBE])
def test_who_answered_hears_of_another_time_even_after_saying_no_to_mail(
    event: Event, admin: User, coming: Coming
) -> None:
    [guest] = invited(event, admin)
    answer(guest, said=Answer(coming=coming), now=NOW)
    want_no_invitations(guest, now=NOW)
    _tell_everybody(event, admin)
    assert _news(guest) == 2


def test_who_only_said_no_to_mail_hears_nothing_more(event: Event, admin: User) -> None:
    silent, unwilling = invited(event, admin, 2)
    want_no_invitations(unwilling, now=NOW)
    _tell_everybody(event, admin)
    assert (_news(silent), _news(unwilling)) == (2, 0)
    assert run_due(now=LATER) == 0, "and the worker is done with it"


def _tell_everybody(event: Event, admin: User) -> None:
    count_as_sent(now=NOW + timedelta(seconds=1))
    details = replace(MEETING, starts_at=event.starts_at + timedelta(hours=1), ends_at=event.ends_at)
    planning.change_event(event, details=details, by=admin, now=NOW)
    run_due(now=NOW)
    planning.cancel_event(event, reason="Sne", by=admin, now=LATER)
    run_due(now=LATER)


def test_a_reminder_goes_once_by_day_before_the_day_we_asked_for(event: Event, admin: User) -> None:
    silent, unwilling = invited(event, admin, 2)
    count_as_sent(now=NOW + timedelta(seconds=1))
    want_no_invitations(unwilling, now=NOW)
    assert [run_due(now=at) for at in (IN_SEASON - timedelta(days=2), IN_SEASON.replace(hour=8))] == [0, 0]
    assert [run_due(now=IN_SEASON + timedelta(minutes=late)) for late in range(3)] == [1, 0, 0]
    assert [len(mails("event_reminder", about=one.id)) for one in (silent, unwilling)] == [1, 0]


def test_a_full_hall_asks_nobody_again(event: Event, admin: User) -> None:
    comes, _silent = invited(event, admin, 2)
    count_as_sent(now=NOW + timedelta(seconds=1))
    answer(comes, said=Answer(coming=Coming.YES, people=event.capacity), now=NOW)
    assert run_due(now=IN_SEASON) == 0
