"""review claims, open findings, keep evidence files, contacts and former summaries

Revision: d9bc8d3f9b3f
Follows: f288acd949cc

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "d9bc8d3f9b3f"
down_revision: str | Sequence[str] | None = "f288acd949cc"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "unit_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "jurisdiction_code"],
            ["unit.id", "unit.jurisdiction_code"],
            name=op.f("fk_unit_contact_unit_id_jurisdiction_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_contact")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unit_contact_unit_id", "unit_contact", ["unit_id", "id"])

    op.create_table(
        "former_summary",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_former_summary_checklist_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_former_summary_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_summary")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_former_summary_task_id", "former_summary", ["task_id", "until_at"])

    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("obligation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "spot_check",
                "look_back",
                "rectification",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("has_reopened", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "answered", "closed", name="state", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_finding_closed_at_a_moment")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (conclusion IS NULL)", name=op.f("ck_finding_closed_with_conclusion")
        ),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_finding_checklist_id")),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_finding_key_id")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_finding_obligation_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_finding_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_finding_checklist_id", "finding", ["checklist_id", "id"])
    op.create_index("ix_finding_obligation_id", "finding", ["obligation_id", "id"])
    op.create_index("ix_finding_unit_id", "finding", ["unit_id", "id"])
    op.create_index(
        "uq_finding_open",
        "finding",
        ["obligation_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "finding_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_finding_answer_checklist_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_answer_finding_id")),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_finding_answer_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_answer")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_finding_answer_finding_id", "finding_answer", ["finding_id", "id"])

    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("update_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "judgement",
            sa.Enum("accepted", "returned", name="judgement", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "judgement <> 'returned' OR reason IS NOT NULL", name=op.f("ck_review_returned_with_reason")
        ),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_review_checklist_id")),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_review_key_id")),
        sa.ForeignKeyConstraint(["update_id"], ["status_update.id"], name=op.f("fk_review_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("update_id", name=op.f("uq_review_update_id")),
        sqlite_autoincrement=True,
    )
    # Columns are added in place, with their constraints: SQLite would make the whole table anew otherwise.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    false, moment = ("0", "DATETIME") if is_sqlite else ("false", "TIMESTAMP WITH TIME ZONE")
    claimed = "CONSTRAINT ck_obligation_claimed_on_a_day CHECK ((state = 'submitted') = (claimed_on IS NOT NULL))"
    yellow = "CONSTRAINT ck_checklist_yellow_days_in_range CHECK (yellow_days BETWEEN 0 AND 366)"
    red = "CONSTRAINT ck_checklist_red_days_in_range CHECK (red_days BETWEEN 0 AND 366)"
    has_name = "CONSTRAINT ck_evidence_file_has_name CHECK ((sha256 IS NULL) = (file_name IS NULL))"
    for table, column in (
        ("checklist", f"asks_for_review BOOLEAN DEFAULT {false} NOT NULL"),
        ("checklist", f"yellow_days INTEGER {yellow}"),
        ("checklist", f"red_days INTEGER {red}"),
        ("evidence", "file_name VARCHAR(255)"),
        ("evidence", "media_type VARCHAR(100)"),
        ("evidence", f"size {'INTEGER' if is_sqlite else 'BIGINT'}"),
        ("evidence", f"sha256 VARCHAR(64) {has_name}"),
        ("obligation", f"claimed_on DATE {claimed}"),
        ("obligation", f"has_missed BOOLEAN DEFAULT {false} NOT NULL"),
        ("obligation", f"acknowledged_at {moment}"),
        ("obligation", "finding_due_on DATE"),
        ("obligation_span", "claimed_on DATE"),
        ("obligation_span", f"has_missed BOOLEAN DEFAULT {false} NOT NULL"),
        ("obligation_span", "finding_due_on DATE"),
        ("status_update", "reported_by VARCHAR(100) DEFAULT '' NOT NULL"),
        ("status_update", "approved_by VARCHAR(100) DEFAULT '' NOT NULL"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.create_index("ix_obligation_span_checklist_id", "obligation_span", ["checklist_id", "from_at"])
    op.create_index(
        "ix_status_update_contradicts",
        "status_update",
        ["checklist_id", "obligation_id"],
        sqlite_where=sa.text("contradicts_target"),
        postgresql_where=sa.text("contradicts_target"),
    )


def downgrade() -> None:
    op.drop_index("ix_status_update_contradicts", "status_update")
    op.drop_index("ix_obligation_span_checklist_id", "obligation_span")
    for table, column in (
        ("status_update", "approved_by"),
        ("status_update", "reported_by"),
        ("obligation_span", "finding_due_on"),
        ("obligation_span", "has_missed"),
        ("obligation_span", "claimed_on"),
        ("obligation", "finding_due_on"),
        ("obligation", "acknowledged_at"),
        ("obligation", "has_missed"),
        ("obligation", "claimed_on"),
        ("evidence", "sha256"),
        ("evidence", "size"),
        ("evidence", "media_type"),
        ("evidence", "file_name"),
        ("checklist", "red_days"),
        ("checklist", "yellow_days"),
        ("checklist", "asks_for_review"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table in ("review", "finding_answer", "finding", "former_summary", "unit_contact"):
        op.drop_table(table)
