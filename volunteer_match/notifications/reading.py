"""From the mailbox to the rules: each mail once, and what was dealt with put away after it was stored.

No transaction is open while we talk to the server. That a mail was read is stored together with what it led to, so a
reader that dies in between, or a second one beside it, does nothing twice; what it had not put away the next one does.
A mail that is for nobody here stays where it is, unread, for people.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from volunteer_match.config import Settings
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.fault_log import log_fault

from .mailbox import Mailbox, open_mailbox
from .models import IncomingMail

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
# So that a mailbox of many years, seen for the first time, is not read through.
LOOKS_BACK = timedelta(days=30)

Taker = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Read:
    """How many mails one round dealt with, and how many it left for people."""

    taken: int
    left: int


def read_new(
    *,
    settings: Settings,
    take: Taker,
    clock: Callable[[], datetime],
    keep_going: Callable[[], bool] = lambda: True,
    most: int = MOST_AT_ONCE,
) -> Read:
    """Gives each new mail to `take`, which says whether it was for us. Commits by itself. Raises MailboxUnreadable."""
    taken = left = 0
    with open_mailbox(settings) as mailbox:
        now = clock()
        numbers = mailbox.numbers_after(_last_read(mailbox), since=(now - LOOKS_BACK).date())
        for number in numbers[:most]:
            if not keep_going():
                break
            raw = mailbox.read(number)
            match _take_in(mailbox, number, raw, take=take, now=clock()):
                case True:
                    taken += 1
                case False:
                    left += 1
        _put_away(mailbox, now=clock())
    return Read(taken, left)


def _last_read(mailbox: Mailbox) -> int:
    last = db.session.scalar(select(func.max(IncomingMail.number)).where(IncomingMail.validity == mailbox.validity))
    db.session.commit()
    return last or 0


def _take_in(mailbox: Mailbox, number: int, raw: bytes | None, *, take: Taker, now: datetime) -> bool | None:
    """None when another reader was quicker."""
    mail = IncomingMail(validity=mailbox.validity, number=number, is_taken=False, read_at=now)
    db.session.add(mail)
    try:
        # First of all, so that a second reader waits here and finds that it came too late.
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return None
    mail.is_taken = raw is not None and _survive(take, raw)
    is_taken = mail.is_taken
    db.session.commit()
    return is_taken


def _survive(take: Taker, raw: bytes) -> bool:
    """A mail that nobody can make anything of is left to people, and is in nobody's way."""
    try:
        with attempt():
            return take(raw)
    except OperationalError:
        raise  # the database is away or busy: the mail is read again later
    except Exception as error:  # noqa: BLE001 - mails come from anybody
        log_fault(log, "a mail could not be read", error)
        return False


def _put_away(mailbox: Mailbox, *, now: datetime) -> None:
    """Also what an earlier round had stored and not moved."""
    waiting = (
        IncomingMail.validity == mailbox.validity,
        IncomingMail.is_taken.is_(True),
        IncomingMail.put_away_at.is_(None),
    )
    query = select(IncomingMail.number).where(*waiting).order_by(IncomingMail.number).limit(MOST_AT_ONCE)
    numbers = db.session.scalars(query).all()
    db.session.commit()
    if not numbers:
        return
    mailbox.put_away(numbers)
    db.session.execute(update(IncomingMail).where(*waiting, IncomingMail.number.in_(numbers)).values(put_away_at=now))
    db.session.commit()
