"""One match on screen, from the request to its end, and the follow-ups on the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in
from tests.visitors.browsing import Visitor
from tests.web.staff.conftest import ANNA
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.foundation.database import db
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.models import FollowUp, Proposal
from volunteer_match.proposals.states import EndedBy, HowItGoes, ProposalState

Make = Callable[[ProposalState], int]
S = ProposalState
PHONE = "12 34 56 78"


@pytest.fixture
def make(app: Flask, anna: Visitor) -> Make:
    """A proposal in Anna's case, in the given state."""

    def build(state: ProposalState) -> int:
        with app.app_context():
            caseworker = find_user(ANNA)
            assert caseworker is not None
            need = ready_need(caseworker, now=NOW)
            offer = approved_offer(hire("Admin", Role.ADMIN), now=NOW)
            proposal_id = proposal_in(state, need=need, offer=offer, by=caseworker, now=NOW).id
            db.session.commit()
            return proposal_id

    return build


def _state(app: Flask, proposal_id: int) -> ProposalState:
    with app.app_context():
        return db.session.get_one(Proposal, proposal_id).state


@pytest.mark.parametrize("state", list(ProposalState))
def test_every_state_has_a_page_that_says_where_it_stands(anna: Visitor, make: Make, state: ProposalState) -> None:
    anna.open(f"/forslag/{make(state)}")

    assert anna.status == 200
    assert "Frivilligt tilbud, ikke en afgørelse." in anna.text


@pytest.mark.parametrize("state", list(ProposalState))
def test_contact_details_are_shown_only_while_both_have_said_yes(
    anna: Visitor, make: Make, trail: Callable[[], list[AuditEntry]], state: ProposalState
) -> None:
    anna.open(f"/forslag/{make(state)}")

    agreed = state in {S.ACCEPTED, S.INTRODUCED, S.ACTIVE, S.PAUSED}
    assert (PHONE in anna.text) is agreed
    shown = [entry for entry in trail() if entry.action is AuditAction.CONTACT_DETAILS_SHOWN]
    assert bool(shown) is agreed


def test_from_yes_to_a_match_that_runs(app: Flask, anna: Visitor, make: Make) -> None:
    proposal_id = make(S.ACCEPTED)

    anna.open(f"/forslag/{proposal_id}").press("Forældrene har mødt kontaktpersonen")
    anna.press("Sæt forløbet i gang")

    assert _state(app, proposal_id) is S.ACTIVE
    assert "Opfølgninger" in anna.text


def test_taking_the_next_step_answers_the_task(anna: Visitor, make: Make) -> None:
    proposal_id = make(S.ACCEPTED)
    assert "sagt ja" in anna.open("/i-dag").text

    anna.open(f"/forslag/{proposal_id}").press("Forældrene har mødt kontaktpersonen")

    assert "sagt ja" not in anna.open("/i-dag").text


def test_a_gate_that_closed_meanwhile_is_named_and_nothing_moves(
    app: Flask, anna: Visitor, make: Make, clock: time_machine.Traveller
) -> None:
    proposal_id = make(S.INTRODUCED)
    clock.shift(timedelta(days=366))  # the family's yes has run out
    anna.open("/log-ind").fill(email=ANNA, password="en lang og nem adgangskode").press("Log ind")

    anna.open(f"/forslag/{proposal_id}").press("Sæt forløbet i gang")

    assert anna.status == 409
    assert "Familiens samtykke mangler, er udløbet eller er trukket tilbage." in anna.text
    assert _state(app, proposal_id) is S.INTRODUCED


def test_pressing_start_twice_starts_once(app: Flask, anna: Visitor, make: Make) -> None:
    proposal_id = make(S.INTRODUCED)

    anna.open(f"/forslag/{proposal_id}").press("Sæt forløbet i gang", times=2)

    assert anna.status == 409
    assert _state(app, proposal_id) is S.ACTIVE
    with app.app_context():
        assert len(db.session.get_one(Proposal, proposal_id).follow_ups) == 3


def test_a_rest_and_on_again(app: Flask, anna: Visitor, make: Make) -> None:
    proposal_id = make(S.ACTIVE)

    anna.open(f"/forslag/{proposal_id}").follow("Sæt på pause").press("Sæt på pause")
    assert "Vælg, hvorfor forløbet holder pause" in anna.text
    anna.tick("reason", "illness").press("Sæt på pause")
    assert _state(app, proposal_id) is S.PAUSED
    anna.press("I gang igen")
    assert _state(app, proposal_id) is S.ACTIVE


def test_the_end_asks_what_we_want_to_learn(app: Flask, anna: Visitor, make: Make) -> None:
    proposal_id = make(S.ACTIVE)

    anna.open(f"/forslag/{proposal_id}").follow("Afslut").tick("reason", "goal_reached").press("Afslut forløb")
    assert "Vælg, hvem der ønskede det" in anna.text
    assert anna.form.values["reason"] == "goal_reached", "nothing chosen is lost"
    anna.tick("ended_by", "child").tick("ever_met", "yes").press("Afslut forløb")

    with app.app_context():
        ended = db.session.get_one(Proposal, proposal_id)
        assert (ended.state, ended.ended_by, ended.ever_met) == (S.ENDED, EndedBy.CHILD, True)


def test_a_request_can_be_taken_back(app: Flask, anna: Visitor, make: Make) -> None:
    proposal_id = make(S.ASKED)

    anna.open(f"/forslag/{proposal_id}").follow("Træk forespørgslen tilbage").press("Træk tilbage")

    assert _state(app, proposal_id) is S.CANCELLED


def test_a_follow_up_with_three_voices(app: Flask, anna: Visitor, make: Make) -> None:
    proposal_id = make(S.ACTIVE)

    anna.open(f"/forslag/{proposal_id}").follow("skriv opfølgning 5. december 2026")
    anna.fill(child_voice="Jeg kan slå en vejrmølle nu").press("Gem opfølgning")
    assert "Vælg, hvordan det går" in anna.text
    assert anna.form.values["child_voice"] == "Jeg kan slå en vejrmølle nu"
    anna.tick("how_it_goes", "well").press("Gem opfølgning")

    assert "Det går godt" in anna.text
    with app.app_context():
        first = db.session.get_one(Proposal, proposal_id).follow_ups[0]
        assert (first.how_it_goes, first.child_voice) == (HowItGoes.WELL, "Jeg kan slå en vejrmølle nu")


def test_a_cpr_number_in_a_follow_up_is_not_stored(app: Flask, anna: Visitor, make: Make) -> None:
    make(S.ACTIVE)
    with app.app_context():
        follow_up_id = db.session.scalars(select(FollowUp.id).order_by(FollowUp.id).limit(1)).one()

    anna.open(f"/opfoelgning/{follow_up_id}").tick("how_it_goes", "well")
    anna.fill(guardian_voice="Ring til mor, 010203-1234").press("Gem opfølgning")

    assert anna.status == 422
    assert "CPR" in anna.text
    assert anna.form.values["guardian_voice"] == "Ring til mor, 010203-1234"


def test_a_colleague_finds_nothing_and_a_leader_reads(bente: Visitor, lone: Visitor, make: Make) -> None:
    proposal_id = make(S.ACTIVE)

    assert bente.open(f"/forslag/{proposal_id}").status == 404
    lone.open(f"/forslag/{proposal_id}")
    assert lone.status == 200
    assert PHONE not in lone.text
    assert "Sæt på pause" not in lone.text
