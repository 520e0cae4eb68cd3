"""let reports wait inside their units

Revision: 2f8c6b0e91d4
Follows: 8d41b7f3c2e5

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: str = "2f8c6b0e91d4"
down_revision: str | Sequence[str] | None = "8d41b7f3c2e5"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "changes of evidence, while its rows are checked, on SQLite copied: seconds for a million of them"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF = ("update_id", "finding_answer_id", "extension_id")
OWNED = "CASE WHEN {} IS NULL THEN 0 ELSE 1 END"
BEFORE = " + ".join(map(OWNED.format, OF)) + " = 1"
NOW = " + ".join(map(OWNED.format, (*OF, "waiting_report_id"))) + " = 1"
COLUMN = "waiting_report_id {number} CONSTRAINT fk_evidence_waiting_report_id REFERENCES waiting_report (id)"
COLUMNS = (
    "id, checklist_id, update_id, finding_answer_id, extension_id, url, title, file_name, media_type, size, sha256"
)


def upgrade() -> None:
    op.create_table(
        "waiting_report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checklist_id", BIG, nullable=False),
        sa.Column("obligation_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("key_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("reported_by", sa.String(length=100), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("update_id", BIG, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('in_progress', 'completed')", name=op.f("ck_waiting_report_state_is_claimed")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_waiting_report_percent_in_range")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (reason IS NULL)", name=op.f("ck_waiting_report_withdrawn_with_reason")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_waiting_report_{column}"))
            for column, table in (
                ("checklist_id", "checklist"),
                ("obligation_id", "obligation"),
                ("unit_id", "unit"),
                ("key_id", "api_key"),
                ("update_id", "status_update"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_report")),
        sa.UniqueConstraint("update_id", name=op.f("uq_waiting_report_update_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_waiting_report_unit_id", "waiting_report", ["unit_id", "id"])
    waits = sa.text("update_id IS NULL AND withdrawn_at IS NULL")
    op.create_index(
        "uq_waiting_report_waits",
        "waiting_report",
        ["obligation_id"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )
    # in place: SQLite would make the tables anew
    op.execute("ALTER TABLE checklist ADD COLUMN asks_for_release BOOLEAN DEFAULT FALSE NOT NULL")
    op.execute("ALTER TABLE person ADD COLUMN releases BOOLEAN DEFAULT TRUE NOT NULL")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE evidence ADD COLUMN {COLUMN.format(number='INTEGER')}")
        _make_anew(BEFORE, NOW)
    else:
        op.execute(f"ALTER TABLE evidence ADD COLUMN {COLUMN.format(number='BIGINT')}")
        op.execute("ALTER TABLE evidence DROP CONSTRAINT ck_evidence_of_one")
        op.execute(f"ALTER TABLE evidence ADD CONSTRAINT ck_evidence_of_one CHECK ({NOW})")
    op.create_index("ix_evidence_waiting_report_id", "evidence", ["waiting_report_id"])


def downgrade() -> None:
    """The journal says of each what an older version cannot read."""
    for what, kept in (
        ("reports that waited", "SELECT count(*) FROM waiting_report"),
        ("checklists that ask for release", "SELECT count(*) FROM checklist WHERE asks_for_release"),
        ("persons who do not release", "SELECT count(*) FROM person WHERE NOT releases"),
    ):
        if count := op.get_bind().exec_driver_sql(kept).scalar():
            raise CommandError(f"{count} {what} would be lost; restore a backup from before them instead")
    op.drop_index("ix_evidence_waiting_report_id", "evidence")
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(NOW, BEFORE, f", {COLUMN.format(number='INTEGER')}", "")
    else:
        op.execute("ALTER TABLE evidence DROP CONSTRAINT ck_evidence_of_one")
        op.execute("ALTER TABLE evidence DROP COLUMN waiting_report_id")
        op.execute(f"ALTER TABLE evidence ADD CONSTRAINT ck_evidence_of_one CHECK ({BEFORE})")
    op.execute("ALTER TABLE person DROP COLUMN releases")
    op.execute("ALTER TABLE checklist DROP COLUMN asks_for_release")
    op.drop_table("waiting_report")


def _make_anew(*changes: str) -> None:
    """Let SQLite have the table as its own words say it, with each second text for the first: no CHECK is changed in
    place."""
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
    for column in OF:
        op.create_index(f"ix_evidence_{column}", "evidence", [column])
