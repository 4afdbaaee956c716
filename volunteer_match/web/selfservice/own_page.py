"""The way in by an e-mailed link, the page itself, and the way out."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.signed_links import LinkPurpose, LinkUnusable, look_up_link
from volunteer_match.organisations import own_page as rules
from volunteer_match.organisations.consent import consent_in_force
from volunteer_match.organisations.queries import own_offers
from volunteer_match.organisations.standing import standing
from volunteer_match.people.throttle import note_attempt, too_many
from volunteer_match.proposals.requests import requests_of
from volunteer_match.web.shared import access
from volunteer_match.web.shared.access import Audience, current_contacts, open_to
from volunteer_match.web.shared.language import current_language

from .blueprint import blueprint
from .forms.own_page import AskForLinkForm, OpenForm
from .offer_words import STANDINGS

Page = str | Response | tuple[str, int]
HOUR = timedelta(hours=1)
ASKED_FROM_ONE_ADDRESS = 30
MAILED_TO_ONE_ADDRESS = 3


@blueprint.route("/min-side/link", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def ask_for_link() -> Page:
    """The same answer whether we know the address or not."""
    form = AskForLinkForm()
    if not form.validate_on_submit():
        return render_template("selfservice/ask_for_link.html", form=form)
    now, network, email = utc_now(), request.remote_addr or "", form.email.data or ""
    if too_many("own_page", network, now=now, limit=ASKED_FROM_ONE_ADDRESS, window=HOUR) or too_many(
        "own_page_mail", email, now=now, limit=MAILED_TO_ONE_ADDRESS, window=HOUR
    ):
        return render_template("selfservice/too_many.html"), 429
    note_attempt("own_page", network, now=now)
    note_attempt("own_page_mail", email, now=now)
    rules.send_link(email=email, language=current_language(), now=now)
    return redirect(url_for("selfservice.link_sent"))


@blueprint.get("/min-side/link/sendt")
@open_to(Audience.PUBLIC)
def link_sent() -> str:
    """Look in your mail."""
    return render_template("selfservice/link_sent.html")


@blueprint.route("/min-side/aabn/<token>", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def open_own_page(token: str) -> Page:
    """Mail programs open links by themselves, so only a POST uses it up."""
    form = OpenForm()
    try:
        if form.validate_on_submit():
            with attempt():
                access.open_own_page(rules.open_own_page(token=token, now=utc_now()))
            return redirect(url_for("selfservice.own_page"))
        look_up_link(token, purpose=LinkPurpose.OPEN_OWN_PAGE, now=utc_now())
    except LinkUnusable:
        return render_template("selfservice/link_unusable.html"), 410
    return render_template("selfservice/open.html", form=form)


@blueprint.get("/min-side")
@open_to(Audience.CONTACT_PERSON)
def own_page() -> str:
    """What waits for an answer, one's offers and one's consent."""
    now, contacts = utc_now(), current_contacts()
    requests = requests_of(contacts, now=now)
    offers = [(offer, STANDINGS[standing(offer, now=now)]) for offer in own_offers(contacts)]
    return render_template(
        "selfservice/own_page.html",
        name=contacts[0].name,
        waiting=[item for item in requests if item.can_be_answered],
        agreed=[item for item in requests if not item.can_be_answered],
        offers=offers,
        consents=[(contact, consent_in_force(contact, now=now)) for contact in contacts],
    )


@blueprint.post("/min-side/log-af")
@open_to(Audience.PUBLIC)
def leave() -> Response:
    """Ends the session; nothing of the pages stays in the browser."""
    access.leave_own_page()
    flash(_("Du er logget af."), "success")
    response = redirect(url_for("public.front_page"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
