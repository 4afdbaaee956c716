"""What caseworkers said of suggestions: more like this, not this sort."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestion_lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("suggestion_list_id", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN ('more', 'less')", name=op.f("ck_suggestion_lesson_direction_known")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_suggestion_lesson_need_id_need")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_suggestion_lesson_offer_id_offer")),
        sa.ForeignKeyConstraint(
            ["suggestion_list_id"],
            ["suggestion_list.id"],
            name=op.f("fk_suggestion_lesson_suggestion_list_id_suggestion_list"),
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["user_account.id"], name=op.f("fk_suggestion_lesson_said_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_lesson")),
        sa.UniqueConstraint("need_id", "offer_id", name=op.f("uq_suggestion_lesson_need_id_offer_id")),
    )
    op.create_index(op.f("ix_suggestion_lesson_offer_id"), "suggestion_lesson", ["offer_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_suggestion_lesson_offer_id"), table_name="suggestion_lesson")
    op.drop_table("suggestion_lesson")
