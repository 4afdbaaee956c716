"""Withdrawing and renewing consent."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from tests.visitors.browsing import Visitor
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import VolunteerConsent
from volunteer_match.proposals.models import Proposal

WITHDRAW = "Træk samtykket tilbage Asaa Idrætsforening"


def test_withdrawing_says_what_happens_and_does_it_at_once(
    coach: Visitor, app: Flask, request_path: str, mails: Callable[[], list[OutboxMail]]
) -> None:
    coach.open("/min-side").follow(WITHDRAW)
    assert "Har vi spurgt dig om et barn, bliver spørgsmålet taget tilbage" in coach.text
    coach.press("Ja, træk samtykket tilbage")

    assert "Mangler dit samtykke" in coach.text
    assert "consent_withdrawn_receipt" in [mail.template for mail in mails()]
    assert "Læs mere og svar" not in coach.text
    with app.app_context():
        assert db.session.scalars(select(Proposal)).one().state.value == "cancelled"
        assert db.session.scalars(select(VolunteerConsent)).one().withdrawn_at is not None


def test_pressing_twice_withdraws_once(coach: Visitor, mails: Callable[[], list[OutboxMail]]) -> None:
    coach.follow(WITHDRAW).press("Ja, træk samtykket tilbage", times=2)

    assert coach.url == "/min-side"
    assert [mail.template for mail in mails()].count("consent_withdrawn_receipt") == 1


def test_it_can_be_given_again(coach: Visitor) -> None:
    coach.follow(WITHDRAW).press("Ja, træk samtykket tilbage")
    coach.follow("Læs og giv samtykke")
    assert "Samtykket gælder i to år" in coach.text
    coach.press("Ja, jeg giver samtykke")

    assert "Åbent" in coach.text


def test_it_can_be_renewed(coach: Visitor, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=30))
    coach.follow("Læs og forny").press("Ja, jeg giver samtykke")

    assert "Dit samtykke gælder i to år fra i dag" in coach.text


def test_somebody_elses_consent_is_not_there(coach: Visitor, app: Flask, others_offer_id: int) -> None:
    token = coach.form.values["csrf_token"]
    for path in ("traek-tilbage", "giv"):
        assert coach.client.get(f"/min-side/samtykke/2/{path}").status_code == 404
        assert coach.client.post(f"/min-side/samtykke/2/{path}", data={"csrf_token": token}).status_code == 404
    with app.app_context():
        ledger = db.session.scalars(select(VolunteerConsent)).all()
        assert [line.withdrawn_at for line in ledger] == [None, None]
