"""remember the dates of the pages that checklists were imported from

Revision: 5c1e7a94d0b8
Follows: 2f8c6b0e91d4

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: str = "5c1e7a94d0b8"
down_revision: str | Sequence[str] | None = "2f8c6b0e91d4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "nobody"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "former_source",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checklist_id", BIG, nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=12), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_former_source_checklist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_source")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_former_source_checklist_id", "former_source", ["checklist_id", "until_at"])


def downgrade() -> None:
    """The journal has them, and an older version cannot read that."""
    if count := op.get_bind().exec_driver_sql("SELECT count(*) FROM former_source").scalar():
        raise CommandError(f"{count} former pages would be lost; restore a backup from before them instead")
    op.drop_table("former_source")
