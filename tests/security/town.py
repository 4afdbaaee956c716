"""A small town in which everybody the platform knows has something to see, and somebody who must not see it.

It is built and everybody signed in once per test process; each test works on a copy. Every sensitive column holds a
word of its own, so that a test can tell where it turns up.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import hash_password
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories.cases import FAMILY, open_case_for, ready_need
from tests.factories.consultations import booked, every_second_tuesday
from tests.factories.events import invited, open_event
from tests.factories.mails import mails, token_in
from tests.factories.models import candidate
from tests.factories.organisations import approved_offer, club, sign_up
from tests.factories.people import NOW
from tests.factories.proposals import proposal_in, request_token
from tests.settings import settings_for_tests
from tests.visitors.browsing import Visitor
from tests.web.conftest import PASSWORD, sign_in_as
from volunteer_match.audit.trail import SYSTEM
from volunteer_match.cases.guardian_consent import ask
from volunteer_match.cases.intake import ChildView, record_child_view
from volunteer_match.cases.models import Task
from volunteer_match.cases.states import ChildViewSource, ConsentParty
from volunteer_match.consultations.feeds import make_address
from volunteer_match.consultations.models import ConsultationBooking, SchoolHoliday
from volunteer_match.consultations.roster import set_posts
from volunteer_match.consultations.school_year import add_holiday
from volunteer_match.consultations.states import PostRole
from volunteer_match.events import check_in, contact_lists, sheets, thanks_mail
from volunteer_match.events.models import ContactList, Event, Invitation
from volunteer_match.factory import create_app
from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import db
from volunteer_match.organisations import registration, vetting
from volunteer_match.organisations.models import CertificateConfirmation, Offer
from volunteer_match.organisations.own_page import send_link
from volunteer_match.people.accounts import add_user, close_account
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Role
from volunteer_match.proposals.follow_ups import record_follow_up
from volunteer_match.proposals.models import Proposal
from volunteer_match.proposals.states import HowItGoes, ProposalState

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Persona(StrEnum):
    """Everybody who may come by."""

    VISITOR = "visitor"
    CONTACT = "contact person"
    OTHER_CONTACT = "another contact person"
    OWNER = "caseworker of the case"
    OTHER_CASEWORKER = "another caseworker"
    LEADER = "team leader"
    ADMIN = "admin"
    PROFESSIONAL = "professional"
    INTAKE = "intake"
    CLOSED = "closed account"


ROLES = {
    Persona.OWNER: Role.CASEWORKER,
    Persona.OTHER_CASEWORKER: Role.CASEWORKER,
    Persona.LEADER: Role.TEAM_LEADER,
    Persona.ADMIN: Role.ADMIN,
    Persona.PROFESSIONAL: Role.PROFESSIONAL,
    Persona.INTAKE: Role.INTAKE,
    Persona.CLOSED: Role.CASEWORKER,
}


class Canary(StrEnum):
    """A word that stands in one column only."""

    NEED_TEXT = "Behovskanarie"
    EXTERNAL_WORDING = "Ordlydskanarie"
    CHILD_VIEW = "Barnesynskanarie"
    CHILD_VOICE = "Barnestemmekanarie"
    GUARDIAN_VOICE = "Forældrestemmekanarie"
    VOLUNTEER_VOICE = "Frivilligstemmekanarie"
    CONTACT_NAME = "Navnekanarie"
    CONTACT_EMAIL = "postkanarie@asaa-if.example"
    CONTACT_PHONE = "60 61 62 63"
    OFFER_TITLE = "Titelkanarie"
    OFFER_DESCRIPTION = "Beskrivelseskanarie"
    OFFER_BLOCKED_BECAUSE = "Tilbudsgrundkanarie"
    ORGANISATION_BLOCKED_BECAUSE = "Organisationsgrundkanarie"
    DRAFT = "Kladdekanarie"
    GUEST_NAME = "Gæstekanarie"
    GUEST_EMAIL = "gaestekanarie@post.example"
    BOOKER_NAME = "Bestillerkanarie"
    BOOKER_EMAIL = "bestillerkanarie@skole.example"
    BOOKER_PHONE = "60 61 62 64"
    QUESTION = "spørgsmålskanarie"


@dataclass(frozen=True)
class Blueprint:
    """The town as it was built: a database to copy, everybody's cookie, and what is where."""

    database: Path
    cookies: dict[Persona, str]
    ids: dict[str, int]
    tokens: dict[str, str]
    pseudonym: str
    event_slug: str


