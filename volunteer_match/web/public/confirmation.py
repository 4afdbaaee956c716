"""Using the mailed link: looking at it changes nothing, pressing the button does."""

from flask import redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.signed_links import LinkPurpose, LinkUnusable, look_up_link
from volunteer_match.organisations.registration import confirm
from volunteer_match.web.shared.access import Audience, open_to
from volunteer_match.web.shared.fields import Form

from .blueprint import blueprint
from .registration import Page, forget_registration

DONE_COOKIE = "sign_up_done"


class ConfirmForm(Form):
    """One button."""


@blueprint.route("/tilmeld/bekraeft/<token>", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def confirm_registration(token: str) -> Page:
    """Mail programs open links by themselves, so only a POST uses it up."""
    form = ConfirmForm()
    try:
        if form.validate_on_submit():
            return _confirm(token)
        look_up_link(token, purpose=LinkPurpose.CONFIRM_REGISTRATION, now=utc_now())
    except LinkUnusable:
        return render_template("public/registration/link_unusable.html"), 410
    return render_template("public/registration/confirm.html", form=form)


@blueprint.get("/tilmeld/bekraeftet")
@open_to(Audience.PUBLIC)
def registration_confirmed() -> Page:
    """What happens now."""
    if DONE_COOKIE not in session:
        return redirect(url_for("public.front_page"))
    return render_template("public/registration/confirmed.html", recognised=session[DONE_COOKIE] == "recognised")


def _confirm(token: str) -> Response:
    with attempt():
        confirmed = confirm(token=token, now=utc_now())
    forget_registration()
    session[DONE_COOKIE] = "recognised" if confirmed.recognised else "new"
    return redirect(url_for("public.registration_confirmed"))
