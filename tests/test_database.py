"""It must show, 7 and 8: no answer for what did not commit; few statements; plans without scan or sort."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Transaction, text
from sqlalchemy.exc import DBAPIError

from app.access.actors import Actor
from app.access.models import ActorRole
from app.config import Settings
from app.database import sqlite, statements
from app.database.engine import Database, in_pieces
from app.database.outages import outage
from app.database.prepared import Prepared
from app.obligations.stands import stand_on
from app.oversight.queries import overdue_page
from app.oversight.schemas import OverdueQuery
from tests.client import Client
from tests.conftest import Api, County


@pytest.mark.parametrize("is_fast", [True, False])
def test_a_failed_commit_is_never_answered_with_success(
    county: County, framework: Client, monkeypatch: pytest.MonkeyPatch, is_fast: bool
) -> None:
    api = Api(county.client if is_fast else framework, county.as_unit("城关镇").key)
    owed = county.obligation(1, "城关镇")

    def fail(_: Transaction) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "commit", fail)
        answer = api.post(f"/obligations/{owed['id']}/updates", {"state": "completed", "narrative": "已完成。"})

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert api.get(f"/obligations/{owed['id']}").json()["state"] == "not_started"
    assert api.all(f"/obligations/{owed['id']}/updates") == []


@pytest.mark.parametrize("limit", [1, 20, 200])
def test_the_task_list_takes_six_statements_at_most(
    county: County, query_count: Callable[..., Any], limit: int
) -> None:
    api = county.as_role("coordinator")
    with query_count(at_most=6) as statements:
        answer = api.get("/tasks", limit=limit)

    assert answer.status_code == 200
    assert statements


PAGES = {
    "over all": {},
    "of a unit": {"unit": 1},
    "of a checklist": {"checklist": 1},
}


@pytest.mark.parametrize("page", list(PAGES))
@pytest.mark.parametrize("scope", ["", "341522"])
@pytest.mark.parametrize("after", [None, (date(2023, 12, 31), 5)], ids=["first", "behind a row"])
def test_an_overdue_page_reads_one_index_in_its_order(
    county: County, page: str, scope: str, after: tuple[Any, ...] | None
) -> None:
    """As of today. PostgreSQL is set not to prefer what is cheaper on this small table."""
    actor = Actor(ActorRole.AUDITOR, scope)
    stand = stand_on(None, today=date(2024, 2, 1))
    query = OverdueQuery.model_validate(PAGES[page])
    engine, is_sqlite = county.database.engine, county.database.is_sqlite
    statement = overdue_page(actor, query, stand, after, is_sqlite=is_sqlite)
    compiled = str(statement.compile(engine, compile_kwargs={"literal_binds": True}))
    with engine.connect() as connection:
        if county.database.is_sqlite:
            plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
            bad = [line for line in plan if line.startswith("SCAN") or "TEMP B-TREE" in line]
            if after:  # two short lists, each from the index in its order, are put into one
                bad = [line for line in plan if line.startswith("SCAN obligation")]
        else:
            for name in ("enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_hashjoin"):
                connection.execute(text(f"SET {name} = off"))
            plan = [row[0] for row in connection.execute(text(f"EXPLAIN {compiled}"))]
            bad = [line for line in plan if "Seq Scan" in line or "Sort" in line]

    assert not bad, "\n".join(plan)
    assert any("ix_obligation_open" in line for line in plan), "\n".join(plan)


def test_a_prepared_statement_has_a_time_limit_and_is_watched(settings: Settings) -> None:
    slow = {
        "sqlite": "WITH RECURSIVE m(j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM m) SELECT max(j) FROM m",
        "postgresql": "SELECT pg_sleep(60)",
    }
    limited = Database(settings, seconds=1)
    seen: list[str] = []
    limited.watchers.append(lambda statement, _values, _seconds: seen.append(statement))
    dialect = limited.engine.dialect
    with limited.reading() as connection:
        rows = Prepared(text("SELECT 1"), dialect).run(connection)
        with pytest.raises(DBAPIError) as left:
            Prepared(text(slow[dialect.name]), dialect).run(connection)
    limited.close()

    assert [tuple(row) for row in rows] == [(1,)]
    assert seen == ["SELECT 1"]
    assert outage(left.value) is not None


def test_a_long_answer_is_read_piece_by_piece_and_each_has_the_time_of_a_statement(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = "WITH RECURSIVE m(j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM m WHERE j < 50000) SELECT max(j) + i FROM m"
    three = "SELECT 1 AS i UNION ALL SELECT 2 UNION ALL SELECT 3"
    statement = text(f"SELECT ({counted}) FROM ({three}) AS three")  # noqa: S608
    moment = 0.0
    for module in (statements, sqlite):
        monkeypatch.setattr(module, "monotonic", lambda: moment)
    limited = Database(settings, seconds=30)
    with limited.session(writes=False) as session:
        sums = []
        for (one,) in in_pieces(session, statement, at_once=1):
            sums.append(one)
            moment += 3600  # an hour goes by before the next is wanted
    limited.close()

    assert sums == [50001, 50002, 50003]
