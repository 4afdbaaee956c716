"""The whole site, walked through by everybody: what stands on its pages, and what looking at them does."""

import html
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.people import NOW
from tests.security.crawl import Crawl, crawl
from tests.security.town import Blueprint, Canary, Persona, Town, address
from volunteer_match.cases.models import Case, Need
from volunteer_match.foundation.database import db
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.vocabulary.taxonomy import taxonomy

P = Persona
Walks = Callable[[Persona], Crawl]
CASE_READERS = {P.OWNER, P.LEADER}
OFFER_READERS = {P.CONTACT, P.OWNER, P.OTHER_CASEWORKER, P.LEADER, P.ADMIN}
AT_THE_TABLE = {P.OWNER, P.PROFESSIONAL}
WHO_MAY_READ = {
    Canary.NEED_TEXT: CASE_READERS,
    Canary.CHILD_VIEW: CASE_READERS,
    Canary.EXTERNAL_WORDING: {*CASE_READERS, P.CONTACT},
    Canary.CHILD_VOICE: CASE_READERS,
    Canary.GUARDIAN_VOICE: CASE_READERS,
    Canary.VOLUNTEER_VOICE: CASE_READERS,
    # Both sides have said yes to the running match, so its caseworker may call.
    Canary.CONTACT_NAME: {P.CONTACT, P.OWNER, P.ADMIN},
    Canary.CONTACT_EMAIL: {P.CONTACT, P.OWNER, P.ADMIN},
    Canary.CONTACT_PHONE: {P.CONTACT, P.OWNER, P.ADMIN},
    Canary.OFFER_TITLE: OFFER_READERS,
    Canary.OFFER_DESCRIPTION: OFFER_READERS,
    Canary.OFFER_BLOCKED_BECAUSE: {P.ADMIN},
    Canary.ORGANISATION_BLOCKED_BECAUSE: {P.ADMIN},
    Canary.DRAFT: set(),
    Canary.GUEST_NAME: {P.ADMIN},
    Canary.GUEST_EMAIL: {P.ADMIN},
    Canary.BOOKER_NAME: AT_THE_TABLE,
    Canary.BOOKER_EMAIL: AT_THE_TABLE,
    Canary.BOOKER_PHONE: AT_THE_TABLE,
    Canary.QUESTION: AT_THE_TABLE,
}
# Looking may leave a trace, a stored list of suggestions and a session seen; nothing else changes.
TRACES = {"audit_entry", "audit_head", "suggestion_list", "suggestion_item", "web_session", "attempt"}
SENSITIVE = set(Canary) - {Canary.OFFER_TITLE, Canary.OFFER_DESCRIPTION}
ABOUT_THE_CHILD = {Canary.NEED_TEXT, Canary.CHILD_VIEW, Canary.CHILD_VOICE, Canary.GUARDIAN_VOICE}
TOKEN = re.compile(r"[\w-]{40,}")


@pytest.fixture(scope="session")
def walks(blueprint: Blueprint, tmp_path_factory: pytest.TempPathFactory) -> Walks:
    """Each person's walk, taken once."""
    taken: dict[Persona, Crawl] = {}

    def walk(persona: Persona) -> Crawl:
        if persona not in taken:
            with time_machine.travel(NOW, tick=False):
                town = Town(blueprint, tmp_path_factory.mktemp("walk"))
                taken[persona] = crawl(town, persona)
                town.close()
        return taken[persona]

    return walk


@pytest.mark.parametrize("persona", Persona)
def test_each_reads_only_what_is_theirs_to_read(walks: Walks, persona: Persona) -> None:
    read = {canary: walks(persona).pages_with(canary) for canary in Canary}

    assert {canary: urls for canary, urls in read.items() if urls and persona not in WHO_MAY_READ[canary]} == {}


@pytest.mark.parametrize("canary", [canary for canary in Canary if WHO_MAY_READ[canary] - {P.LEADER}])
def test_what_somebody_may_read_is_somewhere_to_be_read(walks: Walks, canary: Canary) -> None:
    """Or the test above would be looking for words that stand nowhere."""
    assert any(walks(persona).pages_with(canary) for persona in sorted(WHO_MAY_READ[canary]))


@pytest.mark.parametrize("persona", sorted(set(Persona) - CASE_READERS))
def test_the_name_of_a_case_is_for_those_who_work_on_it(walks: Walks, town: Town, persona: Persona) -> None:
    assert walks(persona).pages_with(town.built.pseudonym) == []


@pytest.mark.parametrize("persona", [P.CONTACT, P.OTHER_CONTACT, P.VISITOR])
def test_the_codes_of_a_need_never_leave_the_municipality(walks: Walks, town: Town, persona: Persona) -> None:
    with town.app.app_context():
        codes = db.session.get_one(Need, town.built.ids["need"]).codes
    for code in codes:
        label = taxonomy().needs[code].label.da
        assert walks(persona).pages_with(code) == []
        assert walks(persona).pages_with(f">{label}<") == []


