"""The demo's past: what happened when, and who and what there is so far."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from random import Random

from sqlalchemy import select

from volunteer_match.cases.caseload import CaseloadLimits
from volunteer_match.cases.models import Case, Need
from volunteer_match.foundation.clock import COPENHAGEN, danish_date
from volunteer_match.foundation.database import db
from volunteer_match.notifications.messages import PATHS
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.site import site
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.proposals.models import Proposal

Act = Callable[[datetime], object]


@dataclass
class Town:
    """Everybody and everything by the keys of the files."""

    limits: CaseloadLimits
    random: Random
    staff: dict[str, User] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)

    @property
    def admin(self) -> User:
        """Who decides on organisations and offers."""
        return self.staff["torben"]

    @property
    def leader(self) -> User:
        """Who may give a caseworker one more case than the limit."""
        return self.staff["lone"]


class Story:
    """Gathers what happens in any order and has it happen in the order of time, as the audit trail wants it."""

    def __init__(self, *, now: datetime, random: Random) -> None:
        self.now = now
        self._random = random
        self._events: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def add(self, days_ago: int, hour: int, act: Act) -> None:
        """`act` is called at some minute of that hour of a Danish day before today."""
        day = danish_date(self.now) - timedelta(days=days_ago)
        moment = datetime.combine(day, time(hour, self._random.randrange(60)), COPENHAGEN)
        self.add_at(moment.astimezone(UTC), act)

    def add_at(self, moment: datetime, act: Act) -> None:
        """Also from within an act, for what follows from it a little later."""
        heapq.heappush(self._events, (moment, next(self._numbers), act))

    def happen(self) -> None:
        """Everything, one after the other."""
        while self._events:
            at, _number, act = heapq.heappop(self._events)
            act(at)


def mailed_token(about: tuple[str, int], *, leads_to: str) -> str:
    """The token in the newest mail about something: people of the demo open their links as others do."""
    mails = select(OutboxMail).where(OutboxMail.about_kind == about[0], OutboxMail.about_id == about[1])
    newest = db.session.scalars(mails.order_by(OutboxMail.id.desc()).limit(1)).one()
    start_of_link = site().absolute(PATHS[leads_to].format(token=""))
    return newest.text_body.split(start_of_link, 1)[1].split(maxsplit=1)[0]
