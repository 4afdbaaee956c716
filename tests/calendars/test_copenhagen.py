"""The clock on the wall in Denmark."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from volunteer_match.calendars.copenhagen import NoSuchTime, copenhagen_zone, wall_moment


def test_fifteen_is_fifteen_in_summer_and_winter() -> None:
    assert wall_moment(date(2027, 1, 10), time(15)) == datetime(2027, 1, 10, 14, tzinfo=UTC)
    assert wall_moment(date(2027, 7, 10), time(15)) == datetime(2027, 7, 10, 13, tzinfo=UTC)


def test_a_time_that_does_not_exist_is_refused_and_one_that_comes_twice_is_the_first() -> None:
    with pytest.raises(NoSuchTime):
        wall_moment(date(2027, 3, 28), time(2, 30))
    assert wall_moment(date(2027, 10, 31), time(2, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_the_zone_has_one_summer_and_one_winter_and_changes_when_denmark_does() -> None:
    zone = copenhagen_zone()
    assert [part.name for part in zone.subcomponents] == ["DAYLIGHT", "STANDARD"]
    ours, denmark = zone.to_tz(), ZoneInfo("Europe/Copenhagen")
    for month, day in ((1, 10), (3, 27), (3, 29), (7, 1), (10, 30), (11, 1)):
        moment = datetime(2027, month, day, 12)  # noqa: DTZ001 - the zone is what is asked for
        assert moment.replace(tzinfo=ours).utcoffset() == moment.replace(tzinfo=denmark).utcoffset(), moment
