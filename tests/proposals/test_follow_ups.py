"""Close following: when, with whose voices, and what happens when nobody answers."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories.people import NOW
from tests.factories.proposals import ended, proposal_in
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.models import Need
from volunteer_match.cases.responsibility import NotResponsible
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer
from volunteer_match.people.models import User
from volunteer_match.proposals import lifecycle
from volunteer_match.proposals.follow_ups import AlreadyRecorded, CprInText, NotRunning, is_quiet, record_follow_up
from volunteer_match.proposals.models import FollowUp, Proposal
from volunteer_match.proposals.states import HowItGoes, PauseReason, ProposalState

S = ProposalState
FIRST_DATES = [date(2026, 12, 5), date(2027, 1, 2), date(2027, 2, 19)]


@pytest.fixture
def active(need: Need, offer: Offer, anna: User) -> Proposal:
    """A match that began at NOW."""
    return proposal_in(S.ACTIVE, need=need, offer=offer, by=anna)


def _record(follow_up: FollowUp, by: User, *, how: HowItGoes = HowItGoes.WELL, days: int = 14, **voices: Any) -> None:
    said = {"child_voice": "", "guardian_voice": "", "volunteer_voice": "", **voices}
    record_follow_up(follow_up, how_it_goes=how, by=by, now=NOW + timedelta(days=days), **said)


def _dates(proposal: Proposal) -> list[date]:
    return [follow_up.due_on for follow_up in proposal.follow_ups]


def test_the_first_dates_are_two_weeks_six_weeks_and_three_months(active: Proposal) -> None:
    assert _dates(active) == FIRST_DATES


@pytest.mark.parametrize("state", [S.ASKED, S.ACCEPTED, S.INTRODUCED])
def test_before_it_begins_there_is_nothing_to_follow(
    need: Need, offer: Offer, anna: User, state: ProposalState
) -> None:
    assert proposal_in(state, need=need, offer=offer, by=anna).follow_ups == []


def test_three_voices_are_kept_encrypted(active: Proposal, anna: User) -> None:
    first = active.follow_ups[0]
    _record(first, anna, child_voice="Sjovt", guardian_voice="Hun er glad", volunteer_voice="")
    db.session.flush()
    db.session.expire(first)
    assert (first.child_voice, first.guardian_voice, first.volunteer_voice) == ("Sjovt", "Hun er glad", None)
    assert (first.how_it_goes, first.done_by_id) == (HowItGoes.WELL, anna.id)
    stored = db.session.connection().exec_driver_sql("SELECT child_voice, guardian_voice FROM follow_up").first()
    assert stored is not None
    assert "Sjovt" not in stored[0]


def test_after_the_first_three_it_is_every_quarter(active: Proposal, anna: User) -> None:
    for days in (14, 42, 90):
        _record(next(item for item in active.follow_ups if item.done_at is None), anna, days=days)
    assert _dates(active) == [*FIRST_DATES, date(2027, 5, 20)]
    _record(active.follow_ups[-1], anna, days=180)
    assert _dates(active)[-1] == date(2027, 8, 18)


def test_while_dates_wait_no_new_one_is_set(active: Proposal, anna: User) -> None:
    _record(active.follow_ups[0], anna)
    assert _dates(active) == FIRST_DATES


@pytest.mark.parametrize("voice", ["child_voice", "guardian_voice", "volunteer_voice"])
def test_a_cpr_number_in_any_voice_stops_it(active: Proposal, anna: User, voice: str) -> None:
    first = active.follow_ups[0]
    said: dict[str, Any] = {voice: "Hun hedder noget med 010118-1234"}
    with pytest.raises(CprInText):
        _record(first, anna, **said)
    assert first.done_at is None


def test_it_is_written_down_once(active: Proposal, anna: User) -> None:
    first = active.follow_ups[0]
    _record(first, anna, child_voice="Sjovt")
    with pytest.raises(AlreadyRecorded):
        _record(first, anna, child_voice="Kedeligt")
    assert first.child_voice == "Sjovt"


def test_only_the_caseworker_of_the_case_writes_it_down(active: Proposal, bente: User) -> None:
    with pytest.raises(NotResponsible):
        _record(active.follow_ups[0], bente)
    assert active.follow_ups[0].done_at is None


def test_a_match_that_is_over_is_not_followed_up(active: Proposal, anna: User) -> None:
    ended(active, by=anna)
    with pytest.raises(NotRunning):
        _record(active.follow_ups[0], anna)


def test_it_is_in_the_trail_without_what_was_said(active: Proposal, anna: User) -> None:
    _record(active.follow_ups[0], anna, child_voice="Sjovt")
    db.session.commit()
    (entry,) = db.session.query(AuditEntry).filter_by(action="follow_up_recorded").all()
    assert entry.details == {"follow_up": active.follow_ups[0].id, "how_it_goes": "well"}


@pytest.mark.parametrize(("days", "quiet"), [(0, False), (14, False), (27, False), (28, True), (60, True)])
def test_two_weeks_over_time_is_quiet(active: Proposal, days: int, quiet: bool) -> None:
    assert is_quiet(active, now=NOW + timedelta(days=days)) is quiet


def test_not_having_met_is_quiet_until_they_have(active: Proposal, anna: User) -> None:
    first, second, _third = active.follow_ups
    _record(first, anna, how=HowItGoes.NOT_MET)
    assert is_quiet(active, now=NOW + timedelta(days=15))
    _record(second, anna, days=16)
    assert not is_quiet(active, now=NOW + timedelta(days=16))


def test_a_match_at_rest_is_not_quiet(active: Proposal, anna: User) -> None:
    lifecycle.pause(active, reason=PauseReason.AGREED_BREAK, by=anna, now=NOW)
    assert not is_quiet(active, now=NOW + timedelta(days=300))


def _begin_again(proposal: Proposal, by: User, *, days: int) -> None:
    now = NOW + timedelta(days=days)
    proposal_in(S.ACTIVE, need=proposal.need, offer=proposal.offer, by=by, now=now)


def test_a_match_begun_again_is_followed_from_its_new_beginning(active: Proposal, anna: User) -> None:
    """What was left undone the last time is not overdue, and what was said then is not said now."""
    _record(active.follow_ups[0], anna, how=HowItGoes.NOT_MET)
    ended(active, by=anna, now=NOW + timedelta(days=20))
    _begin_again(active, anna, days=100)
    began = date(2027, 3, 1)
    assert _dates(active) == [FIRST_DATES[0], *(began + timedelta(days=wait) for wait in (14, 42, 90))]
    assert not is_quiet(active, now=NOW + timedelta(days=101))
