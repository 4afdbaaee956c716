"""Times with the staff at a school: chosen, booked, changed and cancelled by whoever has the link."""

from datetime import timedelta

from flask import Response, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from volunteer_match.calendars.entries import Entry, published
from volunteer_match.consultations import booking as rules
from volunteer_match.consultations.models import ConsultationBooking, ConsultationSeries
from volunteer_match.consultations.queries import OpenDay, all_series, booking_at, open_days, series_at
from volunteer_match.consultations.states import BookingState
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.signed_links import LinkUnusable
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.people.throttle import note_attempt, too_many
from volunteer_match.web.shared.access import Audience, open_to
from volunteer_match.web.shared.consultation_words import TOPICS
from volunteer_match.web.shared.language import current_language

from .blueprint import blueprint
from .forms.consultations import BookingForm, CancelTimeForm, ChangeTimeForm

Page = str | AnyResponse | tuple[str, int]
RECEIPT_COOKIE = "consultation"
HOUR = timedelta(hours=1)
# A school shares a network address, so not too few.
BOOKED_FROM_ONE_NETWORK = 40


@blueprint.get("/konsultation")
@open_to(Audience.PUBLIC)
def consultations() -> str:
    """The schools at which there are days to come."""
    schools = [line for line in all_series(now=utc_now()) if line.next_day is not None]
    return render_template("public/consultations/schools.html", schools=schools)


@blueprint.get("/konsultation/<slug>")
@open_to(Audience.PUBLIC)
def consultation(slug: str) -> str:
    """The days to come, and how many times are free on each."""
    series = _find(slug)
    return render_template("public/consultations/days.html", series=series, days=open_days(series, now=utc_now()))


