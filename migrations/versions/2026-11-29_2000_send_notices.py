"""send notices

Revision: 8f2b61d90c3e
Follows: 5e3c90a7d1b4

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: str = "8f2b61d90c3e"
down_revision: str | Sequence[str] | None = "5e3c90a7d1b4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "every change of a contact, for a moment"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JOURNALED = ("subscription", "reminder_rules")


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("name", "slot", name=op.f("uq_job_run_name_slot")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "stream_cursor",
        sa.Column("id", BIG, nullable=False),
        sa.Column("reader", sa.String(length=40), nullable=False),
        sa.Column("stream", sa.String(length=60), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream_cursor")),
        sa.UniqueConstraint("reader", "stream", name=op.f("uq_stream_cursor_reader_stream")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reminder_rules",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checklist_id", BIG, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_reminder_rules_checklist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rules")),
        sa.UniqueConstraint("checklist_id", name=op.f("uq_reminder_rules_checklist_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscription",
        sa.Column("jurisdiction_code", sa.String(length=12), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "mail",
                "webhook",
                "wecom",
                "dingtalk",
                "feishu",
                "folder",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "receiver_kind",
            sa.Enum(
                "unit", "office", "auditors", name="receiver_kind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("checklist_id", BIG, nullable=True),
        sa.Column("verbs", sa.JSON(), nullable=False),
        sa.Column(
            "language",
            sa.Enum("en", "zh", name="language", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_until", sa.String(length=5), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(receiver_kind IS NULL) = (channel = 'webhook')", name=op.f("ck_subscription_webhooks_hear_of_entries")
        ),
        sa.CheckConstraint(
            "receiver_kind <> 'unit' OR unit_id IS NOT NULL", name=op.f("ck_subscription_units_are_named")
        ),
        sa.CheckConstraint("unit_id IS NULL OR receiver_kind = 'unit'", name=op.f("ck_subscription_unit_of_units")),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_subscription_quiet_from_until")
        ),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_subscription_checklist_id")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_code"], ["jurisdiction.code"], name=op.f("fk_subscription_jurisdiction_code")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_subscription_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscription_jurisdiction_code", "subscription", ["jurisdiction_code", "id"])
    op.create_table(
        "delivery_target",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subscription_id", BIG, nullable=True),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(subscription_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_delivery_target_one_of_two")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["unit_contact.id"], name=op.f("fk_delivery_target_contact_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_delivery_target_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_target")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_delivery_target_contact_id")),
        sa.UniqueConstraint("subscription_id", name=op.f("uq_delivery_target_subscription_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("receiver", sa.String(length=40), nullable=False),
        sa.Column(
            "receiver_kind",
            sa.Enum(
                "unit", "office", "auditors", name="receiver_kind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("jurisdiction_code", sa.String(length=12), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("obligation_id", BIG, nullable=True),
        sa.Column("about_id", BIG, nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(unit_id IS NULL) = (receiver_kind <> 'unit')", name=op.f("ck_notice_unit_of_units")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_notice_obligation_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_notice_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("receiver", "cause", name=op.f("uq_notice_receiver_cause")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_jurisdiction_code", "notice", ["jurisdiction_code", "receiver_kind", "id"])
    op.create_index("ix_notice_unit_id", "notice", ["unit_id", "id"])
    op.create_table(
        "notice_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checklist_id", BIG, nullable=False),
        sa.Column("obligation_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column(
            "event",
            sa.Enum("due_soon", "became_overdue", name="event", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_notice_event_checklist_id")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_notice_event_obligation_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_notice_event_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_event")),
        sa.UniqueConstraint(
            "obligation_id", "due_on", "event", name=op.f("uq_notice_event_obligation_id_due_on_event")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reminder",
        sa.Column("id", BIG, nullable=False),
        sa.Column("obligation_id", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("fired_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_reminder_obligation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("obligation_id", "due_on", "rung", name=op.f("uq_reminder_obligation_id_due_on_rung")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "delivery",
        sa.Column("id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("notice_id", BIG, nullable=True),
        sa.Column("stream", sa.String(length=60), nullable=True),
        sa.Column("seq", BIG, nullable=True),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "dropped",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_answer", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(notice_id IS NULL) = (seq IS NOT NULL)", name=op.f("ck_delivery_notice_or_entry")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id")),
        sa.ForeignKeyConstraint(["target_id"], ["delivery_target.id"], name=op.f("fk_delivery_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
        sa.UniqueConstraint("target_id", "notice_id", name=op.f("uq_delivery_target_id_notice_id")),
        sa.UniqueConstraint("target_id", "stream", "seq", name=op.f("uq_delivery_target_id_stream_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_target_id", "delivery", ["target_id", "id"])
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["target_id", "next_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "read_mark",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key_id", BIG, nullable=False),
        sa.Column("notice_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_read_mark_key_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_read_mark_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_mark")),
        sa.UniqueConstraint("key_id", "notice_id", name=op.f("uq_read_mark_key_id_notice_id")),
        sqlite_autoincrement=True,
    )
    # in place: SQLite would make the table anew
    op.execute("ALTER TABLE unit_contact ADD COLUMN email VARCHAR(254) NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE unit_contact ADD COLUMN is_told BOOLEAN NOT NULL DEFAULT FALSE")
    op.execute("ALTER TABLE unit_contact ADD COLUMN gets_digests BOOLEAN NOT NULL DEFAULT TRUE")
    # what was recorded before somebody could be told is news to nobody
    op.execute("INSERT INTO stream_cursor (reader, stream, seq) SELECT 'notices', name, head_seq FROM journal_stream")


def downgrade() -> None:
    """The journal says of each what an older version cannot read."""
    for table in JOURNALED:
        kept = op.get_bind().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608
        if kept:
            raise CommandError(f"{kept} rows of {table} would be lost; restore a backup from before them instead")
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM unit_contact WHERE email <> ''").scalar():
        raise CommandError("addresses of e-mail would be lost; restore a backup from before them instead")
    for column in ("gets_digests", "is_told", "email"):
        op.execute(f"ALTER TABLE unit_contact DROP COLUMN {column}")
    for table in (
        "read_mark",
        "delivery",
        "reminder",
        "notice_event",
        "notice",
        "delivery_target",
        "subscription",
        "reminder_rules",
        "stream_cursor",
        "job_run",
    ):
        op.drop_table(table)
