"""note whether a claim held: the auditor's word on a finding

Revision: b8d2c51f7e90
Follows: 6e0b3f9a27c4

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b8d2c51f7e90"
down_revision: str | Sequence[str] | None = "6e0b3f9a27c4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE finding ADD COLUMN claim_held BOOLEAN")  # in place: SQLite would make the table anew
    _read_journal()


def _read_journal() -> None:
    """What the column held, where it was here before and taken away."""
    entry = sa.table("journal_entry", *map(sa.column, ("stream", "seq", "payload")))
    about = entry.c.stream.like("checklist:%"), entry.c.payload.like('%"claim_held"%')
    payloads = op.get_bind().scalars(sa.select(entry.c.payload).where(*about).order_by(entry.c.stream, entry.c.seq))
    said = {
        image["id"]: image["claim_held"]
        for payload in payloads.all()
        for image in json.loads(payload)["rows"].get("finding", ())
        if "claim_held" in image
    }
    finding = sa.table("finding", sa.column("id"), sa.column("claim_held", sa.Boolean()))
    for finding_id, claim_held in said.items():
        op.get_bind().execute(finding.update().where(finding.c.id == finding_id).values(claim_held=claim_held))


def downgrade() -> None:
    op.execute("ALTER TABLE finding DROP COLUMN claim_held")
