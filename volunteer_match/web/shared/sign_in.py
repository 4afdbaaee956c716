"""Staff sign-in: Flask-Security with its known traps closed (docs/decisions tells which and why)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import flask_login
from flask import Flask, abort, g, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security import LoginForm, MailUtil, Security, SQLAlchemyUserDatastore
from flask_security.signals import password_changed, password_reset

from volunteer_match.audit.actions import AuditAction
from volunteer_match.audit.trail import VISITOR, record
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db
from volunteer_match.notifications.messages import StaffPasswordReset
from volunteer_match.notifications.outbox import enqueue
from volunteer_match.people.models import RoleRow, User
from volunteer_match.people.sessions import end_all_sessions, end_session, find_session, start_session
from volunteer_match.people.sign_in_rules import sign_in_allowed, sign_in_failed, sign_in_succeeded
from volunteer_match.people.states import SessionKind

from .language import LANGUAGE_COOKIE

TRANSLATIONS = Path(__file__).parents[2] / "translations"
STAFF_COOKIE = "staff_session"
RESET_TEMPLATE = "reset_password"


class SignInForm(LoginForm):
    """Asks the throttle before the password is looked at, so that guessing costs us no hashing."""

    def validate(self, **kwargs: Any) -> bool:
        """One answer for an unknown account, a wrong password and a closed account."""
        email, address, now = self.email.data or "", request.remote_addr or "", utc_now()
        if not sign_in_allowed(email=email, address=address, now=now):
            abort(429)
        if super().validate(**kwargs):
            sign_in_succeeded(email=email, address=address)
            return True
        sign_in_failed(email=email, address=address, now=now)
        record(AuditAction.SIGN_IN_REFUSED, by=VISITOR, now=now, subject=("user", None))
        return False


class OutboxMailUtil(MailUtil):
    """Puts Flask-Security's one mail we use into the outbox, in our own words."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Only the reset link is ours to send; notices about it are left to the trail."""
        user = kwargs.get("user")
        if template == RESET_TEMPLATE and isinstance(user, User):
            token = kwargs["reset_token"]
            message = StaffPasswordReset(token=token, name=user.name)
            enqueue(message, to=user.email, language=user.language, about=("user", user.id), now=utc_now())


def set_up_sign_in(app: Flask) -> None:
    """Password sign-in now; second factor, passkeys and OIDC come later on the same base."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of an algorithm
        SECURITY_PASSWORD_SINGLE_HASH=True,
        # OWASP's figures: 19 MiB, 2 passes. The library's default of 64 MiB × 4 lanes starves a small machine.
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__memory_cost": 19456,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_LENGTH_MIN=15,
        SECURITY_PASSWORD_NORMALIZE_FORM="NFKD",  # noqa: S106 - a Unicode form
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_LOGIN_URL="/log-ind",
        SECURITY_LOGOUT_URL="/log-af",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_LOGOUT_CSRF=True,
        SECURITY_POST_LOGIN_VIEW="staff.home",
        SECURITY_POST_LOGOUT_VIEW="public.front_page",
        SECURITY_RECOVERABLE=True,
        SECURITY_RESET_URL="/ny-adgangskode",
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(hours=1),
        SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET=RESET_TEMPLATE,
        # Our own words go out, so the library need not render its own.
        SECURITY_EMAIL_PLAINTEXT=False,
        SECURITY_EMAIL_HTML=False,
        SECURITY_CHANGEABLE=True,
        SECURITY_CHANGE_URL="/skift-adgangskode",
        SECURITY_POST_CHANGE_VIEW="staff.home",
        SECURITY_POST_RESET_VIEW="security.login",
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_CACHE_CONTROL={"private": None, "no-store": None},
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        SECURITY_REDIRECT_VALIDATE_MODE=["absolute", "regex"],
        SECURITY_LOGIN_USER_TEMPLATE="public/sign_in/login.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="public/sign_in/forgot_password.html",  # noqa: S106 - a file
        SECURITY_RESET_PASSWORD_TEMPLATE="public/sign_in/reset_password.html",  # noqa: S106 - a file
        SECURITY_CHANGE_PASSWORD_TEMPLATE="staff/account/change_password.html",  # noqa: S106 - a file
        SECURITY_FRESHNESS=timedelta(minutes=15),
        SECURITY_VERIFY_URL="/bekraeft-adgangskode",
        SECURITY_VERIFY_TEMPLATE="staff/account/verify.html",
        SECURITY_UNAUTHORIZED_VIEW=None,
        SECURITY_API_ENABLED_METHODS=["session"],
        # Danish for its sentences: its own catalogue has a fifth of them.
        SECURITY_I18N_DIRNAME=["builtin", str(TRANSLATIONS)],
        # Flask-Login's own guard looks at address and browser, which change on a phone; the server's session decides.
        SESSION_PROTECTION=None,
    )
    store = SQLAlchemyUserDatastore(db, User, RoleRow)
    security = Security(app, store, mail_util_cls=OutboxMailUtil, login_form=SignInForm)
    _leave_one_way_in(app, security)
    _follow_sessions(app)


def _leave_one_way_in(app: Flask, security: Security) -> None:
    """The library's tokens outlive every session and ask for none, so none is handed out and none is read."""
    security.want_json(lambda _request: False)
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]  # Flask-Login hangs it there


def _follow_sessions(app: Flask) -> None:
    app.before_request(_drop_dead_session)
    user_logged_in.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    password_changed.connect(_password_changed, app)
    password_reset.connect(_password_changed, app)


def _drop_dead_session() -> None:
    """A cookie outlives its session when it was copied, ended elsewhere, idle or too old: then it opens nothing."""
    if "_user_id" not in session:
        return
    token = session.get(STAFF_COOKIE)
    living = find_session(token, kind=SessionKind.STAFF, now=utc_now()) if token else None
    user = flask_login.current_user
    if living is None or not user.is_authenticated or living.principal_id != user.id:
        _forget()
        flask_login.logout_user()


def _forget() -> None:
    language = session.get(LANGUAGE_COOKIE)
    session.clear()
    if language:
        session[LANGUAGE_COOKIE] = language


def _signed_in(_app: Flask, user: User, **_extra: Any) -> None:
    kept = {key: session[key] for key in ("_user_id", "_fresh", "_id", "fs_cc", "fs_paa") if key in session}
    _forget()
    session.update(kept)
    g.pop("csrf_token", None)
    now = utc_now()
    session[STAFF_COOKIE] = start_session(kind=SessionKind.STAFF, principal_id=user.id, now=now)
    record(AuditAction.SIGNED_IN, by=user.actor, now=now, subject=("user", user.id))


def _signed_out(_app: Flask, user: User, **_extra: Any) -> None:
    token = session.pop(STAFF_COOKIE, None)
    if token is not None and isinstance(getattr(user, "id", None), int):
        end_session(token, now=utc_now())
        record(AuditAction.SIGNED_OUT, by=user.actor, now=utc_now(), subject=("user", user.id))


def _password_changed(_app: Flask, user: User, **_extra: Any) -> None:
    now = utc_now()
    end_all_sessions(kind=SessionKind.STAFF, principal_id=user.id, now=now)
    record(AuditAction.PASSWORD_CHANGED, by=user.actor, now=now, subject=("user", user.id))
