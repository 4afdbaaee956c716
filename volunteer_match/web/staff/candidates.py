"""The list of suggestions for a need, and the decision on one of them."""

from dataclasses import dataclass
from math import cos, radians
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from volunteer_match.cases.guardian_consent import missing_parties
from volunteer_match.cases.models import Need
from volunteer_match.cases.queries import own_need, read_need
from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.foundation.database import attempt, db
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.matching.eligibility import Bar
from volunteer_match.organisations.models import ContactPerson, Offer
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.candidates import Candidate, ShownList, belongs_to, suggest, was_ranked
from volunteer_match.proposals.gates import (
    CaseGate,
    Gate,
    GateClosed,
    NoLongerOffered,
    case_gates,
    check_gates,
    offer_profile,
)
from volunteer_match.proposals.lessons import say, take_back
from volunteer_match.proposals.lifecycle import choose, find_pair, reject
from volunteer_match.proposals.pairs import blocked_offers
from volunteer_match.proposals.request_mail import age_band
from volunteer_match.proposals.states import LessonDirection, RejectReason
from volunteer_match.vocabulary import places
from volunteer_match.vocabulary.taxonomy import Wording, taxonomy
from volunteer_match.web.shared.access import current_user, requires
from volunteer_match.web.shared.need_words import led_to, number_words
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS

from . import match_words
from .blueprint import blueprint
from .forms.proposals import ApproveForm, LessonForm, RejectForm

Page = str | Response | tuple[str, int]
KM_PER_DEGREE = 111.2


@blueprint.get("/behov/<int:need_id>/forslag")
@requires(Permission.WORK_ON_OWN_CASES)
def suggestions(need_id: int) -> Page:
    """The ranked list. Where the model is switched off, searching by hand stands in its place."""
    need = own_need_or_404(need_id)
    if finds_by_hand_only() or request.args.get("vis") == "afstand":
        return redirect(url_for("staff.find_by_hand", need_id=need.id))
    return _list_page(need, suggest(need=need, by=current_user(), now=utc_now()))


def finds_by_hand_only() -> bool:
    """Whether the model is switched off."""
    return bool(current_app.extensions["settings"].matching == "manual")


def _list_page(need: Need, shown: ShownList) -> str:
    told = [(line.rank, line) for line in shown.suggestions]
    reasons = [
        (rank, line.text, line.words)
        for rank, candidate in told
        for line in (*match_words.fits(candidate, like=candidate.like), *match_words.against(candidate))
    ]
    numbered = number_words(need.text, [word for _rank, _text, words in reasons for word in words])
    return render_template(
        "staff/candidates/list.html",
        shown=shown,
        numbered=numbered,
        led=led_to(numbered, reasons),
        said={lesson.offer_id: lesson.direction.value for lesson in shown.lessons},
        dots=_dots(need, [*shown.suggestions, *shown.near_misses]),
        towns=_towns(need),
        **about_need(need),
    )


def about_need(need: Need) -> dict[str, Any]:
    """What every page with offers for a need says of it."""
    missing: list[Gate] = [gate for gate in case_gates(need, by=current_user()) if gate is CaseGate.CHILD_VIEW_MISSING]
    if missing_parties(need, now=utc_now()):
        missing.append(Bar.GUARDIAN_CONSENT)
    return {
        "need": need,
        "missing": match_words.gate_sentences(missing),
        "words": match_words,
        "organisation_kinds": ORGANISATION_KINDS,
        "notes": kind_notes,
        "age": need.case.age_on(danish_date(utc_now())),
        "by_hand_only": finds_by_hand_only(),
    }


def own_need_or_404(need_id: int) -> Need:
    """The need of the signed-in person's own case."""
    need = own_need(current_user(), need_id)
    if need is None:
        abort(404)
    return need


def _offer_or_404(offer_id: int) -> Offer:
    return _shown_offer(offer_id) or abort(404)


def _shown_offer(offer_id: int) -> Offer | None:
    """None for who has withdrawn: they are not shown, not even by address."""
    contact = joinedload(Offer.contact)
    options = [
        joinedload(Offer.organisation),
        contact.selectinload(ContactPerson.consents),
        contact.selectinload(ContactPerson.certificates),
    ]
    offer = db.session.get(Offer, offer_id, options=options)
    return offer if offer is not None and offer_profile(offer, now=utc_now()).consent else None


