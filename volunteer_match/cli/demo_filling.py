"""Fills an empty database with a town of invented people, through the same functions as the pages.

Everything is called with the moment at which it happened, in the order of time, so that states, places, mails,
tasks, suggestion lists and the audit trail are what they would be had it happened.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from random import Random

from flask import current_app
from flask_security.utils import hash_password
from sqlalchemy import select

from volunteer_match.audit.trail import SYSTEM
from volunteer_match.cases.caseload import CaseloadLimits
from volunteer_match.cases.models import Case
from volunteer_match.config import Settings
from volunteer_match.consultations import deadlines as consultations
from volunteer_match.events import due as events
from volunteer_match.foundation.database import Model, db
from volunteer_match.matching.learning import TooLittle
from volunteer_match.notifications.outbox import count_as_sent
from volunteer_match.organisations.models import Organisation, Registration
from volunteer_match.people.accounts import add_user
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.deadlines import run_due
from volunteer_match.proposals.training import store_candidate, train

from .demo_cases import plan_cases
from .demo_consultations import plan_consultations
from .demo_events import note_what_came_of_it, plan_events
from .demo_logins import PASSWORD, staff
from .demo_offers import plan_offers
from .demo_story import Story, Town

FIRST_DAY = 800
# From before the first proposal: until then nothing falls due.
DAYS_OF_DEADLINES = 260


class NotEmpty(Exception):
    """There is something in the database already, and invented people must never get among real ones."""


def fill(*, now: datetime, seed: int = 1) -> None:
    """Fills the database in the caller's transaction; the same seed makes the same town. Raises NotEmpty."""
    _must_be_empty((User, Registration, Organisation, Case))
    settings: Settings = current_app.extensions["settings"]
    random = Random(seed)  # noqa: S311 - pseudonyms and minutes, no secrets
    town = Town(limits=CaseloadLimits(amber=settings.caseload_amber, limit=settings.caseload_limit), random=random)
    story = Story(now=now, random=random)
    story.add(FIRST_DAY, 8, lambda at: _hire_staff(town, at))
    plan_offers(story, town)
    plan_cases(story, town)
    plan_events(story, town)
    plan_consultations(story, town)
    for days_ago in range(1, DAYS_OF_DEADLINES):
        story.add(days_ago, 22, run_evening if days_ago > 1 else keep_deadlines)
    story.add(1, 23, learn)
    story.happen()
    note_what_came_of_it(story, town)
    keep_deadlines(now)


def keep_deadlines(now: datetime) -> None:
    """What the worker does besides mail."""
    run_due(now=now)
    events.run_due(now=now)
    consultations.run_due(now=now)


def learn(now: datetime) -> None:
    """What the staff decided is just enough for a version of the engine that waits for an admin."""
    with suppress(TooLittle):
        store_candidate(train(now=now), by=SYSTEM, now=now)


def run_evening(now: datetime) -> None:
    """The worker's day: deadlines kept, mails gone.

    Only yesterday's mails are left for the real worker: hundreds of old ones would keep the few that matter waiting,
    and a request withdrawn weeks after it was mailed would look as if its mail had been stopped.
    """
    keep_deadlines(now)
    count_as_sent(now=now)


def _hire_staff(town: Town, now: datetime) -> None:
    password_hash = hash_password(PASSWORD)  # slow on purpose, so once for all
    for login in staff():
        town.staff[login.key] = add_user(
            email=login.email,
            name=login.name,
            roles=[Role(role) for role in login.roles],
            password_hash=password_hash,
            by=SYSTEM,
            now=now,
        )


def _must_be_empty(models: Iterable[type[Model]]) -> None:
    for model in models:
        if db.session.scalar(select(model).limit(1)) is not None:
            raise NotEmpty
