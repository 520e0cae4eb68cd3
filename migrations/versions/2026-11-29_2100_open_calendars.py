"""open calendars: tokens of units' feeds

Revision: c47d1e8a5b90
Follows: 8f2b61d90c3e

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: str = "c47d1e8a5b90"
down_revision: str | Sequence[str] | None = "8f2b61d90c3e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "nobody"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "calendar_token",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=12), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "jurisdiction_code"],
            ["unit.id", "unit.jurisdiction_code"],
            name=op.f("fk_calendar_token_unit_id_jurisdiction_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_token_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calendar_token_unit_id", "calendar_token", ["unit_id", "id"])


def downgrade() -> None:
    """The journal says of each what an older version cannot read."""
    kept = op.get_bind().exec_driver_sql("SELECT count(*) FROM calendar_token").scalar()
    if kept:
        raise CommandError(f"{kept} calendar tokens would be lost; restore a backup from before them instead")
    op.drop_table("calendar_token")
