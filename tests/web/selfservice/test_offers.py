"""Changing, pausing and withdrawing one's own offers."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.visitors.browsing import Visitor
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.organisations.models import Offer

Mails = Callable[[], list[OutboxMail]]


def offer_row(app: Flask, offer_id: int) -> Offer:
    with app.app_context():
        return db.session.get_one(Offer, offer_id)


def test_the_form_shows_the_offer_as_it_is(coach: Visitor) -> None:
    coach.follow("Ret tilbuddet")

    values = coach.form.values
    assert (values["title"], values["age_min"], values["age_max"]) == ("Gymnastik for begyndere", "6", "9")
    assert (values["capacity"], values["postcode"], values["radius_km"]) == ("2", "9340", "20")
    assert values.getlist("slots") == ["tue-afternoon"]
    assert values.getlist("languages") == ["da"]
    assert values.getlist("kinds") == ["gymnastik"]


def test_saving_it_unchanged_changes_nothing(coach: Visitor, app: Flask, offer_id: int) -> None:
    coach.follow("Ret tilbuddet").press("Gem ændringerne")

    assert "Der var ikke noget at ændre" in coach.text
    assert offer_row(app, offer_id).state.value == "approved"


def test_other_times_need_no_new_approval(coach: Visitor, app: Flask, offer_id: int) -> None:
    coach.follow("Ret tilbuddet").tick("slots", "wed-evening", "thu-evening").press("Gem ændringerne")

    assert coach.url == "/min-side"
    assert "Ændringerne er gemt." in coach.text
    row = offer_row(app, offer_id)
    assert (row.state.value, row.slots) == ("approved", ("wed-evening", "thu-evening"))


def test_another_title_needs_a_new_approval_and_says_so(coach: Visitor, app: Flask, offer_id: int) -> None:
    coach.follow("Ret tilbuddet").fill(title="Spring for alle").press("Gem ændringerne")

    assert "Vi læser tilbuddet igen" in coach.text
    assert "Venter på godkendelse" in coach.text
    assert offer_row(app, offer_id).state.value == "new"


def test_places_taken_can_not_be_taken_away(coach: Visitor, app: Flask, offer_id: int) -> None:
    with app.app_context():
        db.session.get_one(Offer, offer_id).places_taken = 2
        db.session.commit()
    coach.follow("Ret tilbuddet").fill(capacity="1", title="Andet").press("Gem ændringerne")

    assert coach.text.count("2 pladser er optaget, så antallet kan ikke være mindre") == 2
    assert coach.form.values["title"] == "Andet"
    row = offer_row(app, offer_id)
    assert (row.capacity, row.title) == (2, "Gymnastik for begyndere")


def test_what_is_wrong_is_said_and_kept(coach: Visitor, app: Flask, offer_id: int) -> None:
    coach.follow("Ret tilbuddet").fill(postcode="0001", age_max="3").press("Gem ændringerne")

    assert "Der er problemer" in coach.text
    assert coach.form.values["postcode"] == "0001"
    assert offer_row(app, offer_id).postcode == "9340"


def test_pause_and_open_again(coach: Visitor, app: Flask, offer_id: int) -> None:
    coach.press("Hold pause Gymnastik for begyndere")
    assert "På pause" in coach.text
    assert offer_row(app, offer_id).availability.value == "paused"
    coach.press("Åbn igen Gymnastik for begyndere")
    assert offer_row(app, offer_id).availability.value == "open"


def test_pausing_in_two_windows_is_no_disaster(coach: Visitor, app: Flask, offer_id: int) -> None:
    coach.press("Hold pause Gymnastik for begyndere", times=2)

    assert offer_row(app, offer_id).availability.value == "paused"
    assert coach.status in (200, 409)


def test_withdrawing_asks_first_and_sends_a_receipt(coach: Visitor, app: Flask, offer_id: int, mails: Mails) -> None:
    coach.follow("Træk tilbuddet tilbage Gymnastik for begyndere")
    assert coach.heading == "Træk tilbuddet tilbage?"
    assert offer_row(app, offer_id).availability.value == "open"
    coach.press("Ja, træk tilbuddet tilbage")

    assert "Trukket tilbage" in coach.text
    assert mails()[-1].template == "offer_withdrawn_receipt"
    assert coach.open(f"/min-side/tilbud/{offer_id}").url == "/min-side"


@pytest.mark.parametrize("path", ["", "/traek-tilbage"])
def test_somebody_elses_offer_is_not_there(coach: Visitor, others_offer_id: int, path: str) -> None:
    theirs = coach.client.get(f"/min-side/tilbud/{others_offer_id}{path}")
    missing = coach.client.get(f"/min-side/tilbud/999999{path}")

    assert (theirs.status_code, theirs.data) == (404, missing.data)


@pytest.mark.parametrize("path", ["", "/traek-tilbage", "/pause", "/aabn"])
def test_somebody_elses_offer_can_not_be_changed(coach: Visitor, app: Flask, others_offer_id: int, path: str) -> None:
    token = coach.form.values["csrf_token"]
    answer = coach.client.post(f"/min-side/tilbud/{others_offer_id}{path}", data={"csrf_token": token, "title": "x"})

    assert answer.status_code == 404
    row = offer_row(app, others_offer_id)
    assert (row.title, row.availability.value) == ("Gymnastik for begyndere", "open")


def test_more_than_the_form_asks_is_not_taken(coach: Visitor, app: Flask, offer_id: int, others_offer_id: int) -> None:
    coach.follow("Ret tilbuddet").fill(title="Spring for alle")
    coach.form.values.update(
        {
            "state": "approved",
            "places_taken": "0",
            "id": str(others_offer_id),
            "organisation_id": "2",
            "contact_id": "2",
        }
    )
    coach.press("Gem ændringerne")

    row = offer_row(app, offer_id)
    assert (row.title, row.state.value, row.contact_id) == ("Spring for alle", "new", 1)


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_hostile_words_stay_words(coach: Visitor, words: str) -> None:
    coach.follow("Ret tilbuddet").fill(title=words, description=f"Vi har plads {words}").press("Gem ændringerne")

    assert words in coach.text
    assert words not in coach.answer.get_data(as_text=True)
    assert words not in coach.follow("Ret tilbuddet").answer.get_data(as_text=True)


def test_a_post_without_its_token_is_refused(coach: Visitor, app: Flask, offer_id: int) -> None:
    assert coach.client.post(f"/min-side/tilbud/{offer_id}/pause").status_code == 400
    assert offer_row(app, offer_id).availability.value == "open"
