"""One database of each kind for all tests of a process, put back to what a template holds before each test.

Were the database, its engine and its connections new for each test, every statement would be compiled anew and
PostgreSQL would read its catalogue anew: a third of the time of all tests.
"""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql


class Templates(Protocol):
    """A database, and copies of what it held at some moments."""

    url: str

    def save(self, name: str) -> None: ...
    def restore(self, name: str) -> None: ...
    def close(self) -> None: ...


class SqliteTemplates:
    """Each is a file beside the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'duban.db'}"

    def save(self, name: str) -> None:
        self._copy("duban", name)

    def restore(self, name: str) -> None:
        self._copy(name, "duban")

    def close(self) -> None:
        """Nothing is open."""

    def _copy(self, source: str, target: str) -> None:
        with closing(self._open(source)) as read, closing(self._open(target)) as written:
            written.execute("PRAGMA synchronous = OFF")
            read.backup(written, progress=_only_once)

    def _open(self, name: str) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / f"{name}.db", timeout=10)


def _only_once(status: int, _remaining: int, _total: int) -> None:
    """Without this SQLite would try again for ever."""
    assert status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), "an earlier test left a transaction open"


class PostgresTemplates:
    """Each is a schema with a copy of every table. To restore one takes some milliseconds, where a new database from a
    template takes a fifth of a second: only tables that were written to are filled again."""

    def __init__(self, server: str) -> None:
        self.url = new_database(server, "duban")
        self._connection = psycopg.connect(self.url, autocommit=True)
        self._sequences: dict[str, sql.Composed] = {}  # by template, the statement that sets them
        self._filled: dict[str, tuple[Any, ...]] = {}  # by table, from which template and what its rows were then

    def save(self, name: str) -> None:
        self._connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        for table in self._tables():
            copy = sql.SQL("CREATE TABLE {} AS TABLE {}").format(sql.Identifier(name, table), _public(table))
            self._connection.execute(copy)
        last = self._connection.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
        ).fetchall()
        self._sequences[name] = sql.SQL("SELECT {}").format(
            sql.SQL(", ").join(
                sql.SQL("setval({}::regclass, {}, {})").format(f"public.{sequence}", value or 1, value is not None)
                for sequence, value in last
            )
        )

    def restore(self, name: str) -> None:
        with self._connection.transaction():
            self._connection.execute("SET LOCAL lock_timeout = '10s'")  # if an earlier test left a transaction open
            self._connection.execute("SET LOCAL session_replication_role = replica")  # foreign keys need no order
            rows = self._rows(self._tables())
            written = [table for table in rows if (name, *rows[table]) != self._filled.get(table)]
            for table in written:
                self._connection.execute(sql.SQL("DELETE FROM {}").format(_public(table)))
                fill = sql.SQL("INSERT INTO {} TABLE {}").format(_public(table), sql.Identifier(name, table))
                self._connection.execute(fill)
            self._filled |= {table: (name, *now) for table, now in self._rows(written).items()}
            self._connection.execute(self._sequences[name])

    def close(self) -> None:
        self._connection.close()

    def _tables(self) -> list[str]:
        found = self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return [table for (table,) in found]

    def _rows(self, tables: Collection[str]) -> dict[str, tuple[int, int]]:
        """How many rows each table has, and the number of the last transaction that wrote one of them."""
        counts = [
            sql.SQL("SELECT {}, count(*), max(xmin::text::bigint) FROM {}").format(table, _public(table))
            for table in tables
        ]
        found = self._connection.execute(sql.SQL(" UNION ALL ").join(counts)).fetchall() if counts else []
        return {table: (number, last) for table, number, last in found}


def _public(table: str) -> sql.Identifier:
    return sql.Identifier("public", table)


def new_database(server: str, name: str) -> str:
    """Make an empty database on a PostgreSQL server. Answers its URL."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    head, question_mark, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{question_mark}{query}"


def without_durability(server: str) -> None:
    """Nothing of this server need outlive the machine: what is committed need not wait for the disk."""
    with psycopg.connect(server, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")
