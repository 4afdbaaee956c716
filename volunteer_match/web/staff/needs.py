"""Needs: writing one, its page with what is missing, the child's view, closing it."""

from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.cases.guardian_consent import deciding_line, missing_parties, party_status, required_parties
from volunteer_match.cases.intake import (
    Closed,
    LeakWordsNotAcknowledged,
    change_need,
    just_written,
    record_child_view,
    write_need,
)
from volunteer_match.cases.models import Case, Need
from volunteer_match.cases.queries import own_case, own_need, read_need
from volunteer_match.cases.responsibility import is_responsible
from volunteer_match.cases.states import CaseState, NeedState
from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.queries import proposals_of_need
from volunteer_match.proposals.withdrawal import MatchStillRuns, close_need
from volunteer_match.vocabulary.contact_forms import CONTACT_FORM_NAMES
from volunteer_match.vocabulary.plain_words import better_words
from volunteer_match.vocabulary.sensitive_text import danger_words
from volunteer_match.vocabulary.taxonomy import age_band, taxonomy
from volunteer_match.web.shared.access import current_user, requires
from volunteer_match.web.shared.language import current_language
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

from . import case_words, match_words
from .blueprint import blueprint
from .forms.needs import ChildViewForm, NeedForm

Page = str | Response | tuple[str, int]
INVALID = 422


@blueprint.route("/sager/<int:case_id>/behov/nyt", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def need_new(case_id: int) -> Page:
    """Free text first; everything else follows from it."""
    case = own_case(current_user(), case_id)
    if case is None:
        abort(404)
    form = NeedForm(child_age=case.age_on(danish_date(utc_now())))
    if not form.is_submitted():
        form.languages.data = ["da"]
    return _write(form, case=case, need=None)


@blueprint.route("/behov/<int:need_id>/ret", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def need_change(need_id: int) -> Page:
    """The same form, filled in."""
    need = _own_and_read(need_id)
    form = NeedForm(obj=need, child_age=need.case.age_on(danish_date(utc_now())))
    return _write(form, case=need.case, need=need)


@blueprint.get("/behov/<int:need_id>")
@requires(Permission.SEE_CASES)
def need(need_id: int) -> str:
    """The need, what is missing before anything can be approved, and how others see it."""
    user, now = current_user(), utc_now()
    found = read_need(user, need_id, now=now)
    if found is None:
        abort(404)
    today = danish_date(now)
    parties = required_parties(found.case, on=today)
    return render_template(
        "staff/needs/show.html",
        need=found,
        case=found.case,
        mine=is_responsible(found.case, user),
        is_open=found.state is not NeedState.CLOSED and found.case.state is CaseState.OPEN,
        missing=missing_parties(found, now=now),
        standing=[
            (
                party,
                party_status(found.consents, party, now=now, wording_changed_at=found.wording_changed_at),
                deciding_line(found.consents, party),
            )
            for party in parties
        ],
        proposals=proposals_of_need(found.id),
        dangers=danger_words(f"{found.text}\n{found.child_view or ''}"),
        boundaries=boundaries(found.codes),
        age_band=age_band(found.case.age_on(today)),
        contact_forms=CONTACT_FORM_NAMES,
        organisation_kinds=ORGANISATION_KINDS,
        words=case_words,
        proposal_states=match_words.STATES,
    )


@blueprint.route("/behov/<int:need_id>/barnets-mening", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def child_view(need_id: int) -> Page:
    """What the child says, by itself: often it comes after the need was written."""
    need = _own_and_read(need_id)
    form = ChildViewForm(obj=need)
    if form.validate_on_submit():
        try:
            with attempt():
                record_child_view(need=need, view=form.view(), by=current_user(), now=utc_now())
            flash(_("Barnets mening er gemt."), "success")
        except Closed:
            flash(_("Behovet er lukket og kan ikke ændres."), "info")
        return redirect(url_for("staff.need", need_id=need.id))
    page = render_template("staff/needs/child_view.html", form=form, need=need)
    return (page, INVALID) if form.is_submitted() else page


@blueprint.route("/behov/<int:need_id>/luk", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def need_close(need_id: int) -> Page:
    """Asks once, then closes."""
    need = own_need(current_user(), need_id)
    if need is None:
        abort(404)
    if request.method == "GET":
        return render_template("staff/needs/close.html", need=need)
    try:
        with attempt():
            close_need(need=need, by=current_user(), now=utc_now())
        flash(_("Behovet er lukket."), "success")
    except MatchStillRuns:
        flash(_("Et forløb er stadig i gang. Afslut det først, så kan behovet lukkes."), "warning")
    return redirect(url_for("staff.need", need_id=need.id))


def _write(form: NeedForm, *, case: Case, need: Need | None) -> Page:
    """Saves, or shows the form again with everything that was typed in it."""
    status = 200
    if form.asks_for_help:
        form.help()
    elif form.is_submitted():
        ready = not form.offer_draft() and form.validate()
        saved = _save(form, case=case, need=need) if ready else None
        if saved is not None:
            return saved
        status = INVALID
    page = render_template(
        "staff/needs/form.html",
        form=form,
        case=case,
        need=need,
        boundaries=form.boundaries(current_language()),
        advice=better_words(form.external_wording.data or "") if form.is_submitted() else [],
    )
    return page, status


def _save(form: NeedForm, *, case: Case, need: Need | None) -> Response | None:
    now, draft = utc_now(), form.draft()
    try:
        with attempt():
            twice = just_written(case=case, draft=draft, now=now) if need is None else None
            save = partial(write_need, case=case) if need is None else partial(change_need, need=need)
            saved = twice or save(
                draft=draft,
                child_view=form.view(),
                leak_words_accepted=form.leaks_accepted(),
                by=current_user(),
                now=now,
            )
    except LeakWordsNotAcknowledged as found:
        form.warn_of(found.words)
        return None
    except Closed:
        flash(_("Sagen er lukket og kan ikke ændres."), "info")
        return redirect(url_for("staff.case", case_id=case.id))
    flash(_("Behovet er gemt."), "success")
    return redirect(url_for("staff.need", need_id=saved.id))


def _own_and_read(need_id: int) -> Need:
    user = current_user()
    if own_need(user, need_id) is None:
        abort(404)
    return read_need(user, need_id, now=utc_now()) or abort(404)


def boundaries(codes: tuple[str, ...]) -> list[str]:
    """What the chosen codes do not cover: some help is the municipality's alone."""
    needs = (taxonomy().needs.get(code) for code in codes)
    return [need.boundary.in_language(current_language()) for need in needs if need and need.boundary]
