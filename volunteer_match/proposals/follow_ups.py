"""Close following: two weeks, six weeks, three months at the latest, then quarterly, with three voices."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.cases.responsibility import must_be_responsible
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.conditional_moves import change_if
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User
from volunteer_match.vocabulary.sensitive_text import contains_cpr

from .models import FollowUp, Proposal
from .states import RUNNING, HowItGoes, ProposalState

# Barnets lov § 95 asks for the first one within three months; two weeks is when most matches break.
FIRST = (timedelta(weeks=2), timedelta(weeks=6), timedelta(days=90))
THEN_EVERY = timedelta(days=90)
QUIET_AFTER = timedelta(days=14)


class AlreadyRecorded(Exception):
    """Somebody has written this follow-up down."""


class CprInText(Exception):
    """A text holds what looks like a CPR number and is not stored."""


class NotRunning(Exception):
    """The match is over or has not begun."""


def schedule_first(proposal: Proposal, *, now: datetime) -> None:
    """Sets the first dates when a match starts. What was left undone when it ended the last time is not asked again."""
    today = danish_date(now)
    db.session.execute(delete(FollowUp).where(FollowUp.proposal_id == proposal.id, FollowUp.done_at.is_(None)))
    recorded = set(db.session.scalars(select(FollowUp.due_on).where(FollowUp.proposal_id == proposal.id)))
    for wait in FIRST:
        if today + wait not in recorded:
            db.session.add(FollowUp(proposal_id=proposal.id, due_on=today + wait))
    db.session.flush()
    db.session.expire(proposal, ["follow_ups"])


def record_follow_up(
    follow_up: FollowUp,
    *,
    how_it_goes: HowItGoes,
    child_voice: str,
    guardian_voice: str,
    volunteer_voice: str,
    by: User,
    now: datetime,
) -> None:
    """Writes down what the three said, and sets the next date when none is left.

    Raises cases.responsibility.NotResponsible, NotRunning, AlreadyRecorded, CprInText.
    """
    must_be_responsible(follow_up.proposal.need.case, by)
    if follow_up.proposal.state not in RUNNING:
        raise NotRunning
    voices = {"child_voice": child_voice, "guardian_voice": guardian_voice, "volunteer_voice": volunteer_voice}
    if any(contains_cpr(text) for text in voices.values()):
        raise CprInText
    values = {"how_it_goes": how_it_goes, "done_at": now, "done_by_id": by.id}
    texts = {name: text or None for name, text in voices.items()}
    if not change_if(follow_up, FollowUp.done_at.is_(None), {**values, **texts}):
        raise AlreadyRecorded
    _set_next(follow_up.proposal, now=now)
    record(
        AuditAction.FOLLOW_UP_RECORDED,
        by=by.actor,
        now=now,
        subject=("proposal", follow_up.proposal_id),
        details={"follow_up": follow_up.id, "how_it_goes": how_it_goes.value},
    )


def _set_next(proposal: Proposal, *, now: datetime) -> None:
    waiting = db.session.scalar(
        select(FollowUp.id).where(FollowUp.proposal_id == proposal.id, FollowUp.done_at.is_(None)).limit(1)
    )
    if waiting is None:
        due_on = danish_date(now) + THEN_EVERY
        db.session.add(FollowUp(proposal_id=proposal.id, due_on=due_on))
        db.session.flush()
        db.session.expire(proposal, ["follow_ups"])


def is_quiet(proposal: Proposal, *, now: datetime) -> bool:
    """Nobody has said anything for too long, or they did not meet: look into it before it dies unseen."""
    started_at = proposal.started_at
    if proposal.state is not ProposalState.ACTIVE or started_at is None:
        return False
    today = danish_date(now)
    # Not what was said before it ended and began anew.
    done = [item for item in proposal.follow_ups if item.done_at is not None and item.done_at >= started_at]
    if done and max(done, key=lambda item: item.due_on).how_it_goes is HowItGoes.NOT_MET:
        return True
    return any(item.done_at is None and today - item.due_on >= QUIET_AFTER for item in proposal.follow_ups)
