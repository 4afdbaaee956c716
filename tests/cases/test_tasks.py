"""Tasks wait once and are done once, by the one they wait for."""

from collections.abc import Callable

import pytest

from tests.cases.conftest import NOW
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.models import Case
from volunteer_match.cases.queries import open_tasks, own_task
from volunteer_match.cases.responsibility import NotResponsible
from volunteer_match.cases.states import TaskKind
from volunteer_match.cases.tasks import add_task, finish_task, finish_tasks_about
from volunteer_match.people.models import User


def test_the_same_thing_waits_once(case: Case, anna: User) -> None:
    first = add_task(case=case, kind=TaskKind.REQUEST_ACCEPTED, proposal_id=7, now=NOW)
    second = add_task(case=case, kind=TaskKind.REQUEST_ACCEPTED, proposal_id=7, now=NOW)
    other = add_task(case=case, kind=TaskKind.REQUEST_ACCEPTED, proposal_id=8, now=NOW)

    assert second is first
    assert open_tasks(anna) == [first, other]


def test_done_is_done_once(case: Case, anna: User, bente: User, trail: Callable[[], list[AuditEntry]]) -> None:
    task = add_task(case=case, kind=TaskKind.OFFER_WITHDRAWN, proposal_id=7, now=NOW)
    with pytest.raises(NotResponsible):
        finish_task(task=task, by=bente, now=NOW)

    finish_task(task=task, by=anna, now=NOW)
    finish_task(task=task, by=anna, now=NOW)

    assert (task.done_at, task.done_by_id, open_tasks(anna)) == (NOW, anna.id, [])
    assert [entry.action for entry in trail()].count(AuditAction.TASK_DONE) == 1


def test_the_next_step_with_a_proposal_ends_what_waited_for_it(case: Case, anna: User) -> None:
    add_task(case=case, kind=TaskKind.REQUEST_ACCEPTED, proposal_id=7, now=NOW)
    add_task(case=case, kind=TaskKind.MAIL_NOT_DELIVERED, proposal_id=7, now=NOW)
    other = add_task(case=case, kind=TaskKind.REQUEST_DECLINED, proposal_id=8, now=NOW)

    finish_tasks_about(proposal_id=7, by=anna, now=NOW)

    assert open_tasks(anna) == [other]


def test_a_task_is_only_there_for_the_one_it_waits_for(case: Case, anna: User, bente: User, lone: User) -> None:
    task = add_task(case=case, kind=TaskKind.OFFER_BLOCKED, now=NOW)

    assert own_task(anna, task.id) is task
    assert own_task(bente, task.id) is None
    assert own_task(lone, task.id) is None
