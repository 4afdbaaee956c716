"""Who is invited: chosen from the register or written in, and what they answered."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_match.events import contact_lists, inviting, queries
from volunteer_match.events.audience import Audience, find_audience, find_listed
from volunteer_match.events.inviting import Added, Guest
from volunteer_match.events.models import ContactList, Event
from volunteer_match.events.states import CHANGEABLE, InvitationSource, InvitationState, SeatOfferState
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.unmet_needs import find_lacking
from volunteer_match.web.shared import event_words
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .events import event_tabs, find
from .forms.events import AddressesForm, AudienceForm, ButtonForm

Page = str | Response | tuple[str, int]


@blueprint.get("/arrangementer/<int:event_id>/gaester")
@requires(Permission.MANAGE_EVENTS)
def event_guests(event_id: int) -> Page:
    """Choose, and see how many it is before anybody is put on the list. What was ticked stands in the address."""
    found = find(event_id)
    form = AudienceForm(request.args, meta={"csrf": False})
    chosen = bool(request.args) and "liste" not in request.args and form.validate()
    audience = find_audience(found, form.wanted(), now=utc_now()) if chosen else None
    contact_list = _list_to_invite(request.args.get("liste", 0, type=int)) if "liste" in request.args else None
    return _guests_page(found, form, AddressesForm(formdata=None), audience, contact_list)


@blueprint.post("/arrangementer/<int:event_id>/gaester/liste/<int:list_id>")
@requires(Permission.MANAGE_EVENTS)
def event_listed_add(event_id: int, list_id: int) -> Response:
    """Everybody of a brought list who may be asked, counted once more."""
    found, contact_list = find(event_id), _list_to_invite(list_id)
    if not ButtonForm().validate():
        abort(400)
    return _add(found, find_listed(found, contact_list, now=utc_now()).guests)


def _list_to_invite(list_id: int) -> ContactList:
    found = contact_lists.find_list(list_id)
    return found if found is not None and found.taken_in_at is not None else abort(404)


@blueprint.post("/arrangementer/<int:event_id>/gaester")
@requires(Permission.MANAGE_EVENTS)
def event_guests_add(event_id: int) -> Page:
    """Everybody who was counted goes on the list, counted once more."""
    found, form = find(event_id), AudienceForm()
    if not form.validate():
        return _guests_page(found, form, AddressesForm(formdata=None), None), 422
    audience = find_audience(found, form.wanted(), now=utc_now())
    return _add(found, audience.guests)


@blueprint.post("/arrangementer/<int:event_id>/gaester/adresser")
@requires(Permission.MANAGE_EVENTS)
def event_addresses_add(event_id: int) -> Page:
    """Addresses that are in no register."""
    found, form = find(event_id), AddressesForm()
    if not form.validate():
        return _guests_page(found, AudienceForm(None, meta={"csrf": False}), form, None), 422
    return _add(found, [Guest(email=email, name=name, source=InvitationSource.SINGLE) for email, name in form.found])


@blueprint.get("/arrangementer/<int:event_id>/svar")
@requires(Permission.MANAGE_EVENTS)
def event_answers(event_id: int) -> str:
    """Every guest with what they answered; by answer if wanted."""
    found, wanted = find(event_id), request.args.get("svar", "")
    state = InvitationState(wanted) if wanted in set(InvitationState) else None
    page = request.args.get("page", 1, type=int)
    guests = queries.page_of_guests(found, state=state, page=page, by=current_user().actor, now=utc_now())
    return render_template(
        "admin/events/answers.html",
        event=found,
        guests=guests,
        state=state,
        figures=queries.figures(found),
        offered={guest.id for guest in guests.guests for o in guest.seat_offers if o.state is SeatOfferState.OFFERED},
        words=event_words,
        tabs_of=event_tabs(found, "event_answers"),
    )


@blueprint.post("/arrangementer/<int:event_id>/svar/<int:invitation_id>/fjern")
@requires(Permission.MANAGE_EVENTS)
def event_guest_remove(event_id: int, invitation_id: int) -> Response:
    """Off the list, as long as no mail was written."""
    guest = queries.find_guest(find(event_id), invitation_id) or abort(404)
    if not ButtonForm().validate():
        abort(400)
    try:
        with attempt():
            inviting.remove_guest(guest, by=current_user(), now=utc_now())
    except MoveRefused:
        flash(_("Indbydelsen er sendt, så gæsten kan ikke tages af listen."), "info")
    else:
        flash(_("Gæsten er taget af listen."), "success")
    return redirect(url_for("admin.event_answers", event_id=event_id))


def _guests_page(
    found: Event,
    form: AudienceForm,
    addresses: AddressesForm,
    audience: Audience | None,
    contact_list: ContactList | None = None,
) -> str:
    return render_template(
        "admin/events/guests.html",
        event=found,
        form=form,
        addresses=addresses,
        audience=audience,
        lacking=find_lacking(now=utc_now()),
        contact_list=contact_list,
        listed=None if contact_list is None else find_listed(found, contact_list, now=utc_now()),
        lists=[pair for pair in contact_lists.all_lists() if pair[0].taken_in_at is not None],
        figures=queries.figures(found),
        add=ButtonForm(formdata=None),
        can_add=found.state in CHANGEABLE,
        words=event_words,
        tabs_of=event_tabs(found, "event_guests"),
    )


def _add(found: Event, guests: Sequence[Guest]) -> Response:
    try:
        with attempt():
            added = inviting.add_guests(found, guests, by=current_user(), now=utc_now())
    except MoveRefused:
        flash(_("Arrangementet er slut eller aflyst."), "info")
        return redirect(url_for("admin.event", event_id=found.id))
    flash(_told(added), "success" if added.added else "info")
    return redirect(url_for("admin.event_guests", event_id=found.id))


def _told(added: Added) -> str:
    sentences = [ngettext("%(num)s er sat på listen.", "%(num)s er sat på listen.", added.added)]
    if added.twice:
        sentences.append(ngettext("%(num)s stod der allerede.", "%(num)s stod der allerede.", added.twice))
    if added.unwanted:
        words = ngettext("%(num)s vil ikke have indbydelser.", "%(num)s vil ikke have indbydelser.", added.unwanted)
        sentences.append(words)
    return " ".join(sentences)
