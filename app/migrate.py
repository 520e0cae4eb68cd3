"""Running alembic from inside, so that an installation needs no other command than `duban`."""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session

from app.config import Settings

ROOT = Path(__file__).resolve().parent.parent


def alembic_config(settings: Settings) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["database_url"] = settings.database_url
    return config


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Bring the database's tables to a revision."""
    command.upgrade(alembic_config(settings), revision)


def downgrade(settings: Settings, revision: str) -> None:
    """Take the database's tables back to a revision; what only newer tables hold is lost."""
    command.downgrade(alembic_config(settings), revision)


@lru_cache
def newest_revision() -> str | None:
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def pending_revision(session: Session) -> str | None:
    """The revision that the database should be at, or None if it is there."""
    current = MigrationContext.configure(session.connection()).get_current_revision()
    return None if current == newest_revision() else newest_revision()
