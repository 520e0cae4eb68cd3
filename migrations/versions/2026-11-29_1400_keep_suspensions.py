"""keep suspensions

Revision: 9d41b7c05e28
Follows: d07e4a9c31b6

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "9d41b7c05e28"
down_revision: str | Sequence[str] | None = "d07e4a9c31b6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "suspension",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checklist_id", BIG, nullable=False),
        sa.Column("obligation_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rested_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("rested_days >= 0", name=op.f("ck_suspension_rested_forward")),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_suspension_checklist_id")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_suspension_obligation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_suspension_obligation_id", "suspension", ["obligation_id", "id"])
    op.create_index(
        "uq_suspension_current",
        "suspension",
        ["obligation_id"],
        unique=True,
        sqlite_where=sa.text("resumed_at IS NULL"),
        postgresql_where=sa.text("resumed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("suspension")
