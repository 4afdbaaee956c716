"""A professional's calendar, read the way calendar programs read it."""

from datetime import date, datetime, time, timedelta

import icalendar
import recurring_ical_events
from sqlalchemy.orm import Session

from tests.factories.consultations import every_second_tuesday, facts
from tests.factories.people import NOW, hire
from volunteer_match.calendars.series import feed
from volunteer_match.consultations.days import NewTime, cancel_day, move_day
from volunteer_match.consultations.feeds import calendar_entries, feed_of, make_address, owner_of, revoke_address
from volunteer_match.consultations.models import ConsultationDay, ConsultationSeries
from volunteer_match.consultations.planning import change_series
from volunteer_match.consultations.roster import report_absence
from volunteer_match.consultations.school_year import add_holiday
from volunteer_match.people.accounts import close_account
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

SUMMER = date(2026, 8, 18)
A_YEAR = {"last_on": date(2027, 6, 22)}
BEFORE = NOW - timedelta(days=120)


def read(user: User, *, now: datetime = BEFORE) -> dict[str, str]:
    """What stands in the calendar, by the time the clock shows."""
    text = feed(calendar_entries(user, now=now), name="Konsultationsdage")
    calendar = icalendar.Calendar.from_ical(text)
    found = recurring_ical_events.of(calendar).between(date(2026, 1, 1), date(2028, 1, 1))
    return {f"{event['DTSTART'].dt:%Y-%m-%d %H:%M}": str(event["LOCATION"]) for event in found}


def day_on(series: ConsultationSeries, on: date) -> ConsultationDay:
    return next(day for day in series.days if day.planned_on == on)


def test_fifteen_stays_fifteen_over_both_changes_of_the_clock(town: Session) -> None:
    leader, pia = hire("Lone", Role.TEAM_LEADER, now=BEFORE), hire("Pia", Role.PROFESSIONAL, now=BEFORE)
    series = every_second_tuesday(leader, psychologist=pia, first_on=SUMMER, now=BEFORE, **A_YEAR)

    starts = list(read(pia))
    assert "2026-10-13 15:00" in starts
    assert "2026-10-27 15:00" in starts
    assert "2027-03-16 15:00" in starts
    assert "2027-03-30 15:00" in starts
    assert {start[-5:] for start in starts} == {"15:00"}
    planned = {f"{day.planned_on} 15:00" for day in series.days if day.skipped_for is None}
    assert set(starts) == planned


def test_holidays_moved_and_cancelled_days(town: Session) -> None:
    leader, pia = hire("Lone", Role.TEAM_LEADER, now=BEFORE), hire("Pia", Role.PROFESSIONAL, now=BEFORE)
    series = every_second_tuesday(leader, psychologist=pia, first_on=SUMMER, now=BEFORE, **A_YEAR)
    add_holiday(name="Efterårsferie", first_on=date(2026, 10, 10), last_on=date(2026, 10, 18), by=leader, now=BEFORE)
    to = NewTime(date(2026, 11, 26), time(13), time(14), "Biblioteket i Asaa")
    move_day(day_on(series, date(2026, 11, 24)), to, note="Skolen holder fest", by=leader, now=BEFORE)
    cancel_day(day_on(series, date(2026, 12, 8)), note="", by=leader, now=BEFORE)

    found = read(pia)
    assert [start for start in sorted(found) if "2026-09-30" < start < "2027-01-06"] == [
        "2026-10-27 15:00",
        "2026-11-10 15:00",
        "2026-11-26 13:00",
        "2026-12-22 15:00",
        "2027-01-05 15:00",
    ]
    assert found["2026-11-26 13:00"] == "Biblioteket i Asaa"
    assert found["2026-11-10 15:00"] == "Asaa Skole, Skolegade 1"


def test_an_absence_is_in_the_calendar_of_who_stands_in(town: Session) -> None:
    leader, pia, per = hire("Lone", Role.TEAM_LEADER), hire("Pia", Role.PROFESSIONAL), hire("Per", Role.PROFESSIONAL)
    series = every_second_tuesday(leader, psychologist=pia)
    [duty] = series.days[1].duties
    report_absence(duty, stand_in_id=per.id, by=leader, now=NOW)

    on = f"{series.days[1].planned_on} 15:00"
    assert on not in read(pia)
    assert list(read(per)) == [on]
    assert "SUMMARY:Konsultation på Asaa Skole (afløser)" in feed(calendar_entries(per, now=NOW), name="")


def test_other_times_leave_what_has_been_where_it_was_and_raise_the_sequence(town: Session) -> None:
    leader, pia = hire("Lone", Role.TEAM_LEADER, now=BEFORE), hire("Pia", Role.PROFESSIONAL, now=BEFORE)
    series = every_second_tuesday(leader, psychologist=pia, first_on=SUMMER, now=BEFORE, **A_YEAR)
    [before] = calendar_entries(pia, now=BEFORE)
    change_series(series, facts(**A_YEAR, starts=time(14)), by=leader, now=NOW)
    [after] = calendar_entries(pia, now=NOW)

    assert (after.first.uid, after.first.sequence > before.first.sequence) == (before.first.uid, True)
    found = read(pia, now=NOW)
    assert "2026-10-27 15:00" in found
    assert "2026-11-24 14:00" in found
    assert "2027-04-13 14:00" in found


def test_only_the_newest_address_opens_the_calendar(town: Session) -> None:
    pia = hire("Pia", Role.PROFESSIONAL)
    first, second = (make_address(pia, now=NOW) for _time in range(2))

    assert owner_of(first) is None
    assert owner_of(second) is pia
    assert revoke_address(pia, now=NOW)
    assert owner_of(second) is None
    assert not revoke_address(pia, now=NOW)
    assert feed_of(pia) is None


def test_who_has_left_has_no_calendar(town: Session) -> None:
    pia = hire("Pia", Role.PROFESSIONAL)
    token = make_address(pia, now=NOW)
    close_account(user=pia, by=pia.actor, now=NOW)

    assert owner_of(token) is None
