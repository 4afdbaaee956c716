"""The list of suggestions and the decision on one of them, as the caseworker meets them."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.cases import open_case_for, ready_need, write_need_in
from tests.factories.organisations import approved_offer
from tests.factories.people import NOW, hire
from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from tests.web.conftest import sign_in_as
from tests.web.staff.conftest import ANNA
from volunteer_match.factory import create_app
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import Offer
from volunteer_match.people.accounts import find_user
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.models import PairBlock, Proposal, SuggestionList
from volunteer_match.proposals.states import ProposalState
from volunteer_match.proposals.withdrawal import withdraw_volunteer_consent


@dataclass(frozen=True)
class Pair:
    """A need that is ready and an offer that fits it."""

    need_id: int
    offer_id: int

    @property
    def listed(self) -> str:
        """Where the suggestions are."""
        return f"/behov/{self.need_id}/forslag"

    @property
    def chosen(self) -> str:
        """Where the offer is approved."""
        return f"{self.listed}/{self.offer_id}/godkend"


@pytest.fixture
def pair(app: Flask, anna: Visitor) -> Pair:
    """Anna's need, and gymnastics in Asaa with two places."""
    with app.app_context():
        caseworker = find_user(ANNA)
        assert caseworker is not None
        need = ready_need(caseworker, now=NOW)
        offer = approved_offer(hire("Admin", Role.ADMIN), now=NOW)
        found = Pair(need.id, offer.id)
        db.session.commit()
        return found


def _proposals(app: Flask) -> list[Proposal]:
    with app.app_context():
        return list(db.session.scalars(select(Proposal)))


def _requests(app: Flask) -> int:
    with app.app_context():
        counted = select(func.count()).select_from(OutboxMail).where(OutboxMail.template == "request_for_help")
        return db.session.scalar(counted) or 0


def test_from_the_need_to_an_approved_proposal_are_three_pages_and_three_presses(
    app: Flask, anna: Visitor, pair: Pair
) -> None:
    anna.open(f"/behov/{pair.need_id}").follow("Find forslag").follow("Vælg dette").press("Godkend og spørg")

    assert anna.heading == "Gymnastik for begyndere"
    assert "Spurgt – venter på svar" in anna.text
    assert [proposal.state for proposal in _proposals(app)] == [ProposalState.ASKED]


def test_the_list_says_why_and_that_a_computer_made_it(anna: Visitor, pair: Pair) -> None:
    anna.open(pair.listed)

    for words in ("Gymnastik og spring", "Under 1 km fra barnets område", "Tirsdag eftermiddag passer", "Plads til 2"):
        assert words in anna.text
    assert "Forslaget er lavet af en computer" in anna.text
    assert "En rådgiver beslutter." in anna.text


def test_before_anything_is_sent_the_caseworker_reads_what_the_contact_person_will(anna: Visitor, pair: Pair) -> None:
    anna.open(pair.chosen)

    assert "Et barn vil gerne gå til gymnastik sammen med andre." in anna.text
    assert "6–9 år" in anna.text
    assert "Hun vil gerne slå kolbøtter." in anna.text


def test_an_impatient_caseworker_asks_once(app: Flask, anna: Visitor, pair: Pair) -> None:
    anna.open(pair.chosen).press("Godkend og spørg", times=3)

    assert "Spurgt – venter på svar" in anna.text
    assert len(_proposals(app)) == 1
    assert _requests(app) == 1


def test_looking_leaves_the_list_as_it_was_shown_and_the_choice_names_it(app: Flask, anna: Visitor, pair: Pair) -> None:
    anna.open(pair.listed).follow("Vælg dette").press("Godkend og spørg")

    with app.app_context():
        shown = db.session.scalars(select(SuggestionList)).one()
        proposal = db.session.scalars(select(Proposal)).one()
        assert proposal.suggestion_list_id == shown.id
        assert [item.offer_id for item in shown.items] == [pair.offer_id]


def test_a_made_up_list_number_is_dropped(app: Flask, anna: Visitor, pair: Pair) -> None:
    anna.open(f"{pair.chosen}?liste=4711").press("Godkend og spørg")

    assert [proposal.suggestion_list_id for proposal in _proposals(app)] == [None]


def test_what_is_missing_is_named_and_nothing_is_sent(app: Flask, anna: Visitor, pair: Pair) -> None:
    anna.open(pair.chosen)
    with app.app_context():
        offer = db.session.get_one(Offer, pair.offer_id)
        withdraw_volunteer_consent(contact=offer.contact, by=offer.contact.actor, now=NOW)
        db.session.commit()

    anna.press("Godkend og spørg")

    assert anna.status == 404, "who has withdrawn is not shown, not even by address"
    assert _proposals(app) == []


