"""What two do at the same moment, in two processes, on both databases."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select

from tests.databases import app_over
from tests.factories.cases import ready_need, say_yes_for_all
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.factories.proposals import request_token
from tests.postgresql import PostgresServer
from tests.proposals.conftest import use_test_site
from tests.proposals.two_processes import DONE, AtOnce, two_programs
from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import db
from volunteer_match.organisations import consent, self_service
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.offer_details import details_of
from volunteer_match.organisations.states import Availability
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import lifecycle
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import OPEN, ProposalState

pytestmark = pytest.mark.slow
ROUNDS = 60
ROUNDS_OF_WITHDRAWAL = 10
ROUNDS_OF_OPPOSITE_ORDER = 30
NO_PLACE = "GateClosed: no_free_place"


@dataclass
class Square:
    """Two needs, two offers of different people, one caseworker and two programs."""

    needs: Sequence[Need]
    offers: Sequence[Offer]
    anna: User
    at_once: AtOnce
    minutes: Iterator[int]

    def next_round(self, *, capacity: int = 9) -> datetime:
        """A new moment, with everything that was withdrawn given again and nothing open."""
        now = NOW + timedelta(minutes=next(self.minutes))
        for proposal in self.open():
            lifecycle.cancel_by_caseworker(proposal, by=self.anna, now=now)
        for offer in self.offers:
            if consent.consent_in_force(offer.contact, now=now) is None:
                consent.give_consent(contact=offer.contact, by=offer.contact.actor, now=now)
            if offer.availability is Availability.PAUSED:
                self_service.reopen_offer(offer=offer, by=offer.contact.actor, now=now)
            details = replace(details_of(offer), capacity=capacity)
            self_service.change_offer(offer=offer, details=details, by=offer.contact.actor, now=now)
        for need in self.needs:
            say_yes_for_all(need, by=self.anna, now=now)
        db.session.commit()
        return now

    def ask(self, now: datetime) -> None:
        """The first offer is asked for both needs, and the first need of both offers."""
        for need, offer in ((0, 0), (0, 1), (1, 0)):
            lifecycle.choose(need=self.needs[need], offer=self.offers[offer], by=self.anna, now=now)
        db.session.commit()

    def job(self, do: str, *, need: int = 0, offer: int = 0, now: datetime, token: str = "") -> dict[str, object]:
        return {
            "do": do,
            "need": self.needs[need].id,
            "offer": self.offers[offer].id,
            "by": self.anna.id,
            "now": now.isoformat(),
            "token": token,
        }

    def both(self, one: dict[str, object], other: dict[str, object]) -> tuple[str, str]:
        """Does both at once; nothing of ours is open meanwhile."""
        db.session.commit()
        outcome = self.at_once(one, other)
        db.session.expire_all()
        return outcome

    def open(self) -> Sequence[Proposal]:
        return db.session.scalars(select(Proposal).where(Proposal.state.in_(OPEN))).all()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def one_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for all tests of this file: it is the two programs that take long to start."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("at_once") / "test.sqlite"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
    else:
        server: PostgresServer = request.getfixturevalue("postgresql_server")
        with server.database(template=request.getfixturevalue("migrated_postgresql")) as url:
            yield url


@pytest.fixture(scope="module")
def one_square(one_database: str) -> Iterator[Square]:
    """Two needs, two offers, and two programs that wait for a word."""
    use_test_site()
    with app_over(one_database).app_context():
        admin, anna = hire("Ditte", Role.ADMIN), hire("Anna", Role.CASEWORKER)
        needs = [ready_need(anna) for _ in range(2)]
        offers = [approved_offer(admin) for _ in range(2)]
        db.session.commit()
        with two_programs(one_database) as at_once:
            yield Square(needs=needs, offers=offers, anna=anna, at_once=at_once, minutes=count(1))
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def square(one_square: Square) -> Iterator[Square]:
    """One test that fails does not trouble the next."""
    yield one_square
    db.session.rollback()


def test_the_last_place_is_taken_once(square: Square) -> None:
    """Every other round both proposals are there already, and two approvals meet."""
    offer = square.offers[0]
    for turn in range(ROUNDS):
        now = square.next_round(capacity=1)
        do = "choose" if turn % 2 else "approve"
        if do == "approve":
            for need in square.needs:
                lifecycle.propose(need=need, offer=offer, by=square.anna, now=now)
            db.session.commit()
        jobs = [square.job(do, need=number, now=now) for number in range(2)]
        assert sorted(square.both(*jobs)) == sorted((DONE, NO_PLACE)), f"round {turn}"
        asked = [proposal for proposal in square.open() if proposal.state is ProposalState.ASKED]
        assert (offer.places_taken, len(asked)) == (1, 1), f"round {turn}"


def test_a_double_click_in_two_windows_is_one_choice(square: Square) -> None:
    for turn in range(ROUNDS_OF_WITHDRAWAL):
        now = square.next_round()
        job = square.job("choose", now=now)
        assert square.both(job, job) == (DONE, DONE), f"round {turn}"
        assert (square.offers[0].places_taken, len(square.open())) == (1, 1), f"round {turn}"


@pytest.mark.parametrize(
    ("withdrawn", "gate"),
    [
        ("volunteer withdraws", "volunteer_consent"),
        ("guardian withdraws", "guardian_consent"),
        ("offer paused", "offer_paused"),
    ],
)
def test_nothing_is_approved_on_what_was_withdrawn(square: Square, withdrawn: str, gate: str) -> None:
    """Whoever comes first: in the end nothing is open, and the place is free again."""
    for turn in range(ROUNDS_OF_WITHDRAWAL):
        now = square.next_round()
        jobs = square.job("choose", now=now), square.job(withdrawn, now=now)
        chosen, taken_back = square.both(*jobs) if turn % 2 else square.both(*jobs[::-1])[::-1]
        assert taken_back == DONE, f"round {turn}"
        assert chosen in (DONE, f"GateClosed: {gate}"), f"round {turn}"
        assert square.open() == [], f"round {turn}"
        assert square.offers[0].places_taken == 0, f"round {turn}"


def test_a_need_that_is_closed_has_nothing_open(square: Square) -> None:
    for turn in range(5):
        square.needs = [ready_need(square.anna) for _ in range(2)]
        now = square.next_round()
        chosen, closed = square.both(square.job("choose", now=now), square.job("need closed", now=now))
        assert closed == DONE, f"round {turn}"
        assert chosen in (DONE, "GateClosed: need_not_open"), f"round {turn}"
        assert square.open() == [], f"round {turn}"
    square.needs = [ready_need(square.anna) for _ in range(2)]
    db.session.commit()


def _rounds(one: str, other: str) -> int:
    if db.engine.dialect.name == "sqlite":
        return 3  # one write at a time: there is nothing to wait for crosswise
    return ROUNDS_OF_OPPOSITE_ORDER if (one, other) == OPPOSITE else 8


OPPOSITE = ("guardian withdraws", "volunteer withdraws")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        OPPOSITE,
        ("volunteer withdraws", "accept"),
        ("volunteer withdraws", "time passes"),
        ("guardian withdraws", "time passes"),
        ("volunteer withdraws", "cancel"),
    ],
)
def test_nobody_waits_for_each_other(square: Square, one: str, other: str) -> None:
    """They want the same rows, and meet on them in every round. A deadlock would be an OperationalError."""
    for turn in range(_rounds(one, other)):
        now = square.next_round()
        square.ask(now)
        proposal = lifecycle.find_pair(need_id=square.needs[0].id, offer_id=square.offers[0].id)
        assert proposal is not None
        token, due = request_token(proposal), now + lifecycle.TIME_TO_ANSWER
        db.session.commit()
        jobs = (
            square.job(one, now=now),
            square.job(other, now=due if other == "time passes" else now, token=token),
        )
        outcome = square.both(*jobs) if turn % 2 else square.both(*jobs[::-1])[::-1]
        late = ("LinkUnusable:", "MoveRefused:")
        assert outcome[0] == DONE, f"round {turn}"
        assert outcome[1] == DONE or outcome[1].startswith(late), f"round {turn}"
        if other == "time passes":  # it logs what it could not do and goes on, so look at what it did
            assert ProposalState.ASKED not in {proposal.state for proposal in square.open()}, f"round {turn}"
        places = [offer.places_taken for offer in square.offers]
        held = [sum(p.offer_id == offer.id for p in square.open()) for offer in square.offers]
        assert places == held, f"round {turn}"
