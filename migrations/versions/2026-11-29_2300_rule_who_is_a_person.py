"""rule who is a person

Revision: 8d41b7f3c2e5
Follows: 7c4e1b9f2a60

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: str = "8d41b7f3c2e5"
down_revision: str | Sequence[str] | None = "7c4e1b9f2a60"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = "nobody"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "claim_rule",
        sa.Column("id", BIG, nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("claim", sa.String(length=100), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=12), nullable=False),
        sa.Column("key_id", BIG, nullable=False),
        sa.Column("releases", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_claim_rule_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_rule")),
        sa.UniqueConstraint("key_id", name=op.f("uq_claim_rule_key_id")),
        sqlite_autoincrement=True,
    )
    active = sa.text("ended_at IS NULL")
    op.create_index("ix_claim_rule_issuer", "claim_rule", ["issuer"], sqlite_where=active, postgresql_where=active)
    # in place: alembic would make the table anew on SQLite
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE person ADD COLUMN rule_id {kind} CONSTRAINT fk_person_rule_id REFERENCES claim_rule (id)")


def downgrade() -> None:
    """The journal says of each what an older version cannot read."""
    kept = op.get_bind().exec_driver_sql("SELECT count(*) FROM claim_rule").scalar()
    if kept:
        raise CommandError(f"{kept} claim rules would be lost; restore a backup from before them instead")
    with op.batch_alter_table("person", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column("rule_id")
    op.drop_table("claim_rule")
