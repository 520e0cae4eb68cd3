"""Checks of cached answers on PostgreSQL."""

import asyncio
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from app.database.engine import Database
from app.database.prepared import Prepared
from app.fastpath.heads import HEADS, SECONDS, WITHIN, Heads, log_unchecked


class _Asked(NamedTuple):
    within: str | None
    scope: str | None


class PostgresChecks:
    """Queries without a thread: one that wakes for each check takes as long as the check, and two threads that hand the
    interpreter's lock to each other in turn can keep a third from it for a minute.

    Requests that wait at the same moment share a check: one that begins after a request came is good for it.
    """

    def __init__(self, database: Database) -> None:
        self._arguments = database.driver_arguments
        self._heads = Prepared(HEADS, database.engine.dialect)
        self._within = Prepared(WITHIN, database.engine.dialect)
        self._connection: AsyncConnection[Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[tuple[_Asked, asyncio.Future[Any]]] = []
        self._running: asyncio.Task[None] | None = None

    async def heads(self, scope: str | None) -> Heads | None:
        row = await self._check(_Asked(None, scope))
        return None if row is None else Heads(*row)

    async def stamp(self, within: str, scope: str | None) -> str | None:
        row = await self._check(_Asked(within, scope))
        return None if row is None else str(row[0])

    def _check(self, asked: "_Asked") -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._begin(loop)
        found: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((asked, found))
        if self._running is None:
            self._running = loop.create_task(self._run_all())
        return found

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Leave behind what belonged to another loop, which has ended."""
        self._drop()
        self._loop, self._waiting, self._running = loop, [], None

    async def _run_all(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []  # who comes from now on waits for the next check
            rows = await self._rows({asked for asked, _ in waiting})
            for asked, future in waiting:
                if not future.done():  # its client may have gone
                    future.set_result(rows.get(asked))
        self._running = None

    async def _rows(self, every: set["_Asked"]) -> dict["_Asked", Any]:
        """What was found in time. A server that is there and does not answer is left without waiting for its word."""
        work = asyncio.ensure_future(self._read(every))
        await asyncio.wait({work}, timeout=SECONDS)
        broken = TimeoutError() if not work.done() else work.exception()
        if broken is None:
            return work.result()
        log_unchecked(broken)
        work.cancel()
        self._drop()
        return {}

    async def _read(self, every: set["_Asked"]) -> dict["_Asked", Any]:
        return {asked: await self._row(asked) for asked in every}

    async def _row(self, asked: "_Asked") -> Any:
        if self._connection is None:
            self._connection = await self._open()
        query = self._heads if asked.within is None else self._within
        values = query.values(scope=asked.scope) if asked.within is None else query.values(**asked._asdict())
        found = await self._connection.execute(query.text, values, prepare=True)
        return await found.fetchone()

    async def _open(self) -> AsyncConnection[Any]:
        return await AsyncConnection.connect(**self._arguments, autocommit=True)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.pgconn.finish()

    async def close(self) -> None:
        self._drop()
