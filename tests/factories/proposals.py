"""A need and an offer, brought as far as a test wants them."""

from datetime import datetime

from volunteer_match.cases.models import Need
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.proposals import deadlines, lifecycle, requests
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import (
    CancelReason,
    DeclineReason,
    EndedBy,
    EndReason,
    PauseReason,
    ProposalAction,
    ProposalState,
    RejectReason,
)

from .mails import mails, token_in
from .people import NOW

S = ProposalState


def request_token(proposal: Proposal) -> str:
    """The token that was mailed with the request (or its latest reminder)."""
    sent = [
        mail
        for mail in mails(about=proposal.id)
        if mail.about_kind == "proposal" and mail.template in ("request_for_help", "request_reminder")
    ]
    return token_in(sent[-1])


def ended(proposal: Proposal, *, by: User, now: datetime = NOW) -> None:
    """The match ends well."""
    lifecycle.end(proposal, reason=EndReason.GOAL_REACHED, ended_by=EndedBy.CHILD, ever_met=True, by=by, now=now)


def proposal_in(state: ProposalState, *, need: Need, offer: Offer, by: User, now: datetime = NOW) -> Proposal:
    """A proposal in the given state, by the shortest way there."""
    if state is S.REJECTED:
        return lifecycle.reject(need=need, offer=offer, reason=RejectReason.TOO_FAR, by=by, now=now)
    proposal = lifecycle.propose(need=need, offer=offer, by=by, now=now)
    if state is S.PROPOSED:
        return proposal
    if state is S.APPROVED:  # passed through on the way to being asked, in one transaction
        lifecycle.move(proposal, ProposalAction.APPROVE, by=by.actor, now=now)
        return proposal
    lifecycle.approve(proposal, by=by, now=now)
    _from_asked(proposal, state, by=by, now=now)
    assert proposal.state is state
    return proposal


def _from_asked(proposal: Proposal, state: ProposalState, *, by: User, now: datetime) -> None:
    if state is S.DECLINED:
        requests.decline(token=request_token(proposal), reason=DeclineReason.NO_TIME, now=now)
    elif state is S.EXPIRED:
        deadlines.run_due(now=now + lifecycle.TIME_TO_ANSWER)
    elif state is S.CANCELLED:
        lifecycle.cancel(proposal, reason=CancelReason.BY_CASEWORKER, by=by.actor, now=now)
    elif state is not S.ASKED:
        requests.accept(token=request_token(proposal), now=now)
        _from_accepted(proposal, state, by=by, now=now)


def _from_accepted(proposal: Proposal, state: ProposalState, *, by: User, now: datetime) -> None:
    if state is S.ACCEPTED:
        return
    lifecycle.introduce(proposal, by=by, now=now)
    if state is S.INTRODUCED:
        return
    lifecycle.start(proposal, by=by, now=now)
    if state is S.PAUSED:
        lifecycle.pause(proposal, reason=PauseReason.AGREED_BREAK, by=by, now=now)
    elif state is S.ENDED:
        ended(proposal, by=by, now=now)
