"""Lists of addresses brought in files, to invite from."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LIST_OF_INVITATION = op.f("fk_invitation_contact_list_id_contact_list")


def upgrade() -> None:
    op.create_table(
        "contact_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("legal_note", sa.Text(), nullable=True),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(sheet IS NULL) = (taken_in_at IS NOT NULL)", name=op.f("ck_contact_list_sheet_until_taken_in")
        ),
        sa.CheckConstraint(
            "taken_in_at IS NULL OR (source IS NOT NULL AND legal_note IS NOT NULL)",
            name=op.f("ck_contact_list_origin_when_taken_in"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_contact_list_created_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_list")),
        sa.UniqueConstraint("checksum", name=op.f("uq_contact_list_checksum")),
    )
    op.create_table(
        "listed_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_list_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_list_id"], ["contact_list.id"], name=op.f("fk_listed_contact_contact_list_id_contact_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_contact")),
        sa.UniqueConstraint(
            "contact_list_id",
            "email_fingerprint",
            name=op.f("uq_listed_contact_contact_list_id_email_fingerprint"),
        ),
    )
    op.create_index("ix_listed_contact_email_fingerprint", "listed_contact", ["email_fingerprint"], unique=False)
    with op.batch_alter_table("invitation") as invitations:
        invitations.add_column(sa.Column("contact_list_id", sa.Integer(), nullable=True))
        invitations.create_foreign_key(LIST_OF_INVITATION, "contact_list", ["contact_list_id"], ["id"])
        invitations.create_index("ix_invitation_contact_list_id", ["contact_list_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("invitation") as invitations:
        invitations.drop_index("ix_invitation_contact_list_id")
        invitations.drop_constraint(LIST_OF_INVITATION, type_="foreignkey")
        invitations.drop_column("contact_list_id")
    op.drop_index("ix_listed_contact_email_fingerprint", table_name="listed_contact")
    op.drop_table("listed_contact")
    op.drop_table("contact_list")
