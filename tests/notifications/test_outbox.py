from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from tests.notifications.outbox_app import SITE
from volunteer_match.foundation.database import db
from volunteer_match.notifications.messages import ConfirmRegistration, RequestWithdrawn
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.outbox import cancel_queued, enqueue
from volunteer_match.notifications.queries import LATE, newest_mails, queue
from volunteer_match.notifications.site import Site
from volunteer_match.notifications.states import MailState


def write(now: datetime, *, about: tuple[str, int] = ("proposal", 1), language: str = "da") -> OutboxMail:
    message = RequestWithdrawn(name="Mette", title="Gymnastik")
    return enqueue(message, to="mette@asaa.example", language=language, about=about, now=now)


def test_a_mail_waits_in_the_outbox_with_an_id_that_tells_nothing(app: Flask, now: datetime) -> None:
    first, second = write(now), write(now)
    assert (first.state, first.send_after, first.attempts) == (MailState.QUEUED, now, 0)
    assert first.message_id != second.message_id
    random, _, host = first.message_id.strip("<>").partition("@")
    assert host == SITE.host
    assert len(bytes.fromhex(random)) == 16


@pytest.mark.parametrize(("asked", "written"), [("da", "da"), ("en", "en"), ("en-GB", "en"), ("ar", "da")])
def test_a_mail_is_written_in_a_language_we_have(app: Flask, now: datetime, asked: str, written: str) -> None:
    assert write(now, language=asked).language == written


def test_address_and_words_can_not_be_read_in_the_database(app: Flask, now: datetime) -> None:
    token = "secret-token-of-the-link"
    enqueue(
        ConfirmRegistration(token=token, name="Mette"),
        to="mette@asaa.example",
        language="da",
        about=("registration", 1),
        now=now,
    )
    stored = str(db.session.execute(text("SELECT * FROM outbox_mail")).all())
    assert not any(secret in stored for secret in (token, "mette", "Mette"))


def test_only_what_waits_and_is_about_the_same_is_cancelled(app: Flask, now: datetime) -> None:
    waiting, other, sent = write(now), write(now, about=("proposal", 2)), write(now)
    other_kind = write(now, about=("registration", 1))
    sent.state, sent.sent_at = MailState.SENT, now
    db.session.flush()
    later = now + timedelta(hours=1)
    assert cancel_queued(about=("proposal", 1), now=later) == 1
    db.session.expire_all()
    assert (waiting.state, waiting.cancelled_at) == (MailState.CANCELLED, later)
    assert [mail.state for mail in (other, other_kind, sent)] == [MailState.QUEUED, MailState.QUEUED, MailState.SENT]


def test_the_queue_is_late_when_nobody_takes_what_is_due(app: Flask, now: datetime) -> None:
    assert not queue().is_late(now=now)
    write(now)
    write(now + timedelta(minutes=5))
    found = queue()
    assert (found.waiting, found.failed, found.oldest_due_at) == (2, 0, now)
    assert not found.is_late(now=now + LATE)
    assert found.is_late(now=now + LATE + timedelta(seconds=1))


def test_mails_given_up_are_counted_apart(app: Flask, now: datetime) -> None:
    mail = write(now)
    mail.state, mail.failed_at = MailState.FAILED, now
    db.session.flush()
    found = queue()
    assert (found.waiting, found.failed, found.oldest_due_at) == (0, 1, None)


def test_the_newest_mail_comes_first(app: Flask, now: datetime) -> None:
    mails = [write(now) for _ in range(4)]
    assert [mail.id for mail in newest_mails(limit=3)] == [mail.id for mail in reversed(mails[1:])]


@pytest.mark.parametrize("sender", ["", "Varige Spor", "Varige Spor <>", "Varige Spor <post@>"])
def test_a_sender_that_is_no_address_stops_the_start(sender: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        Site("https://x.example", "Kommune", "a@b.example", "", sender)
