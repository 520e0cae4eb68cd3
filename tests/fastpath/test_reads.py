"""Lists and single rows that the fast path makes anew: where they are made, and that it does not show."""

from typing import Any

import pytest

from app.fastpath.reads import FastReads
from tests.conftest import Api, County

PATHS = ["/tasks?limit=5", "/tasks/1", "/overdue"]


@pytest.fixture
def in_threads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is read in a thread. No statement takes too long for the event loop, however busy this machine is."""
    read, found = FastReads._in_thread, list[Any]()

    def noted(self: FastReads, what: Any) -> Any:
        found.append(what)
        return read(self, what)

    monkeypatch.setattr(FastReads, "_in_thread", noted)
    monkeypatch.setattr("app.database.sqlite.monotonic", lambda: 0.0)
    return found


def cached_caller(county: County, role: str) -> Api:
    """A caller whose key the server has met."""
    api = county.as_role(role)
    api.request("GET", "/units")
    return api


def test_what_is_small_is_read_on_the_event_loop_on_sqlite(county: County, in_threads: list[Any]) -> None:
    api = cached_caller(county, "auditor")
    statuses = [api.request("GET", path).status_code for path in PATHS]

    assert statuses == [200] * len(PATHS)
    assert len(in_threads) == (0 if county.database.is_sqlite else len(PATHS))


def test_tasks_with_many_parts_are_shaped_in_a_thread_and_alike(
    county: County, in_threads: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app: Any = county.client.app
    first, second = cached_caller(county, "auditor"), cached_caller(county, "coordinator")
    small = [first.request("GET", path).content for path in PATHS[:2]]
    app.state.task_fragments._cache.clear()
    del in_threads[:]
    monkeypatch.setattr("app.tasks.shapes.MANY", 0)
    many = [second.request("GET", path).content for path in PATHS[:2]]

    assert in_threads
    assert many == small
