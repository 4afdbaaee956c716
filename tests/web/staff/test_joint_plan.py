"""The leader's plan for all waiting needs, and what a caseworker does with what was laid before her."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.factories.proposals import proposal_in
from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from tests.web.staff.conftest import ANNA
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.models import Need
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import Offer
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role
from volunteer_match.proposals import withdrawal
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import ProposalState

PLAN = "/samlet-forslag"
S = ProposalState


@dataclass
class Waiting:
    """Two needs of Anna's, and one offer with one place."""

    app: Flask
    needs: list[int]
    offer_id: int
    pseudonyms: list[str]

    def proposals(self) -> list[tuple[int, ProposalState]]:
        with self.app.app_context():
            return [
                (proposal.need_id, proposal.state)
                for proposal in db.session.scalars(select(Proposal).order_by(Proposal.id))
            ]


@pytest.fixture
def waiting(app: Flask, anna: Visitor) -> Waiting:
    with app.app_context():
        caseworker = find_user(ANNA)
        assert caseworker is not None
        offer = approved_offer(hire("Admin", Role.ADMIN), capacity=1, now=NOW)
        needs = [ready_need(caseworker, now=NOW) for _ in range(2)]
        found = Waiting(app, [need.id for need in needs], offer.id, [need.case.pseudonym for need in needs])
        db.session.commit()
        return found


def test_looking_proposes_nothing_and_leaves_a_trace(
    lone: Visitor, waiting: Waiting, trail: Callable[[], list[AuditEntry]]
) -> None:
    lone.open(PLAN)
    assert "Gymnastik for begyndere" in lone.text
    assert all(pseudonym in lone.text for pseudonym in waiting.pseudonyms)
    assert "Alle pladser gik til andre" in lone.text
    assert "Intet er sendt, og ingen plads er optaget." in lone.text
    assert not waiting.proposals()
    assert [entry.details["needs"] for entry in trail() if entry.action is AuditAction.CASELOAD_PLANNED] == [
        waiting.needs
    ]


def test_the_needs_own_words_stay_out_of_it(lone: Visitor, waiting: Waiting) -> None:
    lone.open(PLAN)
    assert "kolbøtter" not in lone.text


def test_pressed_twice_lays_it_before_the_caseworker_once(lone: Visitor, waiting: Waiting) -> None:
    lone.open(PLAN).press("Læg frem for rådgiverne", times=2)
    assert "allerede lagt frem" in lone.text
    assert [state for _need, state in waiting.proposals()] == [S.PROPOSED]
    assert "har et forslag i gang" in lone.open(PLAN).text


def test_the_caseworker_finds_it_and_decides(anna: Visitor, lone: Visitor, waiting: Waiting) -> None:
    lone.open(PLAN).press("Læg frem for rådgiverne")
    assert "1 forslag er lagt frem. Rådgiveren bestemmer." in lone.text
    ((need_id, _state),) = waiting.proposals()
    name = waiting.pseudonyms[waiting.needs.index(need_id)]

    anna.open("/i-dag")
    assert "Forslag, der venter på dig" in anna.text
    anna.follow(name)
    assert "Lone Krogh har lagt det frem" in anna.text
    assert "Hvorfor det passer" in anna.text
    anna.follow("Godkend og spørg").press("Godkend og spørg")
    assert "Kontaktpersonen er spurgt" in anna.text
    assert "Foreslået af platformen og lagt frem for rådgiveren" in anna.text
    assert waiting.proposals() == [(need_id, S.ASKED)]


def test_the_caseworker_says_not_this(anna: Visitor, lone: Visitor, waiting: Waiting) -> None:
    lone.open(PLAN).press("Læg frem for rådgiverne")
    with waiting.app.app_context():
        proposal_id = db.session.scalars(select(Proposal.id)).one()
    anna.open(f"/forslag/{proposal_id}").follow("Ikke dette")
    anna.tick("reason", "too_far").press("Vælg fra")
    assert [state for _need, state in waiting.proposals()] == [S.REJECTED]
    # The place is free for the other child; the pair that was set aside is not brought up again.
    lone.open(PLAN).press("Læg frem for rådgiverne")
    assert sorted(state for _need, state in waiting.proposals()) == [S.PROPOSED, S.REJECTED]