def test_mails_tell_nothing_of_the_child_beyond_the_words_written_for_it(town: Town) -> None:
    with town.app.app_context():
        mails = list(db.session.scalars(select(OutboxMail)))
        pseudonyms = list(db.session.scalars(select(Case.pseudonym)))
        codes = {code for need in db.session.scalars(select(Need)) for code in need.codes}
    assert any(Canary.EXTERNAL_WORDING in mail.text_body for mail in mails)
    for mail in mails:
        for body in (mail.subject, mail.text_body, html.unescape(mail.html_body)):
            assert [word for word in (*ABOUT_THE_CHILD, *pseudonyms, *codes) if word in body] == [], mail.template


def test_mails_to_staff_name_no_child_and_no_volunteer(town: Town) -> None:
    with town.app.app_context():
        mails = list(db.session.scalars(select(OutboxMail)))
    to_staff = [mail for mail in mails if mail.to_address.endswith("@brslev.example")]
    assert to_staff
    for mail in to_staff:
        assert [canary for canary in Canary if canary in mail.text_body + mail.html_body] == []


def test_subjects_name_nobody(town: Town) -> None:
    with town.app.app_context():
        subjects = list(db.session.scalars(select(OutboxMail.subject)))
    assert [subject for subject in subjects for canary in Canary if canary in subject] == []


@pytest.mark.parametrize("persona", Persona)
def test_looking_changes_nothing_but_traces(walks: Walks, persona: Persona) -> None:
    changed = {page.url: page.written - TRACES for page in walks(persona).pages}

    assert {url: tables for url, tables in changed.items() if tables} == {}


@pytest.mark.parametrize("persona", [P.OWNER, P.LEADER, P.ADMIN])
def test_every_look_at_something_sensitive_is_a_trace(walks: Walks, persona: Persona) -> None:
    pages = walks(persona).pages
    looks = [page for page in pages if any(word in html.unescape(page.text) for word in SENSITIVE)]

    assert looks
    assert [page.url for page in looks if "audit_entry" not in page.written] == []


def test_a_contact_persons_look_at_a_request_is_one_too(walks: Walks) -> None:
    pages = [page for page in walks(P.CONTACT).pages if Canary.EXTERNAL_WORDING in page.text]

    assert len(pages) >= 2
    assert [page.url for page in pages if "audit_entry" not in page.written] == []


def test_the_facts_of_a_case_are_not_shown_without_a_trace(walks: Walks, town: Town) -> None:
    case = f"/sager/{town.built.ids['case']}"
    written = {page.url: page.written for page in walks(P.OWNER).pages}

    for url in (case, f"{case}/ret", "/sager", "/i-dag"):
        assert "audit_entry" in written[url], url


@pytest.mark.parametrize("persona", Persona)
def test_nothing_is_broken(walks: Walks, persona: Persona) -> None:
    assert [page.url for page in walks(persona).pages if page.status >= 500] == []


@pytest.mark.parametrize("persona", Persona)
def test_no_address_and_no_title_holds_anything_personal(walks: Walks, persona: Persona) -> None:
    for page in walks(persona).pages:
        for text in (unquote(page.url), unquote(page.headers.get("Location", "")), page.title):
            assert "@" not in text, page.url
            assert [canary for canary in SENSITIVE if canary in text] == [], page.url


@pytest.mark.parametrize("persona", sorted(set(Persona) - {P.CONTACT}))
def test_no_page_leads_to_a_token(walks: Walks, persona: Persona) -> None:
    for page in walks(persona).pages:
        links = re.findall(r'(?:href|action|src)="([^"]*)"', page.text)
        assert [link for link in [*links, page.url] if TOKEN.search(link.partition("?v=")[0])] == [], page.url


@pytest.mark.parametrize("persona", Persona)
def test_no_page_is_kept_by_the_browser(walks: Walks, persona: Persona) -> None:
    kept = [page.url for page in walks(persona).pages if page.headers.get("Cache-Control") != "no-store"]

    assert [url for url in kept if not url.startswith("/static/")] == []


def test_a_token_never_stands_in_a_query_string_or_travels_to_another_site(walks: Walks) -> None:
    for page in walks(P.CONTACT).pages:
        assert not TOKEN.search(page.url.partition("?")[2].replace("v=", "")), page.url
        assert page.headers.get("Referrer-Policy", "same-origin") == "same-origin"


def test_the_caseworkers_own_address_is_only_shown_where_it_belongs(walks: Walks) -> None:
    for persona in (P.VISITOR, P.CONTACT, P.OTHER_CONTACT, P.PROFESSIONAL, P.INTAKE):
        assert walks(persona).pages_with(address(P.LEADER)) == []
