"""list what is owed by last day: an index of all obligations in the order of their list

Revision: 7c4e1b9f2a60
Follows: 6e2a9c41d7b8

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "7c4e1b9f2a60"
down_revision: str | Sequence[str] | None = "6e2a9c41d7b8"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "every change, while the index is built: some seconds for three million obligations"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_obligation_due ON obligation (coalesce(due_on, '2199-12-31'), id)")


def downgrade() -> None:
    op.drop_index("ix_obligation_due", "obligation")