def test_a_leader_may_read_it_and_has_no_buttons(lone: Visitor, waiting: Waiting) -> None:
    lone.open(PLAN).press("Læg frem for rådgiverne")
    with waiting.app.app_context():
        proposal_id = db.session.scalars(select(Proposal.id)).one()
    lone.open(f"/forslag/{proposal_id}")
    assert lone.status == 200
    assert "Godkend og spørg" not in lone.text


def test_a_suggestion_that_no_longer_holds_says_so(anna: Visitor, lone: Visitor, waiting: Waiting) -> None:
    lone.open(PLAN).press("Læg frem for rådgiverne")
    with waiting.app.app_context():
        proposal_id = db.session.scalars(select(Proposal.id)).one()
        db.session.get_one(Offer, waiting.offer_id).places_taken = 1  # another caseworker was quicker
        db.session.commit()
    anna.open(f"/forslag/{proposal_id}")
    assert "Forslaget holder ikke længere" in anna.text
    assert "Der er ingen ledig plads." in anna.text
    assert "Godkend og spørg" not in anna.text
    assert "Ikke dette" in anna.text


def test_what_stopped_holding_meanwhile_is_skipped_and_said(lone: Visitor, waiting: Waiting) -> None:
    lone.open(PLAN)
    with waiting.app.app_context():
        offer = db.session.get_one(Offer, waiting.offer_id)
        withdrawal.pause_offer(offer=offer, by=offer.contact.actor, now=NOW)
        db.session.commit()
    lone.press("Læg frem for rådgiverne")
    assert lone.status == 409
    assert "Ikke alt kunne lægges frem" in lone.text
    assert "Tilbuddet holder pause." in lone.text
    assert not waiting.proposals()


def test_nothing_waits(lone: Visitor) -> None:
    lone.open(PLAN)
    assert "Ingen behov venter på et forslag" in lone.text
    assert "Læg frem for rådgiverne" not in lone.text


def test_all_needs_are_in_hand(app: Flask, lone: Visitor, waiting: Waiting) -> None:
    with app.app_context():
        caseworker = find_user(ANNA)
        assert caseworker is not None
        admin = hire("Admin", Role.ADMIN)
        for need_id in waiting.needs:
            need = db.session.get_one(Need, need_id)
            proposal_in(S.ASKED, need=need, offer=approved_offer(admin, now=NOW), by=caseworker, now=NOW)
        db.session.commit()
    lone.open(PLAN)
    assert "2 behov har et forslag i gang." in lone.text


@pytest.mark.parametrize("pairs", ["", "x", "1-2,3-4", "1-2 ", "9999999999-1", "1-2\n3-4", "-1-2"])
def test_nonsense_for_pairs_is_refused(lone: Visitor, waiting: Waiting, pairs: str) -> None:
    token = lone.open(PLAN).page.forms[0].values["csrf_token"]
    assert lone.client.post(PLAN, data={"csrf_token": token, "pairs": pairs}).status_code == 400


def test_made_up_pairs_are_laid_before_nobody(lone: Visitor, waiting: Waiting) -> None:
    token = lone.open(PLAN).page.forms[0].values["csrf_token"]
    answer = lone.client.post(
        PLAN, data={"csrf_token": token, "pairs": f"{waiting.needs[0]}-999 999-{waiting.offer_id}"}
    )
    assert answer.status_code == 409
    with waiting.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Proposal)) == 0


def test_with_the_model_switched_off_there_is_no_plan(app: Flask, lone: Visitor, waiting: Waiting) -> None:
    token = lone.open(PLAN).page.forms[0].values["csrf_token"]
    app.extensions["settings"] = settings_for_tests(matching="manual")
    assert "Forslag fra platformen er slået fra" in lone.open(PLAN).text
    pairs = f"{waiting.needs[0]}-{waiting.offer_id}"
    assert lone.client.post(PLAN, data={"csrf_token": token, "pairs": pairs}).status_code == 409
    assert not waiting.proposals()
