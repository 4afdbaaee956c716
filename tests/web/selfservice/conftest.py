"""A coach with an approved offer, in front of the own page, and a child somebody asks for."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from tests.factories.cases import ready_need
from tests.factories.organisations import approved_offer, club
from tests.factories.people import hire
from tests.factories.proposals import proposal_in, request_token
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW, link_in
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import Offer
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.states import ProposalState

EMAIL = "mette@asaa-if.example"
Mails = Callable[[], list[OutboxMail]]


@pytest.fixture
def offer_id(app: Flask, clock: time_machine.Traveller) -> int:
    """The approved offer of Asaa Idrætsforening."""
    with app.app_context():
        admin = hire("Ditte", Role.ADMIN, now=NOW)
        offer = approved_offer(admin, who=club(email=EMAIL, organisation_name="Asaa Idrætsforening"), now=NOW)
        db.session.commit()
        return offer.id


@pytest.fixture
def others_offer_id(app: Flask, offer_id: int) -> int:
    """Somebody else's."""
    with app.app_context():
        offer = approved_offer(hire("Dorte", Role.ADMIN, now=NOW), now=NOW)
        db.session.commit()
        return offer.id


@pytest.fixture
def request_path(app: Flask, offer_id: int) -> str:
    """The path of a request that was mailed to the coach."""
    return _ask(app, offer_id)


@pytest.fixture
def others_request_path(app: Flask, others_offer_id: int) -> str:
    """The path, on an own page, of a request to somebody else."""
    _ask(app, others_offer_id)
    return "/min-side/forespoergsel/1"


def _ask(app: Flask, offer_id: int) -> str:
    with app.app_context():
        anna = hire("Anna", Role.CASEWORKER, now=NOW)
        need = ready_need(anna, now=NOW)
        offer = db.session.get_one(Offer, offer_id)
        proposal = proposal_in(ProposalState.ASKED, need=need, offer=offer, by=anna, now=NOW)
        token = request_token(proposal)
        db.session.commit()
        return f"/forespoergsel/{token}"


@pytest.fixture
def coach(visitor: Visitor, offer_id: int, mails: Mails) -> Visitor:
    """The coach on the page of their own."""
    visitor.open("/min-side/link").fill(email=EMAIL).press("Send mig et link")
    return visitor.open(link_in(mails()[-1])).press("Åbn min side")
