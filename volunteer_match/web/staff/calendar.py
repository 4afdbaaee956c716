"""The house's calendar: events, consultation days and holidays, a month at a time or as a list of what is coming."""

from flask import abort, render_template, request

from volunteer_match.calendars.months import Month, NoSuchMonth
from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .calendar_lines import coming_months, weeks_of


@blueprint.get("/kalender")
@requires(Permission.SEE_CALENDAR)
def calendar() -> str:
    """One month; without a choice the one we are in."""
    today = danish_date(utc_now())
    try:
        month = Month.read(request.args["maaned"]) if "maaned" in request.args else Month.of(today)
    except NoSuchMonth:
        abort(404)
    weeks = weeks_of(month, reader=current_user())
    is_empty = not any(box.lines for week in weeks for box in week if Month.of(box.day) == month)
    return render_template("staff/calendar/month.html", month=month, weeks=weeks, is_empty=is_empty, today=today)


@blueprint.get("/kalender/liste")
@requires(Permission.SEE_CALENDAR)
def calendar_list() -> str:
    """Everything from today and a year on."""
    today = danish_date(utc_now())
    return render_template("staff/calendar/list.html", months=coming_months(today, reader=current_user()), today=today)
