"""The write queue of the fast path: on SQLite one thread that commits jobs in batches, since a batch waits for the disk
once; on PostgreSQL as many threads as there are connections."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from anyio.to_thread import run_sync
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.database import waiting
from app.database.engine import Database
from app.database.outages import BUSY, outage
from app.database.waiting import ClientGone, Wait
from app.errors import DubanError, Unavailable

AT_ONCE = 64  # jobs in one batch
SECONDS = 0.05  # after which no more join it: other writers wait
log = logging.getLogger(__name__)

Result = TypeVar("Result")


class ManyThreads:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, job: Callable[[Connection], Result]) -> Result:
        """Run a job in a transaction, and return its result once it is committed. If it raises, nothing is left behind.

        Raises:
            Unavailable: it could not be committed, or not begin in time. ClientGone: the client disconnected.
        """
        async with self._database.slot():
            return await run_sync(self._do, job)

    def _do(self, job: Callable[[Connection], Result]) -> Result:
        failed: Exception | None = None
        try:
            with self._database.writing() as connection:
                try:
                    return job(connection)
                except Exception as error:
                    failed = error
                    raise
        except (DBAPIError, PoolTimeout) as error:
            if error is failed:
                raise
            raise _unavailable(error) from error

    def close(self) -> None:
        """Its threads are the framework's."""


class _Job(NamedTuple):
    do: Callable[[Connection], Any]
    done: asyncio.Future[Any]
    wait: Wait | None  # of its request


class _Outcome(NamedTuple):
    job: _Job
    result: Any = None
    error: Exception | None = None


class OneThread:
    """Each job but the first has a savepoint, so that one that fails does not undo others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._connection: Connection | None = None

    async def write(self, job: Callable[[Connection], Result]) -> Result:
        """As `ManyThreads.write`."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="duban-writer", daemon=True)
            self._thread.start()
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(job, done, waiting.current()))
        return await done

    def close(self) -> None:
        """Finish what was begun."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            _wake([late] if (late := _too_late(job)) else self._commit_together(job))
        self._leave()

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _commit_together(self, first: _Job) -> list[_Outcome]:
        outcomes: list[_Outcome] = []
        try:
            if self._connection is None:
                self._connection = self._database.connect(writes=True)
            with waiting.Waiting(first.wait), self._database.writing(self._connection) as connection:
                until = monotonic() + SECONDS
                outcomes.append(_Outcome(first, _done_alone(connection, first)))
                while len(outcomes) < AT_ONCE and monotonic() < until and (job := self._next()) is not None:
                    outcomes.append(_too_late(job) or _Outcome(job))
                    if outcomes[-1].error is None:
                        outcomes[-1] = _do(connection, job)
        except DubanError as refused:  # before the first began
            return [_Outcome(first, error=refused)]
        except _FailedAlone as failed:
            return [_Outcome(first, error=failed.error)]
        except (DBAPIError, PoolTimeout) as error:
            self._leave()
            lost = _unavailable(error)
            return [_Outcome(one.job, error=lost) for one in outcomes or [_Outcome(first)]]
        except Exception as error:
            self._leave()
            log.exception("a batch of writes")
            return [_Outcome(one.job, error=error) for one in outcomes or [_Outcome(first)]]
        return outcomes

    def _next(self) -> _Job | None:
        try:
            job = self._jobs.get_nowait()
        except Empty:
            return None
        if job is None:  # the end, which comes after this
            self._jobs.put(None)
        return job


Writer = ManyThreads | OneThread


def writer_of(database: Database) -> Writer:
    return OneThread(database) if database.is_sqlite else ManyThreads(database)


class _FailedAlone(Exception):
    """Rolls back a transaction in which nothing else was done yet."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def _too_late(job: _Job) -> _Outcome | None:
    """The outcome of a job that has not begun and whose client has gone."""
    if job.wait is not None and job.wait.is_gone:
        return _Outcome(job, error=ClientGone())
    return _Outcome(job, error=Unavailable(BUSY)) if job.wait is not None and job.wait.is_over else None


def _done_alone(connection: Connection, job: _Job) -> Any:
    """The first of a transaction needs no savepoint."""
    try:
        return job.do(connection)
    except Exception as error:
        raise _FailedAlone(error) from error


def _do(connection: Connection, job: _Job) -> _Outcome:
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT job")
    try:
        with waiting.Waiting(job.wait):
            outcome = _Outcome(job, job.do(connection))
    except Exception as error:
        driver.execute("ROLLBACK TO job")
        outcome = _Outcome(job, error=error)
    driver.execute("RELEASE job")
    return outcome


def _unavailable(error: DBAPIError | PoolTimeout) -> Exception:
    return outage(error) or error


def _wake(outcomes: Iterable[_Outcome]) -> None:
    """Wake each loop once."""
    by_loop = defaultdict(list)
    for outcome in outcomes:
        by_loop[outcome.job.done.get_loop()].append(outcome)
    for loop, ended in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_end, ended)


def _end(outcomes: Iterable[_Outcome]) -> None:
    for job, result, error in outcomes:
        if job.done.done():  # its client may have gone
            continue
        if error is None:
            job.done.set_result(result)
        else:
            job.done.set_exception(error)
