"""keep the office's own words for what is completed

Revision: 7c1f0a92be54
Follows: d9bc8d3f9b3f

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "7c1f0a92be54"
down_revision: str | Sequence[str] | None = "d9bc8d3f9b3f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE checklist ADD COLUMN completion_template VARCHAR(500)")


def downgrade() -> None:
    op.execute("ALTER TABLE checklist DROP COLUMN completion_template")
