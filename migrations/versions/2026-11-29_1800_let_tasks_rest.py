"""let tasks rest: what is added to a task that is suspended rests from the start

Revision: 4b7d20e6f918
Follows: 7a1f0c84d2b6

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

from alembic import op
from alembic.util import CommandError

revision: str = "4b7d20e6f918"
down_revision: str | Sequence[str] | None = "7a1f0c84d2b6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "every change of a task, for a moment"


def upgrade() -> None:
    op.execute("ALTER TABLE task ADD COLUMN suspended_on DATE")  # in place: SQLite would make the table anew


def downgrade() -> None:
    """An older version does not know what rests, and would call it overdue; its own steps drop those rows."""
    resting = op.get_bind().exec_driver_sql("SELECT count(*) FROM suspension").scalar()
    if resting:
        raise CommandError(f"{resting} suspensions would be lost; restore a backup from before them instead")
    op.execute("ALTER TABLE task DROP COLUMN suspended_on")
