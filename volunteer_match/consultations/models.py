"""Series of consultation days, who is on them, who has booked a time, and the staff's calendar addresses."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_match.foundation.clock import danish_date
from volunteer_match.foundation.database import Model, Moment, ShortText, choice, one_of
from volunteer_match.foundation.encryption import EncryptedText
from volunteer_match.people.models import User

from .rhythm import MOST_WEEKS, Slot, slots_between
from .states import BookerRole, BookingState, DayState, Outcome, PostRole, Topic


class ConsultationSeries(Model):
    """The same school, weekday and time, again and again. The rhythm never changes; another rhythm is another series.

    `starts` and `ends` are what the clock at the school shows. `sequence` rises whenever a calendar would show
    something else; `uid` stays.
    """

    __tablename__ = "consultation_series"
    __table_args__ = (
        CheckConstraint(f"every_weeks >= 1 AND every_weeks <= {MOST_WEEKS}", name="every_weeks"),
        CheckConstraint("last_on >= first_on", name="ends_after_it_starts"),
        CheckConstraint("ends > starts", name="times_forward"),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    uid: Mapped[str] = mapped_column(ShortText, unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    school: Mapped[str] = mapped_column(ShortText)
    address: Mapped[str] = mapped_column(ShortText)
    postcode: Mapped[str] = mapped_column(String(4))
    # The room and how to find it, for those who have booked.
    way_in: Mapped[str] = mapped_column(Text)
    every_weeks: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    skips_school_holidays: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime] = mapped_column(Moment)

    days: Mapped[list["ConsultationDay"]] = relationship(back_populates="series", order_by="ConsultationDay.planned_on")
    posts: Mapped[list["ConsultationPost"]] = relationship(back_populates="series", order_by="ConsultationPost.id")


class ConsultationPost(Model):
    """Who usually holds a role in a series."""

    __tablename__ = "consultation_post"
    __table_args__ = (one_of("role", PostRole), UniqueConstraint("series_id", "role"))

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("consultation_series.id"))
    role: Mapped[PostRole] = mapped_column(choice(PostRole))
    person_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)

    series: Mapped[ConsultationSeries] = relationship(back_populates="posts")
    person: Mapped[User] = relationship()


class ConsultationDay(Model):
    """One date of the rhythm. `planned_on` is the date the rhythm gave it and stays; a moved day has other times."""

    __tablename__ = "consultation_day"
    __table_args__ = (
        one_of("state", DayState),
        UniqueConstraint("series_id", "planned_on"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("(state = 'skipped') = (skipped_for IS NOT NULL)", name="skipped_for_when_skipped"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at_when_cancelled"),
        Index("ix_consultation_day_starts", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("consultation_series.id"))
    planned_on: Mapped[date]
    state: Mapped[DayState] = mapped_column(choice(DayState), default=DayState.PLANNED)
    # The name of the holiday; empty when the series ends before this day.
    skipped_for: Mapped[str | None] = mapped_column(ShortText)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    # Somewhere else than the series says, and the reason of a move or cancellation as those who booked read it.
    place: Mapped[str | None] = mapped_column(ShortText)
    note: Mapped[str | None] = mapped_column(Text)
    moved_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)

    series: Mapped[ConsultationSeries] = relationship(back_populates="days")
    duties: Mapped[list["ConsultationDuty"]] = relationship(back_populates="day", order_by="ConsultationDuty.id")
    bookings: Mapped[list["ConsultationBooking"]] = relationship(
        back_populates="day", order_by="ConsultationBooking.slot_number, ConsultationBooking.id"
    )

    @property
    def held_on(self) -> date:
        """The date in Denmark on which it is held."""
        return danish_date(self.starts_at)

    @property
    def where(self) -> str:
        """The place in one line."""
        return self.place or f"{self.series.school}, {self.series.address}"

    @property
    def slots(self) -> list[Slot]:
        """Every time of the day, taken or not."""
        return slots_between(self.starts_at, self.ends_at)


class ConsultationDuty(Model):
    """Who holds a role on one day: the person of the post, or who stands in when they are away."""

    __tablename__ = "consultation_duty"
    __table_args__ = (
        one_of("role", PostRole),
        UniqueConstraint("day_id", "role"),
        CheckConstraint("stand_in_id IS NULL OR absent_at IS NOT NULL", name="stand_in_when_absent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("consultation_day.id"))
    role: Mapped[PostRole] = mapped_column(choice(PostRole))
    person_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    absent_at: Mapped[datetime | None] = mapped_column(Moment)
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)

    day: Mapped[ConsultationDay] = relationship(back_populates="duties")
    person: Mapped[User] = relationship(foreign_keys=[person_id])
    stand_in: Mapped[User | None] = relationship(foreign_keys=[stand_in_id])

    @property
    def comes(self) -> User | None:
        """Who sits there on the day; None when somebody is missing."""
        return self.person if self.absent_at is None else self.stand_in


class ConsultationBooking(Model):
    """One slot that somebody has taken. Of a child nothing is kept: `reference` is drawn by lot and means nothing.

    The contact details are emptied some time after the day (`forgotten_at`).
    """

    __tablename__ = "consultation_booking"
    __table_args__ = (
        one_of("state", BookingState),
        one_of("booker_role", BookerRole),
        one_of("topic", Topic),
        one_of("outcome", Outcome, nullable=True),
        CheckConstraint("slot_number >= 0", name="slot_number"),
        CheckConstraint("(state = 'came') = (outcome IS NOT NULL)", name="outcome_when_came"),
        CheckConstraint("outcome IS NOT NULL OR follow_up_by_id IS NULL", name="follow_up_after_outcome"),
        CheckConstraint("followed_up_at IS NULL OR follow_up_by_id IS NOT NULL", name="followed_up_by_somebody"),
        Index(
            "uq_consultation_booking_slot",
            "day_id",
            "slot_number",
            unique=True,
            sqlite_where=text("state NOT IN ('cancelled', 'called_off')"),
            postgresql_where=text("state NOT IN ('cancelled', 'called_off')"),
        ),
        Index("ix_consultation_booking_due", "state", "reminded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("consultation_day.id"))
    slot_number: Mapped[int]
    uid: Mapped[str] = mapped_column(ShortText, unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[BookingState] = mapped_column(choice(BookingState), default=BookingState.BOOKED)
    name: Mapped[str] = mapped_column(EncryptedText("consultation_booking.name"))
    email: Mapped[str] = mapped_column(EncryptedText("consultation_booking.email"))
    email_fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    phone: Mapped[str] = mapped_column(EncryptedText("consultation_booking.phone"))
    question: Mapped[str] = mapped_column(EncryptedText("consultation_booking.question"))
    language: Mapped[str] = mapped_column(String(5))
    booker_role: Mapped[BookerRole] = mapped_column(choice(BookerRole))
    topic: Mapped[Topic] = mapped_column(choice(Topic))
    booked_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    follow_up_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    followed_up_at: Mapped[datetime | None] = mapped_column(Moment)
    forgotten_at: Mapped[datetime | None] = mapped_column(Moment)

    day: Mapped[ConsultationDay] = relationship(back_populates="bookings")
    follow_up_by: Mapped[User | None] = relationship(foreign_keys=[follow_up_by_id])

    @property
    def slot(self) -> Slot | None:
        """When it is; None when the day has been made too short for it."""
        return next((slot for slot in self.day.slots if slot.number == self.slot_number), None)


class SchoolHoliday(Model):
    """Days without school, as an admin keeps them."""

    __tablename__ = "school_holiday"
    __table_args__ = (
        UniqueConstraint("first_on", "last_on"),
        CheckConstraint("last_on >= first_on", name="ends_after_it_starts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(ShortText)
    first_on: Mapped[date]
    last_on: Mapped[date]


class CalendarFeed(Model):
    """One person's secret calendar address. Only the hash of its token is kept; a new address ends the old one."""

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
