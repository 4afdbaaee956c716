"""A guest's own page: reached by the link in a mail, without signing in.

The link alone lets its holder answer, once. What was answered is shown only in the browser that answered, or to who
can tell the address the mail was sent to: a mail that is passed on must not pass that on too.
"""

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_match.events import answers, inviting
from volunteer_match.events.models import Invitation
from volunteer_match.events.seats import open_offer_to
from volunteer_match.events.states import UNANSWERED, InvitationState
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.people.throttle import note_attempt, too_many
from volunteer_match.web.shared.access import Audience, open_to

from .blueprint import blueprint
from .forms.invitations import AnswerForm, NoInvitationsForm, WhoseForm

Page = str | Response | tuple[str, int]
OWN_INVITATIONS = "invitations"
MOST_REMEMBERED = 10
WRONG_ADDRESSES = 5
HOUR = timedelta(hours=1)


@blueprint.route("/indbydelse/<token>", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def answer_invitation(token: str) -> Page:
    """Read, answer, and change the answer until it begins."""
    try:
        invitation = answers.find_invitation(token, now=utc_now())
    except LinkUnusable:
        return render_template("selfservice/invitation_unusable.html"), 410
    if invitation.state not in UNANSWERED and not _is_own(invitation):
        return _ask_whose(invitation)
    form = AnswerForm()
    if request.method == "POST" and form.validate():
        _note(invitation, form)
        return redirect(url_for("selfservice.answer_invitation", token=token))
    return _answer_page(invitation, form, token)


@blueprint.post("/indbydelse/<token>/ingen-flere")
@open_to(Audience.PUBLIC)
def want_no_invitations(token: str) -> Page:
    """No more mails of this kind, whatever was answered."""
    try:
        invitation = answers.find_invitation(token, now=utc_now())
    except LinkUnusable:
        return render_template("selfservice/invitation_unusable.html"), 410
    if NoInvitationsForm().validate():
        inviting.want_no_invitations(invitation, now=utc_now())
        flash(_("Du får ikke flere indbydelser fra os."), "success")
    return redirect(url_for("selfservice.answer_invitation", token=token))


@blueprint.route("/indbydelse/<token>/afmeld", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def unsubscribe(token: str) -> Page:
    """For mail programs (RFC 8058): they post one word and hold no session, so this form has no token of a session.
    Whoever follows the link reads first and presses the button there.
    """
    try:
        invitation = answers.find_invitation(token, now=utc_now())
    except LinkUnusable:
        return render_template("selfservice/invitation_unusable.html"), 410
    if request.method == "GET":
        return redirect(url_for("selfservice.answer_invitation", token=token))
    if request.form.get("List-Unsubscribe") != "One-Click":
        abort(400)
    inviting.want_no_invitations(invitation, now=utc_now())
    return render_template("selfservice/unsubscribed.html")


def _note(invitation: Invitation, form: AnswerForm) -> None:
    try:
        with attempt():
            answers.answer(invitation, said=form.said(invitation.event.questions), now=utc_now())
    except answers.AnswersClosed:
        return  # the page tells why
    except answers.NotEnoughSeats as refused:
        flash(
            ngettext(
                "Der er ikke plads til så mange. I kan højst være %(num)s. Det, du svarede før, gælder stadig.",
                "Der er ikke plads til så mange. I kan højst være %(num)s. Det, du svarede før, gælder stadig.",
                refused.free_seats,
            ),
            "error",
        )
        return
    _remember(invitation)
    flash(_("Tak for dit svar. Vi har sendt en mail med det, vi har noteret."), "success")


def _answer_page(invitation: Invitation, form: AnswerForm, token: str) -> Page:
    if request.method == "GET":
        form.show(invitation)
    event, now = invitation.event, utc_now()
    page = render_template(
        "selfservice/invitation.html",
        event=event,
        token=token,
        form=form,
        no_more=NoInvitationsForm(formdata=None),
        wants_none=inviting.is_unwanted(invitation.email_fingerprint),
        answered=invitation if invitation.state not in UNANSWERED else None,
        offer=open_offer_to(invitation) if invitation.state is InvitationState.WAITING else None,
        can_answer=answers.can_answer(event, now=now),
        is_over=event.starts_at <= now,
    )
    return (page, 422) if form.errors else page


def _ask_whose(invitation: Invitation) -> Page:
    form, now, subject = WhoseForm(), utc_now(), str(invitation.id)
    if request.method == "POST" and form.validate():
        if too_many("invitation", subject, now=now, limit=WRONG_ADDRESSES, window=HOUR):
            return render_template("selfservice/invitation_too_many.html", event=invitation.event), 429
        if answers.is_address_of(invitation, form.email.data or ""):
            _remember(invitation)
            return redirect(request.path)
        note_attempt("invitation", subject, now=now)
        form.email.errors = [_("Indbydelsen er ikke sendt til den adresse")]
    page = render_template("selfservice/invitation_whose.html", event=invitation.event, form=form)
    return (page, 422) if form.errors else page


def _is_own(invitation: Invitation) -> bool:
    return invitation.id in session.get(OWN_INVITATIONS, [])


def _remember(invitation: Invitation) -> None:
    others = [known for known in session.get(OWN_INVITATIONS, []) if known != invitation.id]
    session[OWN_INVITATIONS] = [*others, invitation.id][-MOST_REMEMBERED:]
