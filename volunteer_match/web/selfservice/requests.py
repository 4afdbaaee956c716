"""Answering a request: by the mailed link, or from one's own page."""

from collections.abc import Callable

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.proposals import requests as rules
from volunteer_match.proposals.states import DeclineReason
from volunteer_match.web.shared.access import Audience, current_contacts, open_to

from .blueprint import blueprint
from .forms.requests import AcceptForm, DeclineForm

Page = str | Response | tuple[str, int]
Yes = Callable[[], object]
No = Callable[[DeclineReason], object]


@blueprint.route("/forespoergsel/<token>", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def answer_request(token: str) -> Page:
    """Looking leaves the link unused; afterwards the same page tells what was answered."""
    try:
        return _answer(
            lambda: rules.read_request(token, now=utc_now()),
            yes=lambda: rules.accept(token=token, now=utc_now()),
            no=lambda reason: rules.decline(token=token, reason=reason, now=utc_now()),
        )
    except LinkUnusable:
        return render_template("selfservice/request_unusable.html"), 410


@blueprint.route("/min-side/forespoergsel/<int:proposal_id>", methods=["GET", "POST"])
@open_to(Audience.CONTACT_PERSON)
def own_request(proposal_id: int) -> Page:
    """The same for those who are on their own page already."""
    proposal = rules.own_request(proposal_id, contacts=current_contacts()) or abort(404)
    return _answer(
        lambda: rules.read_signed_in(proposal, now=utc_now()),
        yes=lambda: rules.accept_signed_in(proposal=proposal, now=utc_now()),
        no=lambda reason: rules.decline_signed_in(proposal=proposal, reason=reason, now=utc_now()),
    )


def _answer(read: Callable[[], rules.Request], *, yes: Yes, no: No) -> Page:
    accept, decline = AcceptForm(), DeclineForm()
    saying_no = request.form.get("answer") == "no"
    if request.method == "POST" and (decline if saying_no else accept).validate():
        try:
            with attempt():
                no(decline.chosen()) if saying_no else yes()
        except MoveRefused:
            pass  # answered, expired or taken back meanwhile: the page tells
        return redirect(request.path)
    shown = read()
    in_time = shown.can_be_answered and shown.answer_by is not None and shown.answer_by > utc_now()
    return render_template(
        "selfservice/request.html",
        request_for_help=shown,
        in_time=in_time,
        accept=accept,
        decline=decline,
        signed_in=bool(current_contacts()),
        home=url_for("selfservice.own_page"),
    )
