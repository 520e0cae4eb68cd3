"""Running alembic from inside, so that an installation needs no other command than `duban`. It is imported where it is
used: a server does without its 10 MB."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session

from app.config import Settings

if TYPE_CHECKING:
    from alembic.config import Config

    from app.updates.finding_upgrade import Followed

ROOT = Path(__file__).resolve().parent.parent


def alembic_config(settings: Settings) -> "Config":
    from alembic.config import Config

    config = Config(ROOT / "alembic.ini")
    config.attributes["database_url"] = settings.database_url
    return config


def upgrade(settings: Settings, revision: str = "head") -> "list[Followed]":
    """Bring the database's tables to a revision. Returns the open findings whose work counts by another day now."""
    from alembic import command

    config = alembic_config(settings)
    command.upgrade(config, revision)
    return list(config.attributes.get("followed", ()))


def downgrade(settings: Settings, revision: str) -> None:
    """Take the database's tables back to a revision; what only newer tables hold is lost."""
    from alembic import command

    command.downgrade(alembic_config(settings), revision)


@lru_cache
def newest_revision() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def pending_revision(session: Session) -> str | None:
    """The revision that the database should be at, or None if it is there."""
    from alembic.runtime.migration import MigrationContext

    current = MigrationContext.configure(session.connection()).get_current_revision()
    return None if current == newest_revision() else newest_revision()