class Town:
    """One copy of it, and the application over it."""

    def __init__(self, built: Blueprint, folder: Path, **settings: Any) -> None:
        self.built = built
        self.database = folder / "town.sqlite"
        self._bring_back()
        self.app = create_app(settings_for_tests(database_url=f"sqlite:///{self.database}", **settings))

    def client(self, persona: Persona) -> FlaskClient:
        """A browser in which this person is signed in already."""
        client = self.app.test_client()
        cookie = self.built.cookies.get(persona)
        if cookie:
            client.set_cookie("session", cookie)
        return client

    def post(self, persona: Persona, path: str, **values: Any) -> TestResponse:
        """Sends a form with the token that this person's pages carry."""
        client = self.client(persona)
        return client.post(path, data={"csrf_token": csrf_token(client), **values})

    def reset(self) -> None:
        """Everything as it was built; cookies stay good."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self._bring_back()

    def close(self) -> None:
        """No connection is left open."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _bring_back(self) -> None:
        for leftover in ("", "-wal", "-shm"):
            self.database.with_name(self.database.name + leftover).unlink(missing_ok=True)
        copy_database(self.built.database, self.database)


def copy_database(source: Path, target: Path) -> None:
    """A whole copy, also of what still lies in the write-ahead log."""
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


def csrf_token(client: FlaskClient) -> str:
    """From the front page, as the choice of language on it carries one."""
    found = CSRF.search(client.get("/").get_data(as_text=True))
    assert found, "the front page has no form"
    return found.group(1)


def build(url: str, path: Path) -> Blueprint:
    """Everybody moves in."""
    app = create_app(settings_for_tests(database_url=url))
    with app.app_context():
        ids, tokens, (pseudonym, event_slug) = _furnish()
        db.session.commit()
    cookies = dict(_sign_in_all(app))
    with app.app_context():
        _close(ids["closed"])
        db.session.remove()
        db.engine.dispose()
    return Blueprint(path, cookies, ids, tokens, pseudonym, event_slug)


def address(persona: Persona) -> str:
    """The e-mail address of a member of staff."""
    return f"{persona.name.lower()}@brslev.example"


def _hire_all() -> dict[Persona, User]:
    password = hash_password(PASSWORD)
    return {
        persona: add_user(
            email=address(persona),
            name=f"Ansat {persona.name.title()}",
            roles=[role],
            password_hash=password,
            by=SYSTEM,
            now=NOW,
        )
        for persona, role in ROLES.items()
    }


def _furnish() -> tuple[dict[str, int], dict[str, str], tuple[str, str]]:
    staff = _hire_all()
    admin, owner, other = staff[Persona.ADMIN], staff[Persona.OWNER], staff[Persona.OTHER_CASEWORKER]
    offer = _offer_of_contact(admin)
    others_offer = approved_offer(
        admin, who=club(email="other@asaa-if.example", organisation_name="Naboforeningen"), now=NOW
    )
    asked, active = _matches(owner, offer)
    others_match = _others_match(other, others_offer)
    looking = ready_need(owner, case=active.need.case, now=NOW, text="Vil gerne have en ven", codes=("faa_venner",))
    ask(need=looking, party=ConsentParty.CUSTODY_HOLDER_1, by=owner, now=NOW)
    blocked, waiting = _vetted_otherwise(admin)
    draft, _key = registration.start(language="da", now=NOW)
    registration.save_answers(registration=draft, step="who", answers={"contact_name": [Canary.DRAFT.value]}, now=NOW)
    db.session.flush()
    task = db.session.scalars(select(Task).where(Task.case_id == active.need.case_id)).first()
    event = _event_with_guest(admin)
    booking = _consultation_with_booking(staff)
    certificate = db.session.scalars(
        select(CertificateConfirmation).where(CertificateConfirmation.contact_id == offer.contact_id)
    ).first()
    assert task is not None
    assert certificate is not None
    ids = {
        "case": active.need.case_id,
        "need": active.need_id,
        "looking": looking.id,
        "offer": offer.id,
        "others_offer": others_offer.id,
        "blocked_offer": blocked.id,
        "waiting_offer": waiting.id,
        "waiting_organisation": waiting.organisation_id,
        "contact": offer.contact_id,
        "organisation": offer.organisation_id,
        "blocked_organisation": blocked.organisation_id,
        "asked": asked.id,
        "active": active.id,
        "others_match": others_match.id,
        "follow_up": active.follow_ups[1].id,
        "task": task.id,
        "certificate": certificate.id,
        "model": candidate(now=NOW).id,
        "event": event.id,
        "series": booking.day.series_id,
        "consultation_day": booking.day_id,
        "duty": booking.day.duties[0].id,
        "holiday": _holiday(admin).id,
        "booking": booking.id,
        "contact_list": _brought_list(admin).id,
        "list_taken_in": _list_taken_in(admin).id,
        "invitation": db.session.scalars(select(Invitation.id)).one(),
        "closed": staff[Persona.CLOSED].id,
    }
    tokens = {
        "request": request_token(asked),
        "own_page": _own_page_token(),
        "registration": _unconfirmed_token(),
        "reset": "WzFd.not.a-living-one",
        "invitation": token_in(mails("event_invitation")[-1]),
        "thanks": token_in(mails("event_thanks")[-1]),
        "booking": token_in(mails("consultation_booked")[-1]),
        "calendar": make_address(owner, now=NOW),
    }
    return ids, tokens, (active.need.case.pseudonym, event.slug)


