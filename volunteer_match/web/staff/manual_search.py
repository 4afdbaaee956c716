"""Find selv: all offers that may be shown, searched by hand – beside the suggestions, or instead of them."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.cases.models import Need
from volunteer_match.foundation.clock import utc_now
from volunteer_match.organisations.states import OrganisationKind
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.candidates import Candidate
from volunteer_match.proposals.manual_search import Order, Wanted, find, find_all
from volunteer_match.vocabulary.contact_forms import ContactForm
from volunteer_match.web.shared.access import current_user, requires
from volunteer_match.web.shared.jinja import km, language_names, place_name, slot_names
from volunteer_match.web.shared.organisation_words import ORGANISATION_KINDS
from volunteer_match.web.shared.spreadsheets import spreadsheet

from . import match_words
from .blueprint import blueprint
from .candidates import about_need, own_need_or_404
from .forms.manual_search import BARRED_TOO, SearchForm

Page = str | Response | tuple[str, int]


@blueprint.get("/behov/<int:need_id>/find-selv")
@requires(Permission.WORK_ON_OWN_CASES)
def find_by_hand(need_id: int) -> Page:
    """By filters, which may stand in the address. Words go by POST: an organisation may have a person's name."""
    need = own_need_or_404(need_id)
    form = SearchForm(request.args, meta={"csrf": False})
    return _page(need, form if form.validate() else SearchForm(None, meta={"csrf": False}))


@blueprint.post("/behov/<int:need_id>/find-selv")
@requires(Permission.WORK_ON_OWN_CASES)
def search_by_hand(need_id: int) -> Page:
    """The same with words; without any the page gets an address that can be kept."""
    need, form = own_need_or_404(need_id), SearchForm()
    if not form.validate():
        return _page(need, form), 422
    if not form.words.data:
        return redirect(url_for("staff.find_by_hand", need_id=need.id, **form.choices_made()))
    return _page(need, form)


def _page(need: Need, form: SearchForm) -> str:
    found = find(need=need, wanted=_wanted(form), page=form.page.data or 1, by=current_user(), now=utc_now())
    return render_template("staff/candidates/find.html", form=form, found=found, shown=found.shown, **about_need(need))


def _wanted(form: SearchForm) -> Wanted:
    if form.errors:
        return Wanted(only_unbarred=True)
    organisation, contact_form = form.organisation.data, form.contact_form.data
    return Wanted(
        words=form.words.data or "",
        kind=form.kind.data or "",
        organisation_kind=OrganisationKind(organisation) if organisation else None,
        contact_form=ContactForm(contact_form) if contact_form else None,
        slot=form.slot.data or "",
        max_km=int(form.km.data) if form.km.data else None,
        only_unbarred=form.show.data != BARRED_TOO,
        order=Order(form.order.data or Order.DISTANCE),
    )


@blueprint.post("/behov/<int:need_id>/find-selv/regneark")
@requires(Permission.WORK_ON_OWN_CASES)
def export_found(need_id: int) -> Page:
    """All that was found as a file. Nothing of the need stands in it but how far off each offer is and what bars it."""
    need, form = own_need_or_404(need_id), SearchForm()
    if not form.validate():
        abort(400)
    shown = find_all(need=need, wanted=_wanted(form), by=current_user(), now=utc_now())
    headers = [_("Tilbud"), _("Organisation"), _("Slags"), _("Sted"), _("Afstand"), _("Alder"), _("Tider"), _("Sprog")]
    rows = [_cells(line) for line in shown.suggestions]
    return spreadsheet("tilbud.csv", [*headers, _("Ledige pladser"), _("Kan vælges")], rows)


def _cells(line: Candidate) -> list[object]:
    offer = line.offer
    return [
        offer.title,
        offer.organisation.name,
        ORGANISATION_KINDS[offer.organisation.kind],
        place_name(offer.postcode),
        km(line.distance_km),
        f"{offer.age_min}–{offer.age_max}",
        ", ".join(slot_names(offer.slots)),
        language_names(offer.languages),
        offer.free_places,
        " ".join(match_words.gate_sentences(line.bars)) or _("Ja"),
    ]
