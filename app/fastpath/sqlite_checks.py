"""The checks of cached responses on SQLite."""

import asyncio
from typing import Any

from sqlalchemy import Engine

from app.database.prepared import Prepared
from app.fastpath.heads import Heads, log_unchecked, statements_of


class SqliteChecks:
    """Queries on the event loop itself: the file's index is in memory, readers wait for nobody in WAL mode, and handing
    ten microseconds of work to a thread would take longer. Requests that came in the same iteration of the loop share a
    check: it begins after all of them came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._heads, self._within = statements_of(engine.dialect)
        self._connection: Any = None
        self._of_this_iteration: dict[str | None, Heads] = {}  # by the callers' scope

    async def heads(self, scope: str | None) -> Heads | None:
        if scope not in self._of_this_iteration and (row := self._row(self._heads, scope=scope)) is not None:
            if not self._of_this_iteration:
                asyncio.get_running_loop().call_soon(self._of_this_iteration.clear)
            self._of_this_iteration[scope] = Heads(*row)
        return self._of_this_iteration.get(scope)

    async def stamp(self, within: str, scope: str | None) -> str | None:
        row = self._row(self._within, within=within, scope=scope)
        return None if row is None else str(row[0])

    def _row(self, query: Prepared, **values: Any) -> Any:
        try:
            if self._connection is None:
                self._connection = self._open()
            return self._connection.execute(query.text, query.values(**values)).fetchone()
        except self._engine.dialect.loaded_dbapi.Error as broken:
            log_unchecked(broken)
            self._close()
            return None

    def _open(self) -> Any:
        dialect = self._engine.dialect
        positional, named = dialect.create_connect_args(self._engine.url)
        return dialect.connect(*positional, **{**named, "timeout": 0.05, "isolation_level": None})

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    async def close(self) -> None:
        self._close()
