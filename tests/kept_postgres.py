"""One PostgreSQL database for many tests: what it held at first is put back before each.

A database of its own for each test would be made and dropped in a fifth of a second, a thousand times.
"""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from tests import kept_connections

_FIRST = sql.Identifier("first_state")
# Everything that a test might alter besides rows: columns, constraints, indexes, triggers. How many there are and which
# transaction wrote last tells as much as their text, in a tenth of the time.
_STRUCTURE = """
WITH tables AS (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
SELECT array_agg((what, number, last)::text ORDER BY what) FROM (
    SELECT 'a' AS what, count(*) AS number, max(pg_attribute.xmin::text::bigint) AS last
        FROM pg_attribute JOIN tables ON attrelid = tables.oid
    UNION ALL SELECT 'c', count(*), max(xmin::text::bigint) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'i', count(*), max(pg_index.xmin::text::bigint) FROM pg_index JOIN tables ON indrelid = tables.oid
    UNION ALL SELECT 't', count(*), max(pg_trigger.xmin::text::bigint)
        FROM pg_trigger JOIN tables ON tgrelid = tables.oid
) AS parts
"""
_END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND NOT pid = ANY (%s)
"""
_Connection = psycopg.Connection[tuple[object, ...]]


def without_durability(server: str) -> None:
    """Nothing of this server need outlive the machine: what is committed need not wait for the disk."""
    with psycopg.connect(server, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")


class KeptDatabase:
    """The database `kept_<template>` on a server, made from the template."""

    def __init__(self, server: str, url: str, template: str) -> None:
        self.server, self.url, self.template = server, url, template
        self.name = f"kept_{template}"
        self._make()

    def restore(self) -> None:
        """Put back what the template holds; a database whose structure was altered is made anew."""
        with self.connection.transaction():
            self.connection.execute(_END_OTHERS, [self.name, kept_connections.resting()])
            if self._structure(self.connection) == self.structure:
                self._refill(self.connection)
                return
        self.close()
        self._make()

    def close(self) -> None:
        kept_connections.close_all()
        self.connection.close()

    def _make(self) -> None:
        name, template = sql.Identifier(self.name), sql.Identifier(self.template)
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
        self.connection: _Connection = psycopg.connect(self.url, autocommit=True)
        with self.connection.transaction():
            connection = self.connection
            self.structure = self._structure(connection)
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            self.tables = [str(table) for (table,) in tables]
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(_FIRST))
            for table in self.tables:
                keep = sql.SQL("CREATE TABLE {first}.{table} AS TABLE public.{table}")
                connection.execute(keep.format(first=_FIRST, table=sql.Identifier(table)))
            self.sequences = sql.SQL(", ").join(
                sql.SQL("setval({}::regclass, {}, {})").format(f"public.{name}", last or 1, last is not None)
                for name, last in connection.execute(
                    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
                ).fetchall()
            )
            self.rows = self._rows(connection)

    def _refill(self, connection: _Connection) -> None:
        rows = self._rows(connection)
        altered = [table for table in self.tables if rows[table] != self.rows[table]]
        connection.execute("SET LOCAL session_replication_role = replica")  # foreign keys need no order then
        for table in altered:
            names = {"first": _FIRST, "table": sql.Identifier(table)}
            connection.execute(sql.SQL("DELETE FROM public.{table}").format(**names))
            connection.execute(sql.SQL("INSERT INTO public.{table} SELECT * FROM {first}.{table}").format(**names))
        connection.execute(sql.SQL("SELECT {}").format(self.sequences))
        self.rows |= self._rows(connection, altered)

    def _rows(self, connection: _Connection, tables: Iterable[str] | None = None) -> dict[str, tuple[object, ...]]:
        """How many rows each table has, and which transaction wrote last: whatever is done to a row is a newer one."""
        counts = [
            sql.SQL("SELECT {}, count(*), max(xmin::text::bigint) FROM public.{}").format(table, sql.Identifier(table))
            for table in (self.tables if tables is None else tables)
        ]
        found = connection.execute(sql.SQL(" UNION ALL ").join(counts)).fetchall() if counts else []
        return {str(table): tuple(counted) for table, *counted in found}

    @staticmethod
    def _structure(connection: _Connection) -> object:
        row = connection.execute(_STRUCTURE).fetchone()
        assert row is not None
        return row[0]
