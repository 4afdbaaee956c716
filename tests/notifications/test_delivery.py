import asyncio
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from tests.notifications.mail_server import MailServer, free_port, server_that_hangs_up
from tests.notifications.outbox_app import mail_settings
from tests.notifications.test_rendering import ANSWERS
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import KeyRing, use_key_ring
from volunteer_match.notifications.delivery import LEASE, PAUSES, compose, deliver_due
from volunteer_match.notifications.event_messages import EventReminder
from volunteer_match.notifications.messages import ConfirmRegistration, OwnPageLink
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.outbox import cancel_queued, enqueue
from volunteer_match.notifications.states import MailState

TOKEN = "t" * 43
EVENT = ANSWERS["event"]
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180  # a busy machine starts a worker slowly


def queue_mail(now: datetime, *, to: str = "mette@asaa.example", name: str = "Mette Østergård", about: int = 1) -> int:
    mail = enqueue(
        ConfirmRegistration(token=TOKEN, name=name), to=to, language="da", about=("registration", about), now=now
    )
    mail_id = mail.id
    db.session.commit()
    return mail_id


def deliver(port: int, now: datetime) -> int:
    return deliver_due(settings=mail_settings(port), clock=lambda: now)


def mail_row(mail_id: int) -> OutboxMail:
    """As stored now, and with no transaction left open: on SQLite it would keep the worker out."""
    row = db.session.get_one(OutboxMail, mail_id, populate_existing=True)
    db.session.expunge(row)
    db.session.rollback()
    return row


def change(mail_id: int, **values: object) -> None:
    db.session.execute(update(OutboxMail).where(OutboxMail.id == mail_id).values(**values))
    db.session.commit()


def test_a_mail_arrives_as_text_and_html_with_the_headers_of_an_automatic_mail(
    app: Flask, mail_server: MailServer, now: datetime
) -> None:
    mail_id = queue_mail(now)
    assert deliver(mail_server.port, now) == 1

    [mail] = mail_server.mails
    assert mail_server.recipients == ["mette@asaa.example"]
    assert mail["From"] == "Varige Spor <post@varigespor.example>"
    assert mail["To"] == "mette@asaa.example"
    assert mail["Subject"] == "Bekræft din tilmelding"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "da"
    assert mail["Date"].datetime == now
    row = mail_row(mail_id)
    assert mail["Message-ID"] == row.message_id
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    link = f"https://varigespor.example/tilmeld/bekraeft/{TOKEN}"
    assert text.get_content_type() == "text/plain"
    assert link in text.get_content().splitlines()
    assert html.get_content_type() == "text/html"
    assert f'href="{link}"' in html.get_content()
    for part in (text, html):
        assert "Hej Mette Østergård" in part.get_content()
    assert (row.state, row.sent_at, row.attempts, row.leased_until) == (MailState.SENT, now, 1, None)


def test_a_sent_mail_is_not_sent_again(app: Flask, mail_server: MailServer, now: datetime) -> None:
    queue_mail(now)
    deliver(mail_server.port, now)
    assert deliver(mail_server.port, now + timedelta(days=2)) == 0
    assert len(mail_server.mails) == 1


def test_mails_go_in_the_order_they_were_written(app: Flask, mail_server: MailServer, now: datetime) -> None:
    for minute, name in enumerate(("a", "b", "c")):
        queue_mail(now + timedelta(minutes=minute), to=f"{name}@asaa.example")
    deliver(mail_server.port, now + timedelta(hours=1))
    assert mail_server.recipients == ["a@asaa.example", "b@asaa.example", "c@asaa.example"]


def test_a_mail_waits_while_the_server_refuses_connections(app: Flask, now: datetime) -> None:
    mail_id, port = queue_mail(now), free_port()
    assert deliver(port, now) == 0
    row = mail_row(mail_id)
    assert (row.state, row.attempts, row.leased_until) == (MailState.QUEUED, 1, None)
    assert row.send_after == now + timedelta(minutes=1)
    assert row.last_error == "no connection: ConnectionRefusedError"

    with MailServer(port=port).running() as server:
        assert deliver(port, now + timedelta(seconds=59)) == 0
        assert deliver(port, now + timedelta(seconds=60)) == 1
        assert server.message_ids == [mail_row(mail_id).message_id]
    assert mail_row(mail_id).last_error is None


