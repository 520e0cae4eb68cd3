"""sum what units reach together

Revision: c5d20e8f7a16
Follows: b81d5e2f7a40

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "c5d20e8f7a16"
down_revision: str | Sequence[str] | None = "b81d5e2f7a40"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEX = "ix_status_update_whole_falls_short"


def upgrade() -> None:
    # added in place: SQLite would make the whole table anew otherwise
    false = "0" if op.get_bind().dialect.name == "sqlite" else "false"
    op.execute(f"ALTER TABLE status_update ADD COLUMN whole_falls_short BOOLEAN DEFAULT {false} NOT NULL")
    short = sa.text("whole_falls_short")
    op.create_index(INDEX, "status_update", ["checklist_id", "id"], sqlite_where=short, postgresql_where=short)


def downgrade() -> None:
    op.drop_index(INDEX, "status_update")
    op.execute("ALTER TABLE status_update DROP COLUMN whole_falls_short")