@blueprint.route("/konsultation/<slug>/<int:day_id>", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def consultation_day(slug: str, day_id: int) -> Page:
    """The free times of a day, and who comes."""
    series, form = _find(slug), BookingForm()
    chosen = next((each for each in open_days(series, now=utc_now()) if each.day.id == day_id), None)
    if chosen is None:
        flash(_("Den dag kan ikke længere bestilles. Vælg en anden."), "info")
        return redirect(url_for("public.consultation", slug=slug))
    form.offer(chosen.free)
    if request.method == "POST" and form.validate():
        answer = _book(chosen, form)
        if answer is not None:
            return answer
    page = render_template("public/consultations/book.html", series=series, day=chosen.day, form=form, free=chosen.free)
    return (page, 422) if form.errors else page


def _book(chosen: OpenDay, form: BookingForm) -> Page | None:
    """None when the time was taken meanwhile: the form says so and offers the others."""
    receipt = redirect(url_for("public.consultation_receipt"))
    if form.homepage.data:
        return receipt
    now, network = utc_now(), request.remote_addr or ""
    if too_many("consultation", network, now=now, limit=BOOKED_FROM_ONE_NETWORK, window=HOUR):
        return render_template("public/consultations/too_many.html", series=chosen.day.series, busy=True), 429
    note_attempt("consultation", network, now=now)
    role, topic = form.chosen()
    booker = rules.Booker(
        name=form.name.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        role=role,
        topic=topic,
        question=form.question.data or "",
        language=current_language(),
    )
    try:
        with attempt():
            booking = rules.book(day=chosen.day, slot_number=int(form.slot.data), booker=booker, now=now)
    except rules.TooManyBookings:
        return render_template("public/consultations/too_many.html", series=chosen.day.series, busy=False), 429
    except (rules.SlotTaken, rules.DayClosed):
        _offer_the_others(chosen, form)
        return None
    session[RECEIPT_COOKIE] = booking.id
    return receipt


def _offer_the_others(chosen: OpenDay, form: BookingForm) -> None:
    days = open_days(chosen.day.series, now=utc_now())
    chosen.free[:] = next((each.free for each in days if each.day.id == chosen.day.id), [])
    form.offer(chosen.free)
    form.slot.data = None
    form.slot.errors = [_("Tiden er lige blevet taget af en anden. Vælg en af de andre")]


@blueprint.get("/konsultation-bestilt")
@open_to(Audience.PUBLIC)
def consultation_receipt() -> Page:
    """What was booked, in the browser that booked it; the way to change it is in the mail."""
    booking = booking_at(session.get(RECEIPT_COOKIE, 0))
    if booking is None or booking.state is not BookingState.BOOKED:
        return redirect(url_for("public.front_page"))
    return render_template("public/consultations/receipt.html", booking=booking, topics=TOPICS)


@blueprint.get("/konsultation/booking/<token>")
@open_to(Audience.PUBLIC)
def consultation_booking(token: str) -> Page:
    """One's own booking, by the link in the mail."""
    try:
        booking = rules.booking_of(token, now=utc_now())
    except LinkUnusable:
        return _unusable()
    return _own_page(booking, token, ChangeTimeForm(formdata=None))


@blueprint.post("/konsultation/booking/<token>/skift")
@open_to(Audience.PUBLIC)
def consultation_change(token: str) -> Page:
    """Another time, if it is still free."""
    try:
        booking = rules.booking_of(token, now=utc_now())
    except LinkUnusable:
        return _unusable()
    form, days = ChangeTimeForm(), open_days(booking.day.series, now=utc_now())
    form.offer(days)
    if form.validate():
        day, number = form.chosen(days)
        try:
            with attempt():
                rules.change_booking(booking, day=day, slot_number=number, now=utc_now())
            flash(_("Din tid er skiftet. Vi har sendt en mail om det."), "success")
        except (rules.SlotTaken, rules.DayClosed):
            flash(_("Tiden kan ikke længere vælges. Du har stadig den, du havde."), "warning")
        return redirect(url_for("public.consultation_booking", token=token))
    return _own_page(booking, token, form), 422


@blueprint.post("/konsultation/booking/<token>/aflys")
@open_to(Audience.PUBLIC)
def consultation_cancel(token: str) -> Page:
    """The time is free for another."""
    try:
        booking = rules.booking_of(token, now=utc_now())
    except LinkUnusable:
        return _unusable()
    if CancelTimeForm().validate():
        try:
            with attempt():
                rules.cancel_booking(booking, now=utc_now())
            flash(_("Din tid er aflyst."), "success")
        except (MoveRefused, rules.DayClosed):
            flash(_("Tiden kunne ikke aflyses. Den er aflyst i forvejen eller begyndt."), "info")
    return redirect(url_for("public.consultation_booking", token=token))


@blueprint.get("/konsultation/booking/<token>/kalender.ics")
@open_to(Audience.PUBLIC)
def consultation_calendar_file(token: str) -> Page:
    """One's own time as a file for the calendar. Calendars are shared, so nothing in it tells what it is
    about or leads to the booking."""
    try:
        booking = rules.booking_of(token, now=utc_now())
    except LinkUnusable:
        return _unusable()
    slot = booking.slot
    if slot is None or booking.state is not BookingState.BOOKED:
        abort(404)
    entry = Entry(
        uid=booking.uid,
        sequence=booking.sequence,
        changed_at=booking.changed_at,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        title=_("Konsultation"),
        description=_("Din kode: %(code)s", code=booking.reference),
        place=booking.day.where,
    )
    answer = Response(published([entry]), content_type="text/calendar; charset=utf-8; method=PUBLISH")
    answer.headers.set("Content-Disposition", "attachment", filename="konsultation.ics")
    return answer


def _own_page(booking: ConsultationBooking, token: str, form: ChangeTimeForm) -> str:
    days = open_days(booking.day.series, now=utc_now())
    form.offer(days)
    return render_template(
        "public/consultations/booking.html",
        booking=booking,
        token=token,
        form=form,
        cancel=CancelTimeForm(formdata=None),
        can_change=booking.state is BookingState.BOOKED and booking.day.starts_at > utc_now(),
        topics=TOPICS,
    )


def _unusable() -> tuple[str, int]:
    return render_template("public/consultations/unusable.html"), 410


def _find(slug: str) -> ConsultationSeries:
    return series_at(slug) or abort(404)
