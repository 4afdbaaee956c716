"""What happens because time passes: a reminder on day 7, expiry on day 14, mails that never got through."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.exc import SQLAlchemyError

from volunteer_match.audit.trail import SYSTEM
from volunteer_match.cases.models import Task
from volunteer_match.cases.states import TaskKind
from volunteer_match.cases.tasks import add_task
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.fault_log import log_fault
from volunteer_match.foundation.signed_links import LinkPurpose, issue_link
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.queries import undelivered_at

from .lifecycle import move, silence
from .locks import lock_pairs
from .models import Proposal
from .request_mail import may_be_told, remind_by_mail
from .requests import tell_caseworker
from .states import OPEN, ProposalAction, ProposalState

log = logging.getLogger(__name__)
REMIND_AFTER = timedelta(days=7)
AT_MOST = 100


def run_due(*, now: datetime) -> int:
    """Does everything that is due, one proposal after the other; one that fails does not stop the rest."""
    # All locks at once and in order; what is still due under them is then done.
    waiting = [*_to_expire(now), *_to_remind(now)]
    lock_pairs(waiting)
    locked = Proposal.id.in_([proposal.id for proposal in waiting])
    done = _each(_to_expire(now, locked), _expire, now=now)
    done += _each(_to_remind(now, locked), _remind, now=now)
    return done + _each(_undelivered(), _report_undelivered, now=now)


def _each(proposals: Iterable[Proposal], step: Callable[..., None], *, now: datetime) -> int:
    done = 0
    for proposal in proposals:
        proposal_id = proposal.id
        try:
            with attempt():
                step(proposal, now=now)
            done += 1
        except (MoveRefused, SQLAlchemyError) as error:
            log_fault(log, f"deadline of proposal {proposal_id} not handled", error)
    return done


def _to_expire(now: datetime, *among: ColumnElement[bool]) -> list[Proposal]:
    due = select(Proposal).where(Proposal.state == ProposalState.ASKED, Proposal.answer_by <= now, *among)
    return _read_again(due.order_by(Proposal.answer_by))


def _read_again(due: Select[Proposal]) -> list[Proposal]:
    return list(db.session.scalars(due.limit(AT_MOST).execution_options(populate_existing=True)))


def _expire(proposal: Proposal, *, now: datetime) -> None:
    move(proposal, ProposalAction.EXPIRE, by=SYSTEM, now=now)
    silence(proposal, now=now)
    tell_caseworker(proposal, TaskKind.REQUEST_EXPIRED, now=now)


def _to_remind(now: datetime, *among: ColumnElement[bool]) -> list[Proposal]:
    """Not while the family's yes does not cover the words: a reminder repeats them."""
    due = select(Proposal).where(
        Proposal.state == ProposalState.ASKED,
        Proposal.reminded_at.is_(None),
        Proposal.asked_at <= now - REMIND_AFTER,
        Proposal.answer_by > now,
        *among,
    )
    return [proposal for proposal in _read_again(due.order_by(Proposal.asked_at)) if may_be_told(proposal, now=now)]


def _remind(proposal: Proposal, *, now: datetime) -> None:
    if proposal.answer_by is None:
        return
    # The first mail's link keeps working; only its hash is stored, so a second mail needs a link of its own.
    token = issue_link(
        purpose=LinkPurpose.ANSWER_REQUEST, subject_id=proposal.id, now=now, lifetime=proposal.answer_by - now
    )
    remind_by_mail(proposal, token=token, now=now)
    proposal.reminded_at = now


def _undelivered() -> list[Proposal]:
    told = select(Task.id).where(
        Task.kind == TaskKind.MAIL_NOT_DELIVERED,
        Task.proposal_id == OutboxMail.about_id,
        or_(Task.done_at.is_(None), Task.created_at >= undelivered_at()),
    )
    failed = select(OutboxMail.about_id).where(
        undelivered_at().is_not(None), OutboxMail.about_kind == "proposal", ~told.exists()
    )
    statement = select(Proposal).where(Proposal.id.in_(failed), Proposal.state.in_(OPEN))
    return list(db.session.scalars(statement.order_by(Proposal.id).limit(AT_MOST)))


def _report_undelivered(proposal: Proposal, *, now: datetime) -> None:
    add_task(case=proposal.need.case, kind=TaskKind.MAIL_NOT_DELIVERED, proposal_id=proposal.id, now=now)
