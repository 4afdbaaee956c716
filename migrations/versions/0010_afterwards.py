"""Thanks to those who came, and which offers came of an event."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LINKS_BEFORE = (
    "confirm_registration",
    "open_own_page",
    "answer_request",
    "answer_invitation",
    "change_consultation",
)
THANKED = op.f("ck_check_in_thanked_when_asked_for")


def upgrade() -> None:
    _allow_links((*LINKS_BEFORE, "offer_after_event"))
    with op.batch_alter_table("event") as events:
        events.add_column(sa.Column("thanks_text", sa.Text(), nullable=True))
    with op.batch_alter_table("check_in") as check_ins:
        check_ins.add_column(sa.Column("thanks_after", sa.DateTime(timezone=True), nullable=True))
        check_ins.add_column(sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True))
        check_ins.create_check_constraint(THANKED, "thanked_at IS NULL OR thanks_after IS NOT NULL")
    op.create_table(
        "offer_origin",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("check_in_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_offer_origin_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_offer_origin_event_id_event")),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_in.id"], name=op.f("fk_offer_origin_check_in_id_check_in"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_offer_origin")),
    )
    op.create_index(op.f("ix_offer_origin_event_id"), "offer_origin", ["event_id"])
    op.create_index(op.f("ix_offer_origin_check_in_id"), "offer_origin", ["check_in_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_offer_origin_check_in_id"), table_name="offer_origin")
    op.drop_index(op.f("ix_offer_origin_event_id"), table_name="offer_origin")
    op.drop_table("offer_origin")
    with op.batch_alter_table("check_in") as check_ins:
        check_ins.drop_constraint(THANKED, type_="check")
        check_ins.drop_column("thanked_at")
        check_ins.drop_column("thanks_after")
    with op.batch_alter_table("event") as events:
        events.drop_column("thanks_text")
    op.execute("DELETE FROM mailed_link WHERE purpose = 'offer_after_event'")
    _allow_links(LINKS_BEFORE)


def _allow_links(purposes: tuple[str, ...]) -> None:
    name = op.f("ck_mailed_link_purpose_known")
    known = ", ".join(f"'{purpose}'" for purpose in purposes)
    with op.batch_alter_table("mailed_link") as links:
        links.drop_constraint(name, type_="check")
        links.create_check_constraint(name, f"purpose IN ({known})")
