"""sign in from browsers

Revision: 3d0b6f1e9c72
Follows: c3e7a91b5d20

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "3d0b6f1e9c72"
down_revision: str | Sequence[str] | None = "c3e7a91b5d20"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "nobody"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "web_session",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cookie_hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_web_session_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("cookie_hash", name=op.f("uq_web_session_cookie_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_web_session_created_at", "web_session", ["created_at"])
    op.create_index("ix_web_session_key_id", "web_session", ["key_id", "id"])


def downgrade() -> None:
    """Whoever is signed in signs in again."""
    op.drop_table("web_session")
