"""What was read of the mailbox, mails that came back, and when a guest said what they said."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("put_away_at IS NULL OR is_taken", name=op.f("ck_incoming_mail_put_away_when_taken")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mail")),
        sa.UniqueConstraint("validity", "number", name=op.f("uq_incoming_mail_validity_number")),
    )
    with op.batch_alter_table("outbox_mail") as table:
        table.add_column(sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("bounce_code", sa.String(length=12), nullable=True))
        table.create_check_constraint(
            op.f("ck_outbox_mail_bounced_with_code"), "(bounced_at IS NULL) = (bounce_code IS NULL)"
        )
    with op.batch_alter_table("invitation") as table:
        table.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE invitation SET said_at = answered_at")


def downgrade() -> None:
    with op.batch_alter_table("invitation") as table:
        table.drop_column("said_at")
    with op.batch_alter_table("outbox_mail") as table:
        table.drop_constraint(op.f("ck_outbox_mail_bounced_with_code"), type_="check")
        table.drop_column("bounce_code")
        table.drop_column("bounced_at")
    op.drop_table("incoming_mail")
