"""press units

Revision: 5c8e03f7a216
Follows: 4b7d20e6f918

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: str = "5c8e03f7a216"
down_revision: str | Sequence[str] | None = "4b7d20e6f918"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "nobody"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "urging",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checklist_id", BIG, nullable=False),
        sa.Column("obligation_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key_id", BIG, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("urged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_urging_answered_with_words")),
        sa.CheckConstraint(
            "answered_at IS NULL OR received_at IS NOT NULL", name=op.f("ck_urging_answered_after_receipt")
        ),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_urging_checklist_id")),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_urging_key_id")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_urging_obligation_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_urging_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urging")),
        sa.UniqueConstraint("obligation_id", "number", name=op.f("uq_urging_obligation_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_urging_checklist_id", "urging", ["checklist_id", "id"])
    op.create_index("ix_urging_unit_id", "urging", ["unit_id", "id"])


def downgrade() -> None:
    """The journal says of each what an older version cannot read."""
    kept = op.get_bind().exec_driver_sql("SELECT count(*) FROM urging").scalar()
    if kept:
        raise CommandError(f"{kept} urgings would be lost; restore a backup from before them instead")
    op.drop_table("urging")
