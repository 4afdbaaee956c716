"""Who must say yes, what a yes covers, and that a no works at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.conftest import DRAFT, FACTS, NOW
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.guardian_consent import (
    NothingToWithdraw,
    PartyNotAsked,
    RecipientsMissing,
    ask,
    covered,
    covered_kinds,
    deciding_line,
    missing_parties,
    party_status,
    record_given,
    required_parties,
    status,
    withdraw,
)
from volunteer_match.cases.intake import Closed, change_case, change_need, close_need
from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.responsibility import NotResponsible
from volunteer_match.cases.states import ConsentParty, ConsentStatus
from volunteer_match.foundation.clock import years_after
from volunteer_match.people.models import User

FIRST, SECOND, YOUNG = ConsentParty.CUSTODY_HOLDER_1, ConsentParty.CUSTODY_HOLDER_2, ConsentParty.YOUNG_PERSON
CLUBS = ("sports_club", "association")
DAY = timedelta(days=1)


def stands(need: Need, party: ConsentParty, now: datetime = NOW) -> ConsentStatus:
    return party_status(need.consents, party, now=now, wording_changed_at=need.wording_changed_at)


def everybody_says_yes(need: Need, by: User, now: datetime = NOW) -> None:
    for party in required_parties(need.case, on=now.date()):
        record_given(need=need, party=party, recipients=CLUBS, by=by, now=now)


@pytest.mark.parametrize(
    ("birth_year", "holders", "parties"),
    [
        (2018, 1, (FIRST,)),
        (2018, 2, (FIRST, SECOND)),
        (2012, 2, (FIRST, SECOND)),
        (2011, 2, (FIRST, SECOND, YOUNG)),
        (2009, 1, (FIRST, YOUNG)),
    ],
)
def test_every_custody_holder_is_asked_and_the_young_person_from_the_year_of_turning_15(
    birth_year: int, holders: int, parties: tuple[ConsentParty, ...]
) -> None:
    case = Case(birth_year=birth_year, custody_holders=holders)

    assert required_parties(case, on=date(2026, 1, 1)) == parties


def test_nothing_is_covered_until_everybody_has_said_yes(need: Need, anna: User) -> None:
    assert missing_parties(need, now=NOW) == (FIRST, SECOND)
    record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW)
    assert not covered(need, organisation_kind=None, now=NOW)

    record_given(need=need, party=SECOND, recipients=CLUBS, by=anna, now=NOW)

    assert missing_parties(need, now=NOW) == ()
    assert covered(need, organisation_kind=None, now=NOW)


def test_only_what_all_have_said_yes_to_is_covered(need: Need, anna: User) -> None:
    record_given(need=need, party=FIRST, recipients=("sports_club", "church"), by=anna, now=NOW)
    record_given(need=need, party=SECOND, recipients=("sports_club", "business"), by=anna, now=NOW)

    assert covered_kinds(need, now=NOW) == {"sports_club"}
    assert covered(need, organisation_kind="sports_club", now=NOW)
    assert not covered(need, organisation_kind="church", now=NOW)
    assert not covered(need, organisation_kind="business", now=NOW)


def test_two_who_agree_on_nothing_have_agreed_to_nothing(need: Need, anna: User) -> None:
    record_given(need=need, party=FIRST, recipients=("church",), by=anna, now=NOW)
    record_given(need=need, party=SECOND, recipients=("business",), by=anna, now=NOW)

    assert not covered(need, organisation_kind=None, now=NOW)


def test_from_asked_to_given_on_one_line(need: Need, anna: User, trail: Callable[[], list[AuditEntry]]) -> None:
    assert stands(need, FIRST) is ConsentStatus.NOT_ASKED
    question = ask(need=need, party=FIRST, by=anna, now=NOW)
    assert ask(need=need, party=FIRST, by=anna, now=NOW + DAY) is question
    assert stands(need, FIRST) is ConsentStatus.ASKED

    given_line = record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW + DAY)

    assert given_line is question
    assert (given_line.asked_at, given_line.given_at) == (NOW, NOW + DAY)
    assert stands(need, FIRST, NOW + DAY) is ConsentStatus.IN_FORCE
    actions = [entry.action for entry in trail() if "consent" in entry.action]
    assert actions == [AuditAction.GUARDIAN_CONSENT_ASKED, AuditAction.GUARDIAN_CONSENT_GIVEN]


def test_a_yes_lasts_a_year_to_the_minute(need: Need, anna: User) -> None:
    line = record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW)
    end = years_after(NOW, 1)

    assert status(line, now=end - timedelta(minutes=1)) is ConsentStatus.IN_FORCE
    assert status(line, now=end) is ConsentStatus.EXPIRED


def test_a_yes_of_a_leap_day_ends_the_day_before_the_first_of_march() -> None:
    assert years_after(datetime(2028, 2, 29, 9, tzinfo=UTC), 1) == datetime(2029, 2, 28, 9, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds must be naive
def test_no_yes_lasts_more_than_366_days(given_at: datetime) -> None:
    assert timedelta(days=365) <= years_after(given_at, 1) - given_at <= timedelta(days=366)


def test_a_renewed_yes_is_a_new_line_and_decides(need: Need, anna: User) -> None:
    old = record_given(need=need, party=FIRST, recipients=("church",), by=anna, now=NOW)
    later = NOW + timedelta(days=300)
    new = record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=later)

    assert new is not old
    assert deciding_line(need.consents, FIRST) is new
    assert old.recipients == ("church",)
    assert stands(need, FIRST, years_after(NOW, 1)) is ConsentStatus.IN_FORCE


def test_the_same_yes_twice_on_a_day_is_one(need: Need, anna: User) -> None:
    first = record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW)
    second = record_given(need=need, party=FIRST, recipients=reversed(CLUBS), by=anna, now=NOW + timedelta(seconds=2))

    assert second is first


def test_a_no_ends_it_at_once_whichever_line_it_is_said_about(
    need: Need, anna: User, trail: Callable[[], list[AuditEntry]]
) -> None:
    old = record_given(need=need, party=FIRST, recipients=("church",), by=anna, now=NOW)
    record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW + DAY)
    record_given(need=need, party=SECOND, recipients=CLUBS, by=anna, now=NOW + DAY)

    withdraw(consent=old, by=anna, now=NOW + DAY)

    assert stands(need, FIRST, NOW + DAY) is ConsentStatus.WITHDRAWN
    assert stands(need, SECOND, NOW + DAY) is ConsentStatus.IN_FORCE
    assert not covered(need, organisation_kind=None, now=NOW + DAY)
    assert [e.action for e in trail()].count(AuditAction.GUARDIAN_CONSENT_WITHDRAWN) == 2


def test_after_a_no_the_family_can_be_asked_again_and_say_yes(need: Need, anna: User) -> None:
    ask(need=need, party=SECOND, by=anna, now=NOW)
    line = record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW)
    withdraw(consent=line, by=anna, now=NOW + DAY)
    ask(need=need, party=FIRST, by=anna, now=NOW + 2 * DAY)
    assert stands(need, FIRST, NOW + 2 * DAY) is ConsentStatus.ASKED

    record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW + 3 * DAY)

    assert stands(need, FIRST, NOW + 3 * DAY) is ConsentStatus.IN_FORCE


def test_a_question_from_before_the_no_does_not_hide_it(need: Need, anna: User) -> None:
    line = record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW)
    ask(need=need, party=FIRST, by=anna, now=NOW + DAY)
    withdraw(consent=line, by=anna, now=NOW + 2 * DAY)

    assert stands(need, FIRST, NOW + 2 * DAY) is ConsentStatus.WITHDRAWN


def test_there_is_nothing_to_take_back_twice(need: Need, anna: User) -> None:
    question = ask(need=need, party=FIRST, by=anna, now=NOW)
    with pytest.raises(NothingToWithdraw):
        withdraw(consent=question, by=anna, now=NOW)
    line = record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW)
    withdraw(consent=line, by=anna, now=NOW)

    with pytest.raises(NothingToWithdraw):
        withdraw(consent=line, by=anna, now=NOW)


def test_new_words_need_a_new_yes(need: Need, anna: User) -> None:
    everybody_says_yes(need, anna)
    change_need(need=need, draft=replace(DRAFT, external_wording="Et barn vil gerne svømme."), by=anna, now=NOW + DAY)

    assert stands(need, FIRST, NOW + DAY) is ConsentStatus.WORDING_CHANGED
    assert not covered(need, organisation_kind=None, now=NOW + DAY)

    everybody_says_yes(need, anna, NOW + 2 * DAY)
    assert covered(need, organisation_kind=None, now=NOW + 2 * DAY)


def test_a_second_custody_holder_who_turns_up_must_be_asked(need: Need, anna: User) -> None:
    change_case(case=need.case, facts=replace(FACTS, custody_holders=1), by=anna, now=NOW)
    everybody_says_yes(need, anna)
    assert covered(need, organisation_kind=None, now=NOW)

    change_case(case=need.case, facts=FACTS, by=anna, now=NOW)

    assert missing_parties(need, now=NOW) == (SECOND,)


def test_the_year_of_turning_15_ends_what_the_parents_alone_agreed(need: Need, anna: User) -> None:
    change_case(case=need.case, facts=replace(FACTS, birth_year=2012), by=anna, now=NOW)
    everybody_says_yes(need, anna)

    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # already 2027 in Denmark

    assert covered(need, organisation_kind=None, now=NOW)
    assert missing_parties(need, now=new_year) == (YOUNG,)


def test_nobody_is_asked_who_has_no_say(need: Need, anna: User) -> None:
    with pytest.raises(PartyNotAsked):
        ask(need=need, party=YOUNG, by=anna, now=NOW)
    with pytest.raises(PartyNotAsked):
        record_given(need=need, party=YOUNG, recipients=CLUBS, by=anna, now=NOW)


def test_a_yes_names_whom_it_covers(need: Need, anna: User) -> None:
    with pytest.raises(RecipientsMissing):
        record_given(need=need, party=FIRST, recipients=(), by=anna, now=NOW)


def test_a_closed_need_asks_for_nothing(need: Need, anna: User) -> None:
    close_need(need=need, by=anna, now=NOW)

    with pytest.raises(Closed):
        ask(need=need, party=FIRST, by=anna, now=NOW)


def test_a_yes_is_taken_down_by_the_caseworker_and_a_no_by_the_leader_too(
    need: Need, anna: User, bente: User, lone: User
) -> None:
    for stranger in (bente, lone):
        with pytest.raises(NotResponsible):
            record_given(need=need, party=FIRST, recipients=CLUBS, by=stranger, now=NOW)
    line = record_given(need=need, party=FIRST, recipients=CLUBS, by=anna, now=NOW)
    with pytest.raises(NotResponsible):
        withdraw(consent=line, by=bente, now=NOW)

    withdraw(consent=line, by=lone, now=NOW)

    assert stands(need, FIRST) is ConsentStatus.WITHDRAWN
