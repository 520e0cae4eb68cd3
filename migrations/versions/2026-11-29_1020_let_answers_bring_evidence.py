"""let answers bring evidence: a piece of evidence is of a report or of an answer to a finding

Revision: d07e4a9c31b6
Follows: b8d2c51f7e90

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "d07e4a9c31b6"
down_revision: str | Sequence[str] | None = "b8d2c51f7e90"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMN = (
    "finding_answer_id {number} CONSTRAINT fk_evidence_finding_answer_id REFERENCES finding_answer (id) "
    "CONSTRAINT ck_evidence_of_one CHECK ((update_id IS NULL) <> (finding_answer_id IS NULL))"
)
COLUMNS = "id, checklist_id, update_id, url, title, file_name, media_type, size, sha256"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_anew("update_id INTEGER NOT NULL", "update_id INTEGER")
        op.execute(f"ALTER TABLE evidence ADD COLUMN {COLUMN.format(number='INTEGER')}")
    else:
        op.execute("ALTER TABLE evidence ALTER COLUMN update_id DROP NOT NULL")
        op.execute(f"ALTER TABLE evidence ADD COLUMN {COLUMN.format(number='BIGINT')}")
    op.create_index("ix_evidence_finding_answer_id", "evidence", ["finding_answer_id"])
    _read_journal()


def downgrade() -> None:
    op.execute("DELETE FROM evidence WHERE finding_answer_id IS NOT NULL")  # the journal has it still
    op.drop_index("ix_evidence_finding_answer_id", "evidence")
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(f", {COLUMN.format(number='INTEGER')}", "", "update_id INTEGER", "update_id INTEGER NOT NULL")
    else:
        op.execute("ALTER TABLE evidence DROP COLUMN finding_answer_id")
        op.execute("ALTER TABLE evidence ALTER COLUMN update_id SET NOT NULL")


def _make_anew(*changes: str) -> None:
    """Let SQLite have the table as its own words say it, with each second text for the first: an older step needs the
    CHECK where it stands, beside its column."""
    words = str(op.get_bind().scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'evidence'")))
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        if old not in words:
            raise LookupError(old)
        words = words.replace(old, new)
    op.execute("ALTER TABLE evidence RENAME TO evidence_before")
    op.execute(words.replace('"evidence"', "evidence"))
    op.execute(f"INSERT INTO evidence ({COLUMNS}) SELECT {COLUMNS} FROM evidence_before")  # noqa: S608  constants
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'evidence'")  # no number is given twice
    op.execute("UPDATE sqlite_sequence SET name = 'evidence' WHERE name = 'evidence_before'")
    op.execute("DROP TABLE evidence_before")
    op.create_index("ix_evidence_update_id", "evidence", ["update_id"])


def _read_journal() -> None:
    """The evidence of answers, where it was here before and taken away."""
    entry = sa.table("journal_entry", *map(sa.column, ("stream", "seq", "payload")))
    about = entry.c.stream.like("checklist:%"), entry.c.payload.like('%"finding_answer_id"%')
    payloads = op.get_bind().scalars(sa.select(entry.c.payload).where(*about).order_by(entry.c.stream, entry.c.seq))
    images = {
        image["id"]: image
        for payload in payloads.all()
        for image in json.loads(payload)["rows"].get("evidence", ())
        if image.get("finding_answer_id")
    }
    names = [*COLUMNS.split(", "), "finding_answer_id"]
    for image in images.values():
        values = {name: image.get(name) for name in names}
        op.get_bind().execute(sa.table("evidence", *map(sa.column, names)).insert().values(values))
