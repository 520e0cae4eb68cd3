"""keep withdrawn claims

Revision: 5e3c90a7d1b4
Follows: 5c8e03f7a216

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: str = "5e3c90a7d1b4"
down_revision: str | Sequence[str] | None = "5c8e03f7a216"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "changes of reports and keys, for a moment"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "claim_withdrawal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checklist_id", BIG, nullable=False),
        sa.Column("update_id", BIG, nullable=False),
        sa.Column("key_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_claim_withdrawal_checklist_id")),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_claim_withdrawal_key_id")),
        sa.ForeignKeyConstraint(["update_id"], ["status_update.id"], name=op.f("fk_claim_withdrawal_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_withdrawal")),
        sa.UniqueConstraint("update_id", name=op.f("uq_claim_withdrawal_update_id")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """An older version would show a withdrawn claim as one that stands."""
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM claim_withdrawal").scalar():
        raise CommandError("withdrawn claims would be lost; restore a backup from before them instead")
    op.drop_table("claim_withdrawal")
