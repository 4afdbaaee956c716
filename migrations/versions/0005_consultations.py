"""Consultation days at the schools: series, days, who is on them, bookings, school holidays, calendar addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LINKS_BEFORE = ("confirm_registration", "open_own_page", "answer_request", "answer_invitation")


def upgrade() -> None:
    _allow_links((*LINKS_BEFORE, "change_consultation"))
    op.create_table(
        "school_holiday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_school_holiday_ends_after_it_starts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_holiday")),
        sa.UniqueConstraint("first_on", "last_on", name=op.f("uq_school_holiday_first_on_last_on")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_calendar_feed_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_feed_user_id")),
    )
    op.create_table(
        "consultation_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("school", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("way_in", sa.Text(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("skips_school_holidays", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends > starts", name=op.f("ck_consultation_series_times_forward")),
        sa.CheckConstraint("every_weeks >= 1 AND every_weeks <= 8", name=op.f("ck_consultation_series_every_weeks")),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_consultation_series_ends_after_it_starts")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_consultation_series_sequence_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_consultation_series_created_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_consultation_series_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_consultation_series_uid")),
    )
    op.create_table(
        "consultation_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("skipped_for", sa.String(length=200), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)",
            name=op.f("ck_consultation_day_cancelled_at_when_cancelled"),
        ),
        sa.CheckConstraint(
            "(state = 'skipped') = (skipped_for IS NOT NULL)", name=op.f("ck_consultation_day_skipped_for_when_skipped")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'skipped', 'cancelled')", name=op.f("ck_consultation_day_state_known")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_consultation_day_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["consultation_series.id"], name=op.f("fk_consultation_day_series_id_consultation_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_day")),
        sa.UniqueConstraint("series_id", "planned_on", name=op.f("uq_consultation_day_series_id_planned_on")),
    )
    op.create_index("ix_consultation_day_starts", "consultation_day", ["state", "starts_at"])
    op.create_table(
        "consultation_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('caseworker', 'health_visitor', 'psychologist')", name=op.f("ck_consultation_post_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name=op.f("fk_consultation_post_person_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["consultation_series.id"], name=op.f("fk_consultation_post_series_id_consultation_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_post")),
        sa.UniqueConstraint("series_id", "role", name=op.f("uq_consultation_post_series_id_role")),
    )
    op.create_index("ix_consultation_post_person_id", "consultation_post", ["person_id"])
    op.create_table(
        "consultation_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("slot_number", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("booker_role", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("follow_up_by_id", sa.Integer(), nullable=True),
        sa.Column("followed_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'came') = (outcome IS NOT NULL)", name=op.f("ck_consultation_booking_outcome_when_came")
        ),
        sa.CheckConstraint(
            "booker_role IN ('teacher', 'parent', 'other')", name=op.f("ck_consultation_booking_booker_role_known")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('advice_given', 'network_meeting', 'need_opened', 'concern')",
            name=op.f("ck_consultation_booking_outcome_known"),
        ),
        sa.CheckConstraint(
            "state IN ('booked', 'came', 'stayed_away', 'cancelled', 'called_off')",
            name=op.f("ck_consultation_booking_state_known"),
        ),
        sa.CheckConstraint(
            "topic IN ('wellbeing', 'absence', 'conflicts', 'learning', 'health', 'family_life', 'leisure', 'other')",
            name=op.f("ck_consultation_booking_topic_known"),
        ),
        sa.CheckConstraint(
            "followed_up_at IS NULL OR follow_up_by_id IS NOT NULL",
            name=op.f("ck_consultation_booking_followed_up_by_somebody"),
        ),
        sa.CheckConstraint(
            "outcome IS NOT NULL OR follow_up_by_id IS NULL",
            name=op.f("ck_consultation_booking_follow_up_after_outcome"),
        ),
        sa.CheckConstraint("slot_number >= 0", name=op.f("ck_consultation_booking_slot_number")),
        sa.ForeignKeyConstraint(
            ["day_id"], ["consultation_day.id"], name=op.f("fk_consultation_booking_day_id_consultation_day")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_by_id"], ["user_account.id"], name=op.f("fk_consultation_booking_follow_up_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_consultation_booking_recorded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_booking")),
        sa.UniqueConstraint("reference", name=op.f("uq_consultation_booking_reference")),
        sa.UniqueConstraint("uid", name=op.f("uq_consultation_booking_uid")),
    )
    op.create_index("ix_consultation_booking_due", "consultation_booking", ["state", "reminded_at"])
    op.create_index("ix_consultation_booking_email_fingerprint", "consultation_booking", ["email_fingerprint"])
    op.create_index("ix_consultation_booking_follow_up_by_id", "consultation_booking", ["follow_up_by_id"])
    op.create_index(
        "uq_consultation_booking_slot",
        "consultation_booking",
        ["day_id", "slot_number"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('cancelled', 'called_off')"),
        postgresql_where=sa.text("state NOT IN ('cancelled', 'called_off')"),
    )
    op.create_table(
        "consultation_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("absent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stand_in_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role IN ('caseworker', 'health_visitor', 'psychologist')", name=op.f("ck_consultation_duty_role_known")
        ),
        sa.CheckConstraint(
            "stand_in_id IS NULL OR absent_at IS NOT NULL", name=op.f("ck_consultation_duty_stand_in_when_absent")
        ),
        sa.ForeignKeyConstraint(
            ["day_id"], ["consultation_day.id"], name=op.f("fk_consultation_duty_day_id_consultation_day")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name=op.f("fk_consultation_duty_person_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["user_account.id"], name=op.f("fk_consultation_duty_stand_in_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_duty")),
        sa.UniqueConstraint("day_id", "role", name=op.f("uq_consultation_duty_day_id_role")),
    )
    op.create_index("ix_consultation_duty_person_id", "consultation_duty", ["person_id"])
    op.create_index("ix_consultation_duty_stand_in_id", "consultation_duty", ["stand_in_id"])


def downgrade() -> None:
    op.drop_table("consultation_duty")
    op.drop_table("consultation_booking")
    op.drop_table("consultation_post")
    op.drop_table("consultation_day")
    op.drop_table("consultation_series")
    op.drop_table("calendar_feed")
    op.drop_table("school_holiday")
    op.execute("DELETE FROM mailed_link WHERE purpose = 'change_consultation'")
    _allow_links(LINKS_BEFORE)


def _allow_links(purposes: tuple[str, ...]) -> None:
    name = op.f("ck_mailed_link_purpose_known")
    known = ", ".join(f"'{purpose}'" for purpose in purposes)
    with op.batch_alter_table("mailed_link") as links:
        links.drop_constraint(name, type_="check")
        links.create_check_constraint(name, f"purpose IN ({known})")
