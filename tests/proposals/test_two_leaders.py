"""Two leaders lay the same plan before the caseworkers at the same moment, in two processes, on both databases."""

import pytest
from sqlalchemy import select

from tests.databases import app_over
from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.proposals.conftest import use_test_site
from tests.proposals.two_processes import DONE, Job, two_programs
from volunteer_match.foundation.database import db
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import lifecycle
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import CancelReason, ProposalAction, ProposalState

ROUNDS = 5


@pytest.mark.slow
def test_each_need_is_laid_before_its_caseworker_once(database_url: str) -> None:
    with app_over(database_url).app_context(), two_programs(database_url) as at_once:
        use_test_site()
        anna, ditte = hire("Anna", Role.CASEWORKER), hire("Ditte", Role.ADMIN)
        leaders = [hire(name, Role.TEAM_LEADER) for name in ("Lone", "Line")]
        for _ in range(4):
            ready_need(anna)
        offers = [approved_offer(ditte, capacity=capacity) for capacity in (1, 2)]
        jobs: list[Job] = [{"do": "lay before", "leader": leader.id, "now": NOW.isoformat()} for leader in leaders]
        db.session.commit()
        for _ in range(ROUNDS):
            assert at_once(jobs[0], jobs[1]) == (DONE, DONE)
            open_now = _proposed()
            assert len(open_now) == len({proposal.need_id for proposal in open_now}) == 3
            for offer in offers:
                assert sum(proposal.offer_id == offer.id for proposal in open_now) <= offer.capacity
            last = [move for proposal in open_now for move in proposal.moves[-1:]]
            assert {move.action for move in last} == {ProposalAction.LAY_BEFORE}
            for proposal in open_now:  # as when a rule stops it, so that the next round may lay it again
                lifecycle.cancel(proposal, reason=CancelReason.OFFER_PAUSED, by=anna.actor, now=NOW)
            db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _proposed() -> list[Proposal]:
    db.session.rollback()
    return list(db.session.scalars(select(Proposal).where(Proposal.state == ProposalState.PROPOSED)))
