"""The demo's consultation days: two schools, some who have come and some who will, a moved day and somebody away."""

from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import cycle

from volunteer_match.consultations import outcomes, roster
from volunteer_match.consultations.booking import Booker, book
from volunteer_match.consultations.days import NewTime, move_day
from volunteer_match.consultations.models import ConsultationBooking, ConsultationDay, ConsultationSeries
from volunteer_match.consultations.planning import SeriesFacts, plan_series
from volunteer_match.consultations.school_year import add_school_year
from volunteer_match.consultations.states import BookerRole, DayState, Outcome, PostRole, Topic
from volunteer_match.foundation.clock import danish_date
from volunteer_match.vocabulary.school_holidays import known_school_years

from .demo_story import Story, Town

PLANNED_DAYS_AGO = 80
BOOKED_BEFORE = timedelta(days=4)
FOLLOWED_UP_AFTER = timedelta(days=20)
DAYS_AHEAD_BOOKED = 2
BOOKERS = (
    ("Lars Mejlby", BookerRole.TEACHER, Topic.ABSENCE, "Hvordan taler vi om fravær, før det bliver for stort?"),
    ("Mette Frøslev", BookerRole.PARENT, Topic.HEALTH, "Barnet sover dårligt før skoledage."),
    ("Ulla Brandborg", BookerRole.TEACHER, Topic.CONFLICTS, "Der er konflikter i frikvarteret hver dag."),
    ("Karsten Hybel", BookerRole.OTHER, Topic.LEISURE, ""),
    ("Dorthe Nybo", BookerRole.PARENT, Topic.FAMILY_LIFE, "Vi er lige flyttet hver for sig."),
)
# What comes of one talk after the other; None: nobody came.
CAME_OF_IT = (Outcome.ADVICE_GIVEN, Outcome.NETWORK_MEETING, Outcome.NEED_OPENED, None, Outcome.ADVICE_GIVEN)


def plan_consultations(story: Story, town: Town) -> None:
    """Everything that concerns consultation days, on its day."""
    story.add(PLANNED_DAYS_AGO + 1, 9, partial(_put_in_holidays, town))
    story.add(PLANNED_DAYS_AGO, 9, partial(_plan_asaa, story, town))
    story.add(PLANNED_DAYS_AGO, 10, partial(_plan_hjallerup, story, town))


def _put_in_holidays(town: Town, now: datetime) -> None:
    for year in known_school_years():
        add_school_year(year, by=town.leader, now=now)


def _plan_asaa(story: Story, town: Town, now: datetime) -> None:
    facts = SeriesFacts(
        school="Asaa Skole",
        address="Skolegade 12",
        postcode="9340",
        way_in="Lokale 14 ved biblioteket. Gå ind ved cykelstativerne.",
        last_on=danish_date(now) + timedelta(days=300),
        starts=time(13),
        ends=time(15),
        skips_school_holidays=True,
    )
    series = plan_series(facts, first_on=_next(1, now), every_weeks=2, by=town.leader, now=now)
    _man(series, town, now=now)
    days = _fill(story, town, series, everybody=3)
    changed_at = story.now - timedelta(days=2)
    moved, missed = days[1], days[2]
    story.add_at(changed_at, partial(_move, moved, town))
    story.add_at(changed_at, partial(_report_absence, missed, town))


def _plan_hjallerup(story: Story, town: Town, now: datetime) -> None:
    facts = SeriesFacts(
        school="Hjallerup Skole",
        address="Idræts Alle 6",
        postcode="9320",
        way_in="Mødelokale 2 ved kontoret.",
        last_on=danish_date(now) + timedelta(days=300),
        starts=time(9),
        ends=time(10, 20),
        skips_school_holidays=True,
    )
    series = plan_series(facts, first_on=_next(3, now), every_weeks=4, by=town.leader, now=now)
    _man(series, town, now=now)
    _fill(story, town, series, everybody=2)


def _next(weekday: int, now: datetime) -> date:
    next_week = danish_date(now) + timedelta(weeks=1)
    return next_week + timedelta(days=(weekday - next_week.weekday()) % 7)


def _man(series: ConsultationSeries, town: Town, *, now: datetime) -> None:
    people = {
        PostRole.CASEWORKER: town.staff["anne-marie"].id,
        PostRole.HEALTH_VISITOR: town.staff["gitte"].id,
        PostRole.PSYCHOLOGIST: town.staff["mads"].id,
    }
    roster.set_posts(series, people, by=town.leader, now=now)


def _fill(story: Story, town: Town, series: ConsultationSeries, *, everybody: int) -> list[ConsultationDay]:
    """Books on all that has been and the next few days; returns the days that are still to come."""
    held = [day for day in series.days if day.state is DayState.PLANNED]
    ahead = [day for day in held if day.starts_at > story.now]
    bookers = cycle(enumerate(BOOKERS))
    for day in [*(day for day in held if day.ends_at < story.now), *ahead[:DAYS_AHEAD_BOOKED]]:
        booked_at = min(day.starts_at, story.now) - BOOKED_BEFORE
        for slot_number in range(everybody):
            number, who = next(bookers)
            story.add_at(booked_at, partial(_book, story, town, day, slot_number, number, who))
    return ahead


def _book(
    story: Story,
    town: Town,
    day: ConsultationDay,
    slot_number: int,
    number: int,
    who: tuple[str, BookerRole, Topic, str],
    now: datetime,
) -> None:
    name, role, topic, question = who
    booker = Booker(
        name=name,
        email=f"{name.split(maxsplit=1)[0].lower()}@{'skole' if role is BookerRole.TEACHER else 'post'}.example",
        phone=f"+45203040{slot_number}{number}",
        role=role,
        topic=topic,
        question=question,
        language="da",
    )
    booking = book(day=day, slot_number=slot_number, booker=booker, now=now)
    if day.ends_at < story.now:
        story.add_at(day.ends_at, partial(_record, story, town, booking, CAME_OF_IT[number]))


def _record(story: Story, town: Town, booking: ConsultationBooking, outcome: Outcome | None, now: datetime) -> None:
    caseworker = town.staff["anne-marie"]
    if outcome is None:
        outcomes.record_missed(booking, by=caseworker, now=now)
        return
    follow_up_by = None if outcome is Outcome.ADVICE_GIVEN else caseworker
    outcomes.record_outcome(booking, outcome=outcome, follow_up_by=follow_up_by, by=caseworker, now=now)
    done_at = now + FOLLOWED_UP_AFTER
    if follow_up_by is not None and done_at < story.now:
        story.add_at(done_at, lambda at: outcomes.finish_follow_up(booking, by=caseworker, now=at))


def _move(day: ConsultationDay, town: Town, now: datetime) -> None:
    to = NewTime(day.planned_on + timedelta(days=1), time(13), time(15), "")
    move_day(day, to, note="Skolen har temadag om tirsdagen.", by=town.leader, now=now)


def _report_absence(day: ConsultationDay, town: Town, now: datetime) -> None:
    duty = next(duty for duty in day.duties if duty.role is PostRole.CASEWORKER)
    roster.report_absence(duty, stand_in_id=town.staff["samira"].id, by=town.leader, now=now)
