"""What waits for a caseworker today."""

from datetime import timedelta

from tests.factories.people import NOW
from tests.factories.proposals import proposal_in
from volunteer_match.cases.models import Need
from volunteer_match.foundation.clock import danish_date
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.proposals.follow_ups import QUIET_AFTER
from volunteer_match.proposals.queries import TodayKind, todays_work
from volunteer_match.proposals.states import ProposalState


def test_silence_counts_from_the_follow_up_that_nobody_held(need: Need, offer: Offer, anna: User) -> None:
    proposal = proposal_in(ProposalState.ACTIVE, need=need, offer=offer, by=anna, now=NOW)
    first_due = min(item.due_on for item in proposal.follow_ups)
    later = NOW + (first_due - danish_date(NOW)) + QUIET_AFTER + timedelta(days=1)

    [waiting] = todays_work(anna, later)

    assert waiting.kind is TodayKind.QUIET
    assert danish_date(waiting.since) == first_due
