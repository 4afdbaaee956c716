"""Who may open which page. Every view declares it; the app does not start with one that doesn't."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast

import flask_login
from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.organisations.models import ContactPerson
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission
from volunteer_match.people.sessions import end_session, find_session, start_session
from volunteer_match.people.states import SessionKind

from .unsent import offer_to_send_again

View = TypeVar("View", bound=Callable[..., Any])
CONTACT_COOKIE = "own_page"


class Audience(StrEnum):
    """Whom a page is for when no permission says so."""

    PUBLIC = "public"
    CONTACT_PERSON = "contact_person"


@dataclass(frozen=True)
class Access:
    """One page's declaration."""

    audience: Audience | None = None
    permission: Permission | None = None


# Pages whose views come from libraries and so can't carry a decorator.
LIBRARY_PAGES = {
    "static": Access(Audience.PUBLIC),
    "security.login": Access(Audience.PUBLIC),
    "security.logout": Access(permission=Permission.MANAGE_OWN_ACCOUNT),
    "security.forgot_password": Access(Audience.PUBLIC),
    "security.reset_password": Access(Audience.PUBLIC),
    "security.change_password": Access(permission=Permission.MANAGE_OWN_ACCOUNT),
    "security.verify": Access(permission=Permission.MANAGE_OWN_ACCOUNT),
    "security.static": Access(Audience.PUBLIC),
}


class UndeclaredPageError(Exception):
    """A view without `open_to` or `requires`: the build fails rather than the page being open or shut by accident."""


def open_to(audience: Audience) -> Callable[[View], View]:
    """Declares that a view is for an audience without a staff account."""
    return _declare(Access(audience=audience))


def requires(permission: Permission) -> Callable[[View], View]:
    """Declares which permission a member of staff needs to open a view."""
    return _declare(Access(permission=permission))


def _declare(access: Access) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # functions carry their declaration along
        return view

    return decorate


def access_of(app: Flask, endpoint: str) -> Access | None:
    """The declaration of an endpoint; None where there is none."""
    return LIBRARY_PAGES.get(endpoint) or getattr(app.view_functions[endpoint], "access", None)


def check_declarations(app: Flask) -> None:
    """Raises UndeclaredPageError naming every page that declares nothing."""
    missing = sorted(endpoint for endpoint in app.view_functions if access_of(app, endpoint) is None)
    if missing:
        raise UndeclaredPageError(", ".join(missing))


def guard() -> Response | tuple[str, int] | None:
    """Before every request: lets in, sends to sign-in, or refuses."""
    if request.endpoint is None:
        return None  # no such page: the 404 comes by itself
    access = access_of(current_app, request.endpoint)
    if access is None:
        abort(404)
    if access.permission is not None:
        return _guard_staff(access.permission)
    if access.audience is Audience.CONTACT_PERSON and not current_contacts():
        return redirect(url_for("selfservice.ask_for_link"))
    return None


def _guard_staff(permission: Permission) -> Response | tuple[str, int] | None:
    user = signed_in_user()
    if user is None:
        unsent = offer_to_send_again(signed_in=False)
        if unsent is not None:
            return unsent, 401
        here = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=here))
    if not user.may(permission):
        abort(403)
    return None


def signed_in_user() -> User | None:
    """The member of staff who is signed in on a living session, or None."""
    user = flask_login.current_user
    return cast("User", user._get_current_object()) if user.is_authenticated else None  # noqa: SLF001 - the proxied user itself


def current_user() -> User:
    """The member of staff behind this request. Only for views that require a permission."""
    user = signed_in_user()
    if user is None:
        abort(401)
    return user


def open_own_page(contact: ContactPerson) -> None:
    """Starts the session of a contact person who came by a mailed link."""
    session[CONTACT_COOKIE] = start_session(kind=SessionKind.CONTACT_PERSON, principal_id=contact.id, now=utc_now())
    g.pop("contacts", None)


def leave_own_page() -> None:
    """Ends the session of the contact person, if there is one."""
    token = session.pop(CONTACT_COOKIE, None)
    if token is not None:
        end_session(token, now=utc_now())
    g.pop("contacts", None)


def current_contacts() -> Sequence[ContactPerson]:
    """The roles of the contact person behind this request: one a organisation they speak for. Empty: nobody."""
    if "contacts" not in g:
        g.contacts = _find_contacts()
    return cast("Sequence[ContactPerson]", g.contacts)


def _find_contacts() -> Sequence[ContactPerson]:
    token = session.get(CONTACT_COOKIE)
    living = find_session(token, kind=SessionKind.CONTACT_PERSON, now=utc_now()) if token else None
    if living is None:
        return []
    fingerprint = (
        select(ContactPerson.email_fingerprint).where(ContactPerson.id == living.principal_id).scalar_subquery()
    )
    return db.session.scalars(
        select(ContactPerson)
        .where(ContactPerson.email_fingerprint == fingerprint)
        .options(selectinload(ContactPerson.organisation), selectinload(ContactPerson.consents))
        .order_by(ContactPerson.id)
    ).all()
