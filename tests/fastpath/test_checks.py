"""The check of each cached response: shared, without threads, and repeated after its connection broke."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvloop
from sqlalchemy import text

from app.config import Settings
from app.database.engine import Database
from app.database.prepared import Prepared
from app.fastpath import postgres_checks
from app.fastpath.door import checks_of
from app.fastpath.heads import Checks, Heads
from app.fastpath.postgres_checks import PostgresChecks
from tests.conftest import County

CROWD = 50


async def checked(settings: Settings, use: Callable[[Checks], Awaitable[None]]) -> None:
    database = Database(settings)
    checks = checks_of(database)
    try:
        await use(checks)
    finally:
        await checks.close()
        database.close()


def counted(checks: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The queries that are sent from now on."""
    queries, ask = [], checks._row

    def row(*which: Any, **values: Any) -> Any:
        queries.append(which)
        return ask(*which, **values)

    monkeypatch.setattr(checks, "_row", row)
    return queries


def test_requests_of_one_moment_share_a_check(
    settings: Settings, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use(checks: Checks) -> None:
        await checks.heads(None)
        queries = counted(checks, monkeypatch)
        found = await asyncio.gather(*(checks.heads(None) for _ in range(CROWD)))
        assert set(found) == {await checks.heads(None)}
        assert len(queries) == 2

    asyncio.run(checked(settings, use))


def test_a_check_sees_what_was_written_before_it(settings: Settings, county: County) -> None:
    unit, owed = county.as_unit("城关镇"), county.obligation(1, "城关镇")["id"]
    post = {"state": "completed", "narrative": "已办结。"}

    async def use(checks: Checks) -> None:
        before, within, other = (
            await checks.heads(None),
            await checks.stamp("checklist:1", None),
            await checks.stamp("checklist:2", None),
        )
        await asyncio.sleep(0)
        assert unit.post(f"/obligations/{owed}/updates", post).status_code == 201
        after = await checks.heads(None)
        assert before is not None
        assert after is not None
        assert after.stamp != before.stamp
        assert await checks.stamp("checklist:1", None) != within
        assert await checks.stamp("checklist:2", None) == other
        assert after.access == before.access

    asyncio.run(checked(settings, use))


def test_checks_take_no_thread(settings: Settings, county: County) -> None:
    """Two threads that hand the interpreter's lock to each other in turn keep a third one waiting without end."""

    async def use(checks: Checks) -> None:
        before = {*threading.enumerate()}
        for _ in range(3):
            await asyncio.gather(*(checks.heads(None) for _ in range(CROWD)))
        assert {*threading.enumerate()} <= before

    asyncio.run(checked(settings, use))


def test_who_gives_up_takes_nobody_with_it(settings: Settings, county: County) -> None:
    async def use(checks: Checks) -> None:
        waiting = [asyncio.create_task(checks.heads(None)) for _ in range(CROWD)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        found = await asyncio.gather(*waiting[1:])
        assert all(isinstance(heads, Heads) for heads in found)

    asyncio.run(checked(settings, use))


def test_a_broken_connection_is_opened_again(settings: Settings, county: County) -> None:
    async def use(checks: Any) -> None:
        heads = await checks.heads(None)
        await asyncio.sleep(0)
        closed = checks._connection.close()
        if closed is not None:
            await closed
        assert await checks.heads(None) is None
        await asyncio.sleep(0)
        assert await checks.heads(None) == heads

    asyncio.run(checked(settings, use))


def test_one_process_may_run_several_loops(settings: Settings, county: County) -> None:
    database = Database(settings)
    checks = checks_of(database)

    async def ask() -> Heads | None:
        return await checks.heads(None)

    first, second = asyncio.run(ask()), asyncio.run(ask())
    asyncio.run(checks.close())
    database.close()
    assert first == second
    assert first is not None


def test_a_query_that_hangs_is_left_and_the_next_one_asks_anew(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_checks, "SECONDS", 1)  # opening the next connection is within it too
    database = Database(Settings(database_url=postgres))

    async def ask() -> list[Heads | None]:
        checks = PostgresChecks(database)
        checks._heads = Prepared(text("SELECT '1@', 'a'"), database.engine.dialect)
        found = [await checks.heads(None)]
        checks._heads = Prepared(text("SELECT pg_sleep(60)::text, 'a'"), database.engine.dialect)
        found += await asyncio.gather(checks.heads(None), checks.heads(None))
        checks._heads = Prepared(text("SELECT '2@', 'a'"), database.engine.dialect)
        await asyncio.sleep(0.1)  # what was left ends in its own time
        found += [await checks.heads(None)]
        await checks.close()
        return found

    found = uvloop.run(asyncio.wait_for(ask(), 10))
    database.close()

    assert [heads and heads.stamp for heads in found] == ["1@", None, None, "2@"]


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_checks, "SECONDS", 1)  # opening the next connection is within it too

    async def ask(port: int) -> list[Heads | None]:
        checks = PostgresChecks(Database(Settings(database_url=f"postgresql://duban@127.0.0.1:{port}/duban")))
        return [*await asyncio.gather(checks.heads(None), checks.heads(None)), await checks.heads(None)]

    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = asyncio.run(asyncio.wait_for(ask(silent.getsockname()[1]), 10))

    assert found == [None, None, None]
