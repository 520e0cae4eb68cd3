"""Several processes that count requests together, in a Valkey (or Redis) server that comes and goes."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.config import Settings
from app.database.engine import Database
from app.edge import windows
from app.main import create_app
from tests.beyond.programs import program, running
from tests.client import Client
from tests.serving import free_port

PATH = "/api/v1/checklists"
Workers = Callable[[int], list[Client]]
sqlite = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)


class Store:
    """A server that is started and stopped by the test, always at the same address."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        self._command = [program("valkey-server", "redis-server"), "--port", str(self.port), "--save", ""]
        self.url = f"valkey://127.0.0.1:{self.port}/0"

    def up(self) -> AbstractContextManager[object]:
        return running([*self._command, "--dir", str(self._folder)], self.port, self._folder / "log")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def workers(settings: Settings, database: Database, store: Store) -> Iterator[Workers]:
    """`workers(4)`: clients of as many apps with one store, and with 20 requests a minute from one address."""
    limits = {"rate_limit_anonymous": "20/minute", "rate_limit_store": SecretStr(store.url)}
    with ExitStack() as stack:

        def start(number: int) -> list[Client]:
            apps = [create_app(settings.model_copy(update=limits), database) for _ in range(number)]
            return [stack.enter_context(Client(app)) for app in apps]

        yield start


@contextmanager
def patient() -> Iterator[None]:
    """The store is waited for as long as a busy machine takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "ANSWER_SECONDS", 20)
        yield


@sqlite
def test_four_workers_let_through_one_budget(workers: Workers, store: Store) -> None:
    with store.up(), patient():
        answers = [worker.get(PATH) for _ in range(10) for worker in workers(4)]
    refused = [int(one.headers["retry-after"]) for one in answers if one.status_code == 429]

    assert [one.status_code for one in answers].count(200) == 20
    assert len(refused) == 20
    assert all(0 < seconds <= 60 for seconds in refused)


@sqlite
def test_while_the_store_is_away_each_worker_counts_by_itself_and_says_so_once(
    workers: Workers, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    (worker,) = workers(1)
    with store.up(), patient():
        before = [worker.get(PATH).status_code for _ in range(20)]
    caplog.clear()
    away = [worker.get(PATH).status_code for _ in range(25)]
    said = [one.message for one in caplog.records if one.levelno >= logging.WARNING]
    time.sleep(windows.AGAIN_SECONDS)
    with store.up(), patient():
        again = [worker.get(PATH).status_code for _ in range(25)]
    said_at_last = [one.message for one in caplog.records if one.levelno >= logging.WARNING]

    assert before == [200] * 20
    assert away == [200] * 20 + [429] * 5
    assert [one.partition(",")[0] for one in said] == ["rate limits: the store is away"]
    assert again == [200] * 20 + [429] * 5
    assert [one.partition(",")[0] for one in said_at_last[1:]] == ["rate limits: the store answers"]


@sqlite
def test_a_store_that_does_not_answer_is_not_waited_for(workers: Workers, store: Store) -> None:
    """Its address takes connections, and says nothing."""
    (worker,) = workers(1)
    with socket.create_server(("127.0.0.1", store.port)):
        begun = time.monotonic()
        status = worker.get(PATH).status_code
        took = time.monotonic() - begun

    assert status == 200
    assert windows.ANSWER_SECONDS <= took < 1
