"""The engine, and sessions that commit once, at their end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session, SQLModel

from app.config import Settings
from app.database import postgres, sqlite, statements, waiting
from app.errors import BrokenRule, Unavailable, from_integrity_error
from app.languages.messages import say

# On the event loop a statement is limited by its CPU time, since on a busy machine a thread would wait as long; and by
# so many times that of the wall clock, since the disk may be slow.
LOOP_SECONDS = 0.005
WALL_TIMES = 10
LOCK_SECONDS = 10  # the limit for waiting for a lock or connection, unless the caller has its own


class TakesLonger(Exception):
    """Work that was begun on the event loop would take too long there."""


def leave_event_loop(connection: Connection) -> None:
    """Called before what may take more than a few milliseconds.

    Raises:
        TakesLonger: the connection is used on the event loop; a thread starts again.
    """
    if connection.get_execution_options().get("on_event_loop"):
        raise TakesLonger


class Database:
    """One database: its engine, and sessions that commit once, at their end."""

    def __init__(
        self,
        settings: Settings,
        *,
        seconds: float | None = None,
        pool_size: int | None = None,
        on_event_loop: bool = False,
        watchers: list[statements.Watcher] | None = None,
    ) -> None:
        """Args:
        seconds: how long a statement, a lock or a free connection is waited for at most. A server waits so long as its
            clients do; the command line, without it, waits for locks on SQLite and for the whole statement.
        pool_size: how many connections, if not as the settings say.
        on_event_loop: it is used on the event loop, where `leave_event_loop` raises.
        watchers: called after each statement; it may be another database's list.
        """
        url = make_url(settings.database_url)
        is_sqlite = url.get_backend_name() == "sqlite"
        limits: dict[str, Any] = {} if is_sqlite else postgres.connect_arguments(settings, url, seconds)
        self.engine = create_engine(
            url,
            connect_args=limits,
            pool_size=(pool_size or settings.connections) + is_sqlite,  # one for the thread that writes
            pool_timeout=seconds or LOCK_SECONDS,
            max_overflow=0,
            pool_pre_ping=not is_sqlite,
            json_deserializer=orjson.loads,
            hide_parameters=True,  # statement errors otherwise print what people wrote
            execution_options={"on_event_loop": on_event_loop},
        )
        self._settings = settings
        # the arguments of a driver's own connection to the same database
        self.driver_arguments = {**self.engine.dialect.create_connect_args(url)[1], **limits}
        self.schema = settings.schema_ or None
        self.watchers = [] if watchers is None else watchers
        statements.watch(self.engine, self.watchers)
        self.before_writing: Callable[[Connection], None] | None = None  # it may raise, so that nothing is written
        self.slots = asyncio.Semaphore(settings.connections)
        self._for_reading, self._for_writing = self._engines()
        self._write_queue = sqlite.WriteQueue(seconds or LOCK_SECONDS)
        if self.is_sqlite:
            sqlite.tune(self.engine, seconds or LOCK_SECONDS)
            if seconds is not None and on_event_loop:
                sqlite.limit(self.engine, seconds * WALL_TIMES, cpu_seconds=seconds)
            elif seconds is not None:
                sqlite.limit(self.engine, seconds)
        else:
            postgres.leave_standbys(self.engine)
            postgres.prepare_transactions(self.engine, settings, seconds)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def session(self, *, writes: bool) -> Iterator[Session]:
        """A session in one transaction: committed when the block ends well, rolled back when it does not.

        A reading session sees one state of the database from its first query to its last.

        Raises:
            DubanError: a constraint rejected the change; the error names it in the caller's words.
        """
        with self._write_slot(writes=writes), Session(self._engine(writes=writes), expire_on_commit=False) as session:
            try:
                if writes and self.before_writing is not None:
                    self.before_writing(session.connection())
                yield session
                session.commit()
            except IntegrityError as refused:
                session.rollback()
                raise from_integrity_error(refused, SQLModel.metadata) from refused
            except DataError as refused:
                session.rollback()
                raise BrokenRule(
                    say("a value is longer or larger than its column; give a shorter or smaller one")
                ) from refused

    @contextmanager
    def reading(self, existing: Connection | None = None) -> Iterator[Connection]:
        """A connection that sees one state of the database, for statements that need no session.

        Args:
            existing: a connection from `connect`; without it one is opened for the block.
        """
        opened = nullcontext(existing) if existing is not None else self._for_reading.connect()
        with opened as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, existing: Connection | None = None) -> Iterator[Connection]:
        """A connection in one transaction, committed when the block ends well, for statements that need no session.

        Args:
            existing: a connection from `connect`; without it one is opened for the block.
        """
        opened = nullcontext(existing) if existing is not None else self._for_writing.connect()
        with self._write_slot(writes=True), opened as connection, connection.begin():
            if self.before_writing is not None:
                self.before_writing(connection)
            yield connection

    @cached_property
    def for_event_loop(self) -> "Database":
        """The same database for reads on the event loop, for some milliseconds at most. It is closed with this one."""
        return Database(self._settings, seconds=LOOP_SECONDS, pool_size=1, on_event_loop=True, watchers=self.watchers)

    def connect(self, *, writes: bool) -> Connection:
        """A connection for many transactions: getting one from the pool costs more than some of them."""
        return self._engine(writes=writes).connect()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """One of as many slots as there are connections.

        Raises:
            Unavailable: none became free in time. ClientGone: the client disconnected.
        """
        try:
            if self.slots.locked():
                async with asyncio.timeout(waiting.seconds_left(LOCK_SECONDS)):
                    await self.slots.acquire()
            else:  # at once, and without a clock
                await self.slots.acquire()
        except TimeoutError as crowded:
            raise Unavailable(
                say("more requests are waiting than this server can answer in time; try again")
            ) from crowded
        try:
            waiting.require_client()
            yield
        finally:
            self.slots.release()

    def _engine(self, *, writes: bool) -> Engine:
        return self._for_writing if writes else self._for_reading

    def _engines(self) -> tuple[Engine, Engine]:
        """One that begins reading transactions, and one that begins writing ones."""
        engine = self.engine
        if self.is_sqlite:
            reading = engine.execution_options(sqlite_begin="DEFERRED")
            return reading, engine.execution_options(sqlite_begin="IMMEDIATE")
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True), engine

    def _write_slot(self, *, writes: bool) -> AbstractContextManager[None]:
        return self._write_queue if writes and self.is_sqlite else nullcontext()

    def close(self) -> None:
        self.engine.dispose()
        if "for_event_loop" in vars(self):
            self.for_event_loop.close()


def in_pieces(session: Session, statement: Any, at_once: int = 1000) -> Iterator[Any]:
    """The rows of a long result, which is never whole in memory.

    Each piece has the time of a statement, however long the one before it took to be used: on PostgreSQL each is a
    FETCH of its own, on SQLite the time begins anew.
    """
    pieces = session.execute(statement.execution_options(yield_per=at_once)).partitions()
    while (piece := next(pieces, None)) is not None:
        yield from piece
        statements.begin(session.connection().info)


INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite_dialect.insert}


def insert_unless_there(connection: Connection, model: type[SQLModel], values: dict[str, Any]) -> None:
    """Insert a row, unless there is one that it would collide with. On PostgreSQL this waits for a transaction that has
    inserted such a row and not ended yet."""
    insert: Any = INSERTS[connection.dialect.name]
    connection.execute(insert(model).values(values).on_conflict_do_nothing())
