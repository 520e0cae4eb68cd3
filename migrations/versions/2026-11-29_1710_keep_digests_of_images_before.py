"""keep digests of images before: what the rows of an entry held before it, salted, beside its payload

Revision: 7a1f0c84d2b6
Follows: 3c5e9d17a840

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "7a1f0c84d2b6"
down_revision: str | Sequence[str] | None = "3c5e9d17a840"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "every change, for a moment"

KEPT = "journal_images_before"  # where a downgrade leaves them: without them verification would call them taken away
TAKE_BACK = """
    UPDATE journal_entry SET images_before = (
        SELECT kept.images_before FROM journal_images_before AS kept
        WHERE kept.stream = journal_entry.stream AND kept.seq = journal_entry.seq
    )
    WHERE payload IS NOT NULL
"""


def upgrade() -> None:
    op.execute("ALTER TABLE journal_entry ADD COLUMN images_before TEXT")  # in place: SQLite would make the table anew
    if sa.inspect(op.get_bind()).has_table(KEPT):
        op.execute(TAKE_BACK)
        op.drop_table(KEPT)


def downgrade() -> None:
    some = "SELECT stream, seq, images_before FROM journal_entry WHERE images_before IS NOT NULL"
    if op.get_bind().exec_driver_sql(f"{some} LIMIT 1").first() is not None:
        op.create_table(
            KEPT,
            sa.Column("stream", sa.String(60), nullable=False),
            sa.Column("seq", sa.BigInteger(), nullable=False),
            sa.Column("images_before", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("stream", "seq", name=f"pk_{KEPT}"),
        )
        op.execute(f"INSERT INTO journal_images_before {some}")
    op.execute("ALTER TABLE journal_entry DROP COLUMN images_before")
