"""keep the hash of an import's file, and when it was erased

Revision: 4f6a2b90c7d1
Follows: 8c41e7d0a9b3

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "4f6a2b90c7d1"
down_revision: str | Sequence[str] | None = "8c41e7d0a9b3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Columns are added in place: SQLite would make the whole table anew otherwise.
    moment = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for column in ("sha256 VARCHAR(64)", f"redacted_at {moment}"):
        op.execute(f"ALTER TABLE register_import ADD COLUMN {column}")


def downgrade() -> None:
    for column in ("redacted_at", "sha256"):
        op.execute(f"ALTER TABLE register_import DROP COLUMN {column}")
