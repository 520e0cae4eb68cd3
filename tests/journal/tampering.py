"""Rows in every journaled table, and what somebody does to them who has the database's password."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Enum,
    Integer,
    String,
    UniqueConstraint,
    create_engine,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from app import clock
from app import models as _all_tables  # noqa: F401
from app.access.actors import OPERATOR
from app.checklists.actions import apply_edition
from app.checklists.models import Checklist
from app.database.engine import Database
from app.journal.recorder import StreamRef, lock, record
from app.journal.rows import RowKey, journaled_tables, table_of
from app.journal.verification import verify
from app.workdays.actions import change_calendar
from app.workdays.schemas import YearWanted
from tests.access.rows import Rows, done, enter_rows
from tests.conftest import COUNTY, County

MODELS = {table_of(model).name: model for model in journaled_tables()}


def enter_everything(county: County) -> Rows:
    """At least one row in every journaled table. Returns those of 城关镇."""
    done(county.as_role("coordinator").patch("/checklists/1", {"revision": 2, "asks_for_review": True}))
    made = [enter_rows(county, unit) for unit in ("城关镇", "河口镇")]
    for number in (1, 2):
        task = county.task(number)
        body = {"revision": task["revision"], "summary": "另一说明", "section_id": county.task(9)["section"]["id"]}
        done(county.as_role("coordinator").patch(f"/tasks/{task['id']}", body))
    days = [{"day": day, "is_working": False, "name": "节"} for day in ("2031-05-01", "2031-05-02")]
    done(county.as_role("admin", "").put("/calendar/days", {"days": days}))
    wanted = {"jurisdiction": COUNTY, "year": 2023, "title": "再版清单"}
    printed = done(county.as_role("coordinator").post("/checklists", wanted))["id"]
    with county.database.session(writes=True) as session:
        for day in (date(2023, 5, 1), date(2023, 5, 2)):
            checklist, by = session.get_one(Checklist, printed), OPERATOR
            page = {"title": "再版清单", "source_fingerprint": str(day)}
            apply_edition(session, checklist, source_on=day, **page, by=by, at=clock.now())
    with county.database.session(writes=True) as session:  # the command line alone enters whole years
        years = [YearWanted(year=year, is_complete=True) for year in (2031, 2032)]
        change_calendar(session, [], years, by=OPERATOR, at=clock.now())
    return made[0]


@contextmanager
def unchecked(database: Database) -> Iterator[Connection]:
    """As somebody who has the database's password, without its foreign keys."""
    engine = create_engine(database.engine.url)  # SQLite checks foreign keys only where that is switched on
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
        return (value or date(2031, 6, 1)) + timedelta(days=1)
    if isinstance(kind, DateTime):
        return (value or datetime(2031, 6, 1, tzinfo=clock.SHANGHAI)) + timedelta(seconds=1)
    if isinstance(kind, Integer):
        return (value or 0) + 1
    if isinstance(kind, String):
        return f"{value or ''}x"[-(kind.length or 1_000_000) :]
    return {"tampered": True}


def ids(connection: Connection, table: str) -> list[Any]:
    (key,) = table_of(MODELS[table]).primary_key
    return [*connection.execute(select(key).order_by(key).limit(5)).scalars()]


def edit(connection: Connection, name: str, column: Column[Any], identity: Any) -> bool:
    """Give a column of a row another value. Returns whether the database let it."""
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


def copied(connection: Connection, name: str) -> RowKey:
    """Insert a row as another one is, under a new id; where it would collide, with what tells rows apart."""
    table = table_of(MODELS[name])
    (key,) = table.primary_key
    found = connection.execute(select(table).order_by(key.desc()).limit(1)).mappings().one()
    row = {**found, key.key: another(key, found[key.key])}
    for columns in ([], *telling_apart(name)):
        try:
            with connection.begin_nested():
                connection.execute(
                    table.insert().values(row | {one.key: another(one, row[one.key]) for one in columns})
                )
        except DBAPIError:
            continue
        return RowKey(name, row[key.key])
    raise AssertionError(f"no copy of a row of {name}")


def telling_apart(name: str) -> list[list[Column[Any]]]:
    """Columns without whose change a copy would collide: the last of each UNIQUE constraint, or that by which a row
    leaves a partial one."""
    table = table_of(MODELS[name])
    (key,) = table.primary_key
    rules: list[Any] = [one for one in table.indexes if one.unique]
    rules += [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    rules = [[*one.columns] for one in rules if key.key not in one.columns]
    wheres = [str(one.dialect_options["sqlite"]["where"]) for one in table.indexes if one.unique]
    leaving = [table.c[where.split()[0]] for where in wheres if where.endswith("IS NULL")]
    return [[columns[-1] for columns in rules], leaving]


def swap(connection: Connection, name: str, one: Any = None) -> list[RowKey]:
    """Exchange the keys of two rows: of one and another, or of the first two."""
    table, rows = table_of(MODELS[name]), ids(connection, name)
    (key,) = table.primary_key
    first = rows[0] if one is None else one
    second = next((other for other in rows if other != first), None)
    if second is None:
        return []
    spare = -1 if isinstance(key.type, Integer) else "spare"
    for old, new in ((first, spare), (second, first), (spare, second)):
        connection.execute(table.update().where(key == old).values({key: new}))
    return [RowKey(name, first), RowKey(name, second)]
