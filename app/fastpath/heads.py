"""The check of a cached response: one small query on a connection of its own, without pool or threads."""

import logging
from functools import lru_cache
from typing import NamedTuple, Protocol

from sqlalchemy import Dialect, select

from app.access.models import access_name
from app.database.prepared import Prepared, value
from app.journal.stamps import SCOPE, head_hash_column, stamp_column

SECONDS = 2  # a longer check is given up: the framework handles the request, and waits or fails
HEADS = select(stamp_column(), head_hash_column(access_name(SCOPE)))
WITHIN = select(stamp_column(value("within")))
log = logging.getLogger(__name__)


@lru_cache(8)
def statements_of(dialect: Dialect, schema: str | None = None) -> tuple[Prepared, Prepared]:
    """`HEADS` and `WITHIN`, compiled once for all apps with a database."""
    return Prepared(HEADS, dialect, schema), Prepared(WITHIN, dialect, schema)


class Heads(NamedTuple):
    """The heads of the journal: of all streams together, and of the stream of the caller's key."""

    stamp: str
    access: str | None


class Checks(Protocol):
    """Reads the current heads; None if the database did not answer. `scope` is the jurisdiction of the
    caller's key, None without one."""

    async def heads(self, scope: str | None) -> Heads | None: ...

    async def stamp(self, within: str, scope: str | None) -> str | None: ...

    async def close(self) -> None: ...


def log_unchecked(broken: BaseException) -> None:
    log.warning("cached answers cannot be checked: %s", type(broken).__name__)
