"""Every column of every table: edited, inserted, deleted or swapped by SQL, it shows at once, and still after the next
ordinary change of the same row. What does not show stands in docs/journal.md."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, Date, DateTime, Enum, Integer, String, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from app import clock
from app import models as _all_tables  # noqa: F401
from app.database.engine import Database
from app.journal.recorder import StreamRef, lock, record
from app.journal.rows import Journaled, RowKey, journaled_tables, table_of
from app.journal.verification import verify
from tests.access.rows import done, enter_rows
from tests.conftest import County
from tests.shared import Shared

MODELS = {table_of(model).name: model for model in journaled_tables()}
WITHOUT_ROWS = {"calendar_year"}  # the command line alone enters whole years
FEW = 2  # rounds without --long; each edits one column of each row of each table


@pytest.fixture
def template(shared: Shared, county: County, request: pytest.FixtureRequest) -> str:
    """The name of a template with rows in every journaled table."""
    done(county.as_role("coordinator").patch("/checklists/1", {"revision": 2, "asks_for_review": True}))
    for unit in ("城关镇", "河口镇"):
        enter_rows(county, unit)
    for number in (1, 2):
        task = county.task(number)
        body = {"revision": task["revision"], "summary": "另一说明", "section_id": county.task(9)["section"]["id"]}
        done(county.as_role("coordinator").patch(f"/tasks/{task['id']}", body))
    days = [{"day": day, "is_working": False, "name": "节"} for day in ("2031-05-01", "2031-05-02")]
    done(county.as_role("admin", "").put("/calendar/days", {"days": days}))
    name: str = request.function.__name__[:30]
    shared.templates.save(name)
    return name


@contextmanager
def unchecked(database: Database) -> Iterator[Connection]:
    """As somebody who has the database's password, without its foreign keys."""
    engine = create_engine(database.engine.url)  # SQLite holds foreign keys only where it is told to
    with engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
    engine.dispose()


def another(column: Column[Any], value: Any) -> Any:
    """Another value of a column."""
    kind = getattr(column.type, "impl", column.type)
    if isinstance(kind, Enum):
        return next(word for word in kind.enums if word != value)
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, Date):
        return (value or date(2023, 6, 1)) + timedelta(days=1)
    if isinstance(kind, DateTime):
        return (value or datetime(2023, 6, 1, tzinfo=clock.SHANGHAI)) + timedelta(seconds=1)
    if isinstance(kind, Integer):
        return (value or 0) + 1
    if isinstance(kind, String):
        return f"{value or ''}x"[-(kind.length or 1_000_000) :]
    return {"tampered": True}


def ids(connection: Connection, table: str) -> list[Any]:
    (key,) = table_of(MODELS[table]).primary_key
    return [*connection.execute(select(key).order_by(key).limit(5)).scalars()]


def edit(connection: Connection, name: str, column: Column[Any], identity: Any) -> bool:
    """Give a column of a row another value. Answers whether the database let it."""
    table = table_of(MODELS[name])
    (key,) = table.primary_key
    now = connection.execute(select(column).where(key == identity)).scalar_one()
    try:
        with connection.begin_nested():
            connection.execute(table.update().where(key == identity).values({column: another(column, now)}))
    except DBAPIError:  # a CHECK or UNIQUE constraint: no tampering
        return False
    return True


def places(database: Database) -> set[str]:
    with database.session(writes=False) as session:
        return {fault.place for fault in verify(session).faults}


def change_again(database: Database, keys: set[RowKey]) -> None:
    """The next ordinary change of rows: each is read, and recorded as every action records it."""
    with database.session(writes=True) as session:
        for key in sorted(keys):
            model = MODELS[key.table]
            row = session.get_one(model, key.identity)
            which = getattr(row, model.journal_key) if model.journal_key else ""
            stream = StreamRef(f"{model.journal_kind}:{which}" if which != "" else model.journal_kind, "341522")
            moment = lock(session, clock.now(), stream)
            record(session, stream, by="cli", verb="row.touched", subject=str(key), at=moment, rows=[row])


