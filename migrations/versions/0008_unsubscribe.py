"""The link by which a mail program says no to invitations, in one press."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox_mail") as table:
        table.add_column(sa.Column("unsubscribe", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outbox_mail") as table:
        table.drop_column("unsubscribe")
