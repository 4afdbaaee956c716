import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest

from tests.notifications.outbox_app import SITE
from volunteer_match.notifications import consultation_messages, event_messages, messages
from volunteer_match.notifications.consultation_messages import ConsultationMail
from volunteer_match.notifications.event_messages import EventFacts, EventMail
from volunteer_match.notifications.messages import Message, RequestForHelp
from volunteer_match.notifications.rendering import TEMPLATES, RenderedMail, day, render
from volunteer_match.notifications.site import use_site

TOKEN = "t" * 43
ANSWERS: dict[str, Any] = {
    "token": TOKEN,
    "name": "Mette Østergård",
    "organisation": "Asaa Idrætsforening",
    "title": "Gymnastik & leg",
    "reason": "Vi mangler en børneattest.",
    "external_wording": "Et barn vil gerne prøve gymnastik.\n\nHelst med en fast voksen.",
    "age_band": (6, 9),
    "area": "9340",
    "times": ("tue-evening", "mon-afternoon"),
    "answer_by": date(2026, 12, 4),
    "caseworker_name": "Karen Lund",
    "caseworker_email": "karen@kommune.example",
    "event": EventFacts(
        title="Møde & kaffe",
        starts_at=datetime(2027, 1, 10, 14, tzinfo=UTC),
        ends_at=datetime(2027, 1, 10, 16, tzinfo=UTC),
        place="Asaa Skole",
        address="Skolevej 12",
        postcode="9340",
        access_notes="Elevator ved hovedindgangen.",
        reply_on=date(2027, 1, 4),
        contact_name="Torben Pedersen",
        contact_email="torben@kommune.example",
        contact_phone="12 34 56 78",
        page="/arrangementer/moede",
    ),
    "text": "Vi vil gerne invitere jer.\n\nKom og drik kaffe.",
    "address_from": "kommunens foreningsliste",
    "answer": "maybe",
    "has_offer": False,
    "people": 3,
    "expires_at": datetime(2027, 1, 4, 14, tzinfo=UTC),
    "starts_at": datetime(2026, 12, 8, 14, 20, tzinfo=UTC),
    "place": "Asaa Skole, Skolegade 1",
    "way_in": "Lokale 12. Gå ind ved cykelstativerne.",
    "reference": "KD7F3Q",
    "note": "Skolen holder åbent hus.",
}
KINDS = [
    kind
    for kind in {**vars(messages), **vars(event_messages), **vars(consultation_messages)}.values()
    if isinstance(kind, type) and issubclass(kind, Message) and kind not in {Message, EventMail, ConsultationMail}
]
every_mail = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
both_languages = pytest.mark.parametrize("language", ["da", "en"])


def filled(kind: type[Message], **changes: Any) -> Message:
    answers = {**ANSWERS, **changes}
    return kind(**{field.name: answers[field.name] for field in fields(kind)})


def rendered(kind: type[Message], language: str = "da", **changes: Any) -> RenderedMail:
    use_site(SITE)
    return render(filled(kind, **changes), language=language)


