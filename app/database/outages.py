"""The classification of database errors: outages (503, a retry or the operator helps) or defects (500)."""

import logging
import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.errors import DatabaseReadOnly, Unavailable
from app.languages.messages import say

log = logging.getLogger(__name__)

OTHER_TABLES = say("the database's tables are not those of this version; whoever runs the server runs `duban migrate`")
BUSY = say("somebody else is changing the same, or the database is busy; nothing was written, try again")
TOO_SLOW = say(
    "the answer took longer than this server allows; try again, or ask for less: a smaller limit, one checklist"
)
POOLED = say(
    "a pooler stands before the database; nothing was written, whoever runs the server sets "
    "DUBAN_PREPARED_STATEMENTS=off"
)
FULL_POOL = say("all connections to the database are busy; try again")

# PostgreSQL, appendix A: error codes, and classes of them by their first two characters
SENTENCES = {
    "42P01": OTHER_TABLES,
    "42703": OTHER_TABLES,
    "57014": TOO_SLOW,
    "55P03": BUSY,
    "40001": BUSY,
    "40P01": BUSY,
    "26000": POOLED,  # a prepared statement that another connection has
    "42P05": POOLED,  # or that this one has already
}
READ_ONLY = "25006"  # on a standby, and after a failover on connections to what was the primary
OUTAGE_CLASSES = frozenset({"08", "25", "28", "3D", "53", "57", "58", "XX"})
SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_SCHEMA,
    }
)


def leads_to_standby(driver_error: Any) -> bool:
    """Whether a connection accepts no changes any more. Another may lead to the new primary."""
    return getattr(driver_error, "sqlstate", None) == READ_ONLY


def outage(error: DBAPIError | PoolTimeout) -> Unavailable | None:
    """The 503 for an error of the database, which goes to the log, or None for a defect of ours, which is a 500."""
    found = _outage(error)
    if found is not None:
        log.error("database: %s", error)
    return found


def _outage(error: DBAPIError | PoolTimeout) -> Unavailable | None:
    if isinstance(error, PoolTimeout):
        return Unavailable(FULL_POOL)
    driver_error: Any = error.orig
    if isinstance(driver_error, sqlite3.Error):
        return _of_sqlite(driver_error)
    state: str | None = getattr(driver_error, "sqlstate", None)
    if leads_to_standby(driver_error):
        return DatabaseReadOnly()
    if state in SENTENCES:
        return Unavailable(SENTENCES[state])
    if state is None:  # there was no server to give a code
        return Unavailable()
    return Unavailable() if state[:2] in OUTAGE_CLASSES else None


def _of_sqlite(error: sqlite3.Error) -> Unavailable | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code, without its extension
    if code in SQLITE_BUSY:
        return Unavailable(BUSY)
    if code == sqlite3.SQLITE_INTERRUPT:
        return Unavailable(TOO_SLOW)
    if code in SQLITE_AWAY:
        return Unavailable()
    missing = code == sqlite3.SQLITE_ERROR and str(error).startswith(("no such table", "no such column"))
    return Unavailable(OTHER_TABLES) if missing else None
