"""The staff's side of a consultation day: when one sits there, who comes, what came of it, who follows up."""

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.consultations import outcomes, queries
from volunteer_match.consultations.days import has_begun, is_today
from volunteer_match.consultations.feeds import feed_of
from volunteer_match.consultations.models import ConsultationBooking, ConsultationDay
from volunteer_match.consultations.states import Outcome
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.foundation.state_machine import MoveRefused
from volunteer_match.people.models import User
from volunteer_match.people.permissions import Permission
from volunteer_match.web.shared import consultation_words
from volunteer_match.web.shared.access import current_user, requires

from .blueprint import blueprint
from .forms.consultations import OutcomeForm, PressForm

Page = str | Response | tuple[str, int]
SHOWN_BACK = timedelta(days=30)


@blueprint.get("/konsultationer")
@requires(Permission.WORK_CONSULTATIONS)
def consultations() -> str:
    """One's own days, what one took on, and the way to have them in one's calendar."""
    user, now = current_user(), utc_now()
    duties = queries.duties_of(user, since=now - SHOWN_BACK)
    return render_template(
        "staff/consultations/list.html",
        ahead=[duty for duty in duties if duty.day.ends_at > now],
        held=[duty for duty in reversed(duties) if duty.day.ends_at <= now],
        booked=queries.booked_counts(duty.day for duty in duties),
        follow_ups=queries.follow_ups_of(user),
        feed=feed_of(user),
        words=consultation_words,
    )


@blueprint.get("/konsultationer/<int:day_id>")
@requires(Permission.WORK_CONSULTATIONS)
def consultation_day(day_id: int) -> str:
    """Who comes when. Only for those who sit there."""
    user, now = current_user(), utc_now()
    day = queries.own_day(user, day_id) or abort(404)
    return render_template(
        "staff/consultations/day.html",
        day=day,
        lines=queries.slot_lines(day, by=user, now=now),
        can_record=_can_record(day),
        is_over=day.ends_at <= now,
        opens_cases=user.may(Permission.WORK_ON_OWN_CASES),
        words=consultation_words,
    )


@blueprint.route("/konsultationer/booking/<int:booking_id>", methods=["GET", "POST"])
@requires(Permission.WORK_CONSULTATIONS)
def consultation_outcome(booking_id: int) -> Page:
    """What came of one talk; can be corrected."""
    user, form = current_user(), OutcomeForm()
    booking = queries.own_booking(user, booking_id) or abort(404)
    day = redirect(url_for("staff.consultation_day", day_id=booking.day_id))
    if not _can_record(booking.day):
        flash(_("Det kan du skrive på dagen."), "info")
        return day
    people = [duty.comes for duty in booking.day.duties if duty.comes is not None]
    form.offer(people)
    if request.method == "POST" and form.validate():
        _record(booking, form, {str(person.id): person for person in people}, user)
        return day
    if request.method == "GET":
        form.show(booking)
    page = render_template("staff/consultations/outcome.html", booking=booking, form=form, words=consultation_words)
    return (page, 422) if form.errors else page


def _record(booking: ConsultationBooking, form: OutcomeForm, people: dict[str, User], user: User) -> None:
    outcome, now = form.chosen(), utc_now()
    try:
        with attempt():
            if outcome is None:
                outcomes.record_missed(booking, by=user, now=now)
            else:
                follow_up_by = people.get(form.follow_up_by.data or "")
                outcomes.record_outcome(booking, outcome=outcome, follow_up_by=follow_up_by, by=user, now=now)
    except (MoveRefused, outcomes.NotOnDuty):
        flash(_("Tiden er aflyst eller givet til andre, så der er intet at skrive."), "info")
        return
    flash(_("Det er gemt."), "success")
    if outcome is Outcome.CONCERN:
        flash(_("Er du bekymret for barnet, så tal med din leder i dag. En underretning kan ikke vente."), "warning")


@blueprint.post("/konsultationer/booking/<int:booking_id>/fulgt-op")
@requires(Permission.WORK_CONSULTATIONS)
def consultation_followed_up(booking_id: int) -> Response:
    """Ticked off by the one who took it on."""
    user = current_user()
    booking = next((each for each in queries.follow_ups_of(user) if each.id == booking_id), None)
    if booking is None or not PressForm().validate():
        abort(404)
    outcomes.finish_follow_up(booking, by=user, now=utc_now())
    flash(_("Godt. Den er ude af din liste."), "success")
    return redirect(url_for("staff.consultations"))


def _can_record(day: ConsultationDay) -> bool:
    now = utc_now()
    return is_today(day, now=now) or has_begun(day, now=now)
