"""The family's yes and no, as the caseworker takes them down."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask

from tests.visitors.browsing import Visitor
from tests.web.conftest import sign_in_as
from tests.web.staff.conftest import ANNA, Known
from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.models import AuditEntry
from volunteer_match.cases.guardian_consent import covered, missing_parties
from volunteer_match.cases.models import Need
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db

BOTH = ("custody_holder_1", "custody_holder_2")
FIRST = "Den ene forældremyndighedsindehaver"


def is_covered(app: Flask, known: Known, kind: str | None = None) -> bool:
    with app.app_context():
        return covered(db.session.get_one(Need, known.need_id), organisation_kind=kind, now=utc_now())


def say_yes(visitor: Visitor, known: Known, *kinds: str) -> None:
    visitor.open(f"/behov/{known.need_id}").follow("Spørg eller notér et ja")
    page_form = visitor.page.main_forms[-1]
    page_form.tick("parties", *BOTH)
    page_form.tick("recipients", *kinds)
    visitor.press("Gem samtykket")


def test_asked_then_given_by_both_at_one_table(app: Flask, anna: Visitor, known: Known) -> None:
    anna.open(f"/behov/{known.need_id}/samtykke").press(f"Notér, at der er spurgt {FIRST}", times=2)
    assert "Spurgt, venter på svar" in anna.text
    assert not is_covered(app, known)

    say_yes(anna, known, "sports_club", "church")

    assert "Det gælder i 12 måneder" in anna.text
    assert "Ja den 21.11.2026, gælder til 21.11.2027" in anna.text
    assert is_covered(app, known, "sports_club")
    assert not is_covered(app, known, "business")


def test_a_yes_needs_somebody_and_something(anna: Visitor, known: Known) -> None:
    anna.open(f"/behov/{known.need_id}/samtykke").press("Gem samtykket")

    assert anna.status == 422
    assert "Sæt kryds ved dem, der har sagt ja" in anna.text
    assert "Sæt kryds ved mindst én slags tilbud, som samtykket gælder" in anna.text


def test_a_no_tells_what_happens_and_then_works_at_once(
    app: Flask, anna: Visitor, known: Known, trail: Callable[[], list[AuditEntry]]
) -> None:
    say_yes(anna, known, "sports_club")
    anna.follow(f"Træk tilbage {FIRST}")
    assert "Det virker med det samme" in anna.text
    assert is_covered(app, known)
    anna.press("Træk samtykket tilbage", times=2)

    assert not is_covered(app, known)
    assert "Trukket tilbage" in anna.text
    assert [entry.action for entry in trail()].count(AuditAction.GUARDIAN_CONSENT_WITHDRAWN) == 1


def test_the_leader_takes_down_a_no_when_the_caseworker_is_away(
    app: Flask, anna: Visitor, lone: Visitor, known: Known
) -> None:
    say_yes(anna, known, "sports_club")
    lone.open(f"/behov/{known.need_id}").follow(f"Træk tilbage {FIRST}").press("Træk samtykket tilbage")

    assert not is_covered(app, known)


def test_new_words_ask_for_a_new_yes(app: Flask, anna: Visitor, known: Known, clock: time_machine.Traveller) -> None:
    say_yes(anna, known, "sports_club")
    clock.shift(timedelta(minutes=1))
    anna.open(f"/behov/{known.need_id}/ret").fill(external_wording="Et barn vil gerne svømme.").press("Gem behovet")

    assert "Teksten er ændret – spørg igen" in anna.text
    assert not is_covered(app, known)


def test_a_yes_runs_out_after_a_year(app: Flask, anna: Visitor, known: Known, clock: time_machine.Traveller) -> None:
    say_yes(anna, known, "sports_club")
    clock.shift(timedelta(days=365))
    sign_in_as(anna, ANNA)

    assert "Udløbet – spørg igen" in anna.open(f"/behov/{known.need_id}").text
    with app.app_context():
        assert len(missing_parties(db.session.get_one(Need, known.need_id), now=utc_now())) == 2


def test_the_text_for_the_family_says_all_they_must_know(anna: Visitor, known: Known) -> None:
    text = anna.open(f"/behov/{known.need_id}/samtykke/tekst").text

    for promise in (
        "Anna Holm, rådgiver i Brønderslev Kommune",
        "Et barn vil gerne gå til gymnastik sammen med andre.",
        "frivilligt tilbud og ikke en afgørelse",
        "I bestemmer. Et nej ændrer ikke noget",
        "I 12 måneder",
        "Sig det til jeres rådgiver",
        "Den frivillige får besked om at stoppe og slette",
        "Kirke eller trossamfund",
        "Tekstens version: 2026-11",
    ):
        assert promise in text
    assert known.pseudonym not in text
    assert "uro i hjemmet" not in text


def test_a_party_nobody_knows_is_not_there(anna: Visitor, known: Known) -> None:
    for party in ("grandmother", "young_person", "custody_holder_1"):
        assert anna.open(f"/behov/{known.need_id}/samtykke/{party}/traek-tilbage").status == 404
