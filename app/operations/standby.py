"""How far a standby is behind its primary, and the header that says so on each answer of a server that only reads."""

import asyncio
from collections.abc import Callable

from anyio.to_thread import run_sync
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.database.engine import Database
from app.edge.one_piece import Headers
from app.errors import DubanError

HEADER = b"x-seconds-behind"
EVERY = 1.0  # seconds between two looks

# of a standby that has shown all that it received, nothing is known to be missing
_BEHIND = text("""
    SELECT CASE WHEN NOT pg_is_in_recovery() THEN NULL
        WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END
""")


def seconds_behind(connection: Connection) -> float | None:
    """The age of the newest change that a standby shows, where it lags. None on a primary and on SQLite."""
    if connection.dialect.name == "sqlite":
        return None
    behind = connection.execute(_BEHIND).scalar()
    return None if behind is None else float(behind)


async def watch_lag(database: Database, add_headers: Callable[[Headers], None]) -> None:
    """Measure the lag every second, until it is cancelled. While the database is away, responses lack the header."""
    while not database.is_sqlite:  # which has no standby
        try:
            async with database.slot():
                behind = await run_sync(_look, database)
        except (SQLAlchemyError, DubanError):
            behind = None
        add_headers([] if behind is None else [(HEADER, f"{behind:.1f}".encode())])
        await asyncio.sleep(EVERY)


def _look(database: Database) -> float | None:
    with database.reading() as connection:
        return seconds_behind(connection)
