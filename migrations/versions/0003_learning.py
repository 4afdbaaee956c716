"""What the model was given for each suggestion, and the versions of the learned model."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("suggestion_item") as items:
        items.add_column(sa.Column("features", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "matching_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("artefact", sa.LargeBinary(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trained_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("change_reason", sa.Text(), nullable=True),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('candidate', 'serving', 'retired')", name=op.f("ck_matching_model_state_known")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name=op.f("fk_matching_model_changed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["trained_by_id"], ["user_account.id"], name=op.f("fk_matching_model_trained_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_model")),
        sa.UniqueConstraint("version", name=op.f("uq_matching_model_version")),
    )
    op.create_index(
        "uq_matching_model_serving",
        "matching_model",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'serving'"),
        postgresql_where=sa.text("state = 'serving'"),
    )


def downgrade() -> None:
    op.drop_index("uq_matching_model_serving", table_name="matching_model")
    op.drop_table("matching_model")
    with op.batch_alter_table("suggestion_item") as items:
        items.drop_column("features")
