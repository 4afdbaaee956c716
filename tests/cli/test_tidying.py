"""What the worker clears away."""

from datetime import timedelta
from threading import Event

from sqlalchemy import func, select

from tests.notifications.outbox_app import outbox_app
from tests.settings import settings_for_tests
from volunteer_match.cli.worker import do_what_is_due
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.organisations import registration
from volunteer_match.organisations.models import Registration
from volunteer_match.people.models import Attempt
from volunteer_match.people.throttle import note_attempt


def test_drafts_left_lying_and_old_attempts_go_and_fresh_ones_stay(sqlite_url: str) -> None:
    with outbox_app(sqlite_url).app_context():
        for age in (timedelta(days=8), timedelta(hours=1)):
            registration.start(language="da", now=utc_now() - age)
            note_attempt("sign_up", "127.0.0.1", now=utc_now() - age)
        db.session.commit()

        assert do_what_is_due(settings=settings_for_tests(database_url=sqlite_url), stop=Event())

        assert [db.session.scalar(select(func.count()).select_from(table)) for table in (Registration, Attempt)] == [
            1,
            1,
        ]
        db.session.remove()
        db.engine.dispose()
