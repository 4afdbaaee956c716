"""One offer as its owner wrote it, and the decision on it."""

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.messages import OfferBlocked
from volunteer_match.notifications.rendering import render
from volunteer_match.organisations import vetting
from volunteer_match.organisations.consent import consent_in_force
from volunteer_match.organisations.models import Offer
from volunteer_match.organisations.register import read_offer
from volunteer_match.organisations.standing import standing
from volunteer_match.organisations.states import VETTING_MOVES, Availability, Vetting, VettingAction
from volunteer_match.people.accounts import staff_names
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals import withdrawal
from volunteer_match.vocabulary.contact_forms import CONTACT_FORM_NAMES
from volunteer_match.vocabulary.taxonomy import OfferKind, taxonomy
from volunteer_match.web.shared.access import current_user, requires
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

from . import vetting_words
from .blueprint import blueprint
from .forms.decisions import ApproveOfferForm, BlockForm

Page = str | Response | tuple[str, int]


@blueprint.get("/tilbud/<int:offer_id>")
@requires(Permission.VET_ORGANISATIONS)
def offer(offer_id: int) -> Page:
    """Everything the volunteer wrote, and what must be known about an offer of this kind."""
    return _offer_page(offer_id)


def _offer_page(offer_id: int, *, changed: bool = False) -> str:
    now = utc_now()
    found = read_offer(offer_id, by=current_user().actor, now=now)
    if found is None:
        abort(404)
    actions = VETTING_MOVES.actions_from(found.state)
    return render_template(
        "admin/offers/show.html",
        offer=found,
        standing=standing(found, now=now),
        certificate=vetting.certificate_status(found, on=danish_date(now)),
        consent=consent_in_force(found.contact, now=now),
        kinds=_known_kinds(found),
        rules=taxonomy().certificate_rules,
        form=ApproveOfferForm(formdata=None, seen_as_of=found.changed_at.isoformat()),
        actions=actions if found.availability is not Availability.WITHDRAWN else (),
        changed=changed,
        staff=staff_names(),
        contact_forms=CONTACT_FORM_NAMES,
        organisation_kinds=ORGANISATION_KINDS,
        words=vetting_words,
    )


def _known_kinds(found: Offer) -> list[OfferKind]:
    known = taxonomy().offers
    return [known[kind] for kind in found.kinds if kind in known]


@blueprint.post("/tilbud/<int:offer_id>/godkend")
@requires(Permission.VET_ORGANISATIONS)
def approve_offer(offer_id: int) -> Page:
    """Yes, to the offer as it was read."""
    found, form = _find(offer_id), ApproveOfferForm()
    if not form.validate():
        abort(400)
    here = url_for("admin.offer", offer_id=offer_id)
    if consent_in_force(found.contact, now=utc_now()) is None:
        flash(_("Samtykket er trukket tilbage, så der er intet at godkende."), "info")
        return redirect(here)
    try:
        with attempt():
            vetting.approve_offer(offer=found, by=current_user(), now=utc_now(), seen_as_of=_moment(form))
    except vetting.ChangedMeanwhile:
        return _approved_already(found) or (_offer_page(offer_id, changed=True), 409)
    except MoveRefused:
        return _approved_already(found) or _withdrawn(found)
    flash(_("Tilbuddet »%(title)s« er godkendt. Kontaktpersonen får en mail.", title=found.title), "success")
    return redirect(url_for("admin.queue"))


def _moment(form: ApproveOfferForm) -> datetime:
    try:
        return datetime.fromisoformat(form.seen_as_of.data or "")
    except ValueError:
        abort(400)


def _approved_already(found: Offer) -> Response | None:
    if found.state is not Vetting.APPROVED:
        return None
    flash(_("Tilbuddet »%(title)s« var allerede godkendt.", title=found.title), "info")
    return redirect(url_for("admin.offer", offer_id=found.id))


def _withdrawn(found: Offer) -> Response:
    flash(_("Tilbuddet »%(title)s« er trukket tilbage og kan ikke godkendes.", title=found.title), "info")
    return redirect(url_for("admin.offer", offer_id=found.id))


@blueprint.route("/tilbud/<int:offer_id>/bloker", methods=["GET", "POST"])
@requires(Permission.VET_ORGANISATIONS)
def block_offer(offer_id: int) -> Page:
    """No, with a reason: first written, then read as the mail it becomes, then sent."""
    found, form = _find(offer_id), BlockForm()
    here = url_for("admin.offer", offer_id=offer_id)
    if VettingAction.BLOCK not in VETTING_MOVES.actions_from(found.state):
        flash(_("Tilbuddet »%(title)s« var allerede blokeret.", title=found.title), "info")
        return redirect(here)
    if request.method == "GET" or form.step.data == "edit" or not form.validate():
        page = _block_page(found, form)
        return (page, 422) if form.errors else page
    if form.step.data != "send":
        return _block_page(found, form, check=True)
    try:
        with attempt():
            withdrawal.block_offer(offer=found, reason=form.reason.data or "", by=current_user(), now=utc_now())
    except MoveRefused:
        flash(_("Tilbuddet »%(title)s« var allerede blokeret.", title=found.title), "info")
        return redirect(here)
    flash(
        _("Tilbuddet »%(title)s« er blokeret. Kontaktpersonen får begrundelsen i en mail.", title=found.title),
        "success",
    )
    return redirect(url_for("admin.queue"))


def _block_page(found: Offer, form: BlockForm, *, check: bool = False) -> str:
    message = OfferBlocked(found.contact.name, found.title, form.reason.data or "")
    taken = found.places_taken
    return render_template(
        "admin/vetting/block_check.html" if check else "admin/vetting/block.html",
        form=form,
        name=found.title,
        back=url_for("admin.offer", offer_id=found.id),
        way=[
            (url_for("admin.organisation", organisation_id=found.organisation_id), found.organisation.name),
            (url_for("admin.offer", offer_id=found.id), found.title),
        ],
        taken=ngettext("%(num)s barn", "%(num)s børn", taken) if taken else "",
        mail=render(message, language=found.contact.language) if check else None,
        whole_organisation=False,
    )


def _find(offer_id: int) -> Offer:
    return db.session.get(Offer, offer_id) or abort(404)
