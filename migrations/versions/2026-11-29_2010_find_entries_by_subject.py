"""find entries by subject: an index of what each entry of the journal is about

Revision: c3e7a91b5d20
Follows: c47d1e8a5b90

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "c3e7a91b5d20"
down_revision: str | Sequence[str] | None = "c47d1e8a5b90"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "every change, while the index is built: about a minute for ten million entries"

NAME = '"subject":"'
REST = f"substr(envelope, instr(envelope, '{NAME}') + {len(NAME)})"
SUBJECT = {
    "sqlite": f"substr({REST}, 1, instr({REST}, '\"') - 1)",
    "postgresql": f"split_part(split_part(envelope, '{NAME}', 2), '\"', 1)",
}


def upgrade() -> None:
    subject = SUBJECT[op.get_bind().dialect.name]
    op.get_bind().exec_driver_sql(f"CREATE INDEX ix_journal_entry_subject ON journal_entry ({subject}, stream, seq)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_journal_entry_subject")
