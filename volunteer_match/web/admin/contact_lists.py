"""Brought lists: which there are, a file taken in step by step, and throwing one away."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_match.events import contact_lists, sheets
from volunteer_match.events.contact_lists import AlreadyTakenIn, Column
from volunteer_match.events.models import ContactList
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared import event_words
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .forms.contact_lists import ColumnsForm, UploadForm
from .forms.events import ButtonForm

Page = str | Response | tuple[str, int]
FAULTS_SHOWN, CONTACTS_SHOWN = 50, 5


@blueprint.route("/adresselister", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
def contact_list_index() -> Page:
    """Which lists there are, and a place to bring one more."""
    form = UploadForm()
    if request.method == "POST" and form.validate():
        answer = _upload(form)
        if answer is not None:
            return answer
    page = render_template(
        "admin/contact_lists/list.html", form=form, lists=contact_lists.all_lists(), button=ButtonForm(formdata=None)
    )
    return (page, 422) if form.errors else page


def _upload(form: UploadForm) -> Response | None:
    data = form.file.data.read()
    try:
        sheet = sheets.read_sheet(data)
    except sheets.CannotRead as refused:
        form.file.errors = [event_words.UNREADABLE[refused.why]]
        return None
    with attempt():
        found = contact_lists.upload(
            sheet, data=data, file_name=form.file.data.filename or "", by=current_user(), now=utc_now()
        )
    if found.taken_in_at is not None:
        flash(_("Den fil har I allerede taget ind, som %(name)s.", name=found.name), "info")
        return redirect(url_for("admin.contact_list_index"))
    return redirect(url_for("admin.contact_list_columns", list_id=found.id))


@blueprint.route("/adresselister/<int:list_id>/kolonner", methods=["GET", "POST"])
@requires(Permission.MANAGE_EVENTS)
def contact_list_columns(list_id: int) -> Page:
    """What stands where, what is wrong with which row, and taking it in."""
    draft, form = _find(list_id), ColumnsForm()
    if draft.taken_in_at is not None:
        return redirect(url_for("admin.contact_list_index"))
    sheet = contact_lists.sheet_of(draft)
    form.offer(sheet)
    # The other button only looks again, with the columns chosen anew.
    if request.method == "POST" and "tag_ind" in request.form and form.validate():
        return _take_in(draft, form)
    if request.method == "GET":
        form.show(contact_lists.guess_columns(sheet), draft.name)
    columns, user, now = form.columns(), current_user(), utc_now()
    page = render_template(
        "admin/contact_lists/columns.html",
        form=form,
        draft=draft,
        rows=len(sheet.rows),
        checked=contact_lists.look_through(draft, columns, by=user, now=now) if Column.EMAIL in columns else None,
        contacts_shown=CONTACTS_SHOWN,
        faults_shown=FAULTS_SHOWN,
        words=event_words,
        button=ButtonForm(formdata=None),
    )
    return (page, 422) if form.errors else page


def _take_in(draft: ContactList, form: ColumnsForm) -> Response:
    try:
        with attempt():
            checked = contact_lists.take_in(
                draft, columns=form.columns(), origin=form.origin(), by=current_user(), now=utc_now()
            )
    except AlreadyTakenIn:
        flash(_("Listen er taget ind."), "info")
    else:
        number = len(checked.contacts)
        flash(ngettext("%(num)s adresse er taget ind.", "%(num)s adresser er taget ind.", number), "success")
    return redirect(url_for("admin.contact_list_index"))


@blueprint.post("/adresselister/<int:list_id>/slet")
@requires(Permission.MANAGE_EVENTS)
def contact_list_remove(list_id: int) -> Response:
    """The addresses are gone; guests of events stay."""
    found = _find(list_id)
    if not ButtonForm().validate():
        abort(400)
    with attempt():
        contact_lists.throw_away(found, by=current_user(), now=utc_now())
    flash(_("Listen er slettet. De, der er inviteret, er det stadig."), "success")
    return redirect(url_for("admin.contact_list_index"))


def _find(list_id: int) -> ContactList:
    return contact_lists.find_list(list_id) or abort(404)