def test_a_greylisted_mail_gets_through_a_little_later(app: Flask, mail_server: MailServer, now: datetime) -> None:
    mail_server.answers_to_recipient = ["451 4.7.1 <mette@asaa.example> greylisted", "450 not yet"]
    mail_id = queue_mail(now)
    assert deliver(mail_server.port, now) == 0
    assert mail_row(mail_id).last_error == "recipient refused: 451 4.7.1"
    assert deliver(mail_server.port, now + timedelta(minutes=1)) == 0
    assert mail_row(mail_id).send_after == now + timedelta(minutes=6)
    assert deliver(mail_server.port, now + timedelta(minutes=6)) == 1
    assert mail_server.message_ids == [mail_row(mail_id).message_id]


@pytest.mark.parametrize(
    ("at", "answer", "reason"),
    [
        ("answers_to_recipient", "550 5.1.1 <mette@asaa.example> unknown", "recipient refused: 550 5.1.1"),
        ("answers_to_content", "554 We do not want what you wrote to Mette", "content refused: 554"),
    ],
)
def test_a_final_no_is_final_and_says_why_without_naming_anyone(
    app: Flask, mail_server: MailServer, now: datetime, at: str, answer: str, reason: str
) -> None:
    getattr(mail_server, at).append(answer)
    mail_id = queue_mail(now)
    assert deliver(mail_server.port, now) == 0
    row = mail_row(mail_id)
    assert (row.state, row.failed_at, row.last_error) == (MailState.FAILED, now, reason)
    assert deliver(mail_server.port, now + timedelta(days=1)) == 0
    assert mail_server.mails == []


def test_one_mail_that_is_refused_does_not_hold_up_the_next(app: Flask, mail_server: MailServer, now: datetime) -> None:
    mail_server.answers_to_recipient = ["550 unknown"]
    queue_mail(now, to="gone@asaa.example")
    queue_mail(now, to="here@asaa.example")
    assert deliver(mail_server.port, now) == 1
    assert mail_server.recipients == ["here@asaa.example"]


def test_a_server_that_answers_slowly_is_waited_for(app: Flask, mail_server: MailServer, now: datetime) -> None:
    async def think(_number: int) -> None:
        await asyncio.sleep(1)

    mail_server.on_mail = think
    mail_id = queue_mail(now)
    assert deliver(mail_server.port, now) == 1
    assert mail_row(mail_id).state is MailState.SENT


def test_a_server_that_never_answers_is_given_up_for_now(app: Flask, mail_server: MailServer, now: datetime) -> None:
    async def sleep(_number: int) -> None:
        await asyncio.sleep(4)

    mail_server.on_mail = sleep
    mail_id = queue_mail(now)
    began = time.monotonic()
    assert deliver(mail_server.port, now) == 0
    assert time.monotonic() - began < 3.5
    row = mail_row(mail_id)
    assert (row.state, row.last_error) == (MailState.QUEUED, "conversation broken off: SMTPServerDisconnected")


@pytest.mark.parametrize("after", [b"ehlo", b"mail", b"data", b"Subject:", b".\r\n"])
def test_a_connection_that_breaks_at_any_point_is_tried_again(
    app: Flask, mail_server: MailServer, now: datetime, after: bytes
) -> None:
    mail_id = queue_mail(now)
    with server_that_hangs_up(after=after) as port:
        assert deliver(port, now) == 0
    row = mail_row(mail_id)
    assert (row.state, row.attempts) == (MailState.QUEUED, 1)
    assert row.last_error is not None
    assert "asaa" not in row.last_error
    assert deliver(mail_server.port, now + timedelta(minutes=1)) == 1
    assert mail_server.message_ids == [row.message_id]


def test_a_mail_is_tried_for_a_day_and_then_given_up(app: Flask, now: datetime) -> None:
    mail_id, port = queue_mail(now), free_port()
    minutes = [pause.total_seconds() / 60 for pause in PAUSES]
    assert minutes[:5] == [1, 5, 15, 30, 60]
    assert timedelta(hours=23) < sum(PAUSES, timedelta()) <= timedelta(hours=24)

    for waited in accumulate(PAUSES, initial=timedelta()):
        assert mail_row(mail_id).state is MailState.QUEUED
        deliver(port, now + waited)
    row = mail_row(mail_id)
    assert row.state is MailState.FAILED
    assert row.attempts == len(PAUSES) + 1


