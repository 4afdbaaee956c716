"""The register of those who offer something, and the decision on each of them."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.notifications.messages import OrganisationBlocked
from volunteer_match.notifications.rendering import render
from volunteer_match.organisations import vetting
from volunteer_match.organisations.consent import consent_in_force
from volunteer_match.organisations.models import Organisation
from volunteer_match.organisations.register import (
    Row,
    Wanted,
    page_of_register,
    read_look_alikes,
    read_organisation,
    whole_register,
)
from volunteer_match.organisations.standing import standing
from volunteer_match.organisations.states import (
    VETTING_MOVES,
    Availability,
    OrganisationKind,
    Vetting,
    VettingAction,
)
from volunteer_match.people.accounts import staff_names
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals import withdrawal
from volunteer_match.web.shared.access import current_user, requires
from volunteer_match.web.shared.jinja import place_name, short_date
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS
from volunteer_match.web.shared.spreadsheets import spreadsheet

from . import vetting_words
from .blueprint import blueprint
from .forms.decisions import ApproveOrganisationForm, BlockForm
from .forms.register import WITHOUT_CONSENT, RegisterForm

Page = str | Response | tuple[str, int]


@blueprint.get("/organisationer")
@requires(Permission.VET_ORGANISATIONS)
def organisations() -> Page:
    """Everybody by kind and state, page by page. A name is searched for by POST: it may be a person's."""
    form = RegisterForm(request.args, meta={"csrf": False})
    return _register_page(form if form.validate() else RegisterForm(None, meta={"csrf": False}))


@blueprint.post("/organisationer")
@requires(Permission.VET_ORGANISATIONS)
def search_organisations() -> Page:
    """The same, by name; without a name the page gets an address that can be kept."""
    form = RegisterForm()
    if not form.validate():
        return _register_page(form), 422
    if not form.name.data:
        return redirect(url_for("admin.organisations", **form.choices_made()))
    return _register_page(form)


def _register_page(form: RegisterForm) -> str:
    page = page_of_register(_wanted(form), page=form.page.data or 1, now=utc_now())
    return render_template(
        "admin/organisations/list.html",
        form=form,
        register=page,
        kinds=ORGANISATION_KINDS,
        words=vetting_words,
    )


def _wanted(form: RegisterForm) -> Wanted:
    if form.errors:
        return Wanted()
    kind, state = form.kind.data, form.state.data
    return Wanted(
        name=form.name.data or "",
        kind=OrganisationKind(kind) if kind else None,
        state=Vetting(state) if state and state != WITHOUT_CONSENT else None,
        without_consent=state == WITHOUT_CONSENT,
    )


@blueprint.post("/organisationer/regneark")
@requires(Permission.VET_ORGANISATIONS)
def export_organisations() -> Page:
    """The whole list as a file. No contact persons: a file is soon in the wrong place."""
    form = RegisterForm()
    if not form.validate() or form.state.data == WITHOUT_CONSENT:
        abort(400)
    headers = [_("Navn"), _("Slags"), _("CVR"), _("Sted"), _("Tilstand"), _("Tilmeldt"), _("Afgjort"), _("Tilbud")]
    rows = whole_register(_wanted(form), now=utc_now())
    return spreadsheet("organisationer.csv", headers, [_cells(row) for row in rows])


def _cells(row: Row) -> list[Any]:
    organisation = row.organisation
    return [
        organisation.name,
        ORGANISATION_KINDS[organisation.kind],
        organisation.cvr,
        place_name(organisation.postcode),
        vetting_words.STATES[organisation.state][0],
        short_date(organisation.created_at),
        short_date(organisation.decided_at),
        row.offers,
    ]


@blueprint.get("/organisationer/<int:organisation_id>")
@requires(Permission.VET_ORGANISATIONS)
def organisation(organisation_id: int) -> Page:
    """All there is to decide on, and the buttons for what can be done now."""
    return _organisation_page(organisation_id)


