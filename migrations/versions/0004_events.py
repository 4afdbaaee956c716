"""Events, who is invited and what they answered; mails may carry a calendar entry."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LINKS_BEFORE = ("confirm_registration", "open_own_page", "answer_request")


def _allow_links(purposes: tuple[str, ...]) -> None:
    name = op.f("ck_mailed_link_purpose_known")
    known = ", ".join(f"'{purpose}'" for purpose in purposes)
    with op.batch_alter_table("mailed_link") as links:
        links.drop_constraint(name, type_="check")
        links.create_check_constraint(name, f"purpose IN ({known})")


def upgrade() -> None:
    op.create_table(
        "no_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_invitations")),
        sa.UniqueConstraint("email_fingerprint", name=op.f("uq_no_invitations_email_fingerprint")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("access_notes", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=200), nullable=False),
        sa.Column("contact_phone", sa.String(length=200), nullable=False),
        sa.Column("invitation_text", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_event_cancelled_at_when_cancelled")
        ),
        sa.CheckConstraint("state <> 'full' OR seats_taken = capacity", name=op.f("ck_event_full_without_free_seat")),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'full', 'held', 'cancelled')", name=op.f("ck_event_state_known")
        ),
        sa.CheckConstraint("visibility IN ('public', 'by_invitation')", name=op.f("ck_event_visibility_known")),
        sa.CheckConstraint("capacity >= 1 AND capacity <= 5000", name=op.f("ck_event_capacity")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_event_ends_after_it_starts")),
        sa.CheckConstraint("seats_taken >= 0 AND seats_taken <= capacity", name=op.f("ck_event_seats_within_capacity")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_event_sequence_not_negative")),
        sa.ForeignKeyConstraint(["copied_from_id"], ["event.id"], name=op.f("fk_event_copied_from_id_event")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_event_created_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_uid")),
    )
    op.create_index("ix_event_state", "event", ["state", "starts_at"], unique=False)

    op.create_table(
        "event_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.String(length=200), nullable=True),
        sa.CheckConstraint("(kind = 'own') = (wording IS NOT NULL)", name=op.f("ck_event_question_own_in_words")),
        sa.CheckConstraint(
            "kind IN ('food', 'childcare', 'lift', 'sign_language', 'own')", name=op.f("ck_event_question_kind_known")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_question_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_question")),
        sa.UniqueConstraint("event_id", "kind", name=op.f("uq_event_question_event_id_kind")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("told_sequence", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day_before_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounce_code", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (waiting_since IS NOT NULL)", name=op.f("ck_invitation_waiting_since_when_waiting")
        ),
        sa.CheckConstraint(
            "(state IN ('queued', 'sent')) = (answered_at IS NULL)",
            name=op.f("ck_invitation_answered_at_when_answered"),
        ),
        sa.CheckConstraint(
            "(state IN ('yes', 'waiting')) = (people IS NOT NULL)", name=op.f("ck_invitation_people_when_coming")
        ),
        sa.CheckConstraint(
            "source IN ('organisation', 'citizen', 'imported', 'single', 'sign_up')",
            name=op.f("ck_invitation_source_known"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'yes', 'no', 'maybe', 'waiting', 'expired')",
            name=op.f("ck_invitation_state_known"),
        ),
        sa.CheckConstraint("people IS NULL OR people >= 1", name=op.f("ck_invitation_people")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_invitation_event_id_event")),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox_mail.id"], name=op.f("fk_invitation_mail_id_outbox_mail")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("event_id", "email_fingerprint", name=op.f("uq_invitation_event_id_email_fingerprint")),
    )
    op.create_index("ix_invitation_due", "invitation", ["state", "send_after"], unique=False)
    op.create_index(op.f("ix_invitation_email_fingerprint"), "invitation", ["email_fingerprint"], unique=False)
    op.create_index("ix_invitation_line", "invitation", ["event_id", "state", "waiting_since"], unique=False)
    op.create_index(op.f("ix_invitation_mail_id"), "invitation", ["mail_id"], unique=False)
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"], unique=False)

    op.create_table(
        "question_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_question_reply_invitation_id_invitation")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["event_question.id"], name=op.f("fk_question_reply_question_id_event_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_reply")),
        sa.UniqueConstraint("invitation_id", "question_id", name=op.f("uq_question_reply_invitation_id_question_id")),
    )
    op.create_index(op.f("ix_question_reply_question_id"), "question_reply", ["question_id"], unique=False)

    op.create_table(
        "seat_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'offered') = (closed_at IS NULL)", name=op.f("ck_seat_offer_closed_at_unless_offered")
        ),
        sa.CheckConstraint(
            "state IN ('offered', 'taken', 'declined', 'expired')", name=op.f("ck_seat_offer_state_known")
        ),
        sa.CheckConstraint("expires_at > offered_at", name=op.f("ck_seat_offer_lives_forward")),
        sa.CheckConstraint("people >= 1", name=op.f("ck_seat_offer_people")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_seat_offer_invitation_id_invitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_offer")),
    )
    op.create_index("ix_seat_offer_due", "seat_offer", ["state", "expires_at"], unique=False)
    op.create_index(op.f("ix_seat_offer_invitation_id"), "seat_offer", ["invitation_id"], unique=False)
    op.create_index(
        "uq_seat_offer_open",
        "seat_offer",
        ["invitation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )

    with op.batch_alter_table("outbox_mail") as mails:
        mails.add_column(sa.Column("calendar", sa.Text(), nullable=True))
        mails.add_column(sa.Column("calendar_method", sa.String(length=10), nullable=True))
        mails.create_check_constraint(
            op.f("ck_outbox_mail_calendar_with_method"), "(calendar IS NULL) = (calendar_method IS NULL)"
        )
    _allow_links((*LINKS_BEFORE, "answer_invitation"))


def downgrade() -> None:
    op.execute("DELETE FROM mailed_link WHERE purpose = 'answer_invitation'")
    _allow_links(LINKS_BEFORE)
    with op.batch_alter_table("outbox_mail") as mails:
        mails.drop_constraint(op.f("ck_outbox_mail_calendar_with_method"), type_="check")
        mails.drop_column("calendar_method")
        mails.drop_column("calendar")

    op.drop_index("uq_seat_offer_open", table_name="seat_offer")
    op.drop_index(op.f("ix_seat_offer_invitation_id"), table_name="seat_offer")
    op.drop_index("ix_seat_offer_due", table_name="seat_offer")

    op.drop_table("seat_offer")
    op.drop_index(op.f("ix_question_reply_question_id"), table_name="question_reply")

    op.drop_table("question_reply")
    op.drop_index(op.f("ix_invitation_organisation_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_mail_id"), table_name="invitation")
    op.drop_index("ix_invitation_line", table_name="invitation")
    op.drop_index(op.f("ix_invitation_email_fingerprint"), table_name="invitation")
    op.drop_index("ix_invitation_due", table_name="invitation")

    op.drop_table("invitation")
    op.drop_table("event_question")
    op.drop_index("ix_event_state", table_name="event")

    op.drop_table("event")
    op.drop_table("no_invitations")
