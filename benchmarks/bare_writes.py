"""The limit of writes: a FastAPI endpoint that runs the statements of one posted update through the bare driver, each
with values of its own, in one durable transaction."""

import os
import queue
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Protocol

import psycopg
from fastapi import FastAPI, Request
from pydantic import BaseModel, Field

from app.config import Settings
from benchmarks.captured import OBLIGATION, Fresh, Recording, record

CONNECTIONS = 10


class Report(BaseModel):
    state: str
    percent: Annotated[int, Field(ge=0, le=100)]
    narrative: Annotated[str, Field(min_length=1, max_length=10_000)]


class Posted(BaseModel):
    id: int
    obligation_id: int
    percent: int
    narrative: str


class Driver(Protocol):
    def transaction(self) -> Any:
        """A context that begins, yields a cursor, and commits."""


class Sqlite:
    """One connection behind a lock, which is quicker than many that wait for the file's lock."""

    def __init__(self, url: str) -> None:
        self.connection = sqlite3.connect(url.removeprefix("sqlite:///"), check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.lock = Lock()

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with self.lock:
            cursor = self.connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            cursor.execute("COMMIT")


class Postgres:
    def __init__(self, url: str) -> None:
        self.free: queue.SimpleQueue[psycopg.Connection[Any]] = queue.SimpleQueue()
        for _ in range(CONNECTIONS):
            self.free.put(psycopg.connect(url.replace("+psycopg", "")))

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        connection = self.free.get()
        try:
            with connection.transaction(), connection.cursor() as cursor:
                yield cursor
        finally:
            self.free.put(connection)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    url = Settings(database_url=os.environ["BARE_DATABASE_URL"]).database_url
    keys = Path(os.environ["BARE_KEYS"]).read_text("ascii").split()
    app.state.prefixes = [key.split("_")[1] for key in keys]
    app.state.recording = await record(url, keys[OBLIGATION - 1])
    app.state.driver = Sqlite(url) if url.startswith("sqlite") else Postgres(url)
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/")
def statements() -> int:
    recording: Recording = app.state.recording
    return len(recording.statements)


@app.post("/api/v1/obligations/{obligation_id}/updates", status_code=201)
def post_update(obligation_id: int, report: Report, request: Request) -> Posted:
    state = request.app.state
    driver: Driver = state.driver
    fresh = Fresh(obligation_id, report.percent, report.narrative, state.prefixes[obligation_id - 1])
    with driver.transaction() as cursor:
        number = state.recording.run(cursor, fresh)
    return Posted(id=number, obligation_id=obligation_id, percent=report.percent, narrative=report.narrative)
