"""What waits for me, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.cases.caseload import CaseloadLimits, caseload_of, team_caseload
from volunteer_match.cases.models import Task
from volunteer_match.cases.queries import UnreadyNeed, open_tasks, own_task, trace_list, unready_needs
from volunteer_match.cases.states import TaskKind
from volunteer_match.cases.tasks import finish_task
from volunteer_match.foundation.clock import utc_now
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.queries import TodayItem, TodayKind, todays_work
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .case_words import TASKS, WAITING

WAITING_ON_OTHERS = frozenset({TodayKind.WAITING_FOR_ANSWER, TodayKind.PAUSED})
# Each of these has a part of the page to itself.
APART = WAITING_ON_OTHERS | {TodayKind.NO_PROPOSAL_YET, TodayKind.DECIDE_PROPOSAL}
# A task and the state of its proposal may say the same thing: then the task, which can be ticked off, says it.
SAID_BY_TASK = {TaskKind.REQUEST_ACCEPTED: TodayKind.ARRANGE_INTRODUCTION}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits, and where to deal with it."""

    pseudonym: str
    words: Any
    url: str
    since: datetime
    case_id: int
    task_id: int | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """The page in parts: mine to do now, suggestions to decide on, to make ready, and in other people's hands."""

    now: list[Line]
    proposed: list[Line]
    next: list[Line]
    others: list[Line]

    @property
    def lines(self) -> int:
        """How much there is in all."""
        return len(self.now) + len(self.proposed) + len(self.next) + len(self.others)


def caseload_limits() -> CaseloadLimits:
    """The municipality's limits."""
    settings = current_app.extensions["settings"]
    return CaseloadLimits(amber=settings.caseload_amber, limit=settings.caseload_limit)


@blueprint.get("/i-dag")
@requires(Permission.SEE_TODAY)
def today() -> str:
    """The first page of the day."""
    user, now = current_user(), utc_now()
    works, leads = user.may(Permission.WORK_ON_OWN_CASES), user.may(Permission.READ_TEAM_CASES)
    work = todays_lines(user, now=now)
    trace_list(user, (line.case_id for line in chain(work.now, work.proposed, work.next, work.others)), now=now)
    return render_template(
        "staff/today/show.html",
        today=work,
        works=works,
        caseload=caseload_of(user, limits=caseload_limits()) if works else None,
        team=team_caseload(limits=caseload_limits()) if leads else [],
        now=now,
    )


@blueprint.post("/opgaver/<int:task_id>/faerdig")
@requires(Permission.WORK_ON_OWN_CASES)
def task_done(task_id: int) -> Response:
    """Seen, and dealt with."""
    task = own_task(current_user(), task_id)
    if task is None:
        abort(404)
    finish_task(task=task, by=current_user(), now=utc_now())
    flash(_("Opgaven er klaret."), "success")
    return redirect(url_for("staff.today"))


def todays_lines(user: User, *, now: datetime) -> Today:
    """Tasks, running matches and unfinished needs as one list; what two of them say is said once."""
    tasks, work, unready = open_tasks(user), todays_work(user, now), unready_needs(user, now=now)
    said = {(SAID_BY_TASK[task.kind], task.proposal_id) for task in tasks if task.kind in SAID_BY_TASK}
    not_ready = {need.need_id for need in unready}
    rest = [
        item
        for item in work
        if (item.kind, item.proposal_id) not in said
        and not (item.kind is TodayKind.NO_PROPOSAL_YET and item.need_id in not_ready)
    ]
    return Today(
        now=[*map(_task_line, tasks), *(_item_line(item) for item in rest if item.kind not in APART)],
        proposed=[_item_line(item) for item in rest if item.kind is TodayKind.DECIDE_PROPOSAL],
        next=[
            *(_item_line(item) for item in rest if item.kind is TodayKind.NO_PROPOSAL_YET),
            *map(_unready_line, unready),
        ],
        others=[_item_line(item) for item in rest if item.kind in WAITING_ON_OTHERS],
    )


def _task_line(task: Task) -> Line:
    url = (
        url_for("staff.proposal", proposal_id=task.proposal_id)
        if task.proposal_id is not None
        else url_for("staff.case", case_id=task.case_id)
    )
    return Line(task.case.pseudonym, TASKS[task.kind], url, task.created_at, task.case_id, task_id=task.id)


def _item_line(item: TodayItem) -> Line:
    url = (
        url_for("staff.proposal", proposal_id=item.proposal_id)
        if item.proposal_id is not None
        else url_for("staff.suggestions", need_id=item.need_id)
    )
    return Line(item.pseudonym, WAITING[item.kind], url, item.since, item.case_id)


def _unready_line(need: UnreadyNeed) -> Line:
    if need.missing_parties and need.child_view_missing:
        words = _("Mangler familiens samtykke og barnets egen mening")
    else:
        words = _("Mangler familiens samtykke") if need.missing_parties else _("Mangler barnets egen mening")
    url = url_for("staff.need", need_id=need.need_id)
    return Line(need.pseudonym, words, url, need.written_at, need.case_id)
