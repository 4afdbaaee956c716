from datetime import UTC, datetime, timedelta

from tests.factories.consultations import booked
from tests.factories.mails import mails
from tests.factories.people import NOW
from volunteer_match.consultations.booking import cancel_booking
from volunteer_match.consultations.days import cancel_day
from volunteer_match.consultations.deadlines import FORGET_AFTER, run_due
from volunteer_match.consultations.models import ConsultationSeries
from volunteer_match.people.models import User

DAY_BEFORE = datetime(2026, 11, 23, 8, tzinfo=UTC)  # nine in the morning in Denmark


def test_a_reminder_the_day_before_and_only_one(series: ConsultationSeries) -> None:
    booked(series.days[0], 2)
    booked(series.days[1])

    assert run_due(now=DAY_BEFORE - timedelta(minutes=1)) == 0
    assert run_due(now=DAY_BEFORE) == 1
    assert run_due(now=DAY_BEFORE + timedelta(hours=3)) == 0
    [mail] = mails("consultation_reminder")
    assert "kl. 15.40" in mail.text_body
    assert mail.subject == "Husk din tid i morgen"


def test_no_reminder_for_what_is_off_or_was_booked_the_same_day(series: ConsultationSeries, lone: User) -> None:
    cancel_booking(booked(series.days[0], 0), now=NOW)
    booked(series.days[0], 1, now=DAY_BEFORE)
    booked(series.days[1])
    cancel_day(series.days[1], note="", by=lone, now=NOW)

    assert run_due(now=DAY_BEFORE + timedelta(hours=1)) == 0
    assert run_due(now=DAY_BEFORE + timedelta(days=14)) == 0


def test_who_booked_is_forgotten_three_months_later(series: ConsultationSeries) -> None:
    booking = booked(series.days[0])
    assert run_due(now=booking.day.ends_at + FORGET_AFTER - timedelta(minutes=1)) == 0

    assert run_due(now=booking.day.ends_at + FORGET_AFTER) == 1
    assert (booking.name, booking.email, booking.phone, booking.question) == ("", "", "", "")
    assert run_due(now=booking.day.ends_at + FORGET_AFTER) == 0
