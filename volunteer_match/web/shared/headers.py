"""The security headers of every answer, the same on errors and redirects."""

from collections.abc import Mapping

from flask import Flask, Response, request

from volunteer_match.config import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
EVERY_ANSWER = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ONE_YEAR_HSTS = "max-age=31536000; includeSubDomains"


def headers_of_every_answer(settings: Settings) -> Mapping[str, str]:
    """Also for what the app doesn't answer itself: static files are served in front of it."""
    return {**EVERY_ANSWER, "Strict-Transport-Security": ONE_YEAR_HSTS} if settings.secure else EVERY_ANSWER


def set_headers(app: Flask, settings: Settings) -> None:
    """Adds the headers to every answer of the app; static files are served with their own caching."""
    headers = headers_of_every_answer(settings)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(headers)
        if request.endpoint != "static" or response.status_code >= 400:  # noqa: PLR2004 - an error page
            response.headers["Cache-Control"] = "no-store"
        return response
