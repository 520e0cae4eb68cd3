"""The fast path for marked lists, without the framework, which costs more than the list does."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar
from urllib.parse import parse_qsl

from anyio.to_thread import run_sync
from fastapi import Response
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.types import Scope

from app.access.actors import Caller
from app.access.caching import Basis, headers_of
from app.access.declared import declared
from app.config import Settings
from app.database.engine import Database, TakesLonger
from app.database.outages import outage
from app.edge.request_headers import RequestHeaders
from app.errors import DubanError, Unavailable
from app.fastpath.cache import Answer
from app.fastpath.calls import Context, FastCall
from app.journal.stamps import read_stamp

Result = TypeVar("Result")


class LoopReads:
    """A connection of its own on which the event loop itself reads, for some milliseconds at most."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def run(self, read: Callable[[Connection], Result]) -> Result:
        """Raises:
        TakesLonger: it would have to wait, or takes too long for the event loop.
        """
        try:
            self._connection = self._connection or self._database.connect(writes=False)
            with self._database.reading(self._connection) as connection:
                return read(connection)
        except OperationalError as busy:
            self.close()
            raise TakesLonger from busy

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class FastReads:
    """Makes responses with status 200. Every other request (a rejected query, an invisible row) goes to
    the framework, which calls the same endpoint and reports the error."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.loop_reads = LoopReads(database.for_event_loop) if database.is_sqlite else None

    async def make(
        self, scope: Scope, headers: RequestHeaders, caller: Caller, call: FastCall
    ) -> Answer | Unavailable | None:
        """The response to a GET; Unavailable if the database does not answer in time; None for the framework."""
        query = _query(scope)
        given = None if query is None else call.parse(scope["path"], query, None)
        if query is None or given is None:
            return None
        route = declared(call.route)
        within, key_scope = route.stream_within(given, query), caller.actor.key_scope
        try:
            viewer = call.admit(caller.actor, self.settings)

            def read(connection: Connection) -> tuple[str, Response]:
                return read_stamp(connection, within, key_scope), call.run(given, Context(scope, connection, viewer))

            stamp, response = await self._read(read, on_event_loop=call.mark.on_event_loop)
        except (DubanError, SQLAlchemyError) as error:
            return _outage(error)
        except Exception:  # which the framework raises again and logs
            return None
        basis = Basis(route.seen_by(caller.actor), within, stamp)
        caching = headers_of(basis, headers.language, self.settings)
        own = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in caching.items()]
        return Answer.of(bytes(response.body), [*response.raw_headers, *own], basis)

    async def _read(self, read: Callable[[Connection], Result], *, on_event_loop: bool) -> Result:
        if self.loop_reads is not None and on_event_loop:
            with suppress(TakesLonger):
                return self.loop_reads.run(read)
        async with self.database.slot():
            return await run_sync(self._in_thread, read)

    def _in_thread(self, read: Callable[[Connection], Result]) -> Result:
        with self.database.reading() as connection:
            return read(connection)

    def close(self) -> None:
        if self.loop_reads is not None:
            self.loop_reads.close()


def _query(scope: Scope) -> Mapping[str, str] | None:
    """The query's parameters; None if one is doubled or empty, for the framework to report."""
    try:
        pairs = parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return None
    given = dict(pairs)
    return given if len(given) == len(pairs) and "" not in given.values() else None


def _outage(error: DubanError | SQLAlchemyError) -> Unavailable | None:
    """The error to return at once: the framework would wait as long again."""
    if isinstance(error, DBAPIError | PoolTimeout):
        return outage(error)
    return error if isinstance(error, Unavailable) else None
