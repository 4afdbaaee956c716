from datetime import timedelta

import pytest

from tests.factories.people import NOW, hire
from volunteer_match.consultations.days import DayOver
from volunteer_match.consultations.models import ConsultationDay, ConsultationSeries
from volunteer_match.consultations.queries import duties_of, own_day
from volunteer_match.consultations.roster import (
    NotOnTheRoster,
    end_absence,
    is_on,
    possible_people,
    report_absence,
    set_posts,
)
from volunteer_match.consultations.states import PostRole
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

NOBODY: dict[PostRole, int | None] = dict.fromkeys(PostRole)


@pytest.fixture
def per(pia: User) -> User:
    """Another psychologist."""
    return hire("Per", Role.PROFESSIONAL)


def who_comes(day: ConsultationDay) -> list[str]:
    return [duty.comes.name for duty in day.duties if duty.comes is not None]


def test_a_new_person_comes_from_the_next_day_on(series: ConsultationSeries, lone: User, pia: User, per: User) -> None:
    after_the_first = series.days[0].ends_at
    people = {**NOBODY, PostRole.PSYCHOLOGIST: per.id, PostRole.HEALTH_VISITOR: pia.id}
    set_posts(series, people, by=lone, now=after_the_first)

    assert who_comes(series.days[0]) == ["Pia"]
    assert sorted(who_comes(series.days[1])) == ["Per", "Pia"]
    set_posts(series, NOBODY, by=lone, now=after_the_first)
    assert (who_comes(series.days[0]), who_comes(series.days[1])) == (["Pia"], [])


def test_only_those_who_work_with_it_and_nobody_twice(series: ConsultationSeries, lone: User, pia: User) -> None:
    intake = hire("Ida", Role.INTAKE)
    assert [user.name for user in possible_people()] == ["Pia"]
    for people in (
        {PostRole.CASEWORKER: intake.id},
        {PostRole.CASEWORKER: pia.id, PostRole.PSYCHOLOGIST: pia.id},
    ):
        with pytest.raises(NotOnTheRoster):
            set_posts(series, {**NOBODY, **people}, by=lone, now=NOW)


def test_absence_and_who_stands_in(series: ConsultationSeries, lone: User, pia: User, per: User) -> None:
    day = series.days[1]
    [duty] = day.duties
    report_absence(duty, stand_in_id=None, by=pia, now=NOW)
    assert who_comes(day) == []
    assert own_day(pia, day.id) is None

    report_absence(duty, stand_in_id=per.id, by=lone, now=NOW)
    assert who_comes(day) == ["Per"]
    assert (is_on(day, pia), is_on(day, per)) == (False, True)
    assert own_day(per, day.id) is day
    assert own_day(per, series.days[0].id) is None
    assert [each.day_id for each in duties_of(per, since=NOW)] == [day.id]

    end_absence(duty, by=lone, now=NOW)
    assert who_comes(day) == ["Pia"]
    assert own_day(per, day.id) is None


def test_nobody_stands_in_where_they_sit_already(series: ConsultationSeries, lone: User, pia: User, per: User) -> None:
    set_posts(series, {**NOBODY, PostRole.PSYCHOLOGIST: pia.id, PostRole.HEALTH_VISITOR: per.id}, by=lone, now=NOW)
    duty = next(duty for duty in series.days[1].duties if duty.person is pia)
    for stand_in in (pia, per, lone):
        with pytest.raises(NotOnTheRoster):
            report_absence(duty, stand_in_id=stand_in.id, by=lone, now=NOW)


def test_the_past_stays_as_it_was(series: ConsultationSeries, lone: User) -> None:
    [duty] = series.days[0].duties
    with pytest.raises(DayOver):
        report_absence(duty, stand_in_id=None, by=lone, now=series.days[0].starts_at + timedelta(minutes=1))
