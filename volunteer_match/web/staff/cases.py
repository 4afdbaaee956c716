"""Cases: the list, opening one, its page, changing and closing it."""

from enum import StrEnum
from random import SystemRandom
from typing import Any, TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from volunteer_match.cases.caseload import caseload_of, team_caseload
from volunteer_match.cases.guardian_consent import missing_parties
from volunteer_match.cases.intake import CaseFacts, CaseloadFull, Closed, change_case, just_opened, open_case
from volunteer_match.cases.models import Case
from volunteer_match.cases.queries import CaseSearch, CaseSort, list_cases, own_case, read_case
from volunteer_match.cases.responsibility import NotResponsible, is_responsible
from volunteer_match.cases.states import CaseState, OverLimitReason
from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.foundation.database import attempt, db
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.queries import proposals_of_case
from volunteer_match.proposals.withdrawal import MatchStillRuns, close_case
from volunteer_match.vocabulary.taxonomy import taxonomy
from volunteer_match.web.shared.access import current_user, requires

from . import case_words, match_words
from .blueprint import blueprint
from .forms.cases import CaseForm, ColleagueCaseForm
from .today import caseload_limits

Page = str | Response | tuple[str, int]
Choice = TypeVar("Choice", bound=StrEnum)
INVALID = 422


@blueprint.get("/sager")
@requires(Permission.SEE_CASES)
def cases() -> str:
    """The caseworker's cases, or the whole team's for its leader."""
    user, search = current_user(), search_from(request.args)
    return render_template(
        "staff/cases/list.html",
        found=list_cases(user, search, now=utc_now()),
        search=search,
        kept=kept_in_links(search),
        columns={sort.value: sortable_header(search, sort) for sort in CaseSort},
        states=case_words.CASE_STATES,
        works=user.may(Permission.WORK_ON_OWN_CASES),
        leads=user.may(Permission.READ_TEAM_CASES),
        caseload=caseload_of(user, limits=caseload_limits()),
        this_year=danish_date(utc_now()).year,
    )


