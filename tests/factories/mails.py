"""What lies in the outbox, and the links in it."""

import re

from sqlalchemy import select

from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState

TOKEN = re.compile(r"/([\w-]{43})(?![\w-])")


def token_in(mail: OutboxMail) -> str:
    """The token of the link in a mail."""
    found = TOKEN.search(mail.text_body)
    assert found, mail.text_body
    return found.group(1)


def mails(template: str | None = None, *, state: MailState | None = None, about: int | None = None) -> list[OutboxMail]:
    """The mails in the outbox, oldest first; only those of one kind, in one state, about one row."""
    return [
        mail
        for mail in db.session.scalars(select(OutboxMail).order_by(OutboxMail.id))
        if template in (None, mail.template) and state in (None, mail.state) and about in (None, mail.about_id)
    ]