def test_a_day_without_a_worker_costs_a_mail_none_of_its_attempts(
    app: Flask, mail_server: MailServer, now: datetime
) -> None:
    mail_server.answers_to_recipient = ["451 later"]
    mail_id = queue_mail(now)
    assert deliver(mail_server.port, now + timedelta(hours=30)) == 0
    assert mail_row(mail_id).state is MailState.QUEUED
    assert deliver(mail_server.port, now + timedelta(hours=31)) == 1


def test_a_mail_cancelled_while_it_waits_never_goes(app: Flask, mail_server: MailServer, now: datetime) -> None:
    stopped, kept = queue_mail(now, about=1), queue_mail(now, about=2)
    assert cancel_queued(about=("registration", 1), now=now) == 1
    db.session.commit()
    assert deliver(mail_server.port, now) == 1
    assert mail_row(stopped).state is MailState.CANCELLED
    assert mail_server.message_ids == [mail_row(kept).message_id]


def test_a_mail_cancelled_between_two_attempts_never_goes(app: Flask, mail_server: MailServer, now: datetime) -> None:
    mail_server.answers_to_recipient = ["451 later"]
    queue_mail(now)
    deliver(mail_server.port, now)
    cancel_queued(about=("registration", 1), now=now)
    db.session.commit()
    assert deliver(mail_server.port, now + timedelta(hours=1)) == 0
    assert mail_server.mails == []


def test_no_lock_is_held_while_we_talk_and_a_mail_cancelled_just_then_is_marked_sent(
    app: Flask, mail_server: MailServer, now: datetime
) -> None:
    async def withdraw(_number: int) -> None:
        with app.app_context():
            cancel_queued(about=("registration", 1), now=now)
            db.session.commit()

    mail_server.on_mail = withdraw
    mail_id = queue_mail(now)
    assert deliver(mail_server.port, now) == 1
    row = mail_row(mail_id)
    assert (row.state, row.sent_at, row.cancelled_at) == (MailState.SENT, now, now)


def test_a_mail_another_worker_holds_is_left_alone_until_its_lease_runs_out(
    app: Flask, mail_server: MailServer, now: datetime
) -> None:
    change(queue_mail(now), leased_until=now + LEASE)
    assert deliver(mail_server.port, now + LEASE - timedelta(seconds=1)) == 0
    assert deliver(mail_server.port, now + LEASE) == 1


def test_a_mail_that_kills_its_workers_is_not_tried_for_ever(
    app: Flask, mail_server: MailServer, now: datetime
) -> None:
    mail_id = queue_mail(now)
    change(mail_id, attempts=len(PAUSES) + 1, leased_until=now)
    assert deliver(mail_server.port, now) == 0
    assert mail_row(mail_id).state is MailState.FAILED
    assert mail_server.mails == []


def test_delivery_stops_between_two_mails_when_told_to(app: Flask, mail_server: MailServer, now: datetime) -> None:
    for number in range(3):
        queue_mail(now, about=number)
    settings = mail_settings(mail_server.port)
    assert deliver_due(settings=settings, clock=lambda: now, keep_going=lambda: len(mail_server.mails) < 2) == 2
    assert deliver(mail_server.port, now) == 1


def test_a_mail_is_kept_when_the_worker_has_the_wrong_keys(app: Flask, mail_server: MailServer, now: datetime) -> None:
    mail_id = queue_mail(now)
    use_key_ring(KeyRing.from_text("other:" + "B" * 43 + "="))
    assert deliver(mail_server.port, now) == 0
    use_key_ring(KeyRing.from_text("test:" + "A" * 43 + "="))
    assert mail_row(mail_id).last_error == "cannot be read with the keys of this worker"
    assert deliver(mail_server.port, now + timedelta(minutes=1)) == 1


@pytest.mark.parametrize(
    "address",
    ["mette@asaa.example\r\nBcc: all@world.example", "mette@asaa.example\nBcc: x@y.example", "mette", "@", ""],
)
def test_an_address_that_is_none_forges_nothing(
    app: Flask, mail_server: MailServer, now: datetime, address: str
) -> None:
    mail_id = queue_mail(now, to=address)
    assert deliver(mail_server.port, now) == 0
    row = mail_row(mail_id)
    assert (row.state, row.last_error) == (MailState.FAILED, "the address can't be written in a mail")
    assert mail_server.mails == []


