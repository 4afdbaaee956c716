"""The least that the outbox needs: a database, keys and a site. As a program it delivers until all is sent."""

import sys
import time
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from tests.settings import SETTINGS, settings_for_tests
from volunteer_match.config import Settings
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db, engine_options
from volunteer_match.foundation.encryption import KeyRing, use_key_ring
from volunteer_match.notifications.delivery import deliver_due
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.site import Site, use_site
from volunteer_match.notifications.states import MailState

SITE = Site(
    base_url="https://varigespor.example",
    municipality_name="Brønderslev Kommune",
    contact_email="hjaelp@varigespor.example",
    contact_phone="99 45 45 45",
    mail_from="Varige Spor <post@varigespor.example>",
)
SHORT_LEASE = timedelta(seconds=1)


def outbox_app(database_url: str) -> Flask:
    use_key_ring(KeyRing.from_text(SETTINGS["encryption_keys"]))
    use_site(SITE)
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI=database_url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(database_url))
    db.init_app(app)
    return app


def mail_settings(port: int, **changes: object) -> Settings:
    return settings_for_tests(smtp_host="127.0.0.1", smtp_port=port, smtp_timeout_seconds=2, **changes)


def _waiting() -> int:
    waiting = select(func.count()).select_from(OutboxMail).where(OutboxMail.state == MailState.QUEUED)
    found = db.session.scalar(waiting) or 0
    db.session.remove()
    return found


def main() -> None:
    database_url, port = sys.argv[1], int(sys.argv[2])
    with outbox_app(database_url).app_context():
        while _waiting():
            deliver_due(settings=mail_settings(port), clock=utc_now, lease=SHORT_LEASE)
            time.sleep(0.1)
        db.engine.dispose()


if __name__ == "__main__":
    main()
