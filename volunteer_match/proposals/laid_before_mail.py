"""The mail that says proposals were laid before a caseworker: one a day at most, however many they are."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from volunteer_match.foundation.clock import COPENHAGEN, danish_date
from volunteer_match.notifications.messages import ProposalsLaidBefore
from volunteer_match.notifications.outbox import enqueue
from volunteer_match.notifications.queries import last_mail_about
from volunteer_match.notifications.states import MailState
from volunteer_match.people.models import User

# A large plan is laid in parts, and a leader may lay another at once: they share the mail.
GATHERED_FOR = timedelta(minutes=15)
MORNING = time(7)


def tell_caseworkers(caseworkers: Iterable[User], *, now: datetime) -> None:
    """One mail to each who still works here. It gives no number, so what is laid while it waits is in it."""
    for caseworker in sorted(set(caseworkers), key=lambda user: user.id):
        if caseworker.active:
            _tell(caseworker, now=now)


def _tell(caseworker: User, *, now: datetime) -> None:
    about = ("laid_before", caseworker.id)
    last = last_mail_about(about)
    if last is not None and last.state is MailState.QUEUED:
        return
    had_one_today = last is not None and danish_date(last.due_at) >= danish_date(now)
    enqueue(
        ProposalsLaidBefore(name=caseworker.name),
        to=caseworker.email,
        language=caseworker.language,
        about=about,
        now=now,
        not_before=_morning_after(danish_date(now)) if had_one_today else now + GATHERED_FOR,
    )


def _morning_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), MORNING, COPENHAGEN).astimezone(UTC)
