"""keep the words of last days: 完成时限 of a task, as the register prints it

Revision: 3c5e9d17a840
Follows: e93b71d04c58

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "3c5e9d17a840"
down_revision: str | Sequence[str] | None = "e93b71d04c58"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE task ADD COLUMN due_text TEXT")  # in place: SQLite would make the table anew


def downgrade() -> None:
    op.execute("ALTER TABLE task DROP COLUMN due_text")
