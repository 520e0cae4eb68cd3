"""Whether a kept answer still holds: one tiny query, past the pool, the framework and its threads."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Engine, select

from app.journal.stamps import head_hash_column, stamp_column
from app.prepared import Prepared, value

SECONDS = 2  # a check that takes longer is given up: its request goes the long way, and waits or fails there
HEADS = select(stamp_column(), head_hash_column("access"))
WITHIN = select(stamp_column(value("within")))
log = logging.getLogger(__name__)


class Heads(NamedTuple):
    """Where the journal stands: as a whole, and the stream of the keys."""

    stamp: str
    access: str | None


class Checks(Protocol):
    """Reads the heads as they are now. None: the database did not answer."""

    async def heads(self) -> Heads | None: ...

    async def stamp(self, within: str) -> str | None: ...

    def close(self) -> None: ...


def checks_of(engine: Engine) -> Checks:
    return SqliteChecks(engine) if engine.dialect.name == "sqlite" else PostgresChecks(engine)


class _Line:
    """A connection of its own to the database, opened when it is first needed and again after it broke."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._heads = Prepared(HEADS, engine.dialect)
        self._within = Prepared(WITHIN, engine.dialect)
        self._connection: Any = None

    def heads(self) -> Heads | None:
        row = self._row(self._heads)
        return None if row is None else Heads(*row)

    def stamp(self, within: str) -> str | None:
        row = self._row(self._within, within=within)
        return None if row is None else str(row[0])

    def _row(self, query: Prepared, **values: Any) -> Any:
        try:
            if self._connection is None:
                self._connection = self._open()
            return self._connection.execute(query.text, query.values(**values)).fetchone()
        except self._engine.dialect.loaded_dbapi.Error as broken:
            log.warning("kept answers cannot be checked: %s", type(broken).__name__)
            self.close()
            return None

    def _open(self) -> Any:
        dialect = self._engine.dialect
        positional, named = dialect.create_connect_args(self._engine.url)
        if dialect.name == "sqlite":
            return dialect.connect(*positional, **{**named, "timeout": 0.05, "isolation_level": None})
        options = f"-c statement_timeout={SECONDS}s -c default_transaction_read_only=on"
        named["options"] = f"{named.get('options', '')} {options}"
        return dialect.connect(*positional, **named, autocommit=True, connect_timeout=SECONDS)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class SqliteChecks:
    """Asks on the event loop itself: the file's index is in memory, readers wait for nobody in WAL mode, and handing
    ten microseconds of work to a thread would take longer. Requests that came in the same turn of the loop share a
    check: it begins after all of them came."""

    def __init__(self, engine: Engine) -> None:
        self._line = _Line(engine)
        self._of_this_turn: Heads | None = None

    async def heads(self) -> Heads | None:
        if self._of_this_turn is None:
            self._of_this_turn = self._line.heads()
            asyncio.get_running_loop().call_soon(self._end_turn)
        return self._of_this_turn

    def _end_turn(self) -> None:
        self._of_this_turn = None

    async def stamp(self, within: str) -> str | None:
        return self._line.stamp(within)

    def close(self) -> None:
        self._line.close()


class PostgresChecks:
    """Asks from one thread. Requests that wait at the same moment share a check: one that begins after a request came
    is good for it."""

    def __init__(self, engine: Engine) -> None:
        self._line = _Line(engine)
        self._thread: ThreadPoolExecutor | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[tuple[str | None, asyncio.Future[Any]]] = []
        self._is_asking = False

    async def heads(self) -> Heads | None:
        found: Heads | None = await self._ask(None)
        return found

    async def stamp(self, within: str) -> str | None:
        found: str | None = await self._ask(within)
        return found

    def _ask(self, within: str | None) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._waiting, self._is_asking = loop, [], False
        asked: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((within, asked))
        if not self._is_asking:
            self._begin(loop)
        return asked

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_asking = True
        self._thread = self._thread or ThreadPoolExecutor(1, "duban-checks")
        asked, self._waiting = self._waiting, []  # who comes from now on waits for the next check
        work = loop.run_in_executor(self._thread, self._read, {within for within, _ in asked})
        work.add_done_callback(lambda done: self._end(loop, asked, done))

    def _read(self, all_within: set[str | None]) -> dict[str | None, Any]:
        line = self._line
        return {within: line.heads() if within is None else line.stamp(within) for within in all_within}

    def _end(
        self, loop: asyncio.AbstractEventLoop, asked: list[tuple[str | None, asyncio.Future[Any]]], done: Any
    ) -> None:
        self._is_asking = False
        found = done.result() if done.exception() is None else {}
        for within, future in asked:
            if not future.done():  # its client may have gone
                future.set_result(found.get(within))
        if self._waiting:
            self._begin(loop)

    def close(self) -> None:
        if self._thread is not None:
            self._thread.submit(self._line.close)
            self._thread.shutdown()
            self._thread = None
