"""What is open is found by the indexes of what is open, on both databases."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlmodel import col, select

from app.access.actors import Actor
from app.access.models import ActorRole
from app.config import Settings
from app.database.engine import Database
from app.journal.verification import verify
from app.migrate import downgrade, upgrade
from app.obligations.models import Obligation
from app.obligations.queries import list_obligations
from app.obligations.reports import last_report_id
from app.obligations.schemas import ObligationQuery
from app.obligations.span_models import ObligationSpan
from app.obligations.states import open_in
from tests.conftest import County, FakeClock

pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
TABLES: dict[str, Any] = {"obligation": Obligation, "obligation_span": ObligationSpan}
PAGES = {"due": None, "unit_due": "unit_id", "checklist_due": "checklist_id"}


def page(model: Any, of: str | None) -> Any:
    """The first open rows by their last day: of all, of one unit or of one checklist."""
    key = col(model.id if model is Obligation else model.obligation_id)
    rows = select(key, model.due_on).where(open_in(model.__tablename__)).order_by(col(model.due_on), key).limit(50)
    return rows if of is None else rows.where(getattr(model, of) == 1)


def plan(engine: Engine, statement: Any) -> list[str]:
    """How a database would find it. PostgreSQL is set not to prefer what is cheaper on a small table."""
    compiled = str(statement.compile(engine, compile_kwargs={"literal_binds": True}))
    return plan_of(engine, compiled, ())


def plan_of(engine: Engine, statement: str, values: Any) -> list[str]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        for name in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
            connection.execute(text(f"SET {name} = off"))
        return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", PAGES)
def test_what_is_open_comes_from_its_index_in_its_order(county: County, table: str, name: str) -> None:
    found = plan(county.database.engine, page(TABLES[table], PAGES[name]))

    assert any(f"ix_{table}_open_{name}" in line for line in found), "\n".join(found)
    assert not [line for line in found if "Sort" in line or "TEMP B-TREE" in line], "\n".join(found)


def page_of_list(database: Database, query: ObligationQuery) -> tuple[str, Any]:
    """The statement of a page and its values, as the driver gets them."""
    sent: list[tuple[str, Any]] = []

    def note(statement: str, values: Any, _seconds: float) -> None:
        sent.append((statement, values))

    database.watchers.append(note)
    with database.reading() as connection:
        list_obligations(connection, Actor(ActorRole.AUDITOR), query, today=date(2023, 7, 1))
    database.watchers.remove(note)
    return sent[0]


def test_a_list_by_last_day_comes_from_an_index_in_its_order(county: County) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "ix_obligation_due"),
        ({"open": True, "light": "red"}, "ix_obligation_due"),
        ({"state": ["in_progress", "returned"], "due_from": "2023-06-30"}, "ix_obligation_due"),
        ({"timeliness": "due_soon"}, "ix_obligation_due"),
        ({"stale": True}, "ix_obligation_due"),
        ({"timeliness": "no_last_day"}, "ix_obligation_due"),
        ({"overdue": True}, "ix_obligation_open_due"),
    ]
    for filters, index in cases:
        query = ObligationQuery(**filters)
        found = plan_of(county.database.engine, *page_of_list(county.database, query))

        assert any(index in line for line in found), "\n".join(found)
        assert not [line for line in found if "Sort" in line or "ORDER BY" in line], "\n".join(found)


def test_the_last_report_is_found_by_an_index_for_each_row_that_is_sorted_by_it(county: County) -> None:
    rows = select(col(Obligation.id)).order_by(last_report_id(col(Obligation.id), None)).limit(50)
    found = plan(county.database.engine, rows)

    assert any("ix_status_update_obligation_id" in line for line in found), "\n".join(found)


def predicates(engine: Engine) -> Iterator[set[str]]:
    """The states that each index of open rows names."""
    for table in TABLES:
        for index in inspect(engine).get_indexes(table):
            if "_open_" in str(index["name"]):
                where = index["dialect_options"][f"{engine.dialect.name}_where"]
                yield set(re.findall(r"'(\w+)'", str(where)))


def test_an_index_of_open_rows_names_the_closed_states(county: County) -> None:
    assert [*predicates(county.database.engine)] == [{"completed", "waived"}] * 6


@pytest.mark.own_database
def test_the_migrations_go_both_ways_on_a_filled_database(settings: Settings, county: County, now: FakeClock) -> None:
    owed = county.obligation(1, "城关镇")
    unit, auditor = county.as_unit("城关镇"), county.as_role("auditor")
    unit.post(f"/obligations/{owed['id']}/updates", {"state": "completed", "narrative": "已公开。"})
    now.set("2024-02-01")
    before = auditor.all("/overdue", limit=200)
    downgrade(settings, "5b2f9e60d1c4")
    older = [*predicates(county.database.engine)]
    upgrade(settings)
    with county.database.session(writes=False) as session:
        report = verify(session)

    assert older == [{"not_started", "in_progress", "submitted", "returned"}] * 6
    assert before
    assert auditor.all("/overdue", limit=200) == before
    assert not report.faults


@pytest.mark.own_database
def test_a_table_that_others_refer_to_is_made_anew(settings: Settings, county: County) -> None:
    """An old step does that on SQLite: of periods that have obligations."""
    downgrade(settings, "fed0621e7680")
    upgrade(settings)

    assert county.obligation(1, "城关镇")


@pytest.mark.own_database
def test_a_migration_leaves_nothing_that_refers_to_nothing(settings: Settings, county: County) -> None:
    if not county.database.is_sqlite:
        return  # PostgreSQL never stops looking
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as careless:
        careless.execute("UPDATE obligation SET period_id = 1000000 WHERE id = 1")
        careless.commit()
    with pytest.raises(RuntimeError, match="a row of obligation refers to a row of period that is not there"):
        downgrade(settings, "5b2f9e60d1c4")

    assert [*predicates(county.database.engine)] == [{"completed", "waived"}] * 6
