"""keep imports until they are answered

Revision: 3e8d51c07b6a
Follows: 7c1f0a92be54

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "3e8d51c07b6a"
down_revision: str | Sequence[str] | None = "7c1f0a92be54"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "register_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=12), nullable=False),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name="fk_register_import_checklist_id"),
        sa.ForeignKeyConstraint(
            ["jurisdiction_code"], ["jurisdiction.code"], name="fk_register_import_jurisdiction_code"
        ),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name="fk_register_import_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_register_import"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_register_import_jurisdiction_code", "register_import", ["jurisdiction_code", "id"])


def downgrade() -> None:
    op.drop_table("register_import")