def test_a_need_without_consent_or_the_childs_view_says_so(app: Flask, anna: Visitor, pair: Pair) -> None:
    with app.app_context():
        caseworker = find_user(ANNA)
        assert caseworker is not None
        bare = write_need_in(open_case_for(caseworker, now=NOW), by=caseworker, now=NOW, child_view=False).id
        db.session.commit()

    anna.open(f"/behov/{bare}/forslag/{pair.offer_id}/godkend")

    assert "Barnets egen mening mangler." in anna.text
    assert "Familiens samtykke mangler" in anna.text
    assert "Godkend og spørg" not in anna.text

    anna.open(f"/behov/{bare}/forslag")
    missing = anna.text.split("Noget mangler, før du kan godkende")[1]
    assert "Barnets egen mening mangler." in missing.split("En rådgiver beslutter")[0]
    assert "Familiens samtykke mangler" in missing.split("En rådgiver beslutter")[0]


def test_rejecting_takes_a_reason(app: Flask, anna: Visitor, pair: Pair) -> None:
    anna.open(pair.listed).follow("Vælg fra").press("Vælg fra")

    assert anna.status == 422
    assert "Vælg, hvorfor tilbuddet ikke passer" in anna.text
    assert _proposals(app) == []


def test_a_rejected_offer_leaves_the_list_and_can_be_taken_up_again(app: Flask, anna: Visitor, pair: Pair) -> None:
    anna.open(pair.listed).follow("Vælg fra").tick("reason", "too_far").press("Vælg fra")

    assert anna.url == pair.listed
    assert "Ingen tilbud kan vælges" in anna.text or "Vi fandt ingen tilbud" in anna.text
    assert "Det har du allerede taget stilling til" in anna.text
    anna.follow("Gymnastik for begyndere").follow("Tag det op igen").press("Godkend og spørg")
    assert [proposal.state for proposal in _proposals(app)] == [ProposalState.ASKED]


def test_an_organisation_can_be_kept_from_a_child_for_good(app: Flask, anna: Visitor, pair: Pair) -> None:
    anna.open(pair.listed).follow("Vælg fra").tick("reason", "know_each_other").tick("block", "y").press("Vælg fra")

    with app.app_context():
        assert db.session.scalars(select(PairBlock)).one().organisation_id
    anna.open(pair.chosen)
    assert "De to skal ikke bringes sammen" in anna.text


def test_a_colleague_sees_none_of_it(anna: Visitor, bente: Visitor, pair: Pair) -> None:
    missing = bente.open("/behov/99999/forslag").text
    for path in (pair.listed, pair.chosen, f"{pair.listed}/{pair.offer_id}/afvis"):
        assert bente.open(path).status == 404
        assert bente.text == missing


def test_by_distance_is_an_equal_way(anna: Visitor, pair: Pair) -> None:
    anna.open(pair.listed).follow("Find selv i stedet")

    assert "Ingen computer har rangordnet tilbuddene." in anna.text
    anna.follow("Vælg dette").press("Godkend og spørg")
    assert "Spurgt – venter på svar" in anna.text


def test_without_the_model_the_list_is_by_distance(app: Flask, pair: Pair, sqlite_url: str, clock: object) -> None:
    manual = create_app(settings_for_tests(database_url=sqlite_url, matching="manual"))
    anna = sign_in_as(Visitor(manual.test_client()), ANNA)

    anna.open(pair.listed)

    assert "Ingen computer har rangordnet tilbuddene." in anna.text
    assert "Vis forslagene i stedet" not in anna.text
    with manual.app_context():
        assert db.session.scalars(select(SuggestionList.model_version)).one() == "manual"
        db.engine.dispose()


@pytest.mark.parametrize("liste", ["", "abc", "-1", "9" * 40, "1.5", "٣"])
def test_odd_list_numbers_do_no_harm(anna: Visitor, pair: Pair, liste: str) -> None:
    anna.open(f"{pair.chosen}?liste={liste}").press("Godkend og spørg")

    assert "Spurgt – venter på svar" in anna.text


def test_the_offer_of_another_need_is_not_changed_by_extra_fields(app: Flask, anna: Visitor, pair: Pair) -> None:
    form = anna.open(pair.chosen).form
    extra = {**form.values.to_dict(), "state": "active", "caseworker_id": "7", "started_at": "2020-01-01"}

    anna.client.post(pair.chosen, data=extra)

    proposal = _proposals(app)[0]
    assert (proposal.state, proposal.started_at) == (ProposalState.ASKED, None)


def test_the_offer_text_is_shown_as_text(app: Flask, anna: Visitor, pair: Pair, mails: Callable[[], object]) -> None:
    with app.app_context():
        db.session.get_one(Offer, pair.offer_id).description = "<script>alert(1)</script><img src=x onerror=alert(1)>"
        db.session.commit()

    html = anna.open(pair.listed).answer.get_data(as_text=True)

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
