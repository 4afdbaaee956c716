"""What happens because time passes: once, at the right time, whatever the clock does."""

from datetime import timedelta

import pytest

from tests.factories.cases import ready_need
from tests.factories.mails import mails, token_in
from tests.factories.people import NOW
from tests.factories.proposals import proposal_in, request_token
from volunteer_match.audit.actions import ActorKind
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.models import Need, Task
from volunteer_match.cases.states import TaskKind
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkPurpose, LinkUnusable, look_up_link
from volunteer_match.notifications.bounces import note_bounce
from volunteer_match.notifications.incoming import Bounce
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.proposals import lifecycle
from volunteer_match.proposals.deadlines import run_due
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import ProposalState

S = ProposalState
DAY_7, DAY_14 = NOW + timedelta(days=7), NOW + timedelta(days=14)
ALMOST = timedelta(seconds=1)


@pytest.fixture
def asked(need: Need, offer: Offer, anna: User) -> Proposal:
    """Asked at NOW."""
    return proposal_in(S.ASKED, need=need, offer=offer, by=anna)


def _tasks(kind: TaskKind) -> list[Task]:
    return db.session.query(Task).filter_by(kind=kind).order_by(Task.id).all()


def test_the_reminder_goes_out_on_the_seventh_day_and_only_once(asked: Proposal) -> None:
    assert run_due(now=DAY_7 - ALMOST) == 0
    assert mails("request_reminder") == []
    assert run_due(now=DAY_7) == 1
    assert [run_due(now=DAY_7 + timedelta(days=day)) for day in range(6)] == [0] * 6
    (reminder,) = mails("request_reminder")
    assert (reminder.to_address, asked.reminded_at) == (asked.offer.contact.email, DAY_7)


def test_both_links_work_until_the_fourteenth_day(asked: Proposal) -> None:
    first = request_token(asked)
    run_due(now=DAY_7)
    second = token_in(mails("request_reminder")[0])
    for token in (first, second):
        assert look_up_link(token, purpose=LinkPurpose.ANSWER_REQUEST, now=DAY_14 - ALMOST) == asked.id
        with pytest.raises(LinkUnusable):
            look_up_link(token, purpose=LinkPurpose.ANSWER_REQUEST, now=DAY_14)


def test_on_the_fourteenth_day_it_expires(asked: Proposal, anna: User) -> None:
    run_due(now=DAY_7)
    assert run_due(now=DAY_14 - ALMOST) == 0
    assert (run_due(now=DAY_14), run_due(now=DAY_14)) == (1, 0)
    assert (asked.state, asked.offer.places_taken) == (S.EXPIRED, 0)
    assert [task.proposal_id for task in _tasks(TaskKind.REQUEST_EXPIRED)] == [asked.id]
    assert [mail.to_address for mail in mails("task_waiting")] == [anna.email]
    assert {mail.state for mail in mails(about=asked.id) if mail.about_kind == "proposal"} == {MailState.CANCELLED}
    assert asked.moves[-1].actor_kind is ActorKind.SYSTEM


def test_a_worker_that_was_away_for_weeks_sends_no_reminder_after_the_deadline(asked: Proposal) -> None:
    assert run_due(now=DAY_14 + timedelta(days=20)) == 1
    assert asked.state is S.EXPIRED
    assert mails("request_reminder") == []


def test_a_clock_that_steps_back_does_nothing_twice(asked: Proposal) -> None:
    hour = timedelta(hours=1)
    assert [run_due(now=now) for now in (DAY_7, DAY_7 - hour, DAY_7)] == [1, 0, 0]
    assert [run_due(now=now) for now in (DAY_14, DAY_14 - hour, DAY_14)] == [1, 0, 0]
    assert len(mails("request_reminder")) == 1
    assert len(_tasks(TaskKind.REQUEST_EXPIRED)) == 1


@pytest.mark.parametrize("state", sorted(set(ProposalState) - {S.ASKED}))
def test_only_what_is_asked_has_a_deadline(need: Need, offer: Offer, anna: User, state: ProposalState) -> None:
    proposal = proposal_in(state, need=need, offer=offer, by=anna)
    before = len(proposal.moves)
    assert (run_due(now=DAY_7), run_due(now=DAY_14)) == (0, 0)
    assert (proposal.state, len(proposal.moves)) == (state, before)


