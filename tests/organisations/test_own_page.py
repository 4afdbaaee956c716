"""The link to the page of one's own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.organisations.conftest import COACH, NOW, submitted, token_in
from volunteer_match.foundation.database import db
from volunteer_match.foundation.signed_links import LinkPurpose, LinkUnusable, MailedLink
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.own_page import LINK_LIFETIME, open_own_page, send_link

Mails = Callable[[], list[OutboxMail]]


def test_a_contact_person_gets_a_link_however_the_address_is_written(offer: Offer, mails: Mails) -> None:
    send_link(email="METTE@asaa-if.example ", language="en", now=NOW)

    assert (mails()[-1].template, mails()[-1].to_address) == ("own_page_link", COACH.email)
    assert open_own_page(token=token_in(mails()[-1]), now=NOW) is offer.contact


def test_a_stranger_gets_nothing_and_leaves_nothing(offer: Offer, mails: Mails) -> None:
    before = len(mails())

    send_link(email="fremmed@x.example", language="da", now=NOW)

    assert len(mails()) == before
    links = select(func.count()).select_from(MailedLink).where(MailedLink.purpose == LinkPurpose.OPEN_OWN_PAGE)
    assert db.session.scalar(links) == 0


def test_the_link_works_once_and_for_an_hour(offer: Offer, mails: Mails) -> None:
    send_link(email=COACH.email, language="da", now=NOW)
    token = token_in(mails()[-1])
    with pytest.raises(LinkUnusable):
        open_own_page(token=token, now=NOW + LINK_LIFETIME)
    open_own_page(token=token, now=NOW + LINK_LIFETIME - timedelta(seconds=1))
    with pytest.raises(LinkUnusable):
        open_own_page(token=token, now=NOW)


def test_a_link_for_something_else_opens_nothing(offer: Offer) -> None:
    with pytest.raises(LinkUnusable):
        open_own_page(token=submitted(COACH), now=NOW)


def test_opening_leaves_a_trace(offer: Offer, mails: Mails, actions: Callable[[], list[str]]) -> None:
    send_link(email=COACH.email, language="da", now=NOW)
    open_own_page(token=token_in(mails()[-1]), now=NOW)

    assert actions()[-1] == "own_page_opened"
