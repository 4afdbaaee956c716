"""Changing, pausing, reopening and withdrawing one's own offers."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.organisations import self_service
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.offer_details import OfferDetails
from volunteer_match.organisations.queries import own_offer
from volunteer_match.organisations.self_service import (
    CapacityBelowPlacesTaken,
    DecidedMeanwhile,
    OfferWithdrawn,
    needs_new_approval,
)
from volunteer_match.organisations.states import Availability, Vetting
from volunteer_match.proposals import withdrawal
from volunteer_match.web.shared.access import Audience, current_contacts, open_to
from volunteer_match.web.shared.offer_fields import boundaries, offer_details

from .blueprint import blueprint
from .forms.offers import OfferForm, SureForm

Page = str | Response


@blueprint.route("/min-side/tilbud/<int:offer_id>", methods=["GET", "POST"])
@open_to(Audience.CONTACT_PERSON)
def change_offer(offer_id: int) -> Page:
    """All of the offer on one page."""
    offer = _own(offer_id)
    if offer.availability is Availability.WITHDRAWN:
        return _home()
    form = OfferForm.of(offer)
    if form.validate_on_submit() and _change(offer, offer_details(form, form, form), form):
        return _home()
    return render_template(
        "selfservice/offer.html",
        form=form,
        boundaries=boundaries(),
        approved=offer.state is Vetting.APPROVED,
    )


@blueprint.post("/min-side/tilbud/<int:offer_id>/pause")
@open_to(Audience.CONTACT_PERSON)
def pause_offer(offer_id: int) -> Response:
    """No new children for now."""
    offer = _own(offer_id)
    withdrawal.pause_offer(offer=offer, by=offer.contact.actor, now=utc_now())
    flash(_("Tilbuddet er på pause. Vi spørger dig ikke om nye børn, før du åbner det igen."), "success")
    return _home()


@blueprint.post("/min-side/tilbud/<int:offer_id>/aabn")
@open_to(Audience.CONTACT_PERSON)
def reopen_offer(offer_id: int) -> Response:
    """Children are welcome again."""
    offer = _own(offer_id)
    self_service.reopen_offer(offer=offer, by=offer.contact.actor, now=utc_now())
    flash(_("Tilbuddet er åbent igen."), "success")
    return _home()


@blueprint.route("/min-side/tilbud/<int:offer_id>/traek-tilbage", methods=["GET", "POST"])
@open_to(Audience.CONTACT_PERSON)
def withdraw_offer(offer_id: int) -> Page:
    """Says what will happen, and does it."""
    offer = _own(offer_id)
    if offer.availability is Availability.WITHDRAWN:
        return _home()
    form = SureForm()
    if form.validate_on_submit():
        withdrawal.withdraw_offer(offer=offer, by=offer.contact.actor, now=utc_now())
        flash(_("Tilbuddet er trukket tilbage. Tak, fordi du var med."), "success")
        return _home()
    return render_template("selfservice/withdraw_offer.html", form=form, offer=offer)


def _change(offer: Offer, details: OfferDetails, form: OfferForm) -> bool:
    again = needs_new_approval(offer, details)
    try:
        with attempt():
            changed = self_service.change_offer(offer=offer, details=details, by=offer.contact.actor, now=utc_now())
    except CapacityBelowPlacesTaken as refused:
        taken = refused.places_taken
        form.capacity.errors = [_("%(taken)s pladser er optaget, så antallet kan ikke være mindre", taken=taken)]
        return False
    except (DecidedMeanwhile, OfferWithdrawn):
        form.form_errors.append(_("Tilbuddet er ændret et andet sted imens. Hent siden igen, før du retter det."))
        return False
    flash(_said(changed=bool(changed), again=again), "success")
    return True


def _said(*, changed: bool, again: bool) -> str:
    if again:
        return str(_("Ændringerne er gemt. Vi læser tilbuddet igen og skriver, når det er godkendt."))
    return str(_("Ændringerne er gemt.") if changed else _("Der var ikke noget at ændre."))


def _own(offer_id: int) -> Offer:
    return own_offer(current_contacts(), offer_id) or abort(404)


def _home() -> Response:
    return redirect(url_for("selfservice.own_page"))
