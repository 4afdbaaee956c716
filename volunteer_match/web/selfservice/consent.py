"""Withdrawing and renewing one's consent."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.organisations import consent as rules
from volunteer_match.organisations.models import ContactPerson
from volunteer_match.proposals import withdrawal
from volunteer_match.web.shared.access import Audience, current_contacts, open_to

from .blueprint import blueprint
from .forms.offers import SureForm

Page = str | Response


@blueprint.route("/min-side/samtykke/<int:contact_id>/traek-tilbage", methods=["GET", "POST"])
@open_to(Audience.CONTACT_PERSON)
def withdraw_consent(contact_id: int) -> Page:
    """Says what will happen, and does it at once."""
    contact = _own_role(contact_id)
    form = SureForm()
    if form.validate_on_submit():
        _withdraw(contact)
        flash(_("Dit samtykke er trukket tilbage. Vi bruger ikke længere dine oplysninger til forslag."), "success")
        return redirect(url_for("selfservice.own_page"))
    return render_template("selfservice/withdraw_consent.html", form=form, organisation=contact.organisation)


@blueprint.route("/min-side/samtykke/<int:contact_id>/giv", methods=["GET", "POST"])
@open_to(Audience.CONTACT_PERSON)
def give_consent(contact_id: int) -> Page:
    """The text as it is now, and a yes to it: renews, or begins again after a withdrawal."""
    contact = _own_role(contact_id)
    form = SureForm()
    if form.validate_on_submit():
        rules.give_consent(contact=contact, by=contact.actor, now=utc_now())
        flash(_("Tak. Dit samtykke gælder i to år fra i dag."), "success")
        return redirect(url_for("selfservice.own_page"))
    return render_template("selfservice/give_consent.html", form=form, text_version=rules.TEXT_VERSION)


def _withdraw(contact: ContactPerson) -> None:
    try:
        with attempt():
            withdrawal.withdraw_volunteer_consent(contact=contact, by=contact.actor, now=utc_now())
    except rules.NoConsent:
        return  # a double click, or another window was first: it is as they wish


def _own_role(contact_id: int) -> ContactPerson:
    return next((contact for contact in current_contacts() if contact.id == contact_id), None) or abort(404)