def test_asked_again_the_days_are_counted_anew(asked: Proposal, anna: User) -> None:
    run_due(now=DAY_7)
    lifecycle.cancel_by_caseworker(asked, by=anna, now=DAY_7)
    lifecycle.choose(need=asked.need, offer=asked.offer, by=anna, now=DAY_7)
    assert run_due(now=DAY_14 - ALMOST) == 0
    assert run_due(now=DAY_14) == 1
    assert len(mails("request_reminder")) == 2
    run_due(now=DAY_7 + timedelta(days=14))
    assert [(move.state, move.at) for move in asked.moves[-2:]] == [
        (S.ASKED, DAY_7),
        (S.EXPIRED, DAY_7 + timedelta(days=14)),
    ]


def test_many_fall_due_together(offer: Offer, anna: User) -> None:
    need, other = ready_need(anna), ready_need(anna)
    first = proposal_in(S.ASKED, need=need, offer=offer, by=anna)
    second = proposal_in(S.ASKED, need=other, offer=offer, by=anna, now=DAY_7)
    assert run_due(now=DAY_14) == 2
    assert (first.state, second.state) == (S.EXPIRED, S.ASKED)
    assert second.reminded_at == DAY_14
    assert offer.places_taken == 1


def _fail(template: str) -> None:
    mail = mails(template)[-1]
    mail.state, mail.failed_at = MailState.FAILED, NOW + timedelta(days=1)
    db.session.flush()


def test_a_mail_that_never_got_through_is_one_task(asked: Proposal) -> None:
    _fail("request_for_help")
    tomorrow = NOW + timedelta(days=1)
    assert [run_due(now=tomorrow + timedelta(hours=hour)) for hour in range(3)] == [1, 0, 0]
    (task,) = _tasks(TaskKind.MAIL_NOT_DELIVERED)
    assert (task.case_id, task.proposal_id) == (asked.need.case_id, asked.id)
    task.done_at = tomorrow
    assert run_due(now=tomorrow + timedelta(hours=4)) == 0
    assert len(_tasks(TaskKind.MAIL_NOT_DELIVERED)) == 1


def test_a_second_mail_that_fails_later_is_a_new_task(asked: Proposal) -> None:
    _fail("request_for_help")
    run_due(now=NOW + timedelta(days=1))
    _tasks(TaskKind.MAIL_NOT_DELIVERED)[0].done_at = NOW + timedelta(days=2)
    run_due(now=DAY_7)
    reminder = mails("request_reminder")[-1]
    reminder.state, reminder.failed_at = MailState.FAILED, DAY_7 + timedelta(days=1)
    assert run_due(now=DAY_7 + timedelta(days=1)) == 1
    assert len(_tasks(TaskKind.MAIL_NOT_DELIVERED)) == 2


def test_a_mail_that_came_back_is_a_task_too(asked: Proposal) -> None:
    mail = mails("request_for_help")[-1]
    mail.state, mail.sent_at = MailState.SENT, NOW
    note_bounce(Bounce(mail.message_id, "5.1.1"), now=NOW + timedelta(hours=1))
    assert [run_due(now=NOW + timedelta(hours=hour)) for hour in (1, 2)] == [1, 0]
    (task,) = _tasks(TaskKind.MAIL_NOT_DELIVERED)
    assert task.proposal_id == asked.id


def test_what_is_over_is_no_task(asked: Proposal, anna: User) -> None:
    _fail("request_for_help")
    lifecycle.cancel_by_caseworker(asked, by=anna, now=NOW)
    assert run_due(now=NOW + timedelta(days=1)) == 0
    assert _tasks(TaskKind.MAIL_NOT_DELIVERED) == []


def test_expiry_is_in_the_trail(asked: Proposal) -> None:
    run_due(now=DAY_14)
    db.session.commit()
    newest = db.session.query(AuditEntry).filter_by(subject_kind="proposal").order_by(AuditEntry.id.desc()).first()
    assert newest is not None
    assert (newest.actor_kind, newest.details["action"]) == (ActorKind.SYSTEM, "expire")
