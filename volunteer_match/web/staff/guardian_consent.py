"""The family's consent for one need: asked, given, withdrawn, and the text they read."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.cases.guardian_consent import (
    TEXT_VERSION,
    NothingToWithdraw,
    PartyNotAsked,
    ask,
    covered_kinds,
    deciding_line,
    party_status,
    record_given_by_all,
    required_parties,
)
from volunteer_match.cases.intake import Closed
from volunteer_match.cases.models import Need
from volunteer_match.cases.queries import own_need, read_need, withdrawable_consent
from volunteer_match.cases.states import ConsentParty
from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.withdrawal import withdraw_guardian_consent
from volunteer_match.vocabulary.taxonomy import age_band
from volunteer_match.web.shared.access import current_user, requires
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

from . import case_words
from .blueprint import blueprint
from .forms.guardian_consent import ConsentGivenForm

Page = str | Response | tuple[str, int]
INVALID = 422


@blueprint.route("/behov/<int:need_id>/samtykke", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def guardian_consent(need_id: int) -> Page:
    """Where each party stands, and taking down a yes."""
    user, now = current_user(), utc_now()
    need = _own(need_id)
    parties = required_parties(need.case, on=danish_date(now))
    form = ConsentGivenForm()
    form.ask_about(parties, custody_holders=need.case.custody_holders, recipients=_agreed_before(need))
    if form.validate_on_submit():
        try:
            with attempt():
                record_given_by_all(need=need, by=user, now=now, **form.agreed())
            flash(_("Samtykket er gemt. Det gælder i 12 måneder."), "success")
        except (Closed, PartyNotAsked):
            flash(_("Samtykket kunne ikke gemmes, for sagen er ændret eller lukket."), "warning")
        return redirect(url_for("staff.need", need_id=need.id))
    if not form.is_submitted():
        read_need(user, need_id, now=now)
    page = render_template(
        "staff/guardian_consent/show.html",
        form=form,
        need=need,
        standing=[
            (
                party,
                party_status(need.consents, party, now=now, wording_changed_at=need.wording_changed_at),
                deciding_line(need.consents, party),
            )
            for party in parties
        ],
        covered=covered_kinds(need, now=now),
        organisation_kinds=ORGANISATION_KINDS,
        words=case_words,
    )
    return (page, INVALID) if form.is_submitted() else page


@blueprint.post("/behov/<int:need_id>/samtykke/<party>/spurgt")
@requires(Permission.WORK_ON_OWN_CASES)
def guardian_consent_asked(need_id: int, party: str) -> Response:
    """They have been given the text to think about."""
    need = _own(need_id)
    try:
        with attempt():
            ask(need=need, party=_party(party), by=current_user(), now=utc_now())
        flash(_("Det er noteret, at der er spurgt om samtykke."), "success")
    except (Closed, PartyNotAsked):
        flash(_("Det kunne ikke noteres, for sagen er ændret eller lukket."), "warning")
    return redirect(url_for("staff.guardian_consent", need_id=need.id))


@blueprint.route("/behov/<int:need_id>/samtykke/<party>/traek-tilbage", methods=["GET", "POST"])
@requires(Permission.SEE_CASES)
def guardian_consent_withdrawn(need_id: int, party: str) -> Page:
    """Tells what happens, then stops everything that rests on the consent. A team leader may do it too."""
    user, now = current_user(), utc_now()
    consent = withdrawable_consent(user, need_id, _party(party))
    if consent is None:
        abort(404)
    if request.method == "GET":
        return render_template(
            "staff/guardian_consent/withdraw.html", need=consent.need, party=consent.party, words=case_words
        )
    try:
        with attempt():
            withdraw_guardian_consent(consent=consent, by=user, now=now)
        flash(_("Samtykket er trukket tilbage. Det, der byggede på det, er stoppet."), "success")
    except NothingToWithdraw:
        flash(_("Samtykket var allerede trukket tilbage."), "info")
    return redirect(url_for("staff.need", need_id=need_id))


@blueprint.get("/behov/<int:need_id>/samtykke/tekst")
@requires(Permission.SEE_CASES)
def guardian_consent_text(need_id: int) -> str:
    """All the family must know before they answer, to read together or to print."""
    now = utc_now()
    need = read_need(current_user(), need_id, now=now)
    if need is None:
        abort(404)
    today = danish_date(now)
    return render_template(
        "staff/guardian_consent/text.html",
        need=need,
        case=need.case,
        parties=required_parties(need.case, on=today),
        age_band=age_band(need.case.age_on(today)),
        organisation_kinds=ORGANISATION_KINDS,
        version=TEXT_VERSION,
        today=today,
        words=case_words,
    )


def _own(need_id: int) -> Need:
    need = own_need(current_user(), need_id)
    if need is None:
        abort(404)
    return need


def _party(value: str) -> ConsentParty:
    return ConsentParty(value) if value in list(ConsentParty) else abort(404)


def _agreed_before(need: Need) -> tuple[str, ...]:
    """What the family agreed to last time, where they have not taken it back: the usual answer to a renewal."""
    given = [line for line in need.consents if line.given_at is not None and line.withdrawn_at is None]
    return given[-1].recipients if given else ()
