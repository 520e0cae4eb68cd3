"""${message}

Revision: ${up_revision}
Follows: ${down_revision | comma,n}

Rules: goes both ways; imports nothing from app; names every constraint; never rewritten once it has landed;
tables that may be large get their indexes in a step of their own. Expand first, contract a version later: servers of
the version before run on until they are restarted, so a step only adds what they do without (a table, a column that may
be null or has a server default); what nothing reads any more is dropped by the version after.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision: str = ${repr(up_revision)}
down_revision: str | Sequence[str] | None = ${repr(down_revision)}
branch_labels: str | Sequence[str] | None = ${repr(branch_labels)}
depends_on: str | Sequence[str] | None = ${repr(depends_on)}

lock_timeout = 5.0  # seconds for a lock on PostgreSQL; then nothing is changed, and whoever migrates tries again
blocks = ""  # who waits for it, and for how long: "changes of obligations while an index is made"; or "nobody"


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