@dataclass(frozen=True)
class _Spot:
    """Where something lies, in km east and north of the child's area."""

    east_km: float
    north_km: float


def _spot(need: Need, lat: float, lon: float) -> _Spot | None:
    centre = places.lookup(need.case.postcode)
    if centre is None:
        return None
    east = (lon - centre.lon) * KM_PER_DEGREE * cos(radians(centre.lat))
    return _Spot(east, (lat - centre.lat) * KM_PER_DEGREE)


def _dots(need: Need, candidates: list[Candidate]) -> list[dict[str, Any]]:
    dots = []
    for candidate in candidates:
        place = places.lookup(candidate.offer.postcode)
        spot = _spot(need, place.lat, place.lon) if place else None
        if spot is not None:
            dots.append(
                {
                    "number": candidate.rank,
                    "title": candidate.offer.title,
                    "east_km": spot.east_km,
                    "north_km": spot.north_km,
                    "barred": bool(candidate.bars),
                }
            )
    return dots


def _towns(need: Need) -> list[dict[str, Any]]:
    spots = ((town.name, _spot(need, town.lat, town.lon)) for town in places.pilot_places())
    return [
        {"name": name, "east_km": spot.east_km, "north_km": spot.north_km} for name, spot in spots if spot is not None
    ]


def kind_notes(kinds: tuple[str, ...]) -> list[Wording]:
    """What must always be said with an offer of these kinds: what it is not, and what a referral alone discloses."""
    known = [taxonomy().offers[kind] for kind in kinds if kind in taxonomy().offers]
    return [note for kind in known for note in (kind.boundary, kind.self_revealing) if note is not None]


@blueprint.get("/behov/<int:need_id>/forslag/<int:offer_id>/godkend")
@requires(Permission.WORK_ON_OWN_CASES)
def confirm_choice(need_id: int, offer_id: int) -> Page:
    """What the contact person will read, before anything is sent."""
    user, now = current_user(), utc_now()
    need = read_need(user, own_need_or_404(need_id).id, now=now)
    offer = _offer_or_404(offer_id)
    if need is None:
        abort(404)
    return _confirm_page(need, offer, form=ApproveForm(data={"suggestion_list": request.args.get("liste", "")}))


def _confirm_page(need: Need, offer: Offer, *, form: ApproveForm, gates: tuple[str, ...] | None = None) -> str:
    now = utc_now()
    existing = find_pair(need_id=need.id, offer_id=offer.id)
    return render_template(
        "staff/candidates/confirm.html",
        need=need,
        offer=offer,
        form=form,
        existing=existing,
        ranked=was_ranked(_list_shown(form, need=need) or (existing.suggestion_list_id if existing else None)),
        by_hand_only=finds_by_hand_only(),
        closed=list(gates) if gates is not None else _closed_gates(need, offer),
        age_band=age_band(need.case.age_on(danish_date(now))),
        words=match_words,
        organisation_kinds=ORGANISATION_KINDS,
        notes=kind_notes(offer.kinds),
    )


def _closed_gates(need: Need, offer: Offer) -> list[str]:
    blocked = blocked_offers(need.case_id)
    try:
        check_gates(need=need, offer=offer, blocked_offers=blocked, by=current_user(), now=utc_now())
    except GateClosed as refused:
        return match_words.gate_sentences(refused.gates)
    return []


@blueprint.post("/behov/<int:need_id>/forslag/<int:offer_id>/godkend")
@requires(Permission.WORK_ON_OWN_CASES)
def approve_choice(need_id: int, offer_id: int) -> Page:
    """The decision: one named caseworker, one offer, one need."""
    need, offer, form = own_need_or_404(need_id), _offer_or_404(offer_id), ApproveForm()
    if not form.validate():
        abort(400)
    shown = _list_shown(form, need=need)
    try:
        with attempt():
            proposal = choose(need=need, offer=offer, by=current_user(), now=utc_now(), suggestion_list_id=shown)
    except GateClosed as refused:
        sentences = tuple(match_words.gate_sentences(refused.gates))
        return _confirm_page(need, offer, form=form, gates=sentences), 409
    flash(_("Godkendt. Kontaktpersonen er spurgt og har 14 dage til at svare."), "success")
    return redirect(url_for("staff.proposal", proposal_id=proposal.id))


