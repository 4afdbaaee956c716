"""What came of an event, and of all of them: from invitation to offer, as numbers, as bars and as a file."""

from collections.abc import Iterable

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.events.funnel import Funnel, Stages, funnel_by_event, funnel_of, together
from volunteer_match.events.models import Event
from volunteer_match.events.states import EventState
from volunteer_match.foundation.clock import danish_date
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared import event_words
from volunteer_match.web.shared.access import requires
from volunteer_match.web.shared.spreadsheets import spreadsheet

from .blueprint import blueprint
from .events import event_tabs, find

IN_THE_FILE = (
    "on_list",
    "invited",
    "delivered",
    "failed",
    "answered",
    "yes",
    "maybe",
    "no",
    "waiting",
    "lapsed",
    "came",
    "people",
    "offering",
    "offers",
    "approved",
)


@blueprint.get("/arrangementer/<int:event_id>/tal")
@requires(Permission.MANAGE_EVENTS)
def event_figures(event_id: int) -> str:
    """How far the guests of one event got."""
    found = find(event_id)
    return render_template(
        "admin/events/figures.html",
        event=found,
        funnel=funnel_of(found),
        has_ended=found.state is EventState.HELD,
        words=event_words,
        tabs_of=event_tabs(found, "event_figures"),
    )


@blueprint.get("/arrangementer/<int:event_id>/tal.csv")
@requires(Permission.MANAGE_EVENTS)
def event_figures_file(event_id: int) -> Response:
    """The same for a spreadsheet; numbers only, no names."""
    found = find(event_id)
    return spreadsheet(f"{found.slug}.csv", _headings(), _rows([(found, funnel_of(found))]))


@blueprint.get("/arrangementer/tal")
@requires(Permission.MANAGE_EVENTS)
def events_figures() -> str:
    """All events beside each other, and what each way of inviting led to."""
    by_event = funnel_by_event()
    return render_template(
        "admin/events/all_figures.html",
        by_event=by_event,
        funnel=together(funnel for _event, funnel in by_event),
        words=event_words,
    )


@blueprint.get("/arrangementer/tal.csv")
@requires(Permission.MANAGE_EVENTS)
def events_figures_file() -> Response:
    """Every way of every event, a row each."""
    return spreadsheet("arrangementer.csv", _headings(), _rows(funnel_by_event()))


def _headings() -> list[str]:
    return [_("Arrangement"), _("Dag"), _("Kom på listen"), *(str(event_words.STAGES[name]) for name in IN_THE_FILE)]


def _rows(funnels: Iterable[tuple[Event, Funnel]]) -> Iterable[list[object]]:
    for event, funnel in funnels:
        for way, stages in funnel.ways.items():
            yield [event.title, danish_date(event.starts_at), event_words.way_name(way), *_numbers(stages)]


def _numbers(stages: Stages) -> list[int]:
    return [getattr(stages, name) for name in IN_THE_FILE]
