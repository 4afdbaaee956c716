"""What a member of staff had typed when the session ended: handed back to be sent again, instead of lost.

Sending again takes a press of a button on our own page, so it is offered only for a form that came from our own
pages: a foreign page can't have a person confirm its form.
"""

from flask import current_app, render_template, request

CSRF_FIELD = "csrf_token"
STAFF_BLUEPRINTS = frozenset({"staff", "admin"})


def offer_to_send_again(*, signed_in: bool) -> str | None:
    """The page with everything that was typed, or None where nothing was or the form is not ours."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != CSRF_FIELD]
    if request.method != "POST" or request.blueprint not in STAFF_BLUEPRINTS or not typed or not _from_our_page():
        return None
    return render_template("errors/send_again.html", typed=typed, signed_in=signed_in, action=request.path)


def _from_our_page() -> bool:
    ours: str = current_app.extensions["settings"].base_url
    return request.headers.get("Origin") == ours.rstrip("/")
