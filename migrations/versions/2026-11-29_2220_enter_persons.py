"""enter persons

Revision: 6e2a9c41d7b8
Follows: 5d1c7f0a94be

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: str = "6e2a9c41d7b8"
down_revision: str | Sequence[str] | None = "5d1c7f0a94be"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "nobody"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", BIG, nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=12), nullable=False),
        sa.Column("key_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_person_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("key_id", name=op.f("uq_person_key_id")),
        sqlite_autoincrement=True,
    )
    active = sa.text("ended_at IS NULL AND subject <> ''")
    op.create_index(
        "uq_person_account",
        "person",
        ["issuer", "subject"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )


def downgrade() -> None:
    """The journal says of each what an older version cannot read."""
    kept = op.get_bind().exec_driver_sql("SELECT count(*) FROM person").scalar()
    if kept:
        raise CommandError(f"{kept} persons would be lost; restore a backup from before them instead")
    op.drop_table("person")
