"""The main story in a real browser: a coach signs up on a phone, an admin approves, a caseworker asks, she says yes."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.town import PASSWORD, Town
from tests.browser.window import PHONE, Window
from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.people.permissions import Role

pytestmark = pytest.mark.browser
COACH = "mette@asaa-if.example"
NEED = "Pige på 8 med uro i hjemmet, trækker sig i klassen, lyser op når hun slår kolbøtter"
EXTERNAL = "Et barn vil gerne gå til gymnastik sammen med andre og blive taget godt imod."


def test_from_a_phone_in_asaa_to_a_match_that_is_followed(town: Town, window: Callable[..., Window]) -> None:
    town.hire("admin@brslev.example", Role.ADMIN, "Torben Admin")
    town.hire("anna@brslev.example", Role.CASEWORKER, "Anna Holm")

    _coach_signs_up(town, window(PHONE))
    _admin_approves(town, window())
    caseworker = window()
    _caseworker_describes_the_need(town, caseworker)
    _caseworker_asks_the_coach(caseworker)
    _coach_says_yes(town, window(PHONE))
    _match_begins(town, caseworker)


def _coach_signs_up(town: Town, coach: Window) -> None:
    coach.open("/").follow("Fortæl, hvad I kan tilbyde")
    coach.tick("kind", "sports_club").fill(
        organisation_name="Asaa Idrætsforening",
        contact_name="Mette Holm",
        email=COACH,
        phone="12345678",
        postcode="9340",
    )
    time.sleep(1)  # a person needs longer than a robot is allowed to
    coach.press("Videre")
    coach.fill(
        description="Vi har plads til et par stykker mere på springholdet om tirsdagen. Kom, som du er.",
        title="Spring og kolbøtter",
    ).press("Videre til forslag")
    coach.tick("kinds", "gymnastik").tick("contact_form", "group").fill(age_min="6", age_max="10", capacity="2")
    coach.press("Videre")
    coach.tick("slots", "tue-afternoon").tick("radius_km", "20").press("Videre")
    coach.tick("agree", "y").press("Videre til dine svar")
    assert "Spring og kolbøtter" in coach.text
    coach.press("Send tilmeldingen")

    coach.open(town.link_in(town.new_mail_to(COACH)))
    coach.press(_only_button(coach.page))
    assert "/bekraeft/" not in coach.page.url, "the link must leave the address bar"


def _only_button(page: Page) -> str:
    return page.locator("main button[type=submit]").first.inner_text().strip()


def _sign_in(person: Window, email: str) -> None:
    person.open("/log-ind").fill(email=email, password=PASSWORD).press("Log ind")


def _admin_approves(town: Town, admin: Window) -> None:
    _sign_in(admin, "admin@brslev.example")
    admin.follow("Asaa Idrætsforening")
    admin.page.locator("main [name=with_offers]").check(force=True)
    admin.press("Godkend")
    admin.follow("Bekræft børneattest")
    _fill_date(admin, "confirmed_on", _today())
    admin.press("Bekræft")
    town.deliver()


def _today() -> list[str]:
    return danish_date(utc_now()).isoformat().split("-")


def _fill_date(person: Window, name: str, year_month_day: list[str]) -> None:
    for part, value in zip(("year", "month", "day"), year_month_day, strict=True):
        person.page.fill(f"main [name='{name}-{part}']", value)


def _caseworker_describes_the_need(town: Town, caseworker: Window) -> None:
    _sign_in(caseworker, "anna@brslev.example")
    caseworker.follow("Opret sag")
    caseworker.fill(birth_year="2018", postcode="9340").tick("ladder_step", "2").tick("custody_holders", "1")
    caseworker.press("Opret sag")
    caseworker.fill(text=NEED).press("Foreslå koder")
    assert caseworker.page.input_value("main [name=text]") == NEED, "nothing typed is lost"
    caseworker.tick("codes", "faa_venner").fill(external_wording=EXTERNAL)
    caseworker.fill(child_view="Jeg vil gerne slå kolbøtter sammen med nogen").tick("child_view_source", "conversation")
    _fill_date(caseworker, "child_view_on", _today())
    caseworker.press("Gem behovet")


def _caseworker_asks_the_coach(caseworker: Window) -> None:
    caseworker.follow("Spørg eller notér et ja")
    caseworker.tick("parties", "custody_holder_1").tick("recipients", "sports_club").press("Gem samtykket")
    caseworker.follow("Find forslag")
    assert "Spring og kolbøtter" in caseworker.text
    caseworker.follow("Vælg dette")
    assert EXTERNAL in caseworker.text
    caseworker.press("Godkend og spørg")
    assert "Spurgt" in caseworker.text


def _coach_says_yes(town: Town, coach: Window) -> None:
    mail = town.new_mail_to(COACH)
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    words = " ".join(str(body.get_content()).split())
    assert EXTERNAL in words
    assert "kolbøtter, når" not in words
    assert "uro" not in words
    coach.open(town.link_in(mail))
    assert EXTERNAL in coach.text
    assert "uro i hjemmet" not in coach.text
    coach.press("Ja, det vil jeg gerne")


def _match_begins(town: Town, caseworker: Window) -> None:
    caseworker.open("/i-dag")
    assert "sagt ja" in caseworker.text
    caseworker.page.locator("main a[href^='/forslag/']").first.click()
    caseworker.check()
    assert COACH in caseworker.text
    caseworker.press("Forældrene har mødt kontaktpersonen")
    caseworker.press("Sæt forløbet i gang")
    assert "I gang" in caseworker.text
    assert "Opfølgninger" in caseworker.text
    assert town.new_mail_to("anna@brslev.example")["Subject"]
