"""Who came to an event."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(invitation_id IS NULL) = (name IS NOT NULL)", name=op.f("ck_check_in_name_of_who_walked_in")
        ),
        sa.CheckConstraint(
            "(email IS NULL) = (email_fingerprint IS NULL)", name=op.f("ck_check_in_email_with_fingerprint")
        ),
        sa.CheckConstraint("people >= 1", name=op.f("ck_check_in_people")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_check_in_event_id_event")),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_check_in_invitation_id_invitation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user_account.id"], name=op.f("fk_check_in_noted_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_check_in_invitation_id")),
    )
    op.create_index(op.f("ix_check_in_event_id"), "check_in", ["event_id"])
    op.create_index(op.f("ix_check_in_email_fingerprint"), "check_in", ["email_fingerprint"])


def downgrade() -> None:
    op.drop_index(op.f("ix_check_in_email_fingerprint"), table_name="check_in")
    op.drop_index(op.f("ix_check_in_event_id"), table_name="check_in")
    op.drop_table("check_in")
