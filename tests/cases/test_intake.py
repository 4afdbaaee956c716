"""Opening cases within the limits, and writing needs that give nobody away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.conftest import DRAFT, FACTS, LIMITS, NOW
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases import intake
from volunteer_match.cases.caseload import CaseloadLimits
from volunteer_match.cases.intake import (
    CaseloadFull,
    ChildView,
    Closed,
    CprInText,
    DateAhead,
    LeakWordsNotAcknowledged,
    NeedDraft,
    TextMissing,
    UnknownPostcode,
    UnlikelyBirthYear,
    change_case,
    change_need,
    close_case,
    close_need,
    open_case,
    record_child_view,
    write_need,
)
from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.responsibility import NotResponsible
from volunteer_match.cases.states import CaseState, ChildViewSource, NeedState, OverLimitReason
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

Trail = Callable[[], list[AuditEntry]]
SHE_SAID = ChildView("Jeg vil gerne lære at slå flikflak", ChildViewSource.CONVERSATION, date(2026, 11, 20))
TWO = CaseloadLimits(amber=1, limit=2)


def open_one(caseworker: User, by: User | None = None, reason: OverLimitReason | None = None) -> Case:
    return open_case(
        facts=FACTS,
        caseworker=caseworker,
        by=by or caseworker,
        limits=TWO,
        random=Random(),
        now=NOW,
        over_limit_reason=reason,
    )


def test_a_new_case_is_its_caseworkers_and_leaves_a_trace(case: Case, anna: User, trail: Trail) -> None:
    assert (case.caseworker_id, case.state) == (anna.id, CaseState.OPEN)
    entry = trail()[-1]
    assert (entry.action, entry.subject_id, entry.actor_id) == (AuditAction.CASE_OPENED, case.id, anna.id)


def test_a_full_caseworker_cannot_take_another_case(anna: User) -> None:
    open_one(anna)
    open_one(anna)

    with pytest.raises(CaseloadFull):
        open_one(anna)
    with pytest.raises(CaseloadFull):
        open_one(anna, reason=OverLimitReason.URGENT)


def test_a_closed_case_makes_room(anna: User) -> None:
    close_case(case=open_one(anna), by=anna, now=NOW)
    open_one(anna)

    assert open_one(anna).state is CaseState.OPEN


def test_a_team_leader_goes_beyond_the_limit_with_a_reason_that_is_kept(anna: User, lone: User, trail: Trail) -> None:
    open_one(anna)
    open_one(anna)

    with pytest.raises(CaseloadFull):
        open_one(anna, by=lone)
    case = open_one(anna, by=lone, reason=OverLimitReason.SIBLING)

    assert case.caseworker_id == anna.id
    assert trail()[-1].details["over_limit_reason"] == "sibling"


def test_nobody_opens_a_case_for_a_colleague_unless_they_lead_the_team(anna: User, bente: User) -> None:
    with pytest.raises(NotResponsible):
        open_one(anna, by=bente)


def test_only_a_caseworker_can_be_given_a_case(lone: User, anna: User) -> None:
    anna.active = False

    for somebody in (lone, anna):
        with pytest.raises(NotResponsible):
            open_one(somebody, by=lone)


@pytest.mark.parametrize("year", [2007, 2027])
def test_a_case_is_about_a_child(anna: User, year: int) -> None:
    with pytest.raises(UnlikelyBirthYear):
        open_case(
            facts=replace(FACTS, birth_year=year), caseworker=anna, by=anna, limits=LIMITS, random=Random(), now=NOW
        )


def test_a_case_lies_somewhere_known(case: Case, anna: User) -> None:
    with pytest.raises(UnknownPostcode):
        change_case(case=case, facts=replace(FACTS, postcode="0000"), by=anna, now=NOW)


def test_climbing_the_ladder_is_traced_with_both_steps(case: Case, anna: User, trail: Trail) -> None:
    change_case(case=case, facts=replace(FACTS, ladder_step=3), by=anna, now=NOW)

    assert case.ladder_step == 3
    assert trail()[-1].details == {"fields": ["ladder_step"], "ladder_step": [2, 3]}


def test_saving_a_case_unchanged_leaves_no_trace_of_a_change(case: Case, anna: User, trail: Trail) -> None:
    change_case(case=case, facts=FACTS, by=anna, now=NOW)

    assert [entry.action for entry in trail()] == [AuditAction.CASE_OPENED]


def test_closing_a_case_closes_what_it_looks_for(need: Need, anna: User, trail: Trail) -> None:
    close_case(case=need.case, by=anna, now=NOW)
    close_case(case=need.case, by=anna, now=NOW + timedelta(days=1))

    assert (need.case.state, need.case.closed_at, need.state) == (CaseState.CLOSED, NOW, NeedState.CLOSED)
    assert [entry.action for entry in trail()][-2:] == [AuditAction.NEED_CLOSED, AuditAction.CASE_CLOSED]


def test_what_is_closed_is_read_only(need: Need, anna: User) -> None:
    close_need(need=need, by=anna, now=NOW)
    with pytest.raises(Closed):
        change_need(need=need, draft=DRAFT, by=anna, now=NOW)
    with pytest.raises(Closed):
        record_child_view(need=need, view=SHE_SAID, by=anna, now=NOW)

    close_case(case=need.case, by=anna, now=NOW)
    with pytest.raises(Closed):
        write_need(case=need.case, draft=DRAFT, by=anna, now=NOW)
    with pytest.raises(Closed):
        change_case(case=need.case, facts=replace(FACTS, ladder_step=1), by=anna, now=NOW)


def test_a_need_is_kept_as_written_and_traced_without_its_text(need: Need, trail: Trail) -> None:
    assert (need.text, need.codes) == (DRAFT.text, ("faa_venner", "ingen_fritid"))
    assert need.slots == ("tue-afternoon", "wed-evening")
    entry = trail()[-1]
    assert entry.action is AuditAction.NEED_WRITTEN
    assert "kolbøtter" not in str(entry.details)


def test_codes_and_slots_nobody_knows_are_left_out(case: Case, anna: User) -> None:
    draft = replace(DRAFT, codes=("faa_venner", "made_up", "faa_venner"), slots=("tue-night",), languages=())

    need = write_need(case=case, draft=draft, by=anna, now=NOW)

    assert (need.codes, need.slots, need.languages) == (("faa_venner",), (), ("da",))


@pytest.mark.parametrize(
    ("field", "draft"),
    [("text", replace(DRAFT, text="  \n")), ("external_wording", replace(DRAFT, external_wording=""))],
)
def test_an_empty_text_is_refused(case: Case, anna: User, field: str, draft: NeedDraft) -> None:
    with pytest.raises(TextMissing) as refusal:
        write_need(case=case, draft=draft, by=anna, now=NOW)
    assert refusal.value.field == field


@given(
    field=st.sampled_from(["text", "external_wording", "child_view"]),
    before=st.sampled_from(["", "Hun er født ", "CPR:", "barnet ("]),
    cpr=st.sampled_from(["010218-1234", "0102181234", "010218 1234", "01 02 18 1234", "01.02.18-1234", "010218–1234"]),
    after=st.sampled_from(["", " og glad", ").", "\nMere tekst"]),
)
def test_a_cpr_number_anywhere_stops_the_save(field: str, before: str, cpr: str, after: str) -> None:
    with pytest.raises(CprInText) as refusal:
        intake._guarded(field, f"{before}{cpr}{after}")
    assert refusal.value.field == field


def test_a_cpr_number_leaves_the_need_as_it_was(need: Need, anna: User) -> None:
    with pytest.raises(CprInText):
        change_need(need=need, draft=replace(DRAFT, text="Født 010218-1234"), by=anna, now=NOW)
    with pytest.raises(CprInText):
        record_child_view(need=need, view=replace(SHE_SAID, text="Jeg er 010218-1234"), by=anna, now=NOW)

    assert (need.text, need.child_view) == (DRAFT.text, None)


def test_words_that_give_the_child_away_must_be_accepted_by_somebody(case: Case, anna: User, trail: Trail) -> None:
    draft = replace(DRAFT, external_wording="Et barn med angst vil gerne gå til gymnastik.")

    with pytest.raises(LeakWordsNotAcknowledged) as refusal:
        write_need(case=case, draft=draft, by=anna, now=NOW)
    assert refusal.value.words == ["angst"]

    write_need(case=case, draft=draft, by=anna, now=NOW, leak_words_accepted=True)
    assert trail()[-1].details["leak_words_accepted"] == 1


def test_the_professional_text_may_use_professional_words(case: Case, anna: User) -> None:
    draft = replace(DRAFT, text="Barnet har angst og meget fravær")

    assert write_need(case=case, draft=draft, by=anna, now=NOW).text == draft.text


def test_only_a_change_of_the_external_words_counts_as_one(need: Need, anna: User, trail: Trail) -> None:
    later = NOW + timedelta(hours=1)
    change_need(need=need, draft=replace(DRAFT, text="Skrevet om", max_km=8), by=anna, now=later)
    assert need.wording_changed_at is None
    assert trail()[-1].details["fields"] == ["max_km", "text"]

    change_need(
        need=need, draft=replace(DRAFT, text="Skrevet om", max_km=8, external_wording="Nyt"), by=anna, now=later
    )
    assert need.wording_changed_at == later


def test_saving_a_need_unchanged_leaves_no_trace_of_a_change(need: Need, anna: User, trail: Trail) -> None:
    change_need(need=need, draft=DRAFT, by=anna, now=NOW + timedelta(hours=1))

    assert trail()[-1].action is AuditAction.NEED_WRITTEN
    assert need.changed_at == NOW


def test_the_childs_view_is_written_with_the_need_or_later(case: Case, anna: User, trail: Trail) -> None:
    need = write_need(case=case, draft=DRAFT, by=anna, now=NOW, child_view=SHE_SAID)
    assert need.child_view == SHE_SAID.text

    later = replace(SHE_SAID, text="Nu vil jeg hellere svømme", source=ChildViewSource.PLAY_OR_DRAWING)
    change_need(need=need, draft=DRAFT, by=anna, now=NOW, child_view=later)
    record_child_view(need=need, view=later, by=anna, now=NOW)

    assert (need.child_view, need.child_view_source) == (later.text, ChildViewSource.PLAY_OR_DRAWING)
    recorded = [entry for entry in trail() if entry.action is AuditAction.CHILD_VIEW_RECORDED]
    assert [entry.details["source"] for entry in recorded] == ["conversation", "play_or_drawing"]


def test_nobody_has_spoken_with_the_child_tomorrow(need: Need, anna: User) -> None:
    with pytest.raises(DateAhead):
        record_child_view(need=need, view=replace(SHE_SAID, on=date(2026, 11, 22)), by=anna, now=NOW)


def test_today_is_the_day_it_is_in_denmark(need: Need, anna: User) -> None:
    half_past_midnight_here = NOW.replace(hour=23, minute=30)

    record_child_view(need=need, view=replace(SHE_SAID, on=date(2026, 11, 22)), by=anna, now=half_past_midnight_here)

    assert need.child_view_on == date(2026, 11, 22)


def test_nobody_but_the_responsible_caseworker_changes_anything(
    need: Need, bente: User, lone: User, staff: Callable[..., User]
) -> None:
    for stranger in (bente, lone, staff("Ib", Role.ADMIN)):
        for attempt_to in (
            lambda by: change_case(case=need.case, facts=FACTS, by=by, now=NOW),
            lambda by: close_case(case=need.case, by=by, now=NOW),
            lambda by: write_need(case=need.case, draft=DRAFT, by=by, now=NOW),
            lambda by: change_need(need=need, draft=DRAFT, by=by, now=NOW),
            lambda by: record_child_view(need=need, view=SHE_SAID, by=by, now=NOW),
            lambda by: close_need(need=need, by=by, now=NOW),
        ):
            with pytest.raises(NotResponsible):
                attempt_to(stranger)


def test_a_caseworker_whose_account_is_closed_changes_nothing(need: Need, anna: User) -> None:
    anna.active = False

    with pytest.raises(NotResponsible):
        change_need(need=need, draft=DRAFT, by=anna, now=NOW)
