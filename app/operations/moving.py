"""The move of a county from SQLite to PostgreSQL: every row unchanged, all or none."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy import URL, Table, exists, func, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from app.access.actors import OPERATOR
from app.config import Settings
from app.database.engine import Database
from app.errors import Unavailable
from app.journal.verification import Report, verify
from app.migrate import require_this_version
from app.oversight.journal_queries import heads_of_visible


class MoveFailed(Exception):
    """Nothing was moved. It says why in a sentence."""


class Moved(NamedTuple):
    rows: int
    report: Report  # of the target; its faults are those that the source has, too


def move(source: Settings, target: Settings) -> Moved:
    """Copy all rows into an empty migrated database, and verify them there against the source's heads.

    The source is locked for writing meanwhile, and everything is one transaction of the target.

    Raises:
        MoveFailed: one of them is not what it should be, or the rows do not verify. The target is as it was.
    """
    _require_kinds(make_url(source.database_url), make_url(target.database_url))
    try:
        with (
            closing(Database(source)) as old,
            closing(Database(target)) as new,
            old.session(writes=True) as read,
            new.session(writes=True) as written,
        ):
            _require_places(read, written)
            written.execute(text("SET LOCAL TIME ZONE 'UTC'"))  # SQLite's moments are in UTC and do not say so
            rows = sum(_copy(table, read, written) for table in SQLModel.metadata.sorted_tables)
            written.execute(text("ANALYZE"))  # or the rows are verified by the plans of empty tables
            report = _verified(read, written)
            for table in SQLModel.metadata.sorted_tables:
                _go_on_numbering(table, read, written)
            return Moved(rows, report)
    except (DBAPIError, sqlite3.Error, psycopg.Error) as broken:
        why = getattr(broken, "orig", broken)
        raise MoveFailed(f"a database cannot be used, or cannot take a row: {why}") from broken


def _require_kinds(source: URL, target: URL) -> None:
    if (source.get_backend_name(), target.get_backend_name()) != ("sqlite", "postgresql"):
        raise MoveFailed("a county moves from SQLite to PostgreSQL; give sqlite:///… and postgresql://…")
    if not Path(str(source.database)).is_file():
        raise MoveFailed(f"there is no database {source.database}")


def _require_places(read: Session, written: Session) -> None:
    for session, which in ((read, "source"), (written, "target")):
        try:
            require_this_version(session)
        except Unavailable as other:
            raise MoveFailed(f"{which}: {other.detail}") from other
    for table in SQLModel.metadata.sorted_tables:
        if written.execute(select(exists(select(table)))).scalar():
            raise MoveFailed(f"the target has rows in {table.name}; a county moves into an empty database only")


def _copy(table: Table, read: Session, written: Session) -> int:
    """Copy the rows of a table. Each value is passed on as SQLite has it, in words that PostgreSQL reads alike."""
    query = str(select(table).compile(read.connection()))
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns.keys()))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with closing(_driver(written).cursor()) as cursor:
        with cursor.copy(into) as copy:
            for row in _driver(read).execute(query):
                copy.write_row(row)
        return int(cursor.rowcount)


def _verified(read: Session, written: Session) -> Report:
    """Raises:
    MoveFailed: a fault that the source does not have.
    """
    heads = heads_of_visible(read, OPERATOR)
    report = verify(written, {stream: head.hash for stream, head in heads.items()})
    if report.heads != heads:
        raise MoveFailed("the target does not have the heads of the source")
    if report.faults and report.faults != verify(read).faults:
        raise MoveFailed(f"{len(report.faults)} faults that the source does not have: {report.faults[0]}")
    return report


def _go_on_numbering(table: Table, read: Session, written: Session) -> None:
    """Let new rows have numbers that none had before, also none that is gone."""
    if (number := table.autoincrement_column) is None:
        return
    given = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    last = read.execute(given, {"table": table.name}).scalar() or 0
    last = max(last, read.execute(select(func.max(number))).scalar() or 0)
    if last:
        sequence = func.pg_get_serial_sequence(table.name, number.name)
        written.execute(select(func.setval(sequence, last)))


def _driver(session: Session) -> Any:
    return session.connection().connection.driver_connection
