"""What waits for a caseworker because somebody else did something."""

from datetime import datetime

from sqlalchemy import select

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User

from .models import Case, Task
from .responsibility import must_be_responsible
from .states import TaskKind


def add_task(*, case: Case, kind: TaskKind, now: datetime, proposal_id: int | None = None) -> Task:
    """Adds a task, unless the same one waits already."""
    waiting = db.session.scalar(
        select(Task).where(
            Task.case_id == case.id, Task.kind == kind, Task.proposal_id == proposal_id, Task.done_at.is_(None)
        )
    )
    if waiting is not None:
        return waiting
    task = Task(case_id=case.id, kind=kind, proposal_id=proposal_id, created_at=now)
    db.session.add(task)
    db.session.flush()
    return task


def finish_task(*, task: Task, by: User, now: datetime) -> None:
    """Done is done: a second click changes nothing."""
    must_be_responsible(task.case, by)
    if task.done_at is not None:
        return
    task.done_at, task.done_by_id = now, by.id
    details = {"case": task.case_id, "kind": task.kind.value}
    record(AuditAction.TASK_DONE, by=by.actor, now=now, subject=("task", task.id), details=details)


def finish_tasks_about(*, proposal_id: int, by: User, now: datetime) -> None:
    """Taking the next step with a proposal answers whatever it was waiting for."""
    for task in db.session.scalars(select(Task).where(Task.proposal_id == proposal_id, Task.done_at.is_(None))):
        finish_task(task=task, by=by, now=now)