def rounds(database: Database) -> list[dict[RowKey, str]]:
    """Which column of which row is edited in which round: each column once, in as few rounds as there are rows for."""
    planned: list[dict[RowKey, str]] = []
    with database.engine.connect() as connection:
        for name, model in MODELS.items():
            rows = ids(connection, name)
            assert rows or name in WITHOUT_ROWS, f"{name} has no row"
            columns = [one.key for one in table_of(model).columns if not one.primary_key]
            for place, column in enumerate(columns if rows else ()):
                while len(planned) <= place // len(rows):
                    planned.append({})
                planned[place // len(rows)][RowKey(name, rows[place % len(rows)])] = column
    return planned


def moved(model: type[Journaled], column: str) -> bool:
    """Whether a row belongs to another stream now, which its next change goes to."""
    return column == model.journal_key


def test_an_edited_column_shows_before_and_after_the_next_change(
    shared: Shared, county: County, template: str, request: pytest.FixtureRequest
) -> None:
    database, missed = county.database, set()
    planned = rounds(database)
    for number, edits in enumerate(planned if request.config.getoption("long") else planned[:FEW]):
        shared.templates.restore(template)
        with unchecked(database) as connection:
            edited = {
                key: column
                for key, column in edits.items()
                if edit(connection, key.table, table_of(MODELS[key.table]).c[column], key.identity)
            }
        before = places(database)
        again = {key for key, column in edited.items() if not moved(MODELS[key.table], column)}
        change_again(database, again)
        after = places(database)
        missed |= {f"round {number}: {key}.{edited[key]} at once" for key in edited if str(key) not in before}
        missed |= {f"round {number}: {key}.{edited[key]} afterwards" for key in again if str(key) not in after}

    assert missed == set()


def copied(connection: Connection, name: str) -> RowKey | None:
    """Insert a row as another one is, under a new id."""
    table = table_of(MODELS[name])
    (key,) = table.primary_key
    found = connection.execute(select(table).order_by(key.desc()).limit(1)).mappings().first()
    if found is None:
        return None
    row = dict(found)
    row[key.key] = another(key, row[key.key])
    for attempt in (row, row | {one.key: another(one, row[one.key]) for one in unique_columns(name)}):
        try:
            with connection.begin_nested():
                connection.execute(table.insert().values(attempt))
        except DBAPIError:
            continue
        return RowKey(name, row[key.key])
    return None


def unique_columns(name: str) -> list[Column[Any]]:
    """Texts and numbers by which rows are told apart, where a copy would collide."""
    table = table_of(MODELS[name])
    uniques = [one.columns for one in table.indexes if one.unique]
    uniques += [one.columns for one in table.constraints if type(one).__name__ == "UniqueConstraint"]  # type: ignore[attr-defined]
    found = [[*columns][-1] for columns in uniques]
    return [one for one in found if isinstance(one.type, String | Integer) and not isinstance(one.type, Enum)]


def test_inserted_deleted_and_swapped_rows_show(shared: Shared, county: County, template: str) -> None:
    database = county.database
    with unchecked(database) as connection:
        inserted = {key for name in MODELS if (key := copied(connection, name)) is not None}
    at_once = places(database)
    change_again(database, inserted)
    afterwards = places(database)
    shared.templates.restore(template)
    with unchecked(database) as connection:
        gone = {RowKey(name, rows[0]) for name in MODELS if (rows := ids(connection, name))}
        for key in gone:
            (column,) = table_of(MODELS[key.table]).primary_key
            connection.execute(table_of(MODELS[key.table]).delete().where(column == key.identity))
    missing = places(database)
    shared.templates.restore(template)
    with unchecked(database) as connection:
        swapped = {key for name in MODELS for key in swap(connection, name)}
    exchanged = places(database)

    assert len(inserted) >= 20  # a copy of the others collides with a UNIQUE constraint
    assert {str(key) for key in inserted if key.table not in at_once} <= at_once  # or its whole stream is missing
    assert {*map(str, inserted)} <= afterwards
    assert {*map(str, gone)} <= missing
    assert {*map(str, swapped)} <= exchanged
    assert len(swapped) > len(MODELS)


def swap(connection: Connection, name: str) -> list[RowKey]:
    """Exchange the ids of two rows."""
    table, rows = table_of(MODELS[name]), ids(connection, name)
    (key,) = table.primary_key
    if len(rows) < 2 or (not isinstance(key.type, Integer) and key.key != "id"):
        return []
    for old, new in ((rows[0], -1), (rows[1], rows[0]), (-1, rows[1])):
        connection.execute(table.update().where(key == old).values({key: new}))
    return [RowKey(name, one) for one in rows[:2]]
