"""The signed cookie, which says who the browser is; how long that holds is decided by the server's own sessions."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class BrowserSessions(SecureCookieSessionInterface):
    """Flask's own refuses a cookie from the future, so a clock that is set back would sign everybody out."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie says, if it is ours."""
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        try:
            return self.session_class(serializer.loads(request.cookies.get(self.get_cookie_name(app), "")))
        except BadSignature:
            return self.session_class()


def keep_browser_sessions(app: Flask) -> None:
    """Must come before the first request."""
    app.session_interface = BrowserSessions()
