"""index what is not closed, so that a new open state touches no index

Revision: 8c41e7d0a9b3
Follows: 5b2f9e60d1c4

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "8c41e7d0a9b3"
down_revision: str | Sequence[str] | None = "5b2f9e60d1c4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEXES = (
    ("obligation", "ix_obligation_open_due", ["due_on", "id"]),
    ("obligation", "ix_obligation_open_unit_due", ["unit_id", "due_on", "id"]),
    ("obligation", "ix_obligation_open_checklist_due", ["checklist_id", "due_on", "id"]),
    ("obligation_span", "ix_obligation_span_open_due", ["due_on", "obligation_id"]),
    ("obligation_span", "ix_obligation_span_open_unit_due", ["unit_id", "due_on", "obligation_id"]),
    ("obligation_span", "ix_obligation_span_open_checklist_due", ["checklist_id", "due_on", "obligation_id"]),
)


def upgrade() -> None:
    index_where("state NOT IN ('completed', 'waived')")


def downgrade() -> None:
    index_where("state IN ('not_started', 'in_progress', 'submitted', 'returned')")


def index_where(predicate: str) -> None:
    for table, name, columns in INDEXES:
        op.drop_index(name, table)
        op.create_index(name, table, columns, sqlite_where=sa.text(predicate), postgresql_where=sa.text(predicate))
