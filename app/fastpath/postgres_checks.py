"""The checks of cached responses on PostgreSQL."""

import asyncio
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from app.database.engine import Database
from app.fastpath.heads import SECONDS, Heads, log_unchecked, statements_of


class _Check(NamedTuple):
    within: str | None
    scope: str | None


class PostgresChecks:
    """Queries without a thread: waking one for each check costs as much as the check, and two threads that alternate
    with the interpreter's lock can block a third for a minute.

    Requests that wait at the same moment share a check: one that begins after a request came is valid for it.
    """

    def __init__(self, database: Database) -> None:
        self._arguments = database.driver_arguments
        # it begins no transactions, in which a pooler would be told of the schema
        self._heads, self._within = statements_of(database.engine.dialect, database.schema)
        self._connection: AsyncConnection[Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[tuple[_Check, asyncio.Future[Any]]] = []
        self._running: asyncio.Task[None] | None = None

    async def heads(self, scope: str | None) -> Heads | None:
        row = await self._check(_Check(None, scope))
        return None if row is None else Heads(*row)

    async def stamp(self, within: str, scope: str | None) -> str | None:
        row = await self._check(_Check(within, scope))
        return None if row is None else str(row[0])

    def _check(self, check: "_Check") -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._begin(loop)
        found: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((check, found))
        if self._running is None:
            self._running = loop.create_task(self._run_all())
        return found

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Drop the state of another loop, which has ended."""
        self._drop()
        self._loop, self._waiting, self._running = loop, [], None

    async def _run_all(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []  # later requests wait for the next check
            rows = await self._rows({check for check, _ in waiting})
            for check, future in waiting:
                if not future.done():  # its client may have gone
                    future.set_result(rows.get(check))
        self._running = None

    async def _rows(self, every: set["_Check"]) -> dict["_Check", Any]:
        """The rows found in time. A connection to a server that does not answer is closed without waiting."""
        work = asyncio.ensure_future(self._read(every))
        await asyncio.wait({work}, timeout=SECONDS)
        broken = TimeoutError() if not work.done() else work.exception()
        if broken is None:
            return work.result()
        log_unchecked(broken)
        work.cancel()
        self._drop()
        return {}

    async def _read(self, every: set["_Check"]) -> dict["_Check", Any]:
        return {check: await self._row(check) for check in every}

    async def _row(self, check: "_Check") -> Any:
        if self._connection is None:
            self._connection = await self._open()
        query = self._heads if check.within is None else self._within
        values = query.values(scope=check.scope) if check.within is None else query.values(**check._asdict())
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
