"""Error pages that say what happened and what to do now, and leave nothing half-done behind."""

import logging
from typing import Any

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    InternalServerError,
    SecurityError,
    ServiceUnavailable,
)

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import record
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.foundation.fault_log import log_fault
from volunteer_match.foundation.state_machine import MoveRefused

from .access import signed_in_user
from .unsent import offer_to_send_again

log = logging.getLogger(__name__)
PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})
Answer = tuple[str, int] | HTTPException


def _page(code: int) -> tuple[str, int]:
    shown = code if code in PAGES else 400
    # Without context processors: who is signed in may be the very question that can't be answered now.
    return current_app.jinja_env.get_template(f"errors/{shown}.html").render(), code


def refuse(error: HTTPException) -> Answer:
    """Anything aborted: the view's changes are dropped first."""
    db.session.rollback()
    if error.code is None or error.code < 400:  # noqa: PLR2004 - a redirect raised as an exception is an answer
        return error
    if isinstance(error, SecurityError):
        return "", BadRequest.code  # a request for another host: no page of ours can link to anything there
    if isinstance(error, Forbidden):
        _record_refusal()
    return _page(error.code)


def stale_form(error: CSRFError) -> Answer:
    """Signed in anew, or out, between opening a form and sending it: what was typed is handed back."""
    unsent = offer_to_send_again(signed_in=signed_in_user() is not None)
    return refuse(error) if unsent is None else (unsent, BadRequest.code)


def _record_refusal() -> None:
    user = signed_in_user()
    if user is not None:
        record(AuditAction.ACCESS_REFUSED, by=user.actor, now=utc_now(), subject=("page", None))


def too_late(_error: MoveRefused) -> Answer:
    """Somebody else, or a double click, was there first."""
    db.session.rollback()
    return _page(409)


def unavailable(error: OperationalError) -> Answer:
    """The database is away, busy for too long, or its disk is full."""
    db.session.rollback()
    log.error("database unavailable: %s", type(error.orig).__name__)
    return _page(ServiceUnavailable.code)


def broken(error: InternalServerError) -> Answer:
    """Our own fault, in the log already – unless it was the database that failed, as at the last commit."""
    if isinstance(error.original_exception, OperationalError):
        return unavailable(error.original_exception)
    db.session.rollback()
    return _page(InternalServerError.code)


def _log_fault(exc_info: Any) -> None:
    """In Flask's place, which writes the whole address and the text of the exception."""
    log_fault(log, f"unhandled in {request.endpoint}", exc_info[1])


def set_up_errors(app: Flask) -> None:
    """Registers the pages above."""
    app.register_error_handler(HTTPException, refuse)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(MoveRefused, too_late)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(InternalServerError, broken)
    app.log_exception = _log_fault  # type: ignore[method-assign]  # Flask asks for a subclass of the app otherwise