def _list_shown(form: ApproveForm | RejectForm | LessonForm, *, need: Need) -> int | None:
    return list_shown(form.suggestion_list.data or "", need=need)


def list_shown(written: str, *, need: Need) -> int | None:
    """The number of a list, if it was shown to this person for this need."""
    return belongs_to(row_number(written), need=need, user=current_user())


def row_number(written: str) -> int | None:
    """None for what can't be the number of a row."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None  # noqa: PLR2004 - fits a 32-bit id


@blueprint.route("/behov/<int:need_id>/forslag/<int:offer_id>/afvis", methods=["GET", "POST"])
@requires(Permission.WORK_ON_OWN_CASES)
def reject_choice(need_id: int, offer_id: int) -> Page:
    """Not this one. Rejecting is as easy as approving."""
    need, offer = own_need_or_404(need_id), _offer_or_404(offer_id)
    form = RejectForm(suggestion_list=request.args.get("liste", "")) if request.method == "GET" else RejectForm()
    if request.method == "POST" and form.validate():
        shown = _list_shown(form, need=need)
        try:
            with attempt():
                reject(
                    need=need,
                    offer=offer,
                    reason=RejectReason(form.reason.data),
                    by=current_user(),
                    now=utc_now(),
                    block=bool(form.block.data),
                    suggestion_list_id=shown,
                )
        except MoveRefused:
            existing = find_pair(need_id=need.id, offer_id=offer.id)
            flash(_("Der er allerede taget stilling til tilbuddet."), "info")
            return redirect(url_for("staff.proposal", proposal_id=existing.id if existing else abort(404)))
        flash(_("%(title)s er valgt fra.", title=offer.title), "success")
        # Back to the kind of list it was rejected from.
        searched = was_ranked(shown) is False
        return redirect(url_for("staff.find_by_hand" if searched else "staff.suggestions", need_id=need.id))
    by_hand_only = finds_by_hand_only()
    page = render_template("staff/candidates/reject.html", need=need, offer=offer, form=form, by_hand_only=by_hand_only)
    return (page, 422) if form.errors else page


@blueprint.post("/behov/<int:need_id>/forslag/<int:offer_id>/mere-eller-mindre")
@requires(Permission.WORK_ON_OWN_CASES)
def say_lesson(need_id: int, offer_id: int) -> Page:
    """More like this, or not this sort: the list is made anew at once."""
    need, offer, form = own_need_or_404(need_id), _shown_offer(offer_id), LessonForm()
    if offer is None:
        return _no_longer_listed(need)
    if not form.validate():
        abort(400)
    direction = LessonDirection(form.direction.data)
    try:
        with attempt():
            shown = _list_shown(form, need=need)
            say(need=need, offer=offer, direction=direction, by=current_user(), now=utc_now(), suggestion_list_id=shown)
    except NoLongerOffered:
        return _no_longer_listed(need)
    except GateClosed as refused:
        flash(" ".join(match_words.gate_sentences(refused.gates)), "warning")
        return redirect(url_for("staff.need", need_id=need.id))
    flash(_("Listen er lavet om efter det, du sagde."), "success")
    place = "tilbud" if direction is LessonDirection.MORE else "sagt"
    return redirect(url_for("staff.suggestions", need_id=need.id, _anchor=f"{place}-{offer.id}"))


def _no_longer_listed(need: Need) -> Response:
    flash(_("Tilbuddet er ikke længere på listen: det er trukket tilbage."), "info")
    return redirect(url_for("staff.suggestions", need_id=need.id))


@blueprint.post("/behov/<int:need_id>/forslag/<int:offer_id>/fortryd")
@requires(Permission.WORK_ON_OWN_CASES)
def take_back_lesson(need_id: int, offer_id: int) -> Page:
    """As if it had never been said."""
    need, offer = own_need_or_404(need_id), _offer_or_404(offer_id)
    try:
        with attempt():
            take_back(need=need, offer=offer, by=current_user(), now=utc_now())
    except GateClosed as refused:
        flash(" ".join(match_words.gate_sentences(refused.gates)), "warning")
        return redirect(url_for("staff.need", need_id=need.id))
    flash(_("Fortrudt. Listen er lavet om igen."), "success")
    return redirect(url_for("staff.suggestions", need_id=need.id, _anchor=f"tilbud-{offer.id}"))
