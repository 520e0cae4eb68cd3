"""find what is judged alike: on SQLite, indexes of closed rows in the order of what decides how they are judged

Revision: 5d1c7f0a94be
Follows: 3d0b6f1e9c72

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "5d1c7f0a94be"
down_revision: str | Sequence[str] | None = "3d0b6f1e9c72"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "every change, while the indexes are built: on SQLite about half a minute for ten million rows, else nobody"

ALIKE = "checklist_id, unit_id, state, has_missed, (coalesce(held_on, completed_on) > due_on)"
DATES = "finding_due_on, finding_answered_on, suspended_on, voided_at"
WHEN = {"obligation": "starts_on", "obligation_span": "from_at, to_at, starts_on"}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, when in WHEN.items():
            columns = f"{ALIKE}, {DATES}, {when}"
            op.execute(f"CREATE INDEX ix_{table}_alike ON {table} ({columns}) WHERE state IN ('completed', 'waived')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in WHEN:
            op.execute(f"DROP INDEX ix_{table}_alike")
