"""A caseworker hears by mail that proposals were laid before her: once a day, and without a word about anybody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy.orm import Session

from tests.factories.cases import ready_need
from tests.factories.mails import mails
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.notifications.mail_server import MailServer
from tests.proposals.conftest import use_test_site
from tests.proposals.test_laying_before import lay, plan_now
from tests.settings import settings_for_tests
from volunteer_match.foundation.database import db
from volunteer_match.notifications.delivery import deliver_due
from volunteer_match.notifications.states import MailState
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.laid_before_mail import GATHERED_FOR, tell_caseworkers

LAID_BEFORE = "proposals_laid_before"
TOMORROW_MORNING = datetime(2026, 11, 22, 6, tzinfo=UTC)  # seven in Denmark


@pytest.fixture
def town(session_on_each: Session) -> Iterator[Session]:
    """On both databases."""
    use_test_site()
    yield session_on_each
    session_on_each.rollback()


def due() -> list[datetime]:
    return [mail.send_after for mail in mails(LAID_BEFORE)]


def send(*, at: datetime) -> list[EmailMessage]:
    """Hands over what is due to a real mail server and tells what it got."""
    db.session.commit()
    with MailServer().running() as server:
        deliver_due(settings=settings_for_tests(smtp_port=server.port), clock=lambda: at)
    return server.mails


def test_one_mail_for_all_that_is_hers_and_nothing_in_it_about_anybody(anna: User, bente: User, admin: User) -> None:
    offer = approved_offer(admin, capacity=3)
    needs = [ready_need(anna), ready_need(anna), ready_need(bente)]
    send(at=NOW)
    lay(plan_now(), hire("Lone", Role.TEAM_LEADER))
    assert send(at=NOW) == [], "what is laid meanwhile comes along"

    sent = send(at=NOW + GATHERED_FOR)

    assert [mail["To"] for mail in sent] == [anna.email, bente.email]
    for mail in sent:
        assert mail["Subject"] == "Nye forslag venter på dig i Varige Spor"
        body = mail.get_body(preferencelist=("plain",))
        assert body is not None
        words = body.get_content()
        assert "http://localhost/i-dag" in words
        hidden = [offer.title, offer.organisation.name, *(need.case.pseudonym for need in needs)]
        assert [each for each in hidden if each in mail.as_string()] == []


def test_what_is_laid_while_it_waits_is_in_it(anna: User) -> None:
    tell_caseworkers([anna], now=NOW)
    tell_caseworkers([anna, anna], now=NOW + timedelta(minutes=5))
    assert due() == [NOW + GATHERED_FOR]


def test_a_second_one_on_the_same_day_waits_until_the_morning_and_gathers_again(anna: User) -> None:
    tell_caseworkers([anna], now=NOW)
    assert len(send(at=NOW + GATHERED_FOR)) == 1
    for hours in (1, 2):
        tell_caseworkers([anna], now=NOW + timedelta(hours=hours))
    assert due() == [NOW + GATHERED_FOR, TOMORROW_MORNING]
    assert send(at=TOMORROW_MORNING - timedelta(minutes=1)) == []
    assert len(send(at=TOMORROW_MORNING)) == 1


def test_the_next_day_it_goes_at_once_again(anna: User) -> None:
    tell_caseworkers([anna], now=NOW)
    send(at=NOW + GATHERED_FOR)
    tell_caseworkers([anna], now=NOW + timedelta(days=1))
    assert due()[-1] == NOW + timedelta(days=1) + GATHERED_FOR


def test_who_laid_it_and_who_has_left_hear_nothing(anna: User, admin: User) -> None:
    approved_offer(admin)
    both = hire("Lone", Role.TEAM_LEADER, Role.CASEWORKER)
    ready_need(both)
    assert lay(plan_now(), both).proposals
    anna.active = False
    tell_caseworkers([anna], now=NOW)
    assert mails(LAID_BEFORE) == []


def test_nothing_laid_nothing_said(anna: User, admin: User) -> None:
    approved_offer(admin)
    ready_need(anna)
    leader = hire("Lone", Role.TEAM_LEADER)
    plan = plan_now()
    lay(plan, leader)
    send(at=NOW + GATHERED_FOR)
    assert lay(plan, leader).already == 1
    assert [mail.state for mail in mails(LAID_BEFORE)] == [MailState.SENT]
