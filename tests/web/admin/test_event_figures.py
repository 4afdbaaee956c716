"""What came of an event, as its host reads it."""

from collections.abc import Callable
from typing import Any

from tests.factories.events import invited, open_event
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW
from volunteer_match.events.check_in import note_presence, walk_in
from volunteer_match.events.funnel import Stages
from volunteer_match.events.models import Event
from volunteer_match.foundation.database import db
from volunteer_match.people.models import User
from volunteer_match.web.admin.event_figures import IN_THE_FILE
from volunteer_match.web.shared import event_words

Arrange = Callable[[Callable[[User], Any]], Any]


def _meeting(karin: User) -> int:
    event = open_event(karin, title="=Møde")
    here, _away = invited(event, karin, 2)
    note_presence(event, here, is_here=True, by=karin, now=NOW)
    walk_in(event, name="Ole Bang", email="", people=3, by=karin, now=NOW)
    return event.id


def test_there_are_words_for_every_stage() -> None:
    assert set(event_words.STAGES) == set(IN_THE_FILE) <= set(Stages.__slots__)


def test_one_event_and_all_of_them(admin: Visitor, arrange: Arrange) -> None:
    event_id = arrange(_meeting)
    admin.open(f"/admin/arrangementer/{event_id}").follow("Tal")
    assert "Kom 2 50 % af listen" in admin.text.replace("\xa0", " ")
    assert "4 mennesker. 0 havde sagt ja, 1 stod ikke på listen." in admin.text
    assert "Kom uden at stå på listen" in admin.text
    assert "Tallene er, som de står nu" in admin.text
    admin.follow("Tal for alle arrangementer")
    assert "=Møde, 10. januar 2027" in admin.text
    assert "I alt" in admin.text
    assert "Ole Bang" not in admin.text


def test_nobody_invited_is_no_row_of_noughts(admin: Visitor, arrange: Arrange) -> None:
    event_id = arrange(lambda karin: open_event(karin).id)
    assert "Ingen tal endnu" in admin.open(f"/admin/arrangementer/{event_id}/tal").text
    assert "Ingen tal endnu" in admin.open("/admin/arrangementer/tal").text


def test_the_files_hold_numbers_and_no_formula(admin: Visitor, arrange: Arrange) -> None:
    event_id = arrange(_meeting)
    for path in (f"/admin/arrangementer/{event_id}/tal.csv", "/admin/arrangementer/tal.csv"):
        rows = admin.client.get(path).get_data(as_text=True).splitlines()
        assert rows[1].startswith('"\'=Møde";"2027-01-10";"Skrevet ind";"2";"2"')
        assert len(rows) == 3


def test_the_number_of_queries_does_not_grow(
    admin: Visitor, arrange: Arrange, queries: Callable[[Callable[[], Any]], int]
) -> None:
    event_id = arrange(_meeting)
    pages = (f"/admin/arrangementer/{event_id}/tal", "/admin/arrangementer/tal")
    few = [queries(lambda page=page: admin.open(page)) for page in pages]  # type: ignore[misc]

    def more(karin: User) -> None:
        _meeting(karin)
        invited(db.session.get_one(Event, event_id), karin, 10)

    arrange(more)
    assert [queries(lambda page=page: admin.open(page)) for page in pages] == few  # type: ignore[misc]
