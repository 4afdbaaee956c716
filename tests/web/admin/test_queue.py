"""What waits for an admin."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.organisations import GYMNASTICS, approved_offer, club, sign_up
from tests.visitors.browsing import Visitor
from tests.web.conftest import NOW
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.states import MailState
from volunteer_match.organisations.consent import withdraw_consent
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.self_service import withdraw_offer
from volunteer_match.organisations.sign_up import SignUp
from volunteer_match.organisations.states import Vetting
from volunteer_match.organisations.vetting import block_organisation, revoke_certificate
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role

Arrange = Callable[[Callable[[User], Any]], Any]


def signs_up(who: SignUp, _admin: User, *, days_ago: int = 0) -> None:
    """Somebody new, some days ago."""
    sign_up(who, now=NOW - timedelta(days=days_ago))


def test_when_nothing_waits_the_page_says_so(admin: Visitor) -> None:
    assert "Alt er klaret" in admin.open("/admin/").text


def test_signing_in_leads_an_admin_here(admin: Visitor) -> None:
    assert (admin.url, admin.heading) == ("/admin/", "Det venter")


def test_new_organisations_come_with_their_offers_the_oldest_first(admin: Visitor, arrange: Arrange) -> None:
    arrange(lambda _: sign_up(club(organisation_name="Ny i går"), now=NOW - timedelta(days=1)))
    old = club({"title": "Fodbold for alle"}, organisation_name="Har ventet længe")
    arrange(lambda _: sign_up(old, now=NOW - timedelta(days=9)))
    text = admin.open("/admin/").text
    assert "2 nye organisationer og borgere" in text
    assert text.index("Har ventet længe") < text.index("Fodbold for alle") < text.index("Ny i går")
    assert "Har ventet i 9 dage" in text
    assert "Har ventet i 1 dag" in text


def test_a_new_offer_waits_by_itself_once_its_organisation_is_approved(admin: Visitor, arrange: Arrange) -> None:
    def second_offer(karin: User) -> None:
        who = club(organisation_name="Hjallerup IF")
        approved_offer(karin, who=who)
        sign_up(replace(who, offer=replace(GYMNASTICS, title="Håndbold")), now=NOW - timedelta(days=5))

    arrange(second_offer)
    text = admin.open("/admin/").text
    assert "1 nye tilbud" in text
    assert "Håndbold Hjallerup IF" in text
    assert "0 nye organisationer" in text


def test_who_has_withdrawn_is_not_on_the_list(admin: Visitor, arrange: Arrange) -> None:
    def withdrawn(_: User) -> None:
        contact = sign_up(club(organisation_name="Trukket Tilbage IF")).contact
        withdraw_consent(contact=contact, by=contact.actor, now=NOW)

    arrange(withdrawn)
    assert "Alt er klaret" in admin.open("/admin/").text


@pytest.mark.parametrize("stops", ["offer withdrawn", "organisation blocked"])
def test_nobody_is_asked_for_a_certificate_that_would_not_be_used(stops: str, admin: Visitor, arrange: Arrange) -> None:
    def stopped(karin: User) -> None:
        offer = approved_offer(karin, certificate=False)
        if stops == "offer withdrawn":
            withdraw_offer(offer=offer, by=offer.contact.actor, now=NOW)
        else:
            block_organisation(organisation=offer.organisation, reason="Nej", by=karin, now=NOW)

    arrange(stopped)
    assert "Alt er klaret" in admin.open("/admin/").text


def test_certificates_missing_expired_and_soon_to_expire(admin: Visitor, arrange: Arrange) -> None:
    long_ago = NOW - timedelta(days=400)
    today = date(2026, 11, 21)

    def town(karin: User) -> None:
        for name, review_on in (("Udløbet", 0), ("Snart", 60), ("Senere", 61)):
            who = club(organisation_name=f"{name} IF")
            approved_offer(karin, who=who, now=long_ago, next_review_on=today + timedelta(days=review_on))
        approved_offer(karin, who=club(organisation_name="Mangler IF"), now=NOW - timedelta(days=3), certificate=False)

    arrange(town)
    text = admin.open("/admin/").text
    assert "3 børneattester at følge op på" in text
    assert text.index("Mangler IF") < text.index("Udløbet IF") < text.index("Snart IF")
    assert "Mangler IF Børneattest mangler 18. november 2026 (i 3 dage)" in text
    assert "Snart IF Udløber 20. januar 2027 om 60 dage" in text
    assert "Senere IF" not in text


def test_a_revoked_certificate_is_missing_from_the_day_it_was_revoked(admin: Visitor, arrange: Arrange) -> None:
    def revoked(karin: User) -> None:
        offer = approved_offer(karin, who=club(organisation_name="Asaa IF"), now=NOW - timedelta(days=90))
        revoke_certificate(confirmation=offer.contact.certificates[0], by=karin, now=NOW - timedelta(days=2))

    arrange(revoked)
    assert "Asaa IF Børneattest mangler 19. november 2026 (i 2 dage)" in admin.open("/admin/").text


def test_mails_that_failed_lead_to_whom_they_were_for(admin: Visitor, arrange: Arrange) -> None:
    def failed(karin: User) -> None:
        offer = approved_offer(karin, who=club(organisation_name="Asaa IF"))
        mails = db.session.scalars(select(OutboxMail)).all()
        for mail, days in zip(mails, (2, 31), strict=False):
            mail.state, mail.failed_at = MailState.FAILED, NOW - timedelta(days=days)
        mails[0].to_address = offer.contact.email
        mails[1].to_address = "ukendt@nowhere.example"

    arrange(failed)
    text = admin.open("/admin/").text
    assert "1 mails, der ikke kom frem" in text
    assert "Kontaktperson hos Asaa IF for 2 dage siden" in text
    assert "@" not in text.split("Mails, der ikke kom frem")[1].split("Skriv til os")[0]


def test_it_says_when_no_mails_leave(admin: Visitor, arrange: Arrange, clock: time_machine.Traveller) -> None:
    arrange(lambda _: sign_up(club()))
    assert "Mails bliver ikke sendt" not in admin.open("/admin/").text
    clock.shift(timedelta(minutes=11))
    assert "Mails bliver ikke sendt" in admin.open("/admin/").text


def test_a_long_queue_shows_the_oldest_and_counts_the_rest(admin: Visitor, arrange: Arrange) -> None:
    for number in range(21):
        who = club(organisation_name=f"Nummer {number:02d} IF")
        arrange(partial(signs_up, who, days_ago=30 - number))
    text = admin.open("/admin/").text
    assert "21 nye organisationer og borgere" in text
    assert "De ældste 20 af 21" in text
    assert "Nummer 00 IF" in text
    assert "Nummer 20 IF" not in text


def test_the_number_of_queries_does_not_grow_with_the_queue(
    admin: Visitor, arrange: Arrange, queries: Callable[..., int]
) -> None:
    def more(karin: User) -> None:
        known = club()
        approved_offer(karin, who=known)
        for number in range(5):
            sign_up(club())
            sign_up(replace(known, offer=replace(GYMNASTICS, title=f"Hold {number}")))
            approved_offer(karin, certificate=False)
        mail = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(1)).one()
        mail.state, mail.failed_at = MailState.FAILED, NOW

    arrange(more)
    few = queries(lambda: admin.open("/admin/"))
    for _time in range(9):
        arrange(more)
    assert "50 nye organisationer" in admin.open("/admin/").text
    assert queries(lambda: admin.open("/admin/")) == few


PAGES = (
    *("/admin/", "/admin/organisationer", "/admin/organisationer/1", "/admin/organisationer/1/bloker"),
    *("/admin/tilbud/1", "/admin/tilbud/1/bloker", "/admin/kontaktpersoner/1/boerneattest"),
    *("/admin/boerneattester/1/traek-tilbage", "/admin/spor"),
)
DECISIONS = (
    *("/admin/organisationer", "/admin/organisationer/regneark", "/admin/organisationer/1/godkend"),
    *("/admin/organisationer/1/bloker", "/admin/tilbud/1/godkend", "/admin/tilbud/1/bloker"),
    *("/admin/kontaktpersoner/1/boerneattest", "/admin/boerneattester/1/traek-tilbage", "/admin/spor/kaeden"),
)


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.TEAM_LEADER, Role.PROFESSIONAL, Role.INTAKE])
def test_others_of_the_staff_may_neither_read_nor_decide_here(
    role: Role, arrange: Arrange, sign_in: Callable[..., Visitor], stored: Callable[..., Any]
) -> None:
    offer_id = arrange(lambda karin: approved_offer(karin).id)
    anna = sign_in("anna@brslev.example", role)
    sent = {"csrf_token": anna.page.forms[0].values["csrf_token"], "reason": "Nej", "step": "send"}
    assert {path: anna.client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 403)
    answers = {path: anna.client.post(path, data=sent).status_code for path in DECISIONS}
    assert answers == dict.fromkeys(DECISIONS, 403)
    assert stored(Offer, offer_id).state is Vetting.APPROVED


@pytest.mark.parametrize("path", ["/admin/", "/admin/organisationer", "/admin/spor"])
def test_the_menu_marks_one_entry_only(path: str, admin: Visitor) -> None:
    html = admin.open(path).answer.get_data(as_text=True)
    assert set(re.findall(r'class="menu__link" href="([^"]+)" aria-current="page"', html)) == {path}


def test_who_is_not_signed_in_is_sent_to_sign_in(visitor: Visitor) -> None:
    assert visitor.open("/admin/organisationer").url == "/log-ind"