def test_who_is_invited_can_say_no_more_in_the_mail_program(app: Flask, mail_server: MailServer, now: datetime) -> None:
    """The link stands on one line as it is, though it is longer than mail programs fold: encoded, nobody follows it."""
    reminder = EventReminder(token=TOKEN, name="Mette", event=EVENT)
    mail = enqueue(reminder, to="mette@asaa.example", language="da", about=("invitation", 1), now=now)
    wire = compose(mail).as_bytes().decode()
    db.session.commit()
    path = f"indbydelse/{TOKEN}/afmeld"
    assert re.search(rf"^List-Unsubscribe: <https?://[^/\s]+/{path}>\r$", wire, re.MULTILINE)
    assert deliver(mail_server.port, now) == 1
    assert mail_server.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_line_breaks_in_a_name_stay_in_the_body(app: Flask, mail_server: MailServer, now: datetime) -> None:
    queue_mail(now, name="Mette\r\nBcc: all@world.example\r\n\r\n<script>")
    assert deliver(mail_server.port, now) == 1
    [mail] = mail_server.mails
    assert mail["Bcc"] is None
    assert mail_server.recipients == ["mette@asaa.example"]
    html = list(mail.iter_parts())[1].get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_danish_letters_in_a_domain_are_understood_everywhere(
    app: Flask, mail_server: MailServer, now: datetime
) -> None:
    queue_mail(now, to="post@brønderslev.example")
    assert deliver(mail_server.port, now) == 1
    assert mail_server.recipients == ["post@xn--brnderslev-1cb.example"]


def test_danish_letters_before_the_at_sign_get_through_a_server_that_knows_them(
    app: Flask, mail_server: MailServer, now: datetime
) -> None:
    queue_mail(now, to="søren@asaa.example")
    assert deliver(mail_server.port, now) == 1
    assert mail_server.recipients == ["søren@asaa.example"]


def run_worker(database_url: str, port: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.notifications.outbox_app", database_url, str(port)], cwd=ROOT)


@pytest.mark.slow
def test_workers_killed_after_the_server_took_a_mail_lose_none(
    app: Flask, mail_server: MailServer, database_url: str
) -> None:
    mail_ids = [queue_mail(utc_now(), about=number) for number in range(8)]
    written = {mail_row(mail_id).message_id for mail_id in mail_ids}
    kill_at = [2, 5, 6]
    workers: list[subprocess.Popen[bytes]] = []

    async def kill(number: int) -> None:
        if kill_at and number >= kill_at[0]:
            kill_at.pop(0)
            workers[-1].send_signal(signal.SIGKILL)

    mail_server.on_mail = kill
    codes = []
    for _ in range(4):
        workers.append(run_worker(database_url, mail_server.port))
        codes.append(workers[-1].wait(timeout=PATIENCE_SECONDS))

    assert codes == [-signal.SIGKILL] * 3 + [0]
    received = Counter(mail_server.message_ids)
    assert set(received) == written
    assert received.total() == len(written) + 3  # the three that were taken but never marked came again
    assert all(mail_row(mail_id).state is MailState.SENT for mail_id in mail_ids)


@pytest.mark.slow
def test_two_workers_at_once_send_each_mail_once(app: Flask, mail_server: MailServer, database_url: str) -> None:
    written = {mail_row(queue_mail(utc_now(), about=number)).message_id for number in range(40)}
    workers = [run_worker(database_url, mail_server.port) for _ in range(2)]
    assert [worker.wait(timeout=PATIENCE_SECONDS) for worker in workers] == [0, 0]
    assert Counter(mail_server.message_ids) == Counter(written)


def test_a_mail_is_only_sent_if_the_decision_behind_it_was_committed(
    app: Flask, mail_server: MailServer, now: datetime
) -> None:
    enqueue(OwnPageLink(token=TOKEN, name="Mette"), to="m@asaa.example", language="da", about=("contact", 1), now=now)
    db.session.rollback()
    assert deliver(mail_server.port, now) == 0
