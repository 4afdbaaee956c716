"""Which offers a case must not be brought together with, whatever the engine says."""

from datetime import datetime

from sqlalchemy import select, union

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.cases.models import Case, Need
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer, Organisation
from volunteer_match.people.models import User

from .models import PairBlock, Proposal
from .states import ProposalState


def blocked_offers(case_id: int) -> frozenset[int]:
    """Offers that declined this child, and every offer of an organisation blocked for this case."""
    declined = (
        select(Proposal.offer_id)
        .join(Need, Need.id == Proposal.need_id)
        .where(Need.case_id == case_id, Proposal.state == ProposalState.DECLINED)
    )
    blocked = (
        select(Offer.id)
        .join(PairBlock, PairBlock.organisation_id == Offer.organisation_id)
        .where(PairBlock.case_id == case_id)
    )
    return frozenset(db.session.scalars(union(declined, blocked)))


def block_pair(*, case: Case, organisation: Organisation, by: User, now: datetime) -> None:
    """Never suggest this organisation for this child. Saying it twice is saying it once."""
    exists = db.session.scalar(
        select(PairBlock).where(PairBlock.case_id == case.id, PairBlock.organisation_id == organisation.id)
    )
    if exists is None:
        block = PairBlock(case_id=case.id, organisation_id=organisation.id, blocked_by_id=by.id, blocked_at=now)
        db.session.add(block)
        record(
            AuditAction.PAIR_BLOCKED,
            by=by.actor,
            now=now,
            subject=("case", case.id),
            details={"organisation": organisation.id},
        )