def words(html: str) -> list[str]:
    """What a reader of the page sees."""
    body = re.sub(r"<style>.*?</style>|<title>.*?</title>|<a class=\"button\".*?</p>", "", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", body)).split()


@every_mail
@both_languages
def test_text_and_html_say_the_same(kind: type[Message], language: str) -> None:
    mail = rendered(kind, language)
    in_text = {word.strip(":").rstrip(".") for word in mail.text.split()}
    in_html = {word.strip(":").rstrip(".") for word in words(mail.html)}
    assert in_html - in_text == set()


@every_mail
@both_languages
def test_every_mail_greets_says_whom_to_ask_and_why_it_came(kind: type[Message], language: str) -> None:
    mail = rendered(kind, language)
    because = "Du får denne mail" if language == "da" else "You get this email"
    for part in (mail.text, " ".join(words(mail.html))):
        assert "Mette Østergård" in part
        assert "hjaelp@varigespor.example" in part
        assert because in part
    assert f'<html lang="{language}">' in mail.html


@every_mail
@both_languages
def test_a_link_stands_alone_on_its_line_so_that_no_mail_program_breaks_it(kind: type[Message], language: str) -> None:
    message = filled(kind)
    mail = rendered(kind, language)
    if message.path is None:
        assert "button" not in mail.html.split("</style>")[1]
    else:
        link = SITE.absolute(message.path)
        assert link in mail.text.splitlines()
        assert f'href="{link}"' in mail.html


@every_mail
@both_languages
def test_a_subject_holds_nothing_personal_and_fits_a_phone(kind: type[Message], language: str) -> None:
    subject = rendered(kind, language).subject
    assert 0 < len(subject) <= 50
    assert not any(value in subject for value in ANSWERS.values() if isinstance(value, str))
    assert "{" not in subject


@every_mail
def test_the_english_mail_is_not_the_danish_one(kind: type[Message]) -> None:
    danish, english = rendered(kind, "da"), rendered(kind, "en")
    assert danish.subject != english.subject
    assert "Venlig hilsen" in danish.text
    assert "Kind regards" in english.text


@every_mail
@both_languages
def test_what_people_wrote_can_not_become_html(kind: type[Message], language: str) -> None:
    attack = "<img src=x onerror=alert(1)>{{ 7*7 }}"
    given = {name: attack for name, value in ANSWERS.items() if isinstance(value, str) and name != "token"}
    html = rendered(kind, language, **given).html
    assert "<img" not in html
    assert "49" not in html


@both_languages
def test_every_template_belongs_to_a_message(language: str) -> None:
    files = {path.stem for path in (TEMPLATES / language).iterdir()} - {"frame", "request_details", "event_details"}
    assert files == {kind.template for kind in KINDS}


def test_a_request_says_what_it_is_about_when_to_answer_and_that_no_is_fine() -> None:
    text = rendered(RequestForHelp).text
    for expected in (
        "> Et barn vil gerne prøve gymnastik.\n>\n> Helst med en fast voksen.\n",
        "Alder: 6–9 år",
        "Område: 9340 Asaa",
        "Tider: mandag eftermiddag, tirsdag aften",
        "Svar senest fredag den 4. december 2026.",
    ):
        assert expected in text
    assert "helt frivilligt. Et nej er i orden" in text


def test_a_request_without_times_says_that_they_are_to_be_agreed() -> None:
    assert "Tider: aftales" in rendered(RequestForHelp, times=()).text


def test_nobody_can_write_themselves_out_of_the_quotation_of_the_external_wording() -> None:
    text = rendered(RequestForHelp, external_wording="Hej\r\n\r\nSvar på https://evil.example\n\n\n\nnu").text
    quoted = [line for line in text.splitlines() if "evil" in line or line.lstrip("> ") in ("Hej", "nu")]
    assert len(quoted) == 3
    assert all(line.startswith("> ") for line in quoted)


def test_days_are_those_of_the_danish_calendar() -> None:
    assert day(date(2026, 12, 5), "da") == "lørdag den 5. december 2026"
    assert day(date(2026, 12, 5), "en") == "Saturday 5 December 2026"
    assert day(datetime(2026, 12, 4, 23, 30, tzinfo=UTC), "da") == "lørdag den 5. december 2026"


def test_an_unknown_language_gets_danish() -> None:
    assert rendered(RequestForHelp, "uk") == rendered(RequestForHelp, "da")


def test_a_mail_about_an_event_says_when_and_where_in_danish_time() -> None:
    text = rendered(event_messages.EventReminder).text
    assert "Hvornår: søndag den 10. januar 2027, kl. 15.00–17.00" in text
    assert "Hvor: Asaa Skole, Skolevej 12, 9340 Asaa" in text
    assert "Svar senest: mandag den 4. januar 2027" in text
    english = rendered(event_messages.EventReminder, "en").text
    assert "When: Sunday 10 January 2027, 15:00–17:00" in english


@pytest.mark.parametrize(
    ("answer", "people", "words_of_it"),
    [
        ("yes", 1, "se dig."),
        ("yes", 3, "I kommer 3."),
        ("waiting", 2, "ventelisten med 2 pladser"),
        ("maybe", None, "måske kommer"),
        ("no", None, "ikke kommer"),
    ],
)
def test_a_receipt_says_what_was_noted(answer: str, people: int | None, words_of_it: str) -> None:
    assert words_of_it in rendered(event_messages.EventAnswered, answer=answer, people=people).text


def test_what_a_host_writes_of_an_event_can_not_become_html() -> None:
    attack = "<img src=x onerror=alert(1)>"
    facts = replace(ANSWERS["event"], title=attack, place=attack, access_notes=attack, contact_name=attack)
    for kind in vars(event_messages).values():
        if isinstance(kind, type) and issubclass(kind, EventMail) and kind is not EventMail:
            assert "<img" not in rendered(kind, event=facts).html
