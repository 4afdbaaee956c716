"""Everything the first match needs: people, the trail, mail, organisations, cases, proposals, places."""

import sqlalchemy as sa
from alembic import op

from volunteer_match.audit.models import POSTGRESQL_TRIGGERS, SQLITE_TRIGGERS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_subject", "attempt", ["purpose", "subject", "at"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous_mac", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('staff', 'contact_person', 'visitor', 'system')",
            name=op.f("ck_audit_entry_actor_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("mac", name=op.f("uq_audit_entry_mac")),
    )
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor_kind", "actor_id", "at"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("last_mac", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "mailed_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('confirm_registration', 'open_own_page', 'answer_request')",
            name=op.f("ck_mailed_link_purpose_known"),
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_mailed_link_lives_forward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    op.create_index("ix_mailed_link_subject", "mailed_link", ["purpose", "subject_id"], unique=False)
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text_body", sa.Text(), nullable=False),
        sa.Column("html_body", sa.Text(), nullable=False),
        sa.Column("about_kind", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(state = 'failed') = (failed_at IS NOT NULL)", name=op.f("ck_outbox_mail_failed_at_when_failed")
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outbox_mail_sent_at_when_sent")),
        sa.CheckConstraint(
            "state <> 'cancelled' OR cancelled_at IS NOT NULL", name=op.f("ck_outbox_mail_cancelled_at_when_cancelled")
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'failed', 'cancelled')", name=op.f("ck_outbox_mail_state_known")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_mail_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_mail_message_id")),
    )
    op.create_index("ix_outbox_mail_about", "outbox_mail", ["about_kind", "about_id"], unique=False)
    op.create_index("ix_outbox_mail_due", "outbox_mail", ["state", "send_after"], unique=False)
    op.create_table(
        "postcode",
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("municipality", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("postcode", name=op.f("pk_postcode")),
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("consent_text_version", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)",
            name=op.f("ck_registration_confirmed_at_when_confirmed"),
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name=op.f("ck_registration_submitted_at_unless_draft")
        ),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'confirmed')", name=op.f("ck_registration_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_registration_key_hash")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "name IN ('caseworker', 'team_leader', 'professional', 'intake', 'admin')", name=op.f("ck_role_name_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_account_email_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_account_fs_uniquifier")),
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('staff', 'contact_person')", name=op.f("ck_web_session_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_session_token_hash")),
    )
    op.create_index("ix_web_session_principal", "web_session", ["kind", "principal_id"], unique=False)
    op.create_table(
        "child_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=40), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("caseworker_id", sa.Integer(), nullable=False),
        sa.Column("ladder_step", sa.Integer(), nullable=False),
        sa.Column("custody_holders", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_child_case_closed_at_when_closed")
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_child_case_state_known")),
        sa.CheckConstraint("birth_year BETWEEN 1990 AND 2100", name=op.f("ck_child_case_birth_year")),
        sa.CheckConstraint("custody_holders BETWEEN 1 AND 2", name=op.f("ck_child_case_custody_holders")),
        sa.CheckConstraint("ladder_step BETWEEN 1 AND 6", name=op.f("ck_child_case_ladder_step")),
        sa.ForeignKeyConstraint(
            ["caseworker_id"], ["user_account.id"], name=op.f("fk_child_case_caseworker_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_case")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_child_case_pseudonym")),
    )
    op.create_index("ix_child_case_caseworker", "child_case", ["caseworker_id", "state"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("cvr", sa.String(length=8), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("possible_duplicate_of_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'new') = (decided_at IS NULL)", name=op.f("ck_organisation_decided_at_unless_new")
        ),
        sa.CheckConstraint(
            "kind IN ('sports_club', 'church', 'business', 'association', 'citizen', 'professional')",
            name=op.f("ck_organisation_kind_known"),
        ),
        sa.CheckConstraint(
            "state <> 'blocked' OR state_reason IS NOT NULL", name=op.f("ck_organisation_blocked_with_reason")
        ),
        sa.CheckConstraint("state IN ('new', 'approved', 'blocked')", name=op.f("ck_organisation_state_known")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_organisation_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["possible_duplicate_of_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_possible_duplicate_of_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_cvr"), "organisation", ["cvr"], unique=False)
    op.create_index("ix_organisation_state", "organisation", ["state"], unique=False)
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_user_role_role_id_role")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_role")),
    )
    op.create_table(
        "contact_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contact_person_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_person")),
    )
    op.create_index(op.f("ix_contact_person_email_fingerprint"), "contact_person", ["email_fingerprint"], unique=False)
    op.create_index(op.f("ix_contact_person_organisation_id"), "contact_person", ["organisation_id"], unique=False)
    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("external_wording", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("contact_form", sa.String(length=40), nullable=False),
        sa.Column("slots", sa.Text(), nullable=False),
        sa.Column("max_km", sa.Integer(), nullable=True),
        sa.Column("transport_agreed", sa.Boolean(), nullable=False),
        sa.Column("child_view", sa.Text(), nullable=True),
        sa.Column("child_view_on", sa.Date(), nullable=True),
        sa.Column("child_view_source", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wording_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "child_view_source IS NULL OR child_view_source IN ('conversation', 'play_or_drawing', 'through_trusted_adult')",
            name=op.f("ck_need_child_view_source_known"),
        ),
        sa.CheckConstraint(
            "contact_form IN ('one_to_one', 'group', 'either')", name=op.f("ck_need_contact_form_known")
        ),
        sa.CheckConstraint("state IN ('open', 'matched', 'closed')", name=op.f("ck_need_state_known")),
        sa.CheckConstraint(
            "(child_view IS NULL) = (child_view_on IS NULL) AND (child_view IS NULL) = (child_view_source IS NULL)",
            name=op.f("ck_need_child_view_whole"),
        ),
        sa.CheckConstraint("max_km IS NULL OR max_km >= 1", name=op.f("ck_need_max_km")),
        sa.ForeignKeyConstraint(["case_id"], ["child_case.id"], name=op.f("fk_need_case_id_child_case")),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user_account.id"], name=op.f("fk_need_written_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index("ix_need_case", "need", ["case_id", "state"], unique=False)
    op.create_table(
        "pair_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("blocked_by_id", sa.Integer(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocked_by_id"], ["user_account.id"], name=op.f("fk_pair_block_blocked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["child_case.id"], name=op.f("fk_pair_block_case_id_child_case")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_pair_block_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_block")),
        sa.UniqueConstraint("case_id", "organisation_id", name=op.f("uq_pair_block_case_id_organisation_id")),
    )
    op.create_index(op.f("ix_pair_block_organisation_id"), "pair_block", ["organisation_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('volunteer_withdrew_consent', 'offer_withdrawn', 'offer_blocked', 'guardian_withdrew_consent', 'request_accepted', 'request_declined', 'request_expired', 'mail_not_delivered')",
            name=op.f("ck_task_kind_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["child_case.id"], name=op.f("fk_task_case_id_child_case")),
        sa.ForeignKeyConstraint(["done_by_id"], ["user_account.id"], name=op.f("fk_task_done_by_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("kind", "proposal_id", "created_at", name="uq_task_once"),
    )
    op.create_index("ix_task_open", "task", ["case_id", "done_at"], unique=False)
    op.create_table(
        "certificate_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("next_review_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.CheckConstraint("next_review_on > confirmed_on", name=op.f("ck_certificate_confirmation_lives_forward")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["user_account.id"],
            name=op.f("fk_certificate_confirmation_confirmed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact_person.id"], name=op.f("fk_certificate_confirmation_contact_id_contact_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_confirmation")),
    )
    op.create_index(
        op.f("ix_certificate_confirmation_contact_id"), "certificate_confirmation", ["contact_id"], unique=False
    )
    op.create_table(
        "guardian_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "party IN ('custody_holder_1', 'custody_holder_2', 'young_person')",
            name=op.f("ck_guardian_consent_party_known"),
        ),
        sa.CheckConstraint(
            "(given_at IS NULL) = (expires_at IS NULL)", name=op.f("ck_guardian_consent_given_with_end")
        ),
        sa.CheckConstraint("given_at IS NULL OR expires_at > given_at", name=op.f("ck_guardian_consent_lives_forward")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR given_at IS NOT NULL", name=op.f("ck_guardian_consent_withdrawn_after_given")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_guardian_consent_need_id_need")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_guardian_consent_recorded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_consent")),
    )
    op.create_index("ix_guardian_consent_need", "guardian_consent", ["need_id", "party"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("age_min", sa.Integer(), nullable=False),
        sa.Column("age_max", sa.Integer(), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("radius_km", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("contact_form", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("availability", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'new') = (decided_at IS NULL)", name=op.f("ck_offer_decided_at_unless_new")),
        sa.CheckConstraint("availability IN ('open', 'paused', 'withdrawn')", name=op.f("ck_offer_availability_known")),
        sa.CheckConstraint(
            "contact_form IN ('one_to_one', 'group', 'either')", name=op.f("ck_offer_contact_form_known")
        ),
        sa.CheckConstraint("state <> 'blocked' OR state_reason IS NOT NULL", name=op.f("ck_offer_blocked_with_reason")),
        sa.CheckConstraint("state IN ('new', 'approved', 'blocked')", name=op.f("ck_offer_state_known")),
        sa.CheckConstraint("age_min >= 0 AND age_min <= age_max AND age_max <= 17", name=op.f("ck_offer_age_span")),
        sa.CheckConstraint("capacity >= 1 AND capacity <= 99", name=op.f("ck_offer_capacity")),
        sa.CheckConstraint(
            "places_taken >= 0 AND places_taken <= capacity", name=op.f("ck_offer_places_within_capacity")
        ),
        sa.CheckConstraint("radius_km >= 1 AND radius_km <= 400", name=op.f("ck_offer_radius")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact_person.id"], name=op.f("fk_offer_contact_id_contact_person")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_offer_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_offer_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_offer_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_offer_registration_id")),
    )
    op.create_index(op.f("ix_offer_contact_id"), "offer", ["contact_id"], unique=False)
    op.create_index(op.f("ix_offer_organisation_id"), "offer", ["organisation_id"], unique=False)
    op.create_index("ix_offer_state", "offer", ["state", "availability"], unique=False)
    op.create_table(
        "suggestion_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("shown_to_id", sa.Integer(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model_version", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_suggestion_list_need_id_need")),
        sa.ForeignKeyConstraint(
            ["shown_to_id"], ["user_account.id"], name=op.f("fk_suggestion_list_shown_to_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_list")),
    )
    op.create_index("ix_suggestion_list_need", "suggestion_list", ["need_id", "shown_at"], unique=False)
    op.create_table(
        "volunteer_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > given_at", name=op.f("ck_volunteer_consent_lives_forward")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact_person.id"], name=op.f("fk_volunteer_consent_contact_id_contact_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_consent")),
    )
    op.create_index(op.f("ix_volunteer_consent_contact_id"), "volunteer_consent", ["contact_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("suggestion_list_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ever_met", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_by IS NOT NULL AND ever_met IS NOT NULL AND ended_at IS NOT NULL)",
            name=op.f("ck_proposal_ended_whole"),
        ),
        sa.CheckConstraint(
            "ended_by IS NULL OR ended_by IN ('child', 'family', 'volunteer', 'caseworker')",
            name=op.f("ck_proposal_ended_by_known"),
        ),
        sa.CheckConstraint(
            "state <> 'asked' OR (asked_at IS NOT NULL AND answer_by IS NOT NULL)",
            name=op.f("ck_proposal_asked_with_deadline"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'rejected', 'approved', 'asked', 'declined', 'expired', 'accepted', 'introduced', 'active', 'paused', 'ended', 'cancelled')",
            name=op.f("ck_proposal_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('active', 'paused') OR started_at IS NOT NULL", name=op.f("ck_proposal_running_was_started")
        ),
        sa.CheckConstraint(
            "state NOT IN ('rejected', 'declined', 'cancelled', 'ended', 'paused') OR reason IS NOT NULL",
            name=op.f("ck_proposal_closed_with_reason"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_proposal_need_id_need")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_proposal_offer_id_offer")),
        sa.ForeignKeyConstraint(
            ["suggestion_list_id"], ["suggestion_list.id"], name=op.f("fk_proposal_suggestion_list_id_suggestion_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("need_id", "offer_id", name=op.f("uq_proposal_need_id_offer_id")),
    )
    op.create_index("ix_proposal_offer", "proposal", ["offer_id", "state"], unique=False)
    op.create_index("ix_proposal_state", "proposal", ["state"], unique=False)
    op.create_table(
        "suggestion_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("unknown", sa.Text(), nullable=False),
        sa.Column("bars", sa.Text(), nullable=False),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_suggestion_item_rank_from_one")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["suggestion_list.id"], name=op.f("fk_suggestion_item_list_id_suggestion_list")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_suggestion_item_offer_id_offer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_item")),
        sa.UniqueConstraint("list_id", "offer_id", name=op.f("uq_suggestion_item_list_id_offer_id")),
    )
    op.create_index(op.f("ix_suggestion_item_offer_id"), "suggestion_item", ["offer_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("how_it_goes", sa.String(length=40), nullable=True),
        sa.Column("child_voice", sa.Text(), nullable=True),
        sa.Column("guardian_voice", sa.Text(), nullable=True),
        sa.Column("volunteer_voice", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "how_it_goes IS NULL OR how_it_goes IN ('well', 'mixed', 'badly', 'not_met')",
            name=op.f("ck_follow_up_how_it_goes_known"),
        ),
        sa.CheckConstraint("(done_at IS NULL) = (how_it_goes IS NULL)", name=op.f("ck_follow_up_done_with_answer")),
        sa.ForeignKeyConstraint(["done_by_id"], ["user_account.id"], name=op.f("fk_follow_up_done_by_id_user_account")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_follow_up_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("proposal_id", "due_on", name=op.f("uq_follow_up_proposal_id_due_on")),
    )
    op.create_index("ix_follow_up_due", "follow_up", ["done_at", "due_on"], unique=False)
    op.create_table(
        "proposal_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "actor_kind IN ('staff', 'contact_person', 'visitor', 'system')",
            name=op.f("ck_proposal_move_actor_kind_known"),
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_move_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_move")),
    )
    op.create_index(op.f("ix_proposal_move_proposal_id"), "proposal_move", ["proposal_id"], unique=False)
    _guard_the_trail()


def _guard_the_trail() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if postgresql else SQLITE_TRIGGERS:
        op.execute(statement)
    op.execute(
        sa.insert(sa.table("audit_head", sa.column("id"), sa.column("last_id"), sa.column("last_mac"))).values(
            id=1, last_id=0, last_mac="0" * 64
        )
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_proposal_move_proposal_id"), table_name="proposal_move")
    op.drop_table("proposal_move")
    op.drop_index("ix_follow_up_due", table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index(op.f("ix_suggestion_item_offer_id"), table_name="suggestion_item")
    op.drop_table("suggestion_item")
    op.drop_index("ix_proposal_state", table_name="proposal")
    op.drop_index("ix_proposal_offer", table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_volunteer_consent_contact_id"), table_name="volunteer_consent")
    op.drop_table("volunteer_consent")
    op.drop_index("ix_suggestion_list_need", table_name="suggestion_list")
    op.drop_table("suggestion_list")
    op.drop_index("ix_offer_state", table_name="offer")
    op.drop_index(op.f("ix_offer_organisation_id"), table_name="offer")
    op.drop_index(op.f("ix_offer_contact_id"), table_name="offer")
    op.drop_table("offer")
    op.drop_index("ix_guardian_consent_need", table_name="guardian_consent")
    op.drop_table("guardian_consent")
    op.drop_index(op.f("ix_certificate_confirmation_contact_id"), table_name="certificate_confirmation")
    op.drop_table("certificate_confirmation")
    op.drop_index("ix_task_open", table_name="task")
    op.drop_table("task")
    op.drop_index(op.f("ix_pair_block_organisation_id"), table_name="pair_block")
    op.drop_table("pair_block")
    op.drop_index("ix_need_case", table_name="need")
    op.drop_table("need")
    op.drop_index(op.f("ix_contact_person_organisation_id"), table_name="contact_person")
    op.drop_index(op.f("ix_contact_person_email_fingerprint"), table_name="contact_person")
    op.drop_table("contact_person")
    op.drop_table("user_role")
    op.drop_index("ix_organisation_state", table_name="organisation")
    op.drop_index(op.f("ix_organisation_cvr"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_index("ix_child_case_caseworker", table_name="child_case")
    op.drop_table("child_case")
    op.drop_index("ix_web_session_principal", table_name="web_session")
    op.drop_table("web_session")
    op.drop_table("user_account")
    op.drop_table("role")
    op.drop_table("registration")
    op.drop_table("postcode")
    op.drop_index("ix_outbox_mail_due", table_name="outbox_mail")
    op.drop_index("ix_outbox_mail_about", table_name="outbox_mail")
    op.drop_table("outbox_mail")
    op.drop_index("ix_mailed_link_subject", table_name="mailed_link")
    op.drop_table("mailed_link")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index("ix_audit_entry_actor", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index("ix_attempt_subject", table_name="attempt")
    op.drop_table("attempt")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_append_only()")