@blueprint.route("/sager/ny", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def open_own_case() -> Page:
    """A new case of one's own."""
    user, form = current_user(), CaseForm()
    if form.validate_on_submit():
        try:
            with attempt():
                case = _open_once(form.facts(), caseworker=user)
        except CaseloadFull:
            form.form_errors.append(_full_sentence())
        else:
            return _opened(case)
    page = render_template("staff/cases/new.html", form=form, caseload=caseload_of(user, limits=caseload_limits()))
    return (page, INVALID) if form.is_submitted() else page


@blueprint.route("/sager/ny/for-en-kollega", methods=["GET", "POST"])
@requires(Permission.READ_TEAM_CASES)
def open_case_for_colleague() -> Page:
    """A team leader hands a caseworker a new case."""
    form = ColleagueCaseForm()
    form.offer(load for load in team_caseload(limits=caseload_limits()) if load.takes_cases)
    if form.validate_on_submit():
        try:
            with attempt():
                caseworker = db.session.get_one(User, int(form.caseworker.data))
                case = _open_once(form.facts(), caseworker=caseworker, over_limit_reason=form.over_limit_reason())
        except CaseloadFull:
            form.reason.errors = [_("Rådgiveren er på grænsen. Vælg grunden til at gå over den")]
        except NotResponsible:
            form.caseworker.errors = [_("Den valgte kan ikke have sager mere")]
        else:
            return _opened(case)
    page = render_template("staff/cases/new.html", form=form, caseload=None)
    return (page, INVALID) if form.is_submitted() else page


@blueprint.get("/sager/<int:case_id>")
@requires(Permission.SEE_CASES)
def case(case_id: int) -> str:
    """One case: its needs, how they stand, and its proposals."""
    user, now = current_user(), utc_now()
    found = read_case(user, case_id, now=now)
    if found is None:
        abort(404)
    return render_template(
        "staff/cases/show.html",
        case=found,
        mine=is_responsible(found, user),
        is_open=found.state is CaseState.OPEN,
        missing={need.id: missing_parties(need, now=now) for need in found.needs},
        proposals=proposals_of_case(found.id),
        ladder=taxonomy().ladder,
        age=found.age_on(danish_date(now)),
        words=case_words,
        proposal_states=match_words.STATES,
    )


@blueprint.route("/sager/<int:case_id>/ret", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def case_change(case_id: int) -> Page:
    """Families move, custody changes, the ladder is climbed up or down."""
    found = read_case(current_user(), _own(case_id).id, now=utc_now()) or abort(404)
    form = CaseForm(obj=found)
    if form.validate_on_submit():
        try:
            with attempt():
                change_case(case=found, facts=form.facts(), by=current_user(), now=utc_now())
            flash(_("Ændringerne er gemt."), "success")
        except Closed:
            flash(_("Sagen er lukket og kan ikke ændres."), "info")
        return redirect(url_for("staff.case", case_id=found.id))
    page = render_template("staff/cases/change.html", form=form, case=found)
    return (page, INVALID) if form.is_submitted() else page


@blueprint.route("/sager/<int:case_id>/luk", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def case_close(case_id: int) -> Page:
    """Asks once, then closes."""
    found = _own(case_id)
    if request.method == "GET":
        return render_template("staff/cases/close.html", case=found)
    try:
        with attempt():
            close_case(case=found, by=current_user(), now=utc_now())
        flash(_("Sagen er lukket."), "success")
    except MatchStillRuns:
        flash(_("Et forløb er stadig i gang. Afslut det først, så kan sagen lukkes."), "warning")
    return redirect(url_for("staff.case", case_id=found.id))


def search_from(args: "MultiDict[str, str]") -> CaseSearch:
    """What the address asks for; anything that makes no sense counts as not asked."""
    wanted_state = args.get("tilstand", CaseState.OPEN.value)
    return CaseSearch(
        words=args.get("soeg", "")[:60],
        state=_one_of(CaseState, wanted_state),
        sort=_one_of(CaseSort, args.get("sorter", "")) or CaseSort.PSEUDONYM,
        descending=args.get("raekkefoelge") == "faldende",
        page=args.get("page", 1, type=int),
    )


def kept_in_links(search: CaseSearch) -> dict[str, str]:
    """The same again, for the links of the list."""
    kept = {
        "soeg": search.words,
        "tilstand": search.state.value if search.state else "alle",
        "sorter": search.sort.value,
        "raekkefoelge": "faldende" if search.descending else "",
    }
    return {name: value for name, value in kept.items() if value}


HEADINGS = {
    CaseSort.PSEUDONYM: _l("Sag"),
    CaseSort.AGE: _l("Alder"),
    CaseSort.AREA: _l("Område"),
    CaseSort.LADDER: _l("Trin"),
    CaseSort.OPENED: _l("Oprettet"),
}


def sortable_header(search: CaseSearch, sort: CaseSort) -> dict[str, Any]:
    """A column's heading, which sorts by it and on the second click turns the order round."""
    here = search.sort is sort
    kept: dict[str, Any] = {**kept_in_links(search), "sorter": sort.value, "raekkefoelge": None}
    if here and not search.descending:
        kept["raekkefoelge"] = "faldende"
    return {
        "label": HEADINGS[sort],
        "sort_url": url_for("staff.cases", **kept),
        "sort": ("descending" if search.descending else "ascending") if here else None,
    }


def _one_of(choices: type[Choice], value: str) -> Choice | None:
    return choices(value) if value in list(choices) else None


def _own(case_id: int) -> Case:
    found = own_case(current_user(), case_id)
    if found is None:
        abort(404)
    return found


def _open_once(facts: CaseFacts, *, caseworker: User, over_limit_reason: OverLimitReason | None = None) -> Case:
    now = utc_now()
    return just_opened(facts=facts, caseworker=caseworker, now=now) or open_case(
        facts=facts,
        caseworker=caseworker,
        by=current_user(),
        limits=caseload_limits(),
        random=SystemRandom(),
        now=now,
        over_limit_reason=over_limit_reason,
    )


def _opened(case: Case) -> Response:
    flash(_("Sagen hedder %(pseudonym)s. Skriv nu, hvad barnet har brug for.", pseudonym=case.pseudonym), "success")
    mine = is_responsible(case, current_user())
    return redirect(url_for("staff.need_new" if mine else "staff.case", case_id=case.id))


def _full_sentence() -> str:
    limit = caseload_limits().limit
    return str(_("Du har nu %(limit)s sager, og det er grænsen. Bed din teamleder om at oprette sagen.", limit=limit))
