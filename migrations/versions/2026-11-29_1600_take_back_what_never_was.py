"""take a task or a membership back as if it had never been, and let a new member take part in what is under way

Revision: b81d5e2f7a40
Follows: 9d41b7c05e28

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "b81d5e2f7a40"
down_revision: str | Sequence[str] | None = "9d41b7c05e28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = {"task": ("voided_at",), "membership": ("voided_at", "takes_part_in_current")}


def upgrade() -> None:
    # Columns are added in place: SQLite would make the whole table anew otherwise.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, false = ("DATETIME", "0") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "false")
    op.execute(f"ALTER TABLE task ADD COLUMN voided_at {moment}")
    op.execute(f"ALTER TABLE membership ADD COLUMN voided_at {moment}")
    op.execute(f"ALTER TABLE membership ADD COLUMN takes_part_in_current BOOLEAN DEFAULT {false} NOT NULL")
    for table, names in COLUMNS.items():
        for name in names:
            _read_journal(table, name)


def _read_journal(table: str, name: str) -> None:
    """What a column held, where it was here before and taken away."""
    entry = sa.table("journal_entry", *map(sa.column, ("stream", "seq", "payload")))
    about = entry.c.payload.like(f'%"{table}"%'), entry.c.payload.like(f'%"{name}"%')
    payloads = op.get_bind().scalars(sa.select(entry.c.payload).where(*about).order_by(entry.c.stream, entry.c.seq))
    rows = [image for payload in payloads.all() for image in json.loads(payload)["rows"].get(table, ())]
    kind: Any = sa.DateTime(timezone=True) if name.endswith("_at") else sa.Boolean()
    held = sa.table(table, sa.column("id"), sa.column(name, kind))
    for image in rows:
        if (value := image.get(name)) is not None:
            said = datetime.fromisoformat(value) if name.endswith("_at") else value
            op.get_bind().execute(held.update().where(held.c.id == image["id"]).values({name: said}))


def downgrade() -> None:
    for table, names in COLUMNS.items():
        for name in names:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
