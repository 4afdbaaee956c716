"""Child certificates: that one without remarks was obtained, when, and that it no longer counts. Dates only."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.organisations.register import find_confirmation, find_contact_person
from volunteer_match.organisations.vetting import (
    AlreadyConfirmed,
    CertificateDateRefused,
)
from volunteer_match.organisations.vetting import (
    confirm_certificate as confirm,
)
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals import withdrawal
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .forms.certificates import CertificateForm
from .forms.decisions import ConfirmForm

Page = str | Response | tuple[str, int]


@blueprint.route("/kontaktpersoner/<int:contact_id>/boerneattest", methods=["GET", "POST"])
@requires(Permission.VET_ORGANISATIONS)
def confirm_certificate(contact_id: int) -> Page:
    """The date on which the organisation obtained it, and when to ask again."""
    contact, form = find_contact_person(contact_id) or abort(404), CertificateForm()
    if request.method == "POST" and form.validate():
        try:
            with attempt():
                confirm(
                    contact=contact,
                    confirmed_on=form.confirmed_on.data,
                    next_review_on=form.next_review_on.data,
                    by=current_user(),
                    now=utc_now(),
                )
        except AlreadyConfirmed:
            flash(_("Børneattesten var bekræftet i forvejen med de samme datoer."), "info")
        except CertificateDateRefused:
            form.next_review_on.errors = [_("Datoen skal ligge efter den dag, børneattesten blev indhentet")]
        else:
            flash(_("Børneattesten er bekræftet."), "success")
        if not form.errors:
            return redirect(url_for("admin.organisation", organisation_id=contact.organisation_id))
    page = render_template("admin/certificates/confirm.html", contact=contact, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/boerneattester/<int:confirmation_id>/traek-tilbage", methods=["GET", "POST"])
@requires(Permission.VET_ORGANISATIONS)
def revoke_certificate(confirmation_id: int) -> Page:
    """What happens when it no longer counts, before it happens."""
    confirmation, form = find_confirmation(confirmation_id) or abort(404), ConfirmForm()
    back = redirect(url_for("admin.organisation", organisation_id=confirmation.contact.organisation_id))
    if confirmation.revoked_on is not None:
        flash(_("Bekræftelsen var allerede trukket tilbage."), "info")
        return back
    if request.method == "POST" and form.validate():
        withdrawal.revoke_certificate(confirmation=confirmation, by=current_user(), now=utc_now())
        flash(_("Bekræftelsen gælder ikke længere."), "success")
        return back
    taken = sum(offer.places_taken for offer in confirmation.contact.offers)
    return render_template("admin/certificates/revoke.html", confirmation=confirmation, form=form, taken=taken)