def _offer_of_contact(admin: User) -> Offer:
    who = club(
        {
            "title": f"{Canary.OFFER_TITLE} for begyndere",
            "description": f"{Canary.OFFER_DESCRIPTION} med gymnastik om tirsdagen, ingen skal kunne noget",
            "capacity": 5,
        },
        email=Canary.CONTACT_EMAIL.value,
        contact_name=f"Mette {Canary.CONTACT_NAME}",
        phone="+4560616263",
    )
    return approved_offer(admin, who=who, now=NOW)


def _matches(owner: User, offer: Offer) -> tuple[Proposal, Proposal]:
    """One the contact person has not answered yet, and one that runs."""
    case = open_case_for(owner, now=NOW, birth_year=FAMILY.birth_year)
    words = {
        "text": f"{Canary.NEED_TEXT} har uro i hjemmet og få venner",
        "external_wording": f"{Canary.EXTERNAL_WORDING} vil gerne til gymnastik sammen med andre.",
        "codes": ("faa_venner", "ingen_fritid"),
    }
    needs = [ready_need(owner, case=case, now=NOW, **words) for _match in range(2)]
    view = ChildView(f"{Canary.CHILD_VIEW} vil slå kolbøtter", ChildViewSource.CONVERSATION, danish_date(NOW))
    for need in needs:
        record_child_view(need=need, view=view, by=owner, now=NOW)
    asked = proposal_in(ProposalState.ASKED, need=needs[0], offer=offer, by=owner, now=NOW)
    active = proposal_in(ProposalState.ACTIVE, need=needs[1], offer=offer, by=owner, now=NOW)
    db.session.refresh(active)
    record_follow_up(
        active.follow_ups[0],
        how_it_goes=HowItGoes.WELL,
        child_voice=f"{Canary.CHILD_VOICE} er glad",
        guardian_voice=f"{Canary.GUARDIAN_VOICE} er tilfreds",
        volunteer_voice=f"{Canary.VOLUNTEER_VOICE} fortsætter",
        by=owner,
        now=NOW,
    )
    db.session.refresh(active)
    return asked, active


def _others_match(other: User, offer: Offer) -> Proposal:
    need = ready_need(other, case=open_case_for(other, now=NOW), now=NOW)
    return proposal_in(ProposalState.ASKED, need=need, offer=offer, by=other, now=NOW)


def _vetted_otherwise(admin: User) -> tuple[Offer, Offer]:
    blocked = sign_up(club(email="blocked@asaa-if.example", organisation_name="Den afviste forening"), now=NOW)
    vetting.block_offer(offer=blocked, reason=Canary.OFFER_BLOCKED_BECAUSE.value, by=admin, now=NOW)
    vetting.block_organisation(
        organisation=blocked.organisation, reason=Canary.ORGANISATION_BLOCKED_BECAUSE.value, by=admin, now=NOW
    )
    waiting = sign_up(club(email="waiting@asaa-if.example", organisation_name="Den nye forening"), now=NOW)
    return blocked, waiting


