"""One PostgreSQL database for many tests: what it held at first is put back before each.

A database of its own for each test would be made and dropped in a fifth of a second, a thousand times.
"""

import psycopg
from psycopg import sql

_FIRST = sql.Identifier("first_state")
# Everything that a test might alter besides rows: columns, constraints, indexes, triggers.
_STRUCTURE = """
SELECT md5(string_agg(part, '|' ORDER BY part)) FROM (
    SELECT attrelid::regclass || '.' || attname || ' ' || atttypid || attnotnull FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
) AS parts (part)
"""


class KeptDatabase:
    """The database `kept_<template>` on a server, made from the template."""

    def __init__(self, server: str, url: str, template: str) -> None:
        self.server, self.url, self.template = server, url, template
        self.name = f"kept_{template}"
        self._make()

    def restore(self) -> None:
        """Put back what the template holds; a database whose structure was altered is made anew."""
        with psycopg.connect(self.server, autocommit=True) as connection:
            ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(ends, [self.name])
        with psycopg.connect(self.url) as connection:
            if self._structure(connection) == self.structure:
                self._refill(connection)
                return
        self._make()

    def _make(self) -> None:
        name, template = sql.Identifier(self.name), sql.Identifier(self.template)
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
        with psycopg.connect(self.url) as connection:
            self.structure = self._structure(connection)
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            self.tables = [sql.Identifier(table) for (table,) in tables]
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(_FIRST))
            for table in self.tables:
                keep = sql.SQL("CREATE TABLE {first}.{table} AS TABLE public.{table}")
                connection.execute(keep.format(first=_FIRST, table=table))
            self.sequences = connection.execute(
                "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
            ).fetchall()

    def _refill(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        connection.execute("SET LOCAL session_replication_role = replica")  # foreign keys need no order then
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(self.tables)))
        for table in self.tables:
            refill = sql.SQL("INSERT INTO public.{table} SELECT * FROM {first}.{table}")
            connection.execute(refill.format(first=_FIRST, table=table))
        for name, last in self.sequences:
            connection.execute("SELECT setval(%s::regclass, %s, %s)", [f"public.{name}", last or 1, last is not None])

    @staticmethod
    def _structure(connection: "psycopg.Connection[tuple[object, ...]]") -> object:
        row = connection.execute(_STRUCTURE).fetchone()
        assert row is not None
        return row[0]
