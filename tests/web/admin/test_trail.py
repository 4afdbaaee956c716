"""The trail on screen."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql

from tests.factories.cases import open_case_for
from tests.factories.organisations import approved_offer, club, sign_up
from tests.factories.people import hire as hire_somebody
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW
from volunteer_match.audit.actions import ActorKind, AuditAction
from volunteer_match.audit.trail import SYSTEM, record
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.web.admin.trail_words import ACTIONS, ACTORS

Arrange = Callable[[Callable[[User], Any]], Any]
Trail = Callable[[], list[tuple[str, str, int | None]]]


def numbers(page: Visitor) -> list[int]:
    """The numbers of the lines shown, in order."""
    html = page.answer.get_data(as_text=True)
    cells = html.split('data-label="Nr."')[1:]
    return [int(cell.split("<div>")[1].split("<")[0]) for cell in cells]


def leave_lines(count: int, *, now: datetime = NOW) -> None:
    """Lines by the system itself."""
    for number in range(count):
        record(AuditAction.OFFER_CHANGED, by=SYSTEM, now=now, subject=("offer", number + 1))


def test_there_are_words_for_everything() -> None:
    assert set(ACTIONS) == set(AuditAction)
    assert set(ACTORS) == set(ActorKind)


def test_the_newest_line_stands_first_in_plain_words(admin: Visitor, arrange: Arrange) -> None:
    offer_id = arrange(lambda karin: approved_offer(karin, certificate=False).id)
    admin.open("/admin/spor")
    assert numbers(admin) == sorted(numbers(admin), reverse=True)
    assert f"21.11.2026 kl. 11.00 Karin Vestergaard godkendte et tilbud Tilbud nr. {offer_id}" in admin.text
    assert "Besøgende sendte en tilmelding Tilmelding nr. 1" in admin.text


def test_lines_about_contact_persons_lead_to_their_organisation(admin: Visitor, arrange: Arrange) -> None:
    key = arrange(lambda karin: approved_offer(karin).organisation_id)
    admin.open("/admin/spor").follow("Kontaktperson nr. 1")
    assert admin.url == f"/admin/organisationer/{key}"


def test_reading_lines_about_cases_leaves_a_line_and_reading_others_does_not(
    admin: Visitor, arrange: Arrange, trail: Trail
) -> None:
    admin.open("/admin/spor")
    assert "trail_read" not in [line[0] for line in trail()]
    arrange(lambda _: open_case_for(hire_somebody("Anna", Role.CASEWORKER)))
    admin.open("/admin/spor")
    assert trail()[-1] == ("trail_read", "trail", None)
    seen = len(trail())
    admin.open("/admin/spor?action=signed_in")
    assert len(trail()) == seen


def test_lines_can_be_narrowed_by_action_person_and_day(admin: Visitor, arrange: Arrange) -> None:
    arrange(lambda _: leave_lines(1, now=datetime(2026, 11, 9, 22, 59, tzinfo=UTC)))  # 23.59 in Denmark
    arrange(lambda _: leave_lines(1, now=datetime(2026, 11, 9, 23, 0, tzinfo=UTC)))  # midnight
    arrange(approved_offer)
    admin.open("/admin/spor")
    day = {"since-day": "10", "since-month": "11", "since-year": "2026"}
    last = {"until-day": "10", "until-month": "11", "until-year": "2026"}
    assert "1 spor" in admin.open("/admin/spor?" + "&".join(f"{k}={v}" for k, v in {**day, **last}.items())).text
    before = "&".join(f"{k.replace('since', 'until')}={v}" for k, v in day.items())
    assert "2 spor" in admin.open(f"/admin/spor?who=system&{before}").text
    assert "1 spor" in admin.open("/admin/spor?action=offer_approved").text
    assert "Karin Vestergaard godkendte et tilbud" in admin.open("/admin/spor?who=staff:1&action=offer_approved").text
    assert "Ingen spor her" in admin.open("/admin/spor?who=visitor&action=offer_approved").text


@pytest.mark.parametrize(
    "asked",
    [
        *("since-day=31&since-month=2&since-year=2026", "since-day=1", "action=nope", "who=staff:99", "who=staff:x"),
        *("page=0", "page=x", "up_to=-1", "until-day=31&until-month=12&until-year=9999"),
        "since-day=2&since-month=1&since-year=2026&until-day=1&until-month=1&until-year=2026",
    ],
)
def test_what_cannot_be_answered_is_said_and_not_guessed(asked: str, admin: Visitor) -> None:
    admin.open(f"/admin/spor?{asked}")
    assert admin.status == 422
    assert "Der er problemer" in admin.text


def test_pages_do_not_slide_while_they_are_read(admin: Visitor, arrange: Arrange) -> None:
    arrange(lambda _: open_case_for(hire_somebody("Anna", Role.CASEWORKER)))
    arrange(lambda _: leave_lines(120))
    first = numbers(admin.open("/admin/spor"))
    arrange(lambda _: leave_lines(7))
    second = numbers(admin.follow("Næste"))
    assert len(first) == len(second) == 50
    assert second[0] == first[-1] - 1


def test_a_page_beyond_the_last_is_the_last(admin: Visitor) -> None:
    assert numbers(admin.open("/admin/spor?page=77"))[-1] == 1


def test_the_whole_chain_is_checked_on_request(admin: Visitor, arrange: Arrange) -> None:
    arrange(lambda _: leave_lines(3))
    assert "Kæden er hel" in admin.open("/admin/spor").press("Undersøg, om kæden er hel").text

    def meddle(_: User) -> None:
        db.session.execute(sql("DROP TRIGGER audit_entry_no_update"))
        db.session.execute(sql("UPDATE audit_entry SET subject_id = 99 WHERE id = 3"))

    arrange(meddle)
    assert "Kæden er brudt ved spor nr. 3" in admin.press("Undersøg, om kæden er hel").text


def test_the_number_of_queries_does_not_grow_with_the_lines(
    admin: Visitor, arrange: Arrange, queries: Callable[..., int]
) -> None:
    arrange(approved_offer)
    few = queries(lambda: admin.open("/admin/spor"))

    def more(karin: User) -> None:
        for _number in range(10):
            approved_offer(karin)
            sign_up(club(), now=NOW + timedelta(minutes=1))

    arrange(more)
    assert len(numbers(admin.open("/admin/spor"))) == 50
    assert queries(lambda: admin.open("/admin/spor")) == few
