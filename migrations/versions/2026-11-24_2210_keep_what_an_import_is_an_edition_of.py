"""keep what an import is an edition of, and what the office answered about its rows

Revision: 5b2f9e60d1c4
Follows: 3e8d51c07b6a

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "5b2f9e60d1c4"
down_revision: str | Sequence[str] | None = "3e8d51c07b6a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE register_import ADD COLUMN edition_of_id {number} "
        "CONSTRAINT fk_register_import_edition_of_id REFERENCES checklist (id)"
    )
    op.execute("ALTER TABLE register_import ADD COLUMN answers JSON DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("register_import", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column("answers")
        batch_op.drop_column("edition_of_id")