def _organisation_page(organisation_id: int, *, offers_changed: bool = False) -> str:
    user, now = current_user(), utc_now()
    found = read_organisation(organisation_id, by=user.actor, now=now)
    if found is None:
        abort(404)
    form = ApproveOrganisationForm(formdata=None, offers_as_seen=vetting.waiting_offers_mark(found))
    return render_template(
        "admin/organisations/show.html",
        organisation=found,
        look_alikes=read_look_alikes(found, by=user.actor, now=now),
        standings={offer.id: standing(offer, now=now) for offer in found.offers},
        consents={contact.id: consent_in_force(contact, now=now) for contact in found.contacts},
        waiting=[offer for offer in found.offers if vetting.is_waiting(offer)],
        actions=VETTING_MOVES.actions_from(found.state),
        form=form,
        offers_changed=offers_changed,
        staff=staff_names(),
        today=danish_date(now),
        kinds=ORGANISATION_KINDS,
        words=vetting_words,
        needing_certificate=_needing_certificate(found),
    )


def _needing_certificate(found: Organisation) -> set[int]:
    """The contact persons with an offer for which a child certificate is needed."""
    on = danish_date(utc_now())
    return {
        offer.contact_id
        for offer in found.offers
        if offer.availability is not Availability.WITHDRAWN
        and vetting.certificate_status(offer, on=on) is not vetting.CertificateStatus.NOT_REQUIRED
    }


@blueprint.post("/organisationer/<int:organisation_id>/godkend")
@requires(Permission.VET_ORGANISATIONS)
def approve_organisation(organisation_id: int) -> Page:
    """Yes, and to what was on the page only."""
    found, form = _find(organisation_id), ApproveOrganisationForm()
    if not form.validate():
        abort(400)
    if not _has_consent(found):
        flash(_("Samtykket er trukket tilbage, så der er intet at godkende."), "info")
        return redirect(url_for("admin.organisation", organisation_id=organisation_id))
    try:
        with attempt():
            vetting.approve_organisation(
                organisation=found,
                by=current_user(),
                now=utc_now(),
                with_offers=bool(form.with_offers.data),
                offers_as_seen=form.offers_as_seen.data or "",
            )
    except vetting.ChangedMeanwhile:
        if found.state is not Vetting.APPROVED:
            return _organisation_page(organisation_id, offers_changed=True), 409
        flash(_("Organisationen var allerede godkendt."), "info")
    except MoveRefused:
        flash(_("Organisationen var allerede godkendt."), "info")
    else:
        flash(_("Organisationen er godkendt. Kontaktpersonen får en mail."), "success")
    return redirect(url_for("admin.organisation", organisation_id=organisation_id))


@blueprint.route("/organisationer/<int:organisation_id>/bloker", methods=["GET", "POST"])
@requires(Permission.VET_ORGANISATIONS)
def block_organisation(organisation_id: int) -> Page:
    """No, with a reason: first written, then read as the mail it becomes, then sent."""
    found, form = _find(organisation_id), BlockForm()
    here = url_for("admin.organisation", organisation_id=organisation_id)
    if VettingAction.BLOCK not in VETTING_MOVES.actions_from(found.state):
        flash(_("Organisationen var allerede blokeret."), "info")
        return redirect(here)
    if request.method == "GET" or form.step.data == "edit" or not form.validate():
        page = _block_page(found, form)
        return (page, 422) if form.errors else page
    if form.step.data != "send":
        return _block_page(found, form, check=True)
    try:
        with attempt():
            withdrawal.block_organisation(
                organisation=found, reason=form.reason.data or "", by=current_user(), now=utc_now()
            )
    except MoveRefused:
        flash(_("Organisationen var allerede blokeret."), "info")
    else:
        flash(_("Organisationen er blokeret. Kontaktpersonen får begrundelsen i en mail."), "success")
    return redirect(here)


def _block_page(found: Organisation, form: BlockForm, *, check: bool = False) -> str:
    contact, taken = found.contacts[0], sum(offer.places_taken for offer in found.offers)
    message = OrganisationBlocked(contact.name, found.name, form.reason.data or "")
    return render_template(
        "admin/vetting/block_check.html" if check else "admin/vetting/block.html",
        form=form,
        name=found.name,
        back=url_for("admin.organisation", organisation_id=found.id),
        way=[(url_for("admin.organisation", organisation_id=found.id), found.name)],
        taken=ngettext("%(num)s barn", "%(num)s børn", taken) if taken else "",
        mail=render(message, language=contact.language) if check else None,
        whole_organisation=True,
    )


def _find(organisation_id: int) -> Organisation:
    return db.session.get(Organisation, organisation_id) or abort(404)


def _has_consent(found: Organisation) -> bool:
    now = utc_now()
    return any(consent_in_force(contact, now=now) for contact in found.contacts)
