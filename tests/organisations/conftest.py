"""A database of its own for each test, an admin, and a coach who signs up."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.settings import SETTINGS
from volunteer_match import all_models  # noqa: F401 - fills the metadata
from volunteer_match.audit.models import AuditEntry, AuditHead
from volunteer_match.audit.trail import START, use_audit_key
from volunteer_match.foundation.database import db
from volunteer_match.foundation.encryption import KeyRing, use_key_ring
from volunteer_match.notifications.models import OutboxMail
from volunteer_match.notifications.site import Site, use_site
from volunteer_match.organisations import registration
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.offer_details import OfferDetails
from volunteer_match.organisations.registration import Confirmed
from volunteer_match.organisations.sign_up import SignUp
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.people.models import RoleRow, User
from volunteer_match.people.permissions import Role
from volunteer_match.vocabulary.contact_forms import ContactForm

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
GYMNASTICS = OfferDetails(
    title="Gymnastik for begyndere",
    description="Vi har plads til flere på holdet om tirsdagen. Ingen skal kunne noget i forvejen.",
    kinds=("gymnastik",),
    age_min=6,
    age_max=9,
    contact_form=ContactForm.GROUP,
    capacity=2,
    postcode="9340",
    radius_km=20,
    slots=("tue-afternoon",),
    languages=("da",),
)
COACH = SignUp(
    kind=OrganisationKind.SPORTS_CLUB,
    organisation_name="Asaa Idrætsforening",
    contact_name="Mette Holm",
    email="mette@asaa-if.example",
    phone="+4512345678",
    postcode="9340",
    cvr=None,
    offer=GYMNASTICS,
)


def coach(**changes: Any) -> SignUp:
    """The coach, with something different about them or their offer."""
    of_offer = {name: changes.pop(name) for name in list(changes) if name in ("title", "kinds", "description")}
    return replace(COACH, **changes, offer=replace(GYMNASTICS, **of_offer))


@pytest.fixture(autouse=True)
def database() -> Iterator[None]:
    """All tables, empty but for the end of the audit chain."""
    app = Flask("organisations")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    use_key_ring(KeyRing.from_text(SETTINGS["encryption_keys"]))
    use_audit_key(SETTINGS["audit_key"])
    use_site(Site("http://localhost", "Brønderslev Kommune", "varige@kommune.example", "", "v@kommune.example"))
    db.init_app(app)
    with app.app_context():
        db.create_all()
        db.session.add(AuditHead(id=1, last_id=0, last_mac=START))
        db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def admin(database: None) -> User:
    """Who decides."""
    user = User(
        email="admin@kommune.example",
        name="Admin",
        fs_uniquifier="admin",
        created_at=NOW,
        roles=[RoleRow(name=Role.ADMIN)],
    )
    db.session.add(user)
    db.session.flush()
    return user


@pytest.fixture
def mails() -> Callable[[], list[OutboxMail]]:
    """What lies in the outbox."""
    return lambda: list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


@pytest.fixture
def actions() -> Callable[[], list[str]]:
    """What the trail holds after a commit, in order."""

    def read() -> list[str]:
        db.session.commit()
        return [entry.action.value for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]

    return read


def token_in(mail: OutboxMail) -> str:
    """The token of the link in a mail."""
    word = next(word for word in mail.text_body.split() if word.startswith("http://localhost/"))
    return word.rsplit("/", 1)[1]


def submitted(sign_up: SignUp, *, now: datetime = NOW) -> str:
    """Submits a registration and returns the token that was mailed."""
    draft, _key = registration.start(language="da", now=now)
    registration.submit(registration=draft, sign_up=sign_up, language="da", now=now)
    newest = select(OutboxMail).order_by(OutboxMail.id.desc()).limit(1)
    return token_in(db.session.scalars(newest).one())


def signed_up(sign_up: SignUp = COACH, *, now: datetime = NOW) -> Confirmed:
    """A registration all the way through."""
    return registration.confirm(token=submitted(sign_up, now=now), now=now)


@pytest.fixture
def offer(database: None) -> Offer:
    """The coach's offer, confirmed and new."""
    return signed_up().offer