def _brought_list(admin: User) -> ContactList:
    """A draft, so that its page of columns opens; its file names the guest's address."""
    data = f"E-mail;Forening\n{Canary.GUEST_EMAIL.value};Støtteforeningen\n".encode()
    return contact_lists.upload(sheets.read_sheet(data), data=data, file_name="liste.csv", by=admin, now=NOW)


def _list_taken_in(admin: User) -> ContactList:
    data = b"E-mail;Forening\nkasserer@post.example;Sangforeningen\n"
    sheet = sheets.read_sheet(data)
    brought = contact_lists.upload(sheet, data=data, file_name="sangere.csv", by=admin, now=NOW)
    origin = contact_lists.Origin(
        name="Sangere", source="kommunens foreningsregister", legal_note="Offentlige adresser"
    )
    contact_lists.take_in(brought, columns=contact_lists.guess_columns(sheet), origin=origin, by=admin, now=NOW)
    return brought


def _event_with_guest(admin: User) -> Event:
    event = open_event(admin, now=NOW)
    invited(event, admin, name=f"Gæst {Canary.GUEST_NAME}", email=Canary.GUEST_EMAIL.value, now=NOW)
    came = check_in.walk_in(
        event, name=f"Ubuden {Canary.GUEST_NAME}", email="ubuden@post.example", people=1, by=admin, now=NOW
    )
    # Sooner than a host could: the event is still open, so that the pages for guests are there to be tried too.
    came.thanks_after = NOW
    thanks_mail.thank(event, came, now=NOW, send_after=NOW)
    return event


def _consultation_with_booking(staff: dict[Persona, User]) -> ConsultationBooking:
    """The caseworker of the case and the professional sit there; the other caseworker doesn't."""
    admin = staff[Persona.ADMIN]
    series = every_second_tuesday(admin, psychologist=staff[Persona.PROFESSIONAL], last_on=date(2026, 12, 31), now=NOW)
    posts = {PostRole.CASEWORKER: staff[Persona.OWNER].id, PostRole.PSYCHOLOGIST: staff[Persona.PROFESSIONAL].id}
    set_posts(series, posts, by=admin, now=NOW)
    return booked(
        series.days[0],
        name=Canary.BOOKER_NAME.value,
        email=Canary.BOOKER_EMAIL.value,
        phone="+4560616264",
        question=f"hvad med {Canary.QUESTION.value}",
        now=NOW,
    )


def _holiday(admin: User) -> SchoolHoliday:
    holiday = add_holiday(name="Vinterferie", first_on=date(2027, 2, 13), last_on=date(2027, 2, 21), by=admin, now=NOW)
    db.session.flush()
    return holiday


def _own_page_token() -> str:
    send_link(email=Canary.CONTACT_EMAIL.value, language="da", now=NOW)
    return token_in(mails("own_page_link")[-1])


def _unconfirmed_token() -> str:
    draft, _key = registration.start(language="da", now=NOW)
    registration.submit(registration=draft, sign_up=club(), language="da", now=NOW)
    return token_in(mails("confirm_registration")[-1])


def _sign_in_all(app: Flask) -> Iterator[tuple[Persona, str]]:
    for persona in ROLES:
        visitor = sign_in_as(Visitor(app.test_client()), address(persona))
        assert visitor.status == 200, persona
        yield persona, _cookie(visitor)
    for persona, email in (
        (Persona.CONTACT, Canary.CONTACT_EMAIL.value),
        (Persona.OTHER_CONTACT, "other@asaa-if.example"),
    ):
        with app.app_context():
            send_link(email=email, language="da", now=NOW)
            db.session.commit()
            token = token_in(mails("own_page_link")[-1])
            db.session.rollback()
        yield persona, _cookie(Visitor(app.test_client()).open(f"/min-side/aabn/{token}").press("Åbn min side"))


def _cookie(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def _close(user_id: int) -> None:
    close_account(user=db.session.get_one(User, user_id), by=SYSTEM, now=NOW)
    db.session.commit()
