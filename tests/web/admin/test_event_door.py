"""At the door without a script: ticks are forms, walk-ins are written in, the list prints."""

from collections.abc import Callable
from typing import Any

from tests.factories.events import draft_event, invited, open_event
from tests.visitors.browsing import Visitor
from volunteer_match.events.models import Event
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User

Arrange = Callable[[Callable[[User], Any]], Any]


def _meeting(arrange: Arrange, guests: int = 1) -> int:
    def plan(karin: User) -> int:
        event = open_event(karin)
        invited(event, karin, guests - 1)
        invited(event, karin, name="Mette Holm")
        return event.id

    return int(arrange(plan))


def test_a_guest_is_ticked_and_it_can_be_undone(admin: Visitor, arrange: Arrange) -> None:
    event_id = _meeting(arrange)
    admin.open(f"/admin/arrangementer/{event_id}").follow("Fremmøde")
    assert "Mette Holm" not in admin.text, "who has not answered is not expected"
    admin.follow("Vis alle på listen").press("Mette Holm Ikke svaret")
    assert "1 er kommet" in admin.text
    admin.press("Mette Holm Ikke svaret")
    assert "0 er kommet" in admin.text


def test_who_walks_in_is_written_in(admin: Visitor, arrange: Arrange) -> None:
    event_id = _meeting(arrange)
    admin.open(f"/admin/arrangementer/{event_id}/fremmoede").press("Er kommet")
    assert "Skriv et navn" in admin.text
    admin.fill(name="Ole Bang", people="2").press("Er kommet")
    assert "2 er kommet" in admin.text
    admin.open(f"/admin/arrangementer/{event_id}/fremmoede/liste")
    assert "Ole Bang" in admin.text
    admin.open(f"/admin/arrangementer/{event_id}/fremmoede").press("Fortryd Ole Bang")
    assert "0 er kommet" in admin.text


def test_nobody_is_ticked_for_a_draft(admin: Visitor, arrange: Arrange) -> None:
    event_id = arrange(lambda karin: draft_event(karin).id)
    assert "Her krydses gæsterne af" in admin.open(f"/admin/arrangementer/{event_id}/fremmoede").text


def test_the_number_of_queries_does_not_grow_with_the_guests(
    admin: Visitor, arrange: Arrange, queries: Callable[[Callable[[], Any]], int]
) -> None:
    event_id = _meeting(arrange)
    page = f"/admin/arrangementer/{event_id}/fremmoede?alle=1"
    few = queries(lambda: admin.open(page))
    arrange(lambda karin: invited(db.session.get_one(Event, event_id), karin, 20))
    assert queries(lambda: admin.open(page)) == few
