"""Fills a migrated database: one statement for each table, the same rows on SQLite and PostgreSQL, ten million in
minutes. The journal has its streams and no entries, so `duban verify` finds faults here: reads need the heads only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from app.database.engine import Database
from benchmarks import register_sql, story_sql
from benchmarks.dialects import Dialect
from benchmarks.shapes import Shape

FAST_SQLITE = ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY")
FAST_POSTGRES = (
    "session_replication_role = replica",  # nothing is checked against other tables
    "synchronous_commit = off",
    "maintenance_work_mem = '1GB'",
    "work_mem = '1GB'",
)
NUMBERED = ("unit", "checklist", "section", "task", "period", "assignment", "obligation")  # with ids of ours


def statements(shape: Shape, to: Dialect) -> Iterator[str]:
    yield from to.numbers(max(shape.all_tasks, shape.units, 100))
    yield from register_sql.directory(shape, to)
    yield from register_sql.checklists(shape, to)
    yield from register_sql.tasks(shape, to)
    yield from story_sql.stories(shape)
    yield from story_sql.obligations(to)
    yield from story_sql.spans(shape, to)
    yield from story_sql.updates(to)
    if shape.is_judged:
        yield from story_sql.judged(to)
    yield "DROP TABLE story"
    yield "DROP TABLE numbers"


def fill(database: Database, shape: Shape, today: date) -> None:
    """Args:
    today: the day on which the answers will be asked for; what happened happened before.
    """
    raw = database.engine.raw_connection()
    driver: Any = raw.driver_connection
    cursor = driver.cursor()
    for setting in FAST_SQLITE if database.is_sqlite else FAST_POSTGRES:
        cursor.execute(f"{'PRAGMA' if database.is_sqlite else 'SET'} {setting}")
    cursor.execute("BEGIN" if database.is_sqlite else "SET TIME ZONE 'UTC'")
    with _without_indexes(cursor, is_sqlite=database.is_sqlite):
        for statement in statements(shape, Dialect(database.is_sqlite, today)):
            cursor.execute(statement)
    if not database.is_sqlite:
        for table in NUMBERED:
            last = f"(SELECT COALESCE(MAX(id), 1) FROM {table})"
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})")
    driver.commit()
    raw.invalidate()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


@contextmanager
def _without_indexes(cursor: Any, *, is_sqlite: bool) -> Iterator[None]:
    """Indexes are quicker made once all rows are there; those of constraints stay."""
    found = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    if not is_sqlite:
        found = """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)"""
    indexes = cursor.execute(found).fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
