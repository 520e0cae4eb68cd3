"""plan periods, events, targets and extensions

Revision: f288acd949cc
Follows: fed0621e7680

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "f288acd949cc"
down_revision: str | Sequence[str] | None = "fed0621e7680"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "task_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)", name=op.f("ck_task_event_withdrawn_with_reason")
        ),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_task_event_checklist_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_event_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("task_event", schema=None) as batch_op:
        batch_op.create_index("ix_task_event_task_id", ["task_id", "id"], unique=False)

    op.create_table(
        "extension",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("obligation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_for", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("granted", "refused", name="decision", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("granted_to", sa.Date(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decision <> 'granted' OR granted_to IS NOT NULL", name="ck_extension_granted_to_a_day"),
        sa.CheckConstraint(
            "decision <> 'refused' OR decision_reason IS NOT NULL", name="ck_extension_refused_with_reason"
        ),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="ck_extension_decided_at_a_moment"),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name="fk_extension_checklist_id"),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name="fk_extension_key_id"),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name="fk_extension_obligation_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_extension_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_extension"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_extension_checklist_id", "extension", ["checklist_id", "id"])
    op.create_index("ix_extension_obligation_id", "extension", ["obligation_id", "id"])
    undecided = sa.text("decision IS NULL")
    op.create_index(
        "uq_extension_pending",
        "extension",
        ["obligation_id"],
        unique=True,
        sqlite_where=undecided,
        postgresql_where=undecided,
    )
    # Columns are added in place, with their constraints: SQLite would make the whole table anew otherwise.
    big = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table, column in (
        ("checklist", "ends_on DATE CONSTRAINT ck_checklist_due_before_end CHECK (default_due_on <= ends_on)"),
        ("obligation", "starts_on DATE"),
        ("obligation", "reported_on DATE"),
        ("obligation", "reached JSON DEFAULT '[]' NOT NULL"),
        ("obligation", "extended_to DATE"),
        ("obligation", "extension_opened_on DATE"),
        ("status_update", "figures JSON DEFAULT '[]' NOT NULL"),
        ("status_update", f"contradicts_target BOOLEAN DEFAULT {'0' if big == 'INTEGER' else 'false'} NOT NULL"),
        ("period", "title VARCHAR(200) DEFAULT '' NOT NULL"),
        ("period", "ends_on DATE CONSTRAINT ck_period_runs_forward CHECK (starts_on <= ends_on)"),
        ("period", "expected_on DATE"),
        ("period", f"event_id {big} CONSTRAINT fk_period_event_id REFERENCES task_event (id)"),
        ("period", "provisional VARCHAR(400)"),
        ("period", "withdrawn_on DATE"),
        ("task", "targets JSON DEFAULT '[]' NOT NULL"),
        ("unit", "dissolved_on DATE"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def downgrade() -> None:
    op.drop_table("extension")
    with op.batch_alter_table("period", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_period_runs_forward"), type_="check")
        for column in ("withdrawn_on", "provisional", "event_id", "expected_on", "ends_on", "title"):
            batch_op.drop_column(column)
    for table, column in (
        ("unit", "dissolved_on"),
        ("task", "targets"),
        ("status_update", "contradicts_target"),
        ("status_update", "figures"),
        ("obligation", "extension_opened_on"),
        ("obligation", "extended_to"),
        ("obligation", "reached"),
        ("obligation", "reported_on"),
        ("obligation", "starts_on"),
        ("checklist", "ends_on"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_table("task_event")
