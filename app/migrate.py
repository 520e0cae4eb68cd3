"""The migrations, run by alembic from inside, so that an installation needs no other command than `duban`.

It is imported where it is used: a server does not load its 10 MB.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import inspect, text
from sqlmodel import Session

from app.config import Settings
from app.database.engine import Database
from app.errors import Unavailable
from app.languages.messages import say

if TYPE_CHECKING:
    from alembic.config import Config

    from app.updates.finding_upgrade import Followed

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ROOT / "migrations" / "versions"
LOCK_TIMEOUT = 10.0  # seconds, where a migration states no other
NOT_STATED = "not stated"


class UnknownVersion(Exception):
    """The database is at a version that this program does not have."""


class Step(NamedTuple):
    """One migration to run, and its own statements about locks."""

    revision: str
    title: str
    lock_timeout: float  # seconds
    blocks: str


def alembic_config(settings: Settings) -> "Config":
    from alembic.config import Config

    config = Config(ROOT / "alembic.ini")
    config.attributes["settings"] = settings
    return config


def upgrade(settings: Settings, revision: str = "head") -> "list[Followed]":
    """Bring the database's tables to a revision. Returns the open findings whose obligations have another last day now.

    Raises:
        UnknownVersion.
    """
    from alembic import command

    config = alembic_config(settings)
    config.attributes["lock_timeout"] = min([one.lock_timeout for one in steps(settings)], default=LOCK_TIMEOUT)
    command.upgrade(config, revision)
    return list(config.attributes.get("followed", ()))


def downgrade(settings: Settings, revision: str) -> None:
    """Take the database's tables back to a revision; data that only newer tables have is lost."""
    from alembic import command

    command.downgrade(alembic_config(settings), revision)


def steps(settings: Settings) -> Sequence[Step]:
    """The migrations that `upgrade` would run, in order.

    Raises:
        UnknownVersion.
    """
    from alembic.script import ScriptDirectory
    from alembic.script.revision import RevisionError

    database = Database(settings)
    try:
        with database.session(writes=False) as session:
            current = current_revision(session)
        script = ScriptDirectory.from_config(alembic_config(settings))
        found = [*script.iterate_revisions("head", current or "base")]
    except RevisionError as unknown:
        raise UnknownVersion(
            f"the database is at version {current}, which this program does not know; install the one that migrated it"
        ) from unknown
    finally:
        database.close()
    return [_step(one) for one in reversed(found)]


def _step(script: Any) -> Step:
    stated = vars(script.module)
    lock_timeout, blocks = stated.get("lock_timeout", LOCK_TIMEOUT), stated.get("blocks", NOT_STATED)
    return Step(script.revision, script.doc, lock_timeout, blocks)


@lru_cache
def newest_revision() -> str:
    """The one that no other follows."""
    scripts = [file.read_text("utf-8") for file in VERSIONS.glob("*.py")]
    revisions, followed = (
        {found[1] for script in scripts if (found := re.search(rf'^{name}: .*= "(\w+)"', script, re.MULTILINE))}
        for name in ("revision", "down_revision")
    )
    (newest,) = revisions - followed
    return newest


def current_revision(session: Session) -> str | None:
    """The revision that the database is at; None if it has no tables yet."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    revision: str | None = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def require_this_version(session: Session) -> None:
    """Raises:
    Unavailable: the database is at another version.
    """
    current, newest = current_revision(session), newest_revision()
    if current is None:
        raise Unavailable(say("the database has no tables yet; run `duban migrate`"))
    if current != newest:
        raise Unavailable(
            say(
                "the database is at version {current} and not at {newest}; run `duban migrate`",
                current=current,
                newest=newest,
            )
        )
