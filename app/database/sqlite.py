"""SQLite's own setup: the write queue, transactions that lock at their beginning, and time limits for statements."""

import sqlite3
from collections import deque
from math import inf
from threading import Lock
from time import monotonic, thread_time
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from app.database import waiting
from app.database.folding import teach


class WriteQueue:
    """The queue of writers in this process: one at a time, first come, first served. SQLite itself lets a waiting
    writer retry now and then, and a writer that has just finished gets the lock again before it. A `with` block is
    one writer's.

    Raises:
        OperationalError: as SQLite says it, after so many seconds, or less for a request that has waited already.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._mutex = Lock()
        self._is_locked = False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._mutex:
            if not self._is_locked:
                self._is_locked = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=waiting.seconds_left(self._seconds)):
            return
        with self._mutex:
            if mine in self._waiting:
                self._waiting.remove(mine)
                busy = sqlite3.OperationalError("database is locked")
                busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise OperationalError("BEGIN", None, busy)

    def __exit__(self, *_: object) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_locked = False


def tune(engine: Engine, busy_seconds: float) -> None:
    """Readers that wait for nobody, commits that are on the disk, and BEGIN as the engine's `sqlite_begin` says."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        teach(connection)
        connection.execute(f"PRAGMA busy_timeout={busy_seconds * 1000:.0f}")
        record.info["busy_seconds"] = busy_seconds
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A transaction that read first cannot become a writer once another has written: so writers lock at their BEGIN.
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        driver: Any = connection.connection.driver_connection
        info = connection.info
        try:
            if (seconds := waiting.seconds_left(busy_seconds)) != info["busy_seconds"]:
                driver.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
                info["busy_seconds"] = seconds
            driver.execute(f"BEGIN {kind}")
        except sqlite3.OperationalError as busy:  # outside SQLAlchemy, which would have wrapped it
            raise OperationalError("BEGIN", None, busy) from busy


def limit(engine: Engine, seconds: float, cpu_seconds: float = inf) -> None:
    """Set time limits for statements: SQLite has none, but calls a function now and then.

    Args:
        seconds: by the wall clock. cpu_seconds: of the thread's own CPU, which a busy machine does not lengthen.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: ConnectionPoolEntry) -> None:
        info = record.info
        info.update(seconds=seconds, cpu_seconds=cpu_seconds, until=inf, cpu_until=inf)
        connection.set_progress_handler(
            lambda: monotonic() > info["until"] or thread_time() > info["cpu_until"], 20_000
        )
