"""`flask worker`: the process that sends mails and keeps deadlines. As many may run at once as you like."""

import logging
import signal
import sys
from collections.abc import Callable
from threading import Event
from time import monotonic

import click
from flask import current_app
from flask.cli import with_appcontext

from volunteer_match.config import Settings
from volunteer_match.consultations import deadlines as consultations
from volunteer_match.events import due as events
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.foundation.fault_log import log_fault
from volunteer_match.notifications.delivery import deliver_due
from volunteer_match.organisations.registration import purge_unconfirmed
from volunteer_match.people.throttle import purge_attempts
from volunteer_match.proposals.deadlines import run_due
from volunteer_match.proposals.training import retrain_if_broken

from .mail import read_mailbox

log = logging.getLogger(__name__)
PAUSE_SECONDS = 2.0
# A mail server is asked rarely: each time is a new conversation.
MAILBOX_PAUSE_SECONDS = 60.0


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@with_appcontext
def worker(once: bool) -> None:
    """Send mails and keep deadlines until told to stop (SIGTERM or Ctrl-C)."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings: Settings = current_app.extensions["settings"]
    if once:
        sys.exit(0 if do_what_is_due(settings=settings, stop=stop) else 1)
    log.info("worker started")
    read_next = monotonic()
    while not stop.is_set():
        reads_mail = monotonic() >= read_next
        do_what_is_due(settings=settings, stop=stop, reads_mail=reads_mail)
        if reads_mail:
            read_next = monotonic() + MAILBOX_PAUSE_SECONDS
        stop.wait(PAUSE_SECONDS)
    log.info("worker stopped")


def do_what_is_due(*, settings: Settings, stop: Event, reads_mail: bool = True) -> bool:
    """One round: what came in and deadlines first, since they write mails. Stops between two mails.

    Returns whether all went well.
    """
    received = not (reads_mail and settings.imap_host) or _survive("mailbox", lambda: _read_mail(settings, stop))
    deadlines = _survive("deadlines", _keep_deadlines)
    invited = _survive("events", _keep_events)
    consulted = _survive("consultations", _keep_consultations)
    mail = _survive("mail", lambda: _send_mail(settings, stop))
    tidy = _survive("tidying up", _tidy_up)
    learned = _survive("learning", _retrain)
    return received and deadlines and invited and consulted and mail and tidy and learned


def _send_mail(settings: Settings, stop: Event) -> int:
    return deliver_due(settings=settings, clock=utc_now, keep_going=lambda: not stop.is_set())


def _read_mail(settings: Settings, stop: Event) -> int:
    return read_mailbox(settings, keep_going=lambda: not stop.is_set()).taken


def _keep_deadlines() -> int:
    done = run_due(now=utc_now())
    db.session.commit()
    return done


def _keep_events() -> int:
    """Invitations and reminders written, offered seats that ran out passed on."""
    done = events.run_due(now=utc_now())
    db.session.commit()
    return done


def _keep_consultations() -> int:
    """Who has a time tomorrow reminded, contact details forgotten some months after."""
    done = consultations.run_due(now=utc_now())
    db.session.commit()
    return done


def _tidy_up() -> int:
    """What visitors never confirmed is promised to be gone after a week."""
    now = utc_now()
    purge_attempts(now=now)
    removed = purge_unconfirmed(now=now)
    db.session.commit()
    return removed


def _retrain() -> int:
    """A model that can't be read is replaced by a new candidate; until an admin promotes it the prior serves."""
    trained = retrain_if_broken(now=utc_now())
    db.session.commit()
    return trained


def _survive(name: str, work: Callable[[], int]) -> bool:
    """A database that is away for a minute, or one bad row, must not end the worker."""
    try:
        done = work()
    except Exception as error:  # noqa: BLE001 - whatever it was, the next round tries again
        log_fault(log, f"{name} failed", error)
        return False
    finally:
        db.session.remove()
    if done:
        log.info("%s: %d done", name, done)
    return True
