"""The host thanks those who came."""

from collections.abc import Callable
from typing import Any

import time_machine

from tests.factories.events import invited, open_event
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW
from volunteer_match.events import due, planning
from volunteer_match.events.check_in import note_presence, walk_in
from volunteer_match.events.models import Event
from volunteer_match.events.thanks import NotThanked
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.people.models import User
from volunteer_match.web.shared import event_words

Arrange = Callable[[Callable[[User], Any]], Any]
Mails = Callable[[], list[OutboxMail]]


def _meeting(karin: User) -> int:
    event = open_event(karin, now=NOW)
    here, _away = invited(event, karin, 2, now=NOW, name="Mette Holm")
    note_presence(event, here, is_here=True, by=karin, now=NOW)
    walk_in(event, name="Ole Bang", email="", people=1, by=karin, now=NOW)
    return event.id


def _held(karin: User, event_id: int) -> None:
    event = db.session.get_one(Event, event_id)
    planning.hold_event(event, by=karin, now=event.ends_at)


def test_there_are_words_for_every_reason() -> None:
    assert set(event_words.NOT_THANKED) == set(NotThanked)


def test_from_the_words_to_the_last_mail(
    admin: Visitor, arrange: Arrange, mails: Mails, clock: time_machine.Traveller
) -> None:
    event_id = arrange(_meeting)
    admin.open(f"/admin/arrangementer/{event_id}").follow("Tak")
    assert "Tak, fordi du var med til Møde om Varige Spor" in admin.text
    assert "Takken kan sendes, når arrangementet er holdt." in admin.text
    admin.fill(text="Tak for kaffe, {nvan}").press("Gem teksten")
    assert "Feltet {nvan} kender vi ikke" in admin.text
    admin.fill(text="Tak for kaffe, {navn}").press("Send en prøve til mig selv")
    assert "Tak for kaffe, Mette Holm" in admin.text
    test = mails()[-1]
    assert (test.to_address, test.template) == ("karin@brslev.example", "event_thanks")

    arrange(lambda karin: _held(karin, event_id))
    admin.open(f"/admin/arrangementer/{event_id}").follow("Sig tak til dem, der kom")
    assert "1 har ikke givet en e-mail" in admin.text
    admin.press("Send 1 takkemail")
    assert "1 takkemail er på vej." in admin.text
    assert "0 af 1 takkemails er sendt" in admin.text
    assert "Alle, der kom og kan få en mail, er takket." in admin.text
    arrange(lambda _karin: due.run_due(now=NOW))
    assert "Tak for kaffe, Mette Holm" in mails()[-1].text_body


def test_an_empty_text_is_ours_and_a_cancelled_event_thanks_nobody(admin: Visitor, arrange: Arrange) -> None:
    event_id = arrange(lambda karin: open_event(karin, now=NOW).id)
    page = f"/admin/arrangementer/{event_id}/tak"
    admin.open(page).fill(text="Mit").press("Gem teksten").fill(text="").press("Gem teksten")
    assert "Tak, fordi du var med til" in admin.form.values["text"]
    arrange(lambda karin: planning.cancel_event(db.session.get_one(Event, event_id), reason="Sne", by=karin, now=NOW))
    admin.press("Gem teksten")
    assert "Arrangementet er aflyst, så der er ikke noget at takke for." in admin.text
